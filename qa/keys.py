"""Keys that let someone in: who holds one, and what may be done with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from pydantic import SecretStr

Role = Literal["ask", "edit"]
"""`ask` reads and asks; `edit` also adds and removes documents."""

# A key can be guessed at over HTTP as fast as the server answers: 16 random characters of 64 hold 96 bits.
SHORTEST_KEY = 16
_NAME = re.compile(r"[\w.-]{1,40}", re.ASCII)
_SECRET = re.compile(rf"[!-+\--~]{{{SHORTEST_KEY},}}")  # printable ASCII, so that a header can carry it; no comma


@dataclass(frozen=True)
class ApiKey:
    """One key. Its secret is never shown, and two keys never share a name or a secret."""

    name: str
    role: Role
    secret: SecretStr


def read_keys(text: str) -> tuple[ApiKey, ...]:
    """Keys from `name:role:key,name:role:key`; a message never repeats the text, any part of which may be a secret.

    Raises:
        ValueError: an entry is not of this form.
    """
    entries = [entry.strip() for entry in text.split(",")]
    keys = tuple(_read_key(number, entry) for number, entry in enumerate(entries, 1) if entry)
    for what, values in (("name", [key.name for key in keys]), ("key", [key.secret for key in keys])):
        if len(set(values)) < len(keys):
            raise ValueError(f"two entries have the same {what}; give each person one of their own")
    return keys


def _read_key(number: int, entry: str) -> ApiKey:
    name, role, secret = [*entry.split(":", 2), "", ""][:3]
    checks = {
        "has to be name:role:key": name and role and secret,
        "needs a name of up to 40 letters, digits, dots, dashes and underscores": _NAME.fullmatch(name),
        f"needs one of the roles {' and '.join(get_args(Role))}": role in get_args(Role),
        f"needs a key of {SHORTEST_KEY} or more printable ASCII characters": _SECRET.fullmatch(secret),
    }
    for what, is_right in checks.items():
        if not is_right:
            raise ValueError(f"entry {number} {what}")
    return ApiKey(name, "edit" if role == "edit" else "ask", SecretStr(secret))

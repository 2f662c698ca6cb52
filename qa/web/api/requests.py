"""What requests may hold: exactly what is documented, in text that every part behind it can take."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from qa.limits import EMPTY_QUERY, fault_in
from qa.literal import CONTROLS
from qa.web.problems import Problem

PREFIX = "/api/v1"

_ABSOLUTE = r"^(/|[A-Za-z]:[\\/]|\\\\)[^\x00-\x1f\x7f]+$(?!\n)"


class Strict(BaseModel):
    """A body: no other fields, and no value that only looks like the right one."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def router(tag: str) -> APIRouter:
    """A router of the API; its operations stand together in the schema."""
    return APIRouter(prefix=PREFIX, tags=[tag])


def sent_as(*media_types: str) -> Any:
    """A dependency: the body is of one of these types, or the client is told which to send."""

    def check(request: Request) -> None:
        sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if sent not in media_types:
            raise Problem(415, "unsupported_type", f"Send the body as {media_types[0]}, and say so in Content-Type.")

    return Depends(check)


def _matching(pattern: str, code: str, message: str) -> Iterable[Any]:
    """As pydantic's own pattern, which would show it to whoever made the mistake."""
    matches: Callable[[str], object] = re.compile(pattern).fullmatch

    def check(text: str) -> str:
        if not matches(text):
            raise PydanticCustomError(code, message)
        return text

    return AfterValidator(_taken), AfterValidator(check), Field(json_schema_extra={"pattern": pattern})


def _taken(text: str) -> str:
    if fault := fault_in(text):
        raise PydanticCustomError("text", "{fault}", {"fault": fault})
    return text


def _whole_number(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _true_or_false(value: object) -> object:
    if value in ("true", "false"):
        return value == "true"
    raise PydanticCustomError("flag", "is neither true nor false")


CLEAN = (AfterValidator(_taken), Field(json_schema_extra={"pattern": f"^[^{CONTROLS}]*$"}))
"""What text from a person is annotated with: line breaks may be in it, no other control characters."""

QUERY = _matching(rf"^[^{CONTROLS}]*[^\s{CONTROLS}][^{CONTROLS}]*$", "empty", EMPTY_QUERY)
"""As `CLEAN`, for text that is looked for: not only blanks."""

AbsolutePath = Annotated[
    str, Field(max_length=4_096), *_matching(_ABSOLUTE, "no_absolute_path", "is not an absolute path")
]
"""Where a client read a file; nothing is ever read there."""

Whole = Annotated[int, BeforeValidator(_whole_number)]
"""Of a body: as JSON has it, where 2.0 is as whole as 2."""

Flag = Annotated[bool, BeforeValidator(_true_or_false)]
"""Of a query: `true` or `false`, and nothing that can be taken for it."""

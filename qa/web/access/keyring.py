"""Finds the key that a request carries: in its `Authorization` header, or behind its session."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from itsdangerous import BadData, URLSafeTimedSerializer

from qa.keys import ApiKey

SESSION_SECONDS = 7 * 24 * 3600  # for which a browser stays signed in
LONGEST_SESSION = 1_000  # characters of a cookie that are looked at


class Keyring:
    """The keys that are set. Without any, everybody who reaches the server is let in."""

    def __init__(self, keys: Sequence[ApiKey] = ()) -> None:
        self._keys = tuple(keys)
        self._digests = [_digest(key.secret.get_secret_value()) for key in keys]
        self._signers = {key: _signer(key) for key in keys}

    def __bool__(self) -> bool:
        return bool(self._keys)

    def find(self, secret: str) -> ApiKey | None:
        """The key with this secret. Takes as long whichever it is, and however much of one is right."""
        digest = _digest(secret)
        found = None
        for key, its_digest in zip(self._keys, self._digests, strict=True):
            if hmac.compare_digest(digest, its_digest):
                found = key
        return found

    def begin_session(self, key: ApiKey) -> str:
        """A session's token, signed with the key itself: whoever removes or changes the key ends its sessions."""
        return self._signers[key].dumps(key.name)

    def of_session(self, token: str) -> ApiKey | None:
        """The key that a session was begun with, unless it has ended."""
        if len(token) > LONGEST_SESSION:
            return None
        return next((key for key, signer in self._signers.items() if _is_signed(token, signer, key.name)), None)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _signer(key: ApiKey) -> URLSafeTimedSerializer:
    how = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeTimedSerializer(key.secret.get_secret_value(), salt="footnote session", signer_kwargs=how)


def _is_signed(token: str, signer: URLSafeTimedSerializer, name: str) -> bool:
    try:
        return bool(signer.loads(token, max_age=SESSION_SECONDS) == name)
    except BadData:
        return False

"""What the two wire formats have in common: a body is read into `Asked`, a text is written whole or as events."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from tests.llm.asked import Asked
from tests.llm.replies import Fail, Write

Json = Mapping[str, Any]


class Wire(Protocol):
    """A wire format."""

    def read(self, body: Json) -> Asked:
        """The request, as a model sees it."""
        ...

    def whole(self, asked: Asked, written: Write) -> Json:
        """The response, in one piece."""
        ...

    def stream(self, asked: Asked, written: Write) -> Iterator[bytes]:
        """The response as server-sent events; breaks off where the reply does, without what would end it."""
        ...

    def error(self, fail: Fail) -> Json:
        """The body of an error."""
        ...

    def error_event(self, fail: Fail) -> bytes:
        """An error in a stream that has begun."""
        ...


def text_of(content: Any) -> str:
    """The text of a message, which is a string or a list of parts."""
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content or [])


def event(data: Json | str, name: str | None = None) -> bytes:
    """A server-sent event."""
    told = data if isinstance(data, str) else json.dumps(data)
    return (f"event: {name}\n" if name else "").encode() + f"data: {told}\n\n".encode()


def breaks_off(written: Write) -> bool:
    """Whether a stream of it ends too early."""
    return written.ends_after is not None

"""A limit on what a request may send, below every route and mount."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException

from qa.web.headers import ASGIApp, Message, Receive, Scope, Send
from qa.web.problems import Problem, path_of, refuse

LARGEST = 2 << 20  # bytes; a question with all its history and documents has about 1 MB


class BodyLimit:
    """Answers 413 to a larger body, whether its length is told at the start or comes with the last chunk.

    Args:
        app: what is limited.
        limits: bytes, by path; None where the route reads a larger body to its end, to tell a browser why it is
            refused. `LARGEST` on every other path.
    """

    def __init__(self, app: ASGIApp, limits: Mapping[str, int | None]) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves as the app does."""
        limit = self._limits.get(path_of(scope), LARGEST) if scope["type"] == "http" else None
        if limit is None:
            await self._app(scope, receive, send)
            return
        told = dict(scope["headers"]).get(b"content-length", b"0")
        if told.isdigit() and int(told) > limit:
            await refuse(_too_large(limit), scope, send)
            return
        await self._count(limit, scope, receive, send)

    async def _count(self, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        size, has_begun = 0, False

        async def receive_counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > limit:
                raise HTTPException(413)  # what reads a body lets this through
            return message

        async def send_unless_too_large(message: Message) -> None:
            nonlocal has_begun
            if size <= limit or has_begun:
                has_begun = True
                await send(message)

        try:
            await self._app(scope, receive_counted, send_unless_too_large)
        except HTTPException:
            if size <= limit:
                raise
        if size > limit and not has_begun:  # whatever the app, or one that is mounted, made of it
            await refuse(_too_large(limit), scope, send)


def _too_large(limit: int) -> Problem:
    return Problem(413, "too_large", f"The body is larger than {limit:,} bytes: send less at once.")

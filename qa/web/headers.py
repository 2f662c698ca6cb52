"""What every response says about itself and how a browser may treat it. Imports no library: the start stays light."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from uuid import uuid4

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

# Nothing outside this server is ever loaded or told anything. Gradio's templates need inline scripts and
# `new Function`, so this stops leaks; that no document's text becomes markup is up to the page's own script.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "frame-ancestors 'self'",
        "form-action 'self'",
    )
)

SECURITY_HEADERS: list[tuple[bytes, bytes]] = [
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),  # with no-referrer, a form of ours would come from the origin "null"
]

REQUEST_ID = "x-request-id"
_PLAIN = re.compile(rb"[A-Za-z0-9._-]{1,64}")  # nothing that could break a line, or be mistaken for another field


def route_path(scope: Scope) -> str:
    """The path that routes see: without the one that a reverse proxy serves all of them under."""
    root_path: str = scope.get("root_path", "")
    path: str = scope["path"]
    return path.removeprefix(root_path) if path.startswith(f"{root_path}/") else path


def accepts_html(scope: Scope) -> bool:
    """Whether who asks would take a page."""
    return b"text/html" in next((value for name, value in scope["headers"] if name == b"accept"), b"")


def request_id_of(scope: Scope) -> str:
    """The id that a client gives its request, if it is a plain one, or else a new one."""
    given: bytes = dict(scope["headers"]).get(REQUEST_ID.encode(), b"")
    return given.decode() if _PLAIN.fullmatch(given) else uuid4().hex


class SecurityHeaders:
    """Adds `SECURITY_HEADERS` to every HTTP response of an app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves as the app does."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *SECURITY_HEADERS]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class HeadAsGet:
    """Answers HEAD wherever an app answers GET: as GET is answered, without the body (RFC 9110, 9.3.2).

    Args:
        but_below: a path below which HEAD stays what it is; of Gradio's GETs, some are streams without an end.
    """

    def __init__(self, app: ASGIApp, but_below: str) -> None:
        self._app = app
        self._but_below = but_below

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves as the app does."""
        if scope["type"] != "http" or scope["method"] != "HEAD" or route_path(scope).startswith(self._but_below):
            await self._app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        # A copy: the server looks at its own scope for whether there may be a body.
        got = {**scope, "method": "GET"}
        try:
            await self._app(got, receive, send_without_body)
        finally:
            if "route" in got:
                scope["route"] = got["route"]  # under which the request is counted

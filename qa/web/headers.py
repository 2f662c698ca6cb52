"""What every response says about how a browser may treat it. Imports nothing, so that the start stays light."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

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
    (b"referrer-policy", b"no-referrer"),
]


ELSEWHERE = b'{"problem": "Only a page of Footnote itself may ask this."}'


class SameOrigin:
    """Refuses what another site's page sends: browsers name it in `Origin`, programs send none.

    Gradio's own routes take a JSON body of any content type, which a page elsewhere could send without being asked.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves as the app does."""
        if scope["type"] == "http" and _is_from_elsewhere(dict(scope["headers"])):
            content_type = (b"content-type", b"application/json")
            await send({"type": "http.response.start", "status": 403, "headers": [content_type]})
            await send({"type": "http.response.body", "body": ELSEWHERE})
            return
        await self._app(scope, receive, send)


def _is_from_elsewhere(headers: Mapping[bytes, bytes]) -> bool:
    origin = headers.get(b"origin")
    return origin is not None and origin.partition(b"://")[2] != headers.get(b"host")


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

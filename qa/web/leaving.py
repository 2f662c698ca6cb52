"""Notices that a page was closed while it was being answered.

Gradio's own way, `Blocks.unload`, holds a connection open for every page that is open. A browser has six of them for a
server: the seventh tab would not load. So the stream that carries an answer is watched instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import parse_qs

from qa.web.headers import ASGIApp, Message, Receive, Scope, Send

STREAM = "/gradio_api/queue/data"  # one for each page, while something is being answered for it


class ClosedPages:
    """Calls `on_leave` with the session of a page that closed its stream before this had ended."""

    def __init__(self, app: ASGIApp, on_leave: Callable[[str], None]) -> None:
        self._app = app
        self._on_leave = on_leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves as the app does."""
        if scope["type"] != "http" or not scope["path"].endswith(STREAM):
            await self._app(scope, receive, send)
            return
        watching = asyncio.create_task(self._watch(scope, receive))

        async def send_watched(message: Message) -> None:
            if message["type"] == "http.response.body" and not message.get("more_body"):
                watching.cancel()  # it has ended by itself, after which a server calls it disconnected, too
            await send(message)

        try:
            await self._app(scope, receive, send_watched)
        finally:
            watching.cancel()

    async def _watch(self, scope: Scope, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        for session in parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", ()):
            self._on_leave(session)

"""Answers from the first second on, says what is loading, then hands everything over to the app.

Importing torch and gradio takes 5 to 20 s; until then `Startup` shows a page of its own, which asks `/readyz`
and reloads itself; programs are told to come back. It imports no library.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from html import escape

from qa.web.assets import asset
from qa.web.headers import (
    REQUEST_ID,
    ASGIApp,
    Receive,
    Scope,
    SecurityHeaders,
    Send,
    accepts_html,
    request_id_of,
    route_path,
)
from qa.web.problems import Problem, refuse

PAGES = ("/", "/chat", "/chat/")
SOON = "2"  # seconds after which to ask again

Report = Callable[[str], None]
"""Says which step begins. Raises `Stopping` if there is no use in it any more."""

Open = Callable[[Report], AbstractAsyncContextManager[ASGIApp]]
"""Entering loads the app and starts it, leaving stops it and closes what it stands on."""


class Stopping(Exception):
    """The server was told to stop while it was loading."""


class Startup:
    """An ASGI app that loads another one and becomes it.

    Args:
        open_app: loads the other one; must not block the event loop.
        on_failure: called once if loading fails; `problem` then holds the reason.
    """

    def __init__(self, open_app: Open, on_failure: Callable[[], None]) -> None:
        self._open_app = open_app
        self._on_failure = on_failure
        self._step = "Starting"
        self._app: ASGIApp | None = None
        self._stop = asyncio.Event()
        self.problem: Exception | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves as the app does once there is one."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._app is not None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await SecurityHeaders(self._answer_meanwhile)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1013, "reason": "Footnote is still loading."})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        # In a task of its own: the app's lifespan has to be left in the task that entered it.
        serving = asyncio.create_task(self._serve())
        await receive()
        self._stop.set()
        await serving
        await send({"type": "lifespan.shutdown.complete"})

    async def _serve(self) -> None:
        try:
            async with self._open_app(self._report) as app:
                self._app = app
                await self._stop.wait()
        except Stopping:
            pass
        except Exception as problem:  # whatever it is, the process has to end and say why
            self.problem = problem
            self._on_failure()

    def _report(self, step: str) -> None:
        if self._stop.is_set():
            raise Stopping
        self._step = step

    async def _answer_meanwhile(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, reading = route_path(scope), scope["method"] in ("GET", "HEAD")
        if reading and path == "/healthz":
            await _respond(scope, send, 200, "application/json", json.dumps({"status": "up"}))
        elif reading and path == "/readyz":
            loading = json.dumps({"status": "loading", "loading": self._step})
            await _respond(scope, send, 503, "application/json", loading)
        elif reading and (path in PAGES or accepts_html(scope)):
            status = 200 if path in PAGES else 503
            await _respond(scope, send, status, "text/html; charset=utf-8", self._page(scope))
        else:
            detail = f"Footnote is still loading: try again in {SOON} s."
            await refuse(Problem(503, "loading", detail, headers=_headers(scope, 503)), scope, send)

    def _page(self, scope: Scope) -> str:
        page = asset("starting.html").replace("{{step}}", escape(self._step))
        return page.replace("{{root}}", escape(scope.get("root_path", "")))


def _headers(scope: Scope, status: int) -> dict[str, str]:
    own = {"cache-control": "no-store", REQUEST_ID: request_id_of(scope)}
    return own | ({"retry-after": SOON} if status == 503 else {})


async def _respond(scope: Scope, send: Send, status: int, content_type: str, text: str) -> None:
    headers = {"content-type": content_type, **_headers(scope, status)}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else text.encode()})

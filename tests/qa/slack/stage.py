"""A server of this process that the apps of many tests are shown on, one after the other."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from contextlib import contextmanager
from typing import ClassVar

import uvicorn
from fastapi import FastAPI

from qa.web.headers import ASGIApp, Receive, Scope, Send

LONGEST_WAIT = 60.0


class Stage:
    """A server on a port of 127.0.0.1 that shows one app after the other, each within its own lifespan.

    It runs in a thread with a loop of its own, and ends with the process.
    """

    _idle: ClassVar[list[Stage]] = []

    def __init__(self) -> None:
        self._app: ASGIApp | None = None
        self._loop = asyncio.new_event_loop()
        config = uvicorn.Config(self._serve, port=0, interface="asgi3", lifespan="off", log_level="error")
        self._server = uvicorn.Server(config)
        threading.Thread(target=self._loop.run_until_complete, args=(self._server.serve(),), daemon=True).start()
        wait_until(lambda: self._server.started)
        self.address = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    @classmethod
    @contextmanager
    def showing(cls, app: FastAPI, front: ASGIApp | None = None) -> Iterator[str]:
        """The address at which an app, or what stands before it, is served meanwhile.

        Raises what its lifespan raises.
        """
        stage = cls._idle.pop() if cls._idle else cls()
        stop = asyncio.Event()
        live = asyncio.run_coroutine_threadsafe(stage._live(app, front or app, stop), stage._loop)
        try:
            wait_until(lambda: stage._app is not None or live.done())
            if live.done():
                live.result()
            yield stage.address
        finally:
            stage._loop.call_soon_threadsafe(stop.set)
            wait([live], LONGEST_WAIT)
            cls._idle.append(stage)
        live.result()

    async def _live(self, app: FastAPI, front: ASGIApp, stop: asyncio.Event) -> None:
        async with app.router.lifespan_context(app):
            self._app = front
            try:
                await stop.wait()
            finally:
                self._app = None

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._app is not None, "nothing is on"
        await self._app(scope, receive, send)


def wait_until(holds: Callable[[], bool], seconds: float = LONGEST_WAIT) -> None:
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.02)

"""A server of the page in a thread of this process: a service whose answers are written here, everything else real."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

import uvicorn

from qa.settings import Settings
from qa.web.access.guard import Access
from qa.web.app import create_app
from qa.web.headers import ASGIApp
from qa.web.serve import in_front, listen
from qa.web.startup import Report, Startup
from tests.qa.web.scripted import Script

if TYPE_CHECKING:
    from qa.service import Footnote

LONGEST_WAIT = 15.0  # seconds; an answer that waits to go on does so by itself after 20


class Running:
    """A server in a thread of this process; it has loaded once `loaded` is set.

    Args:
        given: settings.
    """

    def __init__(self, **given: str) -> None:
        self._settings = Settings.read(**given)
        self.script = Script()
        self.loaded = threading.Event()
        listener = listen("127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        startup = Startup(self._open, on_failure=self.stop)
        self._server = uvicorn.Server(
            uvicorn.Config(
                in_front(startup, self._settings), log_level="warning", timeout_graceful_shutdown=1, lifespan="on"
            )
        )
        self._thread = threading.Thread(target=self._server.run, args=([listener],))
        self._thread.start()

    @asynccontextmanager
    async def _open(self, report: Report) -> AsyncIterator[ASGIApp]:
        report("Counting pages")
        await asyncio.to_thread(self.loaded.wait, 20)
        app = create_app(cast("Footnote", self.script), Access.of(self._settings))
        async with app.router.lifespan_context(app):
            yield app

    def go_on_once_cancelled(self) -> None:
        """Lets an answer go on when the server has heard that nobody waits for it any more."""
        end = time.monotonic() + LONGEST_WAIT
        while not (self.script.last and self.script.last.cancelled):
            assert time.monotonic() < end, "it is still being answered"
            time.sleep(0.01)
        self.script.go_on.set()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        self.script.go_on.set()
        self.script.queue.close()

"""For how long the event loop was held: whatever blocks it makes every client wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

EVERY = 0.02  # seconds


class LoopWatch:
    """Wakes up all the time and notes by how much too late.

    On a machine whose cores are taken it sees their scheduling, too.
    """

    def __init__(self) -> None:
        self.longest_hold = 0.0  # seconds, since the app was started

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watches the loop that this is entered in."""
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    async def _watch(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(EVERY)
            self.longest_hold = max(self.longest_hold, time.perf_counter() - began - EVERY)

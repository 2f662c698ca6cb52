"""A job's steps, and the pauses between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TypeVar

from qa.work import Job

T = TypeVar("T")


async def with_pauses(job: Job[T], seconds: float) -> AsyncIterator[T | None]:
    """Every step of a job; None before one that takes longer than this, again each time as long has passed.

    Raises what the job ends with. Left early, it cancels the job.
    """
    steps = job.__aiter__()
    waiting: asyncio.Future[T] | None = None
    try:
        while True:
            waiting = waiting or asyncio.ensure_future(anext(steps))
            done, _ = await asyncio.wait({waiting}, timeout=seconds)
            if not done:
                yield None
                continue
            try:
                step = waiting.result()
            except StopAsyncIteration:
                return
            finally:
                waiting = None
            yield step
    finally:
        job.cancel()
        if waiting is not None:
            waiting.cancel()

"""The one bounded queue, and the few threads, that every front end's questions go through."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextvars import copy_context
from math import ceil
from typing import Any, Generic, TypeVar

from qa.errors import Busy, Cancelled, Closed

T = TypeVar("T")

RECENT = 20  # jobs whose mean duration says how long a waiting one will take
CLOSING_SECONDS = 10.0  # a step takes well under a second; longer means that it hangs


class Job(Generic[T]):
    """Steps that run in another thread, and what they have yielded so far.

    Iterate over it in a thread or with `async for`; both see every item from the first on, and then the exception
    that ended the steps, if one did. Leaving the loop early, or cancelling the task that waits in it, cancels the job.
    A step that yields the very item that came last only gives the chance to cancel: that item is not seen again.
    """

    def __init__(self, steps: Callable[[], Iterator[T]]) -> None:
        self._steps = steps
        self._context = copy_context()  # what a step logs is told apart as what its caller logs
        self._changed = threading.Condition()
        self._items: list[T] = []
        self._running = False
        self._cancelled = False
        self._ended = False
        self._error: BaseException | None = None
        self._watchers: list[Callable[[], None]] = []

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self._ended

    @property
    def started(self) -> bool:
        """Whether a worker has taken it."""
        return self._running

    @property
    def cancelled(self) -> bool:
        """Whether it was told to stop; it may be at its last step still."""
        return self._cancelled

    @property
    def latest(self) -> T | None:
        """The last item so far."""
        with self._changed:
            return self._items[-1] if self._items else None

    @property
    def error(self) -> BaseException | None:
        """What ended the steps, if they did not end by themselves."""
        return self._error

    def cancel(self) -> None:
        """Drops the job if it still waits; stops it at its next yield (closing its iterator) if it runs."""
        with self._changed:
            self._cancelled = True
            if not self._running:
                self._end(Cancelled())

    def result(self) -> T:
        """The last item, once the job has ended.

        Raises:
            Cancelled: it was cancelled.
            Exception: whatever the steps raised; RuntimeError if they yielded nothing.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._ended)
            if self._error:
                raise self._error
            if not self._items:
                raise RuntimeError("The steps yielded nothing.")
            return self._items[-1]

    def __iter__(self) -> Iterator[T]:
        seen = 0
        try:
            while fresh := self._wait_for_more(seen):
                seen += len(fresh)
                yield from fresh
        finally:
            self.cancel()  # changes nothing if the job has ended
        if self._error:
            raise self._error

    async def __aiter__(self) -> AsyncIterator[T]:
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(changed.set)

        seen = 0
        self._watch(wake)
        try:
            while True:
                changed.clear()
                fresh, ended = self._since(seen)
                seen += len(fresh)
                for item in fresh:
                    yield item
                if ended:
                    break
                if not fresh:
                    await changed.wait()
        finally:
            self._unwatch(wake)
            self.cancel()
        if self._error:
            raise self._error

    def run(self) -> None:
        """Takes the steps, in the thread that calls this; a cancelled job takes none. For the queue's workers."""
        with self._changed:
            if self._ended:
                return
            self._running = True
        error: BaseException | None = None
        try:
            self._context.run(self._take_steps)
        except BaseException as raised:  # it belongs to whoever waits for the job; the worker goes on
            error = raised
        with self._changed:
            self._end(error)

    def _take_steps(self) -> None:
        steps = self._steps()
        try:
            for item in steps:
                if not (self._items and self._items[-1] is item):
                    with self._changed:
                        self._items.append(item)
                        self._tell()
                if self._cancelled:
                    raise Cancelled
        finally:
            if close := getattr(steps, "close", None):
                close()

    def _end(self, error: BaseException | None) -> None:
        if not self._ended:
            self._error = error
            self._ended = True
            # They may hold a whole document, and whoever asked may look at the job for long.
            self._steps = lambda: iter(())
            self._tell()

    def _since(self, seen: int) -> tuple[list[T], bool]:
        """The items after the first `seen`, and whether they are the last."""
        with self._changed:
            return self._items[seen:], self._ended

    def _wait_for_more(self, seen: int) -> list[T]:
        """The items after the first `seen`; none once the job has ended."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or len(self._items) > seen)
            return self._items[seen:]

    def _tell(self) -> None:
        self._changed.notify_all()
        for wake in tuple(self._watchers):
            try:
                wake()
            except RuntimeError:  # its event loop was closed: nobody waits there any more
                self._watchers.remove(wake)
                self._cancelled = True

    def _watch(self, wake: Callable[[], None]) -> None:
        with self._changed:
            self._watchers.append(wake)

    def _unwatch(self, wake: Callable[[], None]) -> None:
        with self._changed:
            if wake in self._watchers:
                self._watchers.remove(wake)


class WorkQueue:
    """Runs jobs in the order they came, `workers` at a time; at most `capacity` more wait."""

    def __init__(self, workers: int = 1, capacity: int = 32) -> None:
        self._capacity = capacity
        self._changed = threading.Condition()
        self._waiting: deque[Job[Any]] = deque()
        self._running: set[Job[Any]] = set()
        self._seconds: deque[float] = deque(maxlen=RECENT)
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, name=f"footnote-{number}", daemon=True)
            for number in range(1, workers + 1)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, steps: Callable[[], Iterator[T]]) -> Job[T]:
        """Queues steps: what `steps()` yields is what the job yields.

        Raises:
            Busy: as many jobs wait as may.
            Closed: the queue was closed.
        """
        job = Job(steps)
        with self._changed:
            if self._closed:
                raise Closed
            self._drop_cancelled()
            if len(self._waiting) >= self._capacity:
                raise Busy(self._retry_after())
            self._waiting.append(job)
            self._changed.notify()
        return job

    @property
    def waiting(self) -> int:
        """How many jobs wait for a worker."""
        with self._changed:
            self._drop_cancelled()
            return len(self._waiting)

    @property
    def running(self) -> int:
        """How many jobs workers are at."""
        with self._changed:
            return len(self._running)

    @property
    def closed(self) -> bool:
        """Whether it takes no more jobs."""
        return self._closed

    def close(self) -> None:
        """Cancels what waits and runs, and returns when the workers have stopped."""
        with self._changed:
            self._closed = True
            jobs = [*self._waiting, *self._running]
            self._changed.notify_all()
        for job in jobs:
            job.cancel()
        for thread in self._threads:
            thread.join(CLOSING_SECONDS)

    def _drop_cancelled(self) -> None:
        self._waiting = deque(job for job in self._waiting if not job.ended)

    def _retry_after(self) -> int:
        """Until one of the waiting jobs has been taken, as far as the recent ones tell."""
        mean = sum(self._seconds) / len(self._seconds) if self._seconds else 1.0
        return max(1, ceil(mean / len(self._threads)))

    def _work(self) -> None:
        while (job := self._next()) is not None:
            began = time.monotonic()
            job.run()
            with self._changed:
                self._running.remove(job)
                self._seconds.append(time.monotonic() - began)

    def _has_something_to_do(self) -> bool:
        self._drop_cancelled()
        return bool(self._waiting) or self._closed

    def _next(self) -> Job[Any] | None:
        with self._changed:
            self._changed.wait_for(self._has_something_to_do)
            if self._closed:
                return None
            job = self._waiting.popleft()
            self._running.add(job)
            return job

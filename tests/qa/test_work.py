"""Jobs run in order, in the background; errors and cancelling reach the right side; nothing waits for ever."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextvars import ContextVar

import pytest

from qa.errors import Busy, Cancelled, Closed
from qa.work import Job, WorkQueue

SOON = 10.0  # seconds; a test that has to wait this long has failed


@pytest.fixture
def queue() -> Iterator[WorkQueue]:
    queue = WorkQueue(workers=1, capacity=3)
    yield queue
    queue.close()


class Gate:
    """Steps that stop after their first item until they are let go."""

    def __init__(self) -> None:
        self.entered, self.opened, self.closed = threading.Event(), threading.Event(), threading.Event()
        self.yielded = 0

    def __call__(self) -> Iterator[int]:
        try:
            for number in range(3):
                self.yielded += 1
                yield number
                self.entered.set()
                assert self.opened.wait(SOON)
        finally:
            self.closed.set()


def count(upto: int) -> Callable[[], Iterator[int]]:
    return lambda: iter(range(upto))


class TestJob:
    def test_yields_what_its_steps_yield(self, queue: WorkQueue) -> None:
        assert list(queue.submit(count(4))) == [0, 1, 2, 3]

    def test_results_in_its_last_item(self, queue: WorkQueue) -> None:
        assert queue.submit(count(4)).result() == 3

    def test_an_item_that_comes_again_is_no_news(self, queue: WorkQueue) -> None:
        first, second = ["one"], ["one"]

        found = list(queue.submit(lambda: iter([first, first, second, second, first])))

        assert [id(item) for item in found] == [id(first), id(second), id(first)]

    def test_can_be_read_again(self, queue: WorkQueue) -> None:
        job = queue.submit(count(2))

        assert (list(job), list(job), job.result()) == ([0, 1], [0, 1], 1)

    def test_tells_how_far_it_is_without_waiting(self, queue: WorkQueue) -> None:
        gate = Gate()
        job, after = queue.submit(gate), queue.submit(count(1))
        assert gate.entered.wait(SOON)

        assert (job.started, job.ended, job.latest, job.error) == (True, False, 0, None)
        assert (after.started, after.latest) == (False, None)
        assert (queue.running, queue.waiting, queue.closed) == (1, 1, False)

        after.cancel()
        gate.opened.set()
        assert job.result() == 2
        assert (job.ended, job.latest, queue.waiting) == (True, 2, 0)
        assert isinstance(after.error, Cancelled)

    def test_lets_go_of_what_its_steps_hold(self, queue: WorkQueue) -> None:
        held = Gate()
        gone = weakref.ref(held)
        held.opened.set()
        job = queue.submit(held)
        job.result()
        del held

        gc.collect()
        assert gone() is None
        assert job.latest == 2

    def test_runs_in_the_context_of_who_asked(self, queue: WorkQueue) -> None:
        asked_by = ContextVar("asked_by", default="nobody")
        asked_by.set("the first")
        first = queue.submit(lambda: iter([asked_by.get()]))
        asked_by.set("the second")
        second = queue.submit(lambda: iter([asked_by.get()]))

        assert (first.result(), second.result()) == ("the first", "the second")

    def test_hands_on_each_item_at_once(self, queue: WorkQueue) -> None:
        gate = Gate()

        items = iter(queue.submit(gate))

        assert next(items) == 0  # the steps wait at the gate
        gate.opened.set()
        assert list(items) == [1, 2]

    def test_raises_what_its_steps_raise_after_their_items(self, queue: WorkQueue) -> None:
        def broken() -> Iterator[int]:
            yield 1
            raise KeyError("the reason")

        job, seen = queue.submit(broken), []
        with pytest.raises(KeyError, match="the reason"):
            for item in job:
                seen.append(item)  # noqa: PERF402

        assert seen == [1]
        with pytest.raises(KeyError, match="the reason"):
            job.result()
        assert queue.submit(count(1)).result() == 0  # the worker goes on

    def test_raises_when_the_steps_cannot_even_begin(self, queue: WorkQueue) -> None:
        def broken() -> Iterator[int]:
            raise KeyError("the reason")

        with pytest.raises(KeyError):
            queue.submit(broken).result()

    def test_without_items_has_no_result(self, queue: WorkQueue) -> None:
        with pytest.raises(RuntimeError, match="nothing"):
            queue.submit(count(0)).result()


class TestCancelling:
    def test_stops_at_the_next_yield_and_closes_the_steps(self, queue: WorkQueue) -> None:
        gate = Gate()
        job = queue.submit(gate)
        assert gate.entered.wait(SOON)

        job.cancel()
        gate.opened.set()

        assert gate.closed.wait(SOON)
        assert gate.yielded == 2
        with pytest.raises(Cancelled):
            job.result()

    def test_stops_steps_that_only_repeat_themselves(self, queue: WorkQueue) -> None:
        closed = threading.Event()

        def steps() -> Iterator[str]:
            try:
                while True:
                    yield "the same"
            finally:
                closed.set()

        job = queue.submit(steps)
        assert next(iter(job)) == "the same"
        job.cancel()

        assert closed.wait(SOON)
        with pytest.raises(Cancelled):
            job.result()

    def test_drops_a_job_that_waits(self, queue: WorkQueue) -> None:
        gate, begun = Gate(), threading.Event()
        running = queue.submit(gate)

        def steps() -> Iterator[int]:
            begun.set()
            yield 1

        waiting = queue.submit(steps)
        waiting.cancel()

        with pytest.raises(Cancelled):  # at once, though the worker is busy
            waiting.result()
        gate.opened.set()
        running.result()
        queue.submit(count(1)).result()
        assert not begun.is_set()

    def test_happens_when_the_loop_is_left(self, queue: WorkQueue) -> None:
        gate = Gate()

        for _ in queue.submit(gate):
            break
        gate.opened.set()

        assert gate.closed.wait(SOON)
        assert gate.yielded == 2

    def test_after_the_end_changes_nothing(self, queue: WorkQueue) -> None:
        job = queue.submit(count(2))
        job.result()

        job.cancel()

        assert job.result() == 1


class TestAsync:
    def test_yields_what_the_steps_yield(self, queue: WorkQueue) -> None:
        async def read() -> list[int]:
            return [item async for item in queue.submit(count(100))]

        assert asyncio.run(read()) == list(range(100))

    def test_reads_a_job_that_has_ended(self, queue: WorkQueue) -> None:
        job = queue.submit(count(3))
        job.result()

        async def read() -> list[int]:
            return [item async for item in job]

        assert asyncio.run(read()) == [0, 1, 2]

    def test_leaves_the_event_loop_free(self, queue: WorkQueue) -> None:
        gate = Gate()

        async def read() -> list[int]:
            asyncio.get_running_loop().call_later(0.05, gate.opened.set)
            return [item async for item in queue.submit(gate)]

        assert asyncio.run(asyncio.wait_for(read(), SOON)) == [0, 1, 2]

    def test_raises_what_the_steps_raise(self, queue: WorkQueue) -> None:
        def broken() -> Iterator[int]:
            yield 1
            raise KeyError("the reason")

        async def read() -> None:
            async for _ in queue.submit(broken):
                pass

        with pytest.raises(KeyError):
            asyncio.run(read())

    def test_cancelling_the_task_cancels_the_job(self, queue: WorkQueue) -> None:
        gate = Gate()
        job = queue.submit(gate)

        async def read() -> None:
            async for _ in job:
                pass

        async def give_up() -> None:
            task = asyncio.create_task(read())
            await asyncio.to_thread(gate.entered.wait, SOON)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(give_up())
        gate.opened.set()

        assert gate.closed.wait(SOON)
        assert gate.yielded == 2

    def test_a_loop_that_is_gone_cancels_the_job(self, queue: WorkQueue) -> None:
        gate = Gate()
        job = queue.submit(gate)
        loop = asyncio.new_event_loop()
        items = job.__aiter__()
        assert loop.run_until_complete(anext(items)) == 0
        loop.close()

        gate.opened.set()

        assert gate.closed.wait(SOON)
        assert gate.yielded == 2


class TestQueue:
    def test_runs_in_the_order_asked(self, queue: WorkQueue) -> None:
        order: list[int] = []

        def noting(number: int) -> Callable[[], Iterator[int]]:
            def steps() -> Iterator[int]:
                order.append(number)
                yield number

            return steps

        jobs = [queue.submit(noting(number)) for number in range(3)]

        assert [job.result() for job in jobs] == order == [0, 1, 2]

    def test_that_is_full_says_when_to_come_back(self, queue: WorkQueue) -> None:
        gate = Gate()
        running = queue.submit(gate)
        assert gate.entered.wait(SOON)
        waiting = [queue.submit(count(1)) for _ in range(3)]

        with pytest.raises(Busy) as refused:
            queue.submit(count(1))

        assert refused.value.retry_after >= 1
        waiting[0].cancel()
        queue.submit(count(1))  # there is room again
        gate.opened.set()
        running.result()

    def test_has_as_many_running_as_it_has_workers(self) -> None:
        meet = threading.Barrier(2)

        def steps() -> Iterator[int]:
            yield meet.wait(SOON)

        queue = WorkQueue(workers=2)
        jobs = [queue.submit(steps) for _ in range(2)]

        assert {job.result() for job in jobs} == {0, 1}
        queue.close()

    def test_that_is_closed_ends_what_waits_and_runs(self) -> None:
        queue, gate = WorkQueue(), Gate()
        running, waiting = queue.submit(gate), queue.submit(count(1))
        assert gate.entered.wait(SOON)
        threading.Timer(0.05, gate.opened.set).start()

        queue.close()

        for job in (running, waiting):
            with pytest.raises(Cancelled):
                job.result()
        with pytest.raises(Closed):
            queue.submit(count(1))

    def test_costs_next_to_nothing(self, queue: WorkQueue) -> None:
        took = []
        for _ in range(200):
            began = time.perf_counter()
            queue.submit(count(1)).result()
            took.append(time.perf_counter() - began)

        assert sorted(took)[100] < 0.005  # measured: 0.00005; a poll would show


def test_many_threads_get_their_own_answers() -> None:
    queue = WorkQueue(workers=2, capacity=1000)
    jobs: dict[int, Job[int]] = {}

    def ask(number: int) -> None:
        jobs[number] = queue.submit(lambda: iter([number]))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(job.result() == number for number, job in jobs.items())
    queue.close()

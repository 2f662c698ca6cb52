"""Slack's rates, by a clock of the test's own."""

from __future__ import annotations

import asyncio

import pytest

from qa.slack.limiter import Limiter

pytestmark = pytest.mark.usefixtures("slacks_rates")


class Clock:
    """Time passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def times(method: str, calls: int, channels: int = 1) -> list[float]:
    """When each of many calls goes through."""
    clock = Clock()
    limiter = Limiter(clock, clock.sleep)

    async def call() -> list[float]:
        went: list[float] = []
        for number in range(calls):
            await limiter.turn(method, f"C{number % channels}")
            went.append(round(clock.now, 3))
        return went

    return asyncio.run(call())


@pytest.mark.parametrize(
    ("method", "most", "seconds"),
    [
        ("chat.startStream", 20, 60),
        ("chat.stopStream", 20, 60),
        ("chat.appendStream", 100, 60),
        ("assistant.threads.setStatus", 50, 60),
        ("chat.postMessage", 1, 1),
    ],
)
def test_no_window_holds_more_calls_than_slack_takes(method: str, most: int, seconds: float) -> None:
    went = times(method, 3 * most + 1)

    assert all(after - before >= seconds for before, after in zip(went, went[most:], strict=False))
    assert went[most - 1] == 0  # as many as may go at once


# A channel's second message would wait a second.
def test_channels_do_not_wait_for_one_another() -> None:
    assert times("chat.postMessage", 5, channels=5) == [0.0] * 5


def test_what_slack_holds_back_waits_as_long() -> None:
    clock = Clock()
    limiter = Limiter(clock, clock.sleep)
    limiter.hold("chat.startStream", "C1", 7.5)

    assert not limiter.has_room("chat.startStream", "C2")
    asyncio.run(limiter.turn("chat.startStream", "C1"))

    assert clock.now == 7.5


def test_room_is_there_until_the_window_is_full() -> None:
    clock = Clock()
    limiter = Limiter(clock, clock.sleep)
    for _ in range(20):
        assert limiter.has_room("chat.stopStream")
        asyncio.run(limiter.turn("chat.stopStream"))

    assert not limiter.has_room("chat.stopStream")
    clock.now = 61
    assert limiter.has_room("chat.stopStream")

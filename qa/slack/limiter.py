"""How often Slack may be called: its tiers, kept to before it says 429."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `calls` in any `seconds`."""

    calls: int
    seconds: float


TIER_2, TIER_3, TIER_4 = Rate(20, 60), Rate(50, 60), Rate(100, 60)

# docs.slack.dev/apis/web-api/rate-limits; posting is limited for each channel.
RATES = {
    "chat.postMessage": Rate(1, 1.0),
    "chat.postEphemeral": TIER_4,
    "chat.startStream": TIER_2,
    "chat.appendStream": TIER_4,
    "chat.stopStream": TIER_2,
    "assistant.threads.setStatus": TIER_3,
    "assistant.threads.setSuggestedPrompts": TIER_3,
    "agents.sessions.setStatus": TIER_3,
}
PER_CHANNEL = frozenset({"chat.postMessage"})
SLACK = 0.1  # seconds added to a window: Slack's clock starts when a call arrives, not when it leaves


class Limiter:
    """Lets calls through in the order they came, no faster than allowed.

    Args:
        clock: seconds that only grow.
        sleep: waits for seconds.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._taken: defaultdict[str, deque[float]] = defaultdict(deque)
        self._held_until: dict[str, float] = {}

    async def turn(self, method: str, channel: str = "") -> None:
        """Waits until a method may be called, and counts the call."""
        key = _key(method, channel)
        async with self._turns[key]:
            while (seconds := self._wait(method, key)) > 0:
                await self._sleep(seconds)
            self._taken[key].append(self._clock())

    def has_room(self, method: str, channel: str = "") -> bool:
        """Whether a call would go through at once."""
        key = _key(method, channel)
        return not self._turns[key].locked() and self._wait(method, key) <= 0

    def hold(self, method: str, channel: str, seconds: float) -> None:
        """Lets no call through for a while: Slack said so."""
        self._held_until[_key(method, channel)] = self._clock() + seconds

    def _wait(self, method: str, key: str) -> float:
        rate, now, taken = RATES.get(method), self._clock(), self._taken[key]
        held = self._held_until.get(key, -inf) - now
        if rate is None:
            return held
        while taken and taken[0] + rate.seconds + SLACK <= now:
            taken.popleft()
        full = taken[0] + rate.seconds + SLACK - now if len(taken) >= rate.calls else 0.0
        return max(held, full)


def _key(method: str, channel: str) -> str:
    return f"{method} {channel}" if method in PER_CHANNEL else method

"""How much one caller may ask for: requests a minute, bytes in a body."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from qa.web.headers import ASGIApp, Message, Receive, Scope, Send
from qa.web.problems import Problem, refuse


class PerMinute:
    """Counts what each of several callers does, over the minute before."""

    def __init__(self, most: int) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._most = RateLimitItemPerMinute(most)

    async def take(self, who: str) -> None:
        """Counts one more.

        Raises:
            Problem: 429, there were as many as are allowed; it says after how long to come back.
        """
        if not await self._limiter.hit(self._most, who):
            seconds = await self.wait(who)
            detail = f"Too many requests within a minute: try again in {seconds} s."
            raise Problem(429, "too_many_requests", detail, headers={"retry-after": str(seconds)})

    async def wait(self, who: str) -> int:
        """Whole seconds until one more is allowed; 0 if it is now."""
        left = await self._limiter.get_window_stats(self._most, who)
        return 0 if left.remaining else max(1, math.ceil(left.reset_time - time.time()))


async def serve_bounded(app: ASGIApp, most: float, scope: Scope, receive: Receive, send: Send) -> None:
    """Serves a request, and refuses it once its body has more bytes than are taken, said beforehand or not."""
    taken, has_begun = 0, False

    async def receive_counted() -> Message:
        nonlocal taken
        message = await receive()
        if message["type"] == "http.request":
            taken += len(message.get("body", b""))
        # To whatever reads it, of ours or mounted, the client went away: nothing more is read, and nothing kept.
        return message if taken <= most else {"type": "http.disconnect"}

    async def send_unless_refused(message: Message) -> None:
        nonlocal has_begun
        if has_begun or taken <= most:
            has_begun = True
            await send(message)

    declared = dict(scope["headers"]).get(b"content-length", b"")
    if declared.isdigit() and int(declared) > most:
        taken = int(declared)
    else:
        try:
            await app(scope, receive_counted, send_unless_refused)
        except Exception:
            if taken <= most:
                raise
    if taken > most and not has_begun:
        detail = f"The body of the request is larger than {most:,} bytes: send less at once."
        await refuse(Problem(413, "too_large", detail), scope, send)

"""Calls to Slack: within its rates, waiting out a 429, and never made twice where the first may have arrived."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from aiohttp import ClientConnectorError, ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from qa.slack.limiter import Limiter
from qa.slack.quiet import QUIET

T = TypeVar("T")

SECONDS = 10  # that a call may take
ATTEMPTS = 10  # of a call that Slack puts off, or that does not reach it
LONGEST_PAUSE = 30.0  # seconds, between attempts to reach Slack at all
TOO_LONG = frozenset({"msg_too_long", "msg_blocks_too_long"})
PASSING = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)
OVER = frozenset({"expired_url", "used_url", "invalid_url"})  # what a response_url says that takes no more


class Refused(Exception):
    """Slack did not take a call.

    Args:
        method: that was called.
        code: Slack's word for why.
        needed: the scope that it misses.
        is_passing: the same call may be taken another time.
    """

    def __init__(self, method: str, code: str, needed: str = "", *, is_passing: bool = False) -> None:
        super().__init__(f"{method}: {code}{f', {needed} is needed' if needed else ''}")
        self.method, self.code, self.is_passing = method, code, is_passing or code in PASSING

    @property
    def is_about_form(self) -> bool:
        """Whether a plainer form of the same message may be taken."""
        return self.code.startswith("invalid_blocks") or self.code in TOO_LONG


class Uncertain(Exception):
    """The connection broke: Slack may have done it or not. What posts is not repeated, or it may stand there twice."""


class PutOff(Exception):
    """Slack answered 429: again after so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class WebApi:
    """Slack's Web API, called by the rules.

    Args:
        client: without retry handlers: its own would post twice when a connection breaks.
        limiter: of this workspace; it outlives no process, as Slack's own count nearly does.
    """

    def __init__(self, client: AsyncWebClient, limiter: Limiter) -> None:
        self._client = client
        self.limiter = limiter

    async def call(self, method: str, **arguments: Any) -> AsyncSlackResponse:
        """Calls a method as soon as it may be.

        Raises:
            Refused: Slack answered with an error, or cannot be reached.
            Uncertain: it did not answer, though the call may have arrived.
        """
        channel = str(arguments.get("channel", ""))

        async def once() -> AsyncSlackResponse:
            await self.limiter.turn(method, channel)
            try:
                return await self._client.api_call(method, json=arguments)
            except SlackApiError as error:
                meant = _meaning(method, error)
                if isinstance(meant, PutOff):
                    self.limiter.hold(method, channel, meant.seconds)
                raise meant from None  # its own text repeats what was sent

        return await patiently(method, once)

    async def try_to(self, method: str, **arguments: Any) -> Refused | None:
        """Calls a method that an answer can do without; returns why not, if Slack refused."""
        try:
            await self.call(method, **arguments)
        except Refused as error:
            return error
        except Uncertain:
            pass
        return None


async def respond(url: str, body: dict[str, Any]) -> None:
    """Posts to a command's or a button's `response_url`.

    Raises:
        Refused: it takes no more, or not this.
        Uncertain: see there.
    """
    client = AsyncWebhookClient(url, timeout=SECONDS, retry_handlers=[], logger=QUIET)

    async def once() -> None:
        answer = await client.send_dict(body)
        if answer.status_code == 429:
            raise PutOff(_seconds(answer.headers))
        if answer.status_code >= 500:
            raise Refused("response_url", f"status {answer.status_code}", is_passing=True)
        code = _code_in(answer.body)
        if answer.status_code != 200 or code in OVER:
            raise Refused("response_url", code or str(answer.status_code))

    await patiently("response_url", once)


async def patiently(what: str, once: Callable[[], Awaitable[T]]) -> T:
    """Does it, again where Slack put it off or was not reached at all.

    Raises:
        Refused, Uncertain: see `WebApi.call`.
    """
    pause, reason = 1.0, ""
    for _ in range(ATTEMPTS):
        try:
            return await once()
        except PutOff as error:
            reason = "ratelimited"
            await asyncio.sleep(error.seconds)
        except ClientConnectorError:  # nothing was sent yet
            reason = "Slack cannot be reached"
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        except (ClientError, OSError, TimeoutError) as error:
            raise Uncertain(f"{what}: {type(error).__name__}") from None
    raise Refused(what, reason, is_passing=True)


def _meaning(method: str, error: SlackApiError) -> Refused | PutOff:
    response = error.response
    data = response.data if isinstance(response.data, dict) else {}
    if response.status_code == 429 or data.get("error") in ("ratelimited", "rate_limited"):
        return PutOff(_seconds(response.headers))
    code, needed = str(data.get("error", f"status {response.status_code}")), str(data.get("needed", ""))
    return Refused(method, code, needed, is_passing=response.status_code >= 500)


def _seconds(headers: Any) -> float:
    """What Retry-After says; it may be a fraction, or missing."""
    named = {str(name).lower(): value for name, value in dict(headers).items()}
    value = named.get("retry-after", 1)
    try:
        return max(0.0, float(value[0] if isinstance(value, list) else value))
    except (TypeError, ValueError):
        return 1.0


def _code_in(body: str | None) -> str:
    found = re.search(r"\b(invalid_blocks\w*|msg\w*_too_long|\w+_url)\b", body or "")
    return found.group() if found else ""

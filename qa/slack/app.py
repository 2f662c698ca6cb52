"""The Bolt app: what Slack sends is stored, then acknowledged; whoever answers is woken. It waits for nothing else."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from index.errors import FootnoteError
from qa.slack import events
from qa.slack.blocks import RATE, SHARE
from qa.slack.events import Kept, Question
from qa.slack.inbox import Inbox
from qa.slack.quiet import QUIET
from qa.slack.text import mentions

logger = logging.getLogger(__name__)

Body = dict[str, Any]

ANYTHING = re.compile(".*")
THANKS = "Thank you, that was noted."
NOT_KEPT = "This answer is not kept any more, so the rating cannot be either."
UNREADABLE = "Slack sent something that cannot be read as a question. Please try again."


class Desk(Protocol):
    """What the listeners hand on to."""

    inbox: Inbox
    follows: bool  # a channel thread's further messages are answered without a mention

    def bot(self) -> str | None:
        """Our user id, once it is known."""
        ...

    def wake(self) -> None:
        """Something new is in the inbox."""
        ...

    def begin(self, work: Awaitable[None]) -> None:
        """Does something that no answer depends on, beside everything else."""
        ...

    async def rate(self, trace_id: str, *, helpful: bool) -> bool:
        """Notes what a reader thought; False if the answer is not kept."""
        ...

    async def thank(self, url: str, text: str) -> None:
        """Says it to the one who pressed a button."""
        ...

    async def suggest(self, channel: str) -> None:
        """Offers questions to start from in a direct message."""
        ...

    async def stop(self, conversation: str) -> None:
        """Gives up what is being answered there."""
        ...


def bolt_app(desk: Desk, client: AsyncWebClient, token: str, signing_secret: str | None) -> AsyncApp:
    """An app with every listener.

    Args:
        desk: what they hand on to.
        client: without a token, or Bolt would call auth.test before the first acknowledgement.
        token: the bot's.
        signing_secret: None where events come through Socket Mode only.
    """

    async def authorize(**_: object) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_user_id=desk.bot(), bot_token=token)

    app = AsyncApp(
        logger=QUIET,
        client=client,
        signing_secret=signing_secret or "",
        request_verification_enabled=signing_secret is not None,
        authorize=authorize,
        attaching_conversation_kwargs_enabled=False,  # fails at events of older assistants, and is not used
    )
    _hear(app, desk)
    return app


def _hear(app: AsyncApp, desk: Desk) -> None:
    """Registers the listeners; the first that matches is the one."""
    storing = [_before_ack(desk)]
    app.event("app_mention", middleware=storing)(_nothing)
    app.event("message", middleware=storing)(_nothing)
    app.event("app_home_opened")(_opened(desk))
    app.event("agent_session_stopped")(_stopped(desk))
    app.command(ANYTHING)(_commanded(desk))
    app.action(SHARE)(_shared(desk))
    app.action(RATE)(_rated(desk))
    # Whatever else comes: a 404 would be sent again, and counts towards being cut off.
    app.event(ANYTHING)(_nothing)
    for others in (app.action, app.shortcut, app.view, app.options):
        others(ANYTHING)(_acknowledge)


def _before_ack(desk: Desk) -> Callable[..., Awaitable[None]]:
    """Events are acknowledged before their listener runs, but after its middleware."""

    async def store(body: Body, next: Callable[[], Awaitable[None]]) -> None:
        kept = events.question(body)
        if kept is not None and await _is_for_us(desk, body, kept):
            await _keep(desk, kept)
        await next()

    return store


async def _is_for_us(desk: Desk, body: Mapping[str, Any], kept: Kept) -> bool:
    asked = kept.asked
    if not isinstance(asked, Question) or asked.user == desk.bot():
        return False
    if body["event"].get("type") == "app_mention" or asked.is_direct:
        return True
    # In a channel without a mention: only where we already answered, and not what is said to someone else.
    if not desk.follows or asked.thread == asked.ts or mentions(asked.text) - {desk.bot()}:
        return False
    return bool(await asyncio.to_thread(desk.inbox.turns, asked.conversation, 1))


async def _keep(desk: Desk, kept: Kept) -> None:
    stored = kept.asked.model_dump_json()
    try:
        is_new = await asyncio.to_thread(desk.inbox.put, kept.event_id, kept.place, kept.asked.conversation, stored)
    except FootnoteError as error:  # not acknowledged: Slack sends it again
        logger.error("A message from Slack could not be stored: %s", error)
        raise
    if is_new:
        desk.wake()


async def _nothing() -> None:
    """Bolt has acknowledged it already."""


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()


def _commanded(desk: Desk) -> Callable[..., Awaitable[None]]:
    """Whatever its name: `/ask` may be another app's in this workspace."""

    async def keep(ack: AsyncAck, body: Body) -> None:
        kept = events.command(body)
        if kept is None:
            await ack(text=UNREADABLE)
            return
        await _keep(desk, kept)
        await ack()

    return keep


def _shared(desk: Desk) -> Callable[..., Awaitable[None]]:
    async def keep(ack: AsyncAck, body: Body) -> None:
        if kept := events.sharing(body):
            await _keep(desk, kept)
        await ack()

    return keep


def _rated(desk: Desk) -> Callable[..., Awaitable[None]]:
    async def note(ack: AsyncAck, body: Body) -> None:
        rating = events.rating(body)
        saved = rating is not None and await desk.rate(rating[0], helpful=rating[1])
        await ack()
        if url := body.get("response_url"):
            desk.begin(desk.thank(url, THANKS if saved else NOT_KEPT))

    return note


def _opened(desk: Desk) -> Callable[..., Awaitable[None]]:
    async def offer(body: Body) -> None:
        event = body["event"]
        if event.get("tab") == "messages" and event.get("channel"):
            desk.begin(desk.suggest(event["channel"]))

    return offer


def _stopped(desk: Desk) -> Callable[..., Awaitable[None]]:
    async def stop(body: Body) -> None:
        event = body["event"]
        await desk.stop(f"{event.get('channel')} {event.get('thread_ts')}")

    return stop

"""Where messages go, and how a long or refused one gets there all the same."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from qa.slack.blocks import Unit, line
from qa.slack.calls import OVER, Refused, Uncertain, WebApi, respond
from qa.slack.packing import Payload, forms, messages

logger = logging.getLogger(__name__)

POSTS = 5  # that a response_url takes
UNCONFIRMED = "The connection to Slack broke while I answered. If you miss an answer from me, please ask again."
# A message's `text` is literal: no *bold*, no address or name that becomes a link, nothing unfurled.
PLAIN = {"mrkdwn": False, "parse": "none", "link_names": False, "unfurl_links": False, "unfurl_media": False}


class Destination(Protocol):
    """Where messages go."""

    async def send(self, payload: Payload, *, is_last: bool) -> None:
        """Sends one message.

        Raises:
            Refused: Slack does not take it.
            Uncertain: it may have taken it.
        """
        ...

    async def own_up(self) -> None:
        """Tells the one who asked, and nobody else, that a message may be missing; as far as Slack lets it."""
        ...


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation with whoever asked, in a channel or with them alone; without `ts` a message begins one."""

    web: WebApi
    channel: str
    user: str
    ts: str | None = None

    async def send(self, payload: Payload, *, is_last: bool) -> None:
        """See `Destination`."""
        place = {"channel": self.channel, **({"thread_ts": self.ts} if self.ts else {})}
        await self.web.call("chat.postMessage", **place, **payload, **PLAIN)

    async def own_up(self) -> None:
        """See `Destination`. Not in the thread: Slack shows nothing of this kind in one that has no message yet."""
        await self.web.try_to("chat.postEphemeral", channel=self.channel, user=self.user, text=UNCONFIRMED)


@dataclass(slots=True)
class Response:
    """What a command or a button is answered with: a few messages at its `response_url`, then others elsewhere."""

    url: str
    kind: str  # "ephemeral" or "in_channel"
    then: Destination
    notice: str  # said before the others
    left: int = POSTS

    async def send(self, payload: Payload, *, is_last: bool) -> None:
        """See `Destination`."""
        if self.left == 1 and not is_last:
            await self._respond({"text": self.notice})
        if self.left:
            try:
                await self._respond(payload)
                return
            except Refused as error:
                if error.code not in OVER:
                    raise
            self.left = 0
        await self.then.send(payload, is_last=is_last)

    async def own_up(self) -> None:
        """See `Destination`."""
        with suppress(Refused, Uncertain):
            await respond(self.url, {"text": UNCONFIRMED, "response_type": "ephemeral", "replace_original": False})

    async def _respond(self, payload: Payload) -> None:
        await respond(self.url, {**payload, **PLAIN, "response_type": self.kind, "replace_original": False})
        self.left -= 1


async def deliver(where: Destination, units: Iterable[Unit]) -> None:
    """Sends units in order, in as many messages as it takes, each in the plainest form that it needs.

    Raises:
        Refused: Slack does not take a message in any form.
    """
    packed = messages(units)
    for number, blocks in enumerate(packed, 1):
        await _deliver_one(where, list(forms(blocks)), is_last=number == len(packed))


async def say(where: Destination, text: str) -> None:
    """One line of our own. That Slack refuses it for good is logged: there is nobody else to tell.

    Raises:
        Refused: Slack does not take it just now.
    """
    try:
        await deliver(where, line(text))
    except Refused as error:
        if error.is_passing:
            raise
        logger.warning("Slack did not take a message (%s).", error)


async def _deliver_one(where: Destination, forms: list[list[Payload]], *, is_last: bool) -> None:
    for form in forms:
        try:
            for number, payload in enumerate(form, 1):
                await _send(where, payload, is_last=is_last and number == len(form))
            return
        except Refused as error:
            if not error.is_about_form or form is forms[-1]:
                raise


async def _send(where: Destination, payload: Payload, *, is_last: bool) -> None:
    try:
        await where.send(payload, is_last=is_last)
    except Uncertain as error:
        logger.warning("The connection to Slack broke during a call that is not repeated (%s).", error)
        await where.own_up()

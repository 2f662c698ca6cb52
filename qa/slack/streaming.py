"""A message that grows while it is written, for text that arrives in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa.slack.blocks import Element, Part, Unit, size
from qa.slack.calls import Refused, Uncertain
from qa.slack.events import Question
from qa.slack.limiter import Limiter
from qa.slack.packing import BLOCKS, MESSAGE, with_links
from qa.slack.posting import Thread
from qa.slack.text import for_markdown, utf8

# Bytes of text in a part: with every character escaped it still fits into a message.
PART = 1_500

START, APPEND, STOP = "chat.startStream", "chat.appendStream", "chat.stopStream"


class Stream:
    """Parts in order, in as many streamed messages as they take; what Slack does not take stays in `rest`."""

    def __init__(self, where: Thread, asked: Question) -> None:
        self._where, self._web = where, where.web
        self._asked = asked
        self._ts: str | None = None
        self._size = 0  # bytes in the current message
        self.has_begun = False
        self.refusal: Refused | None = None  # after which nothing more is streamed
        self.is_broken = False
        self.rest: list[Part] = []

    async def write(self, parts: Iterable[Part]) -> None:
        """Adds parts, as far as Slack's rates have room for it; the rest goes with the next ones."""
        self.rest += parts
        while self.rest and not self.is_broken and self._has_room():
            await self._send_next()

    async def end(self, units: Sequence[Unit]) -> list[Unit]:
        """Sends what rests, if it can, and ends the stream with units below it.

        Returns:
            The units that are still to be posted: all, if they do not fit into the message or the stream has broken.
        """
        while self.rest and not self.is_broken and (self._ts or self._has_room()):
            await self._send_next()
        if self._ts is None or self.is_broken:
            await self.give_up()
            return list(units)
        blocks = [block for unit in units for block in unit]
        fits = not self.rest and len(blocks) <= BLOCKS and self._size + size(blocks) <= MESSAGE
        for form in [blocks, with_links(blocks)] if fits else []:
            try:
                await self._stop(blocks=form)
                return []
            except Refused as error:
                if not error.is_about_form:
                    return list(units)
        await self.give_up()
        return list(units)

    async def give_up(self) -> None:
        """Ends the message as it stands."""
        if self._ts is not None:
            try:
                await self._stop()
            except Refused:  # it has ended by itself
                self._ts = None

    def _has_room(self) -> bool:
        if self._ts is not None:
            return self._web.limiter.has_room(APPEND)
        return may_start(self._web.limiter)

    async def _send_next(self) -> None:
        batch = self._fitting()
        if not batch:
            await self.give_up()  # rolls over
            self._size = 0
            return
        text = "".join(map(as_markdown, batch))
        try:
            await (self._start(text) if self._ts is None else self._append(text))
        except Refused as error:
            self.refusal, self.is_broken = error, True
            return
        except Uncertain:  # it may stand there: it is not sent again
            self.is_broken = self._ts is None
            await self._where.own_up()
        del self.rest[: len(batch)]
        self._size += utf8(text)

    def _fitting(self) -> list[Part]:
        batch: list[Part] = []
        held = self._size
        for part in self.rest:
            held += utf8(as_markdown(part))
            if held > MESSAGE:
                break
            batch.append(part)
        return batch

    async def _start(self, text: str) -> None:
        asked = self._asked
        recipient = {} if asked.is_direct else {"recipient_team_id": asked.team, "recipient_user_id": asked.user}
        try:
            answer = await self._web.call(
                START, channel=asked.channel, thread_ts=asked.thread, markdown_text=text, **recipient
            )
        except Uncertain:
            self.has_begun = True
            raise
        self.has_begun, self._ts = True, answer["ts"]

    async def _append(self, text: str) -> None:
        await self._web.call(APPEND, channel=self._asked.channel, ts=self._ts, markdown_text=text)

    async def _stop(self, **arguments: object) -> None:
        try:
            await self._web.call(STOP, channel=self._asked.channel, ts=self._ts, **arguments)
        except Uncertain:
            await self._where.own_up()
        self._ts = None


def may_start(limiter: Limiter) -> bool:
    """Whether Slack's rates have room for one more stream; what starts has to stop."""
    return limiter.has_room(START) and limiter.has_room(STOP)


def as_markdown(part: Part) -> str:
    """A part as Slack reads it in a stream; the words in it are literal."""
    return "".join(map(_element, part))


def _element(element: Element) -> str:
    escaped = for_markdown(element["text"])
    style = element.get("style", {})
    mark = "**" if style.get("bold") else "_" if style.get("italic") else ""
    blank = " " if mark and escaped.startswith(" ") else ""
    return f"{blank}{mark}{escaped.strip() if mark else escaped}{mark}"

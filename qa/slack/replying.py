"""What a person sees in a thread while their question is answered, and then."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from qa.answer import Answer, Statement
from qa.slack.blocks import Unit, body, line, parts, running
from qa.slack.calls import Refused, WebApi
from qa.slack.events import Question
from qa.slack.posting import Thread, deliver
from qa.slack.streaming import PART, START, Stream, may_start

logger = logging.getLogger(__name__)

STATUS, SESSION = "assistant.threads.setStatus", "agents.sessions.setStatus"
READING = "is reading the documents…"
CHANGED = "While it was checked, the answer above changed. This is all of it:"


@dataclass
class Features:
    """What this app may use in this workspace. What Slack refused once is not tried again."""

    is_agent: bool  # an agent's session has a stop button
    _refused: set[str] = field(default_factory=set)

    def has(self, feature: str) -> bool:
        """Whether it may be tried."""
        return feature not in self._refused

    def lacks(self, feature: str, refusal: Refused) -> None:
        """Notes that Slack refused it, if that was for good."""
        if feature not in self._refused and not refusal.is_passing:
            self._refused.add(feature)
            logger.info("Slack refused %s (%s); Footnote does without.", feature, refusal.code)


class Reply:
    """A question's answer in its thread: a status or a growing message while it takes long, then the whole of it.

    Args:
        web: Slack.
        asked: the question.
        features: of this workspace.
        begins: called before the first message that stays.
    """

    def __init__(self, web: WebApi, asked: Question, features: Features, begins: Callable[[], Awaitable[None]]) -> None:
        self._web, self._asked, self._features, self._begins = web, asked, features, begins
        self.where = Thread(web, asked.channel, asked.user, asked.thread)
        self._status: str | None = None  # the method that showed one
        self._stream: Stream | None = None
        self._said: tuple[Statement, ...] = ()  # in the stream

    async def pause(self, answer: Answer | None) -> None:
        """The next piece takes long: what is there already is shown, or that there is work going on."""
        if answer is not None and answer.statements and self._may_stream():
            self._stream = Stream(self.where, self._asked)
            await self._begins()
            await self.grow(answer)
        elif self._status is None and self._stream is None:
            await self._show_work()

    async def grow(self, answer: Answer) -> None:
        """More of the answer is there."""
        stream = self._stream
        if stream is None or answer.statements[: len(self._said)] != self._said:
            return
        fresh = parts(answer.statements, PART)[len(parts(self._said, PART)) :]
        self._said = answer.statements
        await stream.write(fresh)
        if stream.refusal and stream.refusal.method == START:
            self._features.lacks(self._streaming, stream.refusal)

    async def finish(self, answer: Answer, footing: Sequence[Unit]) -> None:
        """The whole answer is there.

        Args:
            answer: the last one.
            footing: what stands below its text.

        Raises:
            Refused: Slack takes no message.
        """
        await self._begins()
        await self._finish(answer, footing)
        if self._status == STATUS:
            self._status = None  # a message takes it back

    async def _finish(self, answer: Answer, footing: Sequence[Unit]) -> None:
        stream = self._stream
        if stream is None:
            await deliver(self.where, [*body(answer), *footing])
            return
        if answer.statements[: len(self._said)] != self._said or answer.refusal:
            await stream.give_up()
            above = line(CHANGED) if stream.has_begun else []
            await deliver(self.where, [*above, *body(answer), *footing])
            return
        await self.grow(answer)
        left = await stream.end(footing)
        await deliver(self.where, [*running(stream.rest), *left])

    async def abandon(self) -> None:
        """There will be no more of it: a growing message ends."""
        if self._stream is not None:
            await self._stream.give_up()

    async def settle(self) -> None:
        """Takes back that there is work going on, on whatever way the work ended."""
        if self._status == SESSION:
            await self._web.try_to(SESSION, **self._session, status="active")
        elif self._status == STATUS:
            await self._web.try_to(STATUS, **self._session, status="")

    @property
    def _session(self) -> dict[str, str]:
        return {"channel_id": self._asked.channel, "thread_ts": self._asked.thread}

    @property
    def _streaming(self) -> str:
        return f"{START} in {'direct messages' if self._asked.is_direct else 'channels'}"

    def _may_stream(self) -> bool:
        return self._stream is None and self._features.has(self._streaming) and may_start(self._web.limiter)

    async def _show_work(self) -> None:
        self._status = ""  # tried
        method, status = (SESSION, "processing") if self._features.is_agent else (STATUS, READING)
        if not self._features.has(method) or not self._web.limiter.has_room(method):
            return
        if refusal := await self._web.try_to(method, **self._session, status=status):
            self._features.lacks(method, refusal)
        else:
            self._status = method

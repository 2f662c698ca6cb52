"""Answers what the inbox holds, a few at a time, each once."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from index.errors import FootnoteError
from qa.answer import Answer
from qa.errors import Busy, Cancelled, Closed
from qa.limits import LONGEST_MESSAGE
from qa.slack.blocks import Unit, body, footing, line
from qa.slack.calls import Refused, WebApi
from qa.slack.channels import NOTHING, Channels
from qa.slack.events import Command, Question, Sharing, read
from qa.slack.inbox import Entry, Inbox
from qa.slack.pausing import with_pauses
from qa.slack.posting import Destination, Response, Thread, deliver, say
from qa.slack.quiet import kind_and_place
from qa.slack.replying import Features, Reply
from qa.slack.text import on_one_line, question_in

if TYPE_CHECKING:
    from qa.chain import Ask
    from qa.linking import Link
    from qa.service import Footnote
    from qa.work import Job

logger = logging.getLogger(__name__)

AT_ONCE = 8  # entries; the service's queue takes more, but is there for other readers, too
PATIENCE = 0.7  # seconds without news after which a reader is shown something
LEAVING = 3.0  # seconds that answers get to end when Footnote stops
AGAIN = 10.0  # seconds after which something is tried again: to read the inbox, to reach Slack
TURNS = 6  # of a conversation that a follow-up is understood from
OLDEST = 600.0  # seconds after which a question is no longer answered
LONGEST_OUTAGE = 86_400.0  # seconds after which nobody is told any more that an answer did not arrive

LATE = "I’m sorry: I was not running when you asked this, and that was a while ago. Please ask again."
INTERRUPTED = "I was interrupted while I answered this. If something is missing above, please ask again."
STOPPED = "Stopped."
FAILED = "Something went wrong while answering, and it was noted in the log. Please ask again."
NOT_KEPT = "This answer is not kept any more. Please ask again."
REST_IS_DIRECT = "The rest of this answer is too long for here; you find it in your direct messages with me."
REST_IS_BELOW = "The rest of this answer follows."


@dataclass(frozen=True)
class Workspace:
    """Where answers go, and by which rules."""

    web: WebApi
    bot: str  # our user id
    features: Features
    channels: Channels
    link: Link | None  # to where people read the quotes


class Answering:
    """The worker. Made once per connection to a workspace; `run` until it is cancelled."""

    def __init__(self, service: Footnote, inbox: Inbox, workspace: Workspace) -> None:
        self._service, self._inbox, self._workspace = service, inbox, workspace
        self._woken = asyncio.Event()
        self._tasks: dict[asyncio.Task[None], Entry] = {}
        self._begun: set[int] = set()  # ids; none is begun twice, even if it cannot be marked as done
        self._jobs: dict[str, Job[Answer]] = {}  # by conversation
        self._stopped: set[str] = set()  # conversations

    def wake(self) -> None:
        """Something new is in the inbox."""
        self._woken.set()

    async def run(self) -> None:
        """Answers what is there and what comes; cancelled, it leaves what is not answered for the next start."""
        try:
            while True:
                self._woken.clear()
                for entry in await self._unanswered():
                    if self._may_begin(entry):
                        self._begin(entry)
                await self._woken.wait()
        finally:
            await self._leave()

    async def stop(self, conversation: str) -> None:
        """A reader wants no answer any more: what is being answered in a conversation ends, what waits is dropped."""
        working = {entry.id for entry in self._tasks.values() if entry.conversation == conversation}
        if working:
            self._stopped.add(conversation)
        if job := self._jobs.get(conversation):
            job.cancel()
        for entry in await asyncio.to_thread(self._inbox.unanswered):
            if entry.conversation == conversation and entry.id not in working:
                await asyncio.to_thread(self._inbox.done, entry)

    async def _unanswered(self) -> list[Entry]:
        try:
            return await asyncio.to_thread(self._inbox.unanswered)
        except FootnoteError as error:  # a full disk may have room again
            logger.error("What Slack sent cannot be read just now: %s", error)
            asyncio.get_running_loop().call_later(AGAIN, self.wake)
            return []

    async def _leave(self) -> None:
        """What is nearly done may end; the rest is left as it is."""
        tasks = set(self._tasks)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=LEAVING)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _may_begin(self, entry: Entry) -> bool:
        """One after the other in a conversation: a follow-up needs what was answered before it."""
        if entry.id in self._begun or len(self._tasks) >= AT_ONCE:
            return False
        return not entry.conversation or entry.conversation not in {e.conversation for e in self._tasks.values()}

    def _begin(self, entry: Entry) -> None:
        self._begun.add(entry.id)
        task = asyncio.create_task(self._take(entry))
        self._tasks[task] = entry
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if entry := self._tasks.pop(task, None):
            self._stopped.discard(entry.conversation)  # only now: until here a reader may have stopped this one
        self.wake()
        if not task.cancelled() and (error := task.exception()):
            logger.error("An answer to Slack could not be noted as given: %s", kind_and_place(error))

    async def _take(self, entry: Entry) -> None:
        trace_id: str | None = None
        try:
            trace_id = await self._serve(entry)
        except (Closed, Cancelled):  # shutting down: it is answered after the next start
            return
        except Refused as error:
            age = time.time() - entry.received_at
            if error.is_passing and age < LONGEST_OUTAGE:
                logger.warning("Slack did not take an answer just now (%s); whoever asked is told later.", error)
                asyncio.get_running_loop().call_later(max(AGAIN, age / 10), self._again, entry)  # ever more seldom
                return
            logger.error("Slack did not take an answer (%s).", error)
        await asyncio.to_thread(self._inbox.done, entry, trace_id)

    def _again(self, entry: Entry) -> None:
        self._begun.discard(entry.id)
        self.wake()

    async def _serve(self, entry: Entry) -> str | None:
        """Answers, or says why not; the trace id, where a follow-up may lean on it.

        Raises:
            Refused: Slack does not take it, for good or just now.
            Closed, Cancelled: Footnote stops.
        """
        asked = read(entry.asked)
        where = self._where(asked)

        async def begins() -> None:
            await asyncio.to_thread(self._inbox.sending, entry)

        try:
            if entry.is_sending:
                await say(where, INTERRUPTED)
            elif time.time() - entry.received_at > OLDEST:
                await begins()
                await say(where, LATE)
            else:
                return await self._answer(asked, where, begins)
        except (Refused, Closed, Cancelled):
            raise
        except FootnoteError as error:
            await say(where, str(error))
        except Exception as error:
            logger.error("A question from Slack failed: %s", kind_and_place(error))
            await say(where, FAILED)
        return None

    def _where(self, asked: Question | Command | Sharing) -> Destination:
        web, user = self._workspace.web, asked.user
        match asked:
            case Question():
                return Thread(web, asked.channel, user, asked.thread)
            case Command():
                return Response(asked.response_url, "ephemeral", Thread(web, user, user), REST_IS_DIRECT)
            case Sharing():
                return Response(asked.response_url, "in_channel", Thread(web, asked.channel, user), REST_IS_BELOW)

    async def _answer(
        self, asked: Question | Command | Sharing, where: Destination, begins: Callable[[], Awaitable[None]]
    ) -> str | None:
        """Answers; the trace id, where a follow-up may lean on it."""
        match asked:
            case Question():
                return await self._reply(asked, begins)
            case Command():
                await self._whisper(asked, where, begins)
            case Sharing():
                await self._share(asked, where, begins)
        return None

    async def _reply(self, asked: Question, begins: Callable[[], Awaitable[None]]) -> str | None:
        reply = Reply(self._workspace.web, asked, self._workspace.features, begins)
        answer: Answer | None = None
        try:
            if (ask := await self._ask(asked)) is None:
                await say(reply.where, NOTHING)
                return None
            job = await self._submit(ask, reply)
            self._jobs[asked.conversation] = job
            async for step in with_pauses(job, PATIENCE):
                if asked.conversation in self._stopped:
                    raise Cancelled  # now, not only when its thread gets to the next step
                if step is None:
                    await reply.pause(answer)
                else:
                    answer = step
                    await reply.grow(answer)
            if answer is None:
                return None
            await reply.finish(answer, await self._footing(answer))
            return answer.trace_id
        except Cancelled:
            await reply.abandon()
            if asked.conversation not in self._stopped:
                raise
            await say(reply.where, STOPPED)
            return None
        except Exception:
            await reply.abandon()
            raise
        finally:
            self._jobs.pop(asked.conversation, None)
            await reply.settle()

    async def _whisper(self, asked: Command, where: Destination, begins: Callable[[], Awaitable[None]]) -> None:
        if (ask := await self._ask(asked)) is None:
            await say(where, NOTHING)
            return
        job = await self._submit(ask)
        *_, answer = [step async for step in job]
        await begins()
        await deliver(where, [*body(answer), *await self._footing(answer, shareable=True)])

    async def _share(self, asked: Sharing, where: Destination, begins: Callable[[], Awaitable[None]]) -> None:
        kept = await asyncio.to_thread(self._service.answers.get, asked.trace_id)
        await begins()
        try:
            answer = Answer.model_validate(kept)
        except ValidationError:  # it is gone, or words in it are
            private = Thread(self._workspace.web, asked.user, asked.user)
            await say(Response(asked.response_url, "ephemeral", private, ""), NOT_KEPT)
            return
        heading = line(f"Asked: {on_one_line(answer.question)}")
        await deliver(where, [*heading, *body(answer), *await self._footing(answer)])

    async def _ask(self, asked: Question | Command) -> Ask | None:
        """What to ask the service; None if the channel may see no document."""
        documents = await asyncio.to_thread(self._workspace.channels.documents, asked.channel, self._service.library)
        if documents == []:
            return None
        ask: Ask = {"question": question_in(asked.text, self._workspace.bot)}
        if asked.conversation:
            ask["history"] = await asyncio.to_thread(self._history, asked.conversation)
        if documents is not None:
            ask["documents"] = documents
        return ask

    def _history(self, conversation: str) -> list[dict[str, str]]:
        history: list[dict[str, str]] = []
        for trace_id in self._inbox.turns(conversation, TURNS):
            if kept := self._service.answers.get(trace_id):
                history.append({"role": "user", "content": kept["question"][:LONGEST_MESSAGE]})
                history.append({"role": "assistant", "content": kept["text"][:LONGEST_MESSAGE]})
        return history

    async def _submit(self, ask: Ask, reply: Reply | None = None) -> Job[Answer]:
        while True:
            try:
                return self._service.ask(ask)
            except Busy as busy:
                if reply:
                    await reply.pause(None)
                await asyncio.sleep(busy.retry_after)

    async def _footing(self, answer: Answer, *, shareable: bool = False) -> list[Unit]:
        kept = await asyncio.to_thread(self._service.answers.get, answer.trace_id) is not None
        return footing(answer, self._workspace.link, rateable=kept, shareable=shareable and kept)

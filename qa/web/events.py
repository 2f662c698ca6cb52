"""A growing answer as events: what was retrieved, each citation and then the statement that uses it, the whole.

Every stream is made of these, whatever its wire form, so that no two can differ.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterator

from pydantic import BaseModel, ConfigDict

from qa.answer import Answer, Citation, RetrievedPassage, Statement


class Retrieved(BaseModel):
    """The passages that the answer can draw on; comes once, and not at all where none were found."""

    model_config = ConfigDict(frozen=True)

    passages: tuple[RetrievedPassage, ...]


News = Retrieved | Citation | Statement
Event = News | Answer
"""An `Answer` is the last event: the whole, which says again what the others said. A refusal is whole at once."""

NAMES: dict[type[Event], str] = {Retrieved: "retrieved", Citation: "citation", Statement: "text", Answer: "done"}


async def events(answers: AsyncIterable[Answer]) -> AsyncIterator[Event]:
    """The events of an answer that grows from snapshot to snapshot."""
    last: Answer | None = None
    async for answer in answers:
        for event in news(last, answer):
            yield event
        last = answer
    if last is not None:
        yield last


def news(before: Answer | None, now: Answer) -> Iterator[News]:
    """What a snapshot says that the one before it did not. A citation comes before the first statement that uses it."""
    if now.passages and not (before and before.passages):
        yield Retrieved(passages=now.passages)
    stated, cited = (len(before.statements), len(before.citations)) if before else (0, 0)
    for statement in now.statements[stated:]:
        fresh = max(statement.citations, default=0)
        yield from now.citations[cited:fresh]  # numbered from 1, in order of first use
        cited = max(cited, fresh)
        yield statement

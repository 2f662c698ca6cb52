"""Who does the work of the tools: an open data folder, or whatever else speaks for one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from qa.quoting import quoted
from qa.verifying import Judgement, Place

if TYPE_CHECKING:
    from index.records import DocumentRecord
    from qa.answer import Answer
    from qa.chain import Ask
    from qa.retrieving import Hit
    from qa.service import Footnote
    from qa.work import Job

T = TypeVar("T")


class Backend(Protocol):
    """Does the work. Cancelled, it gives it up; each error that a caller can mend is a `FootnoteError`.

    Documents are named by id or source.
    """

    async def ask(self, ask: Ask) -> Answer:
        """The whole answer."""
        ...

    async def search(self, query: str, documents: Sequence[str] | None, count: int) -> tuple[Hit, ...]:
        """The most relevant sentences, best first."""
        ...

    async def verify(self, claim: str, quotes: Sequence[str], places: Sequence[Place]) -> tuple[Judgement, list[str]]:
        """How well quotes and stretches of documents support a claim, and the words that were looked at."""
        ...

    async def documents(self) -> Sequence[DocumentRecord]:
        """All of them, in the order in which they are listed."""
        ...


class OpenFolder:
    """A `Backend` over a data folder that this process has open; all of it goes through the folder's queue."""

    def __init__(self, footnote: Footnote) -> None:
        self._footnote = footnote

    async def ask(self, ask: Ask) -> Answer:
        """See `Backend`."""
        if "documents" in ask:
            ask = {**ask, "documents": await self._ids(ask["documents"])}
        return await _last(self._footnote.ask(ask))

    async def search(self, query: str, documents: Sequence[str] | None, count: int) -> tuple[Hit, ...]:
        """See `Backend`."""
        ids = None if documents is None else await self._ids(documents)
        return await _last(self._footnote.search(query, ids, count))

    async def verify(self, claim: str, quotes: Sequence[str], places: Sequence[Place]) -> tuple[Judgement, list[str]]:
        """See `Backend`."""
        library = self._footnote.library
        placed = await asyncio.to_thread(lambda: [quoted(library, place) for place in places])
        looked_at = [*quotes, *placed]
        return await _last(self._footnote.verify(claim, looked_at)), looked_at

    async def documents(self) -> Sequence[DocumentRecord]:
        """See `Backend`."""
        return await asyncio.to_thread(self._footnote.library.documents)

    async def _ids(self, names: Sequence[str]) -> list[str]:
        return await asyncio.to_thread(lambda: [self._footnote.library.find(name).id for name in names])


async def _last(job: Job[T]) -> T:
    """What a job results in; whoever waits here and is cancelled takes the job along."""
    *_, result = [step async for step in job]
    return result

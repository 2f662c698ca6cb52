"""Adding documents for the front ends: one after the other, beside the questions, saying how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import PurePosixPath
from queue import SimpleQueue
from threading import Event, Semaphore, Thread
from typing import TYPE_CHECKING, Literal

from index.errors import UnknownDocument
from index.loading import UPLOAD
from qa.errors import Cancelled, NameTaken
from qa.work import Job, WorkQueue

if TYPE_CHECKING:
    from index.document import Document
    from index.library import AddOutcome, Library
    from index.records import DocumentRecord

WAITING = 16  # documents, whose texts are held meanwhile

IfExists = Literal["ask", "replace", "keep"]
"""What becomes of a document whose source is in the library with other content: it is refused with `NameTaken`,
replaces that content, or is added beside it under a name with a number."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a document's passages are encoded."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a document: the last that its job yields."""

    outcome: AddOutcome
    record: DocumentRecord


Step = Progress | Added


class Adding:
    """Adds documents to a library.

    It has a queue of its own, so that a book that takes minutes holds up no question: encoding leaves the processor
    to a question for long enough (half a megabyte was added while questions took 28 ms instead of 14 at the median,
    on two cores). One worker, since two would only share the processor, and since nobody else then takes a name
    between the look whether it is free and the adding.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._queue = WorkQueue(1, WAITING)

    def add(self, document: Document, if_exists: IfExists = "replace") -> Job[Step]:
        """Queues a document; see `Footnote.add`."""
        if if_exists == "ask":
            self._check_name(document)  # at once, however long the documents before it take
        return self._queue.submit(lambda: self._steps(document, if_exists))

    def close(self) -> None:
        """Gives up what is being added; nothing of it will be there."""
        self._queue.close()

    def _steps(self, document: Document, if_exists: IfExists) -> Iterator[Step]:
        if if_exists == "ask":
            self._check_name(document)  # again: one that was before it in the queue may have taken the name
        elif if_exists == "keep" and self._is_taken(document):
            document = self._renamed(document)

        def add(tell: Callable[[Step], None]) -> Step:
            outcome = self._library.add(document, lambda done, total: tell(Progress(done, total)))
            return Added(outcome, self._library.find(document.id))

        return _as_steps(add)

    def _check_name(self, document: Document) -> None:
        if self._is_taken(document):
            raise NameTaken(document.source.removeprefix(UPLOAD))

    def _is_taken(self, document: Document) -> bool:
        """Whether there is another content of the same source."""
        try:
            return self._library.find(document.id).content_hash != document.content_hash
        except UnknownDocument:
            return False

    def _renamed(self, document: Document) -> Document:
        """The same under the first name with a number that is free: "notes (2).txt"."""
        path = PurePosixPath(document.source)
        numbered = (
            replace(
                document,
                source=str(path.with_name(f"{path.stem} ({number}){path.suffix}")),
                title=f"{document.title} ({number})",
            )
            for number in count(2)
        )
        return next(one for one in numbered if not self._is_taken(one))


def _as_steps(work: Callable[[Callable[[Step], None]], Step]) -> Iterator[Step]:
    """What `work` tells while it runs in a thread of its own, then what it returns or raises.

    The work goes on only when the next step is asked for. Closed early, its last telling raises `Cancelled`, and what
    comes of that is waited for.
    """
    told: SimpleQueue[Step | BaseException | None] = SimpleQueue()
    go_on = Semaphore(0)
    given_up = Event()

    def tell(step: Step) -> None:
        told.put(step)
        go_on.acquire()
        if given_up.is_set():
            raise Cancelled

    def run() -> None:
        try:
            told.put(work(tell))
        except BaseException as error:  # it belongs to whoever takes the steps
            told.put(error)
        told.put(None)

    thread = Thread(target=run, name="footnote-adding", daemon=True)
    thread.start()
    try:
        while (step := told.get()) is not None:
            if isinstance(step, BaseException):
                raise step
            yield step
            go_on.release()
    finally:
        given_up.set()
        go_on.release()
        thread.join()

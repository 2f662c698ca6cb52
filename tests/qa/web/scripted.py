"""A service whose answers are written here; its queue, and all that is asked of it, are real."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.document import Document
from index.errors import UnknownDocument
from index.records import DocumentRecord
from qa.answer import Answer, Citation, PassageScores, Refusal, RetrievedPassage, Statement, Verdict
from qa.answers import AnswerStore
from qa.errors import Busy
from qa.suggesting import Suggestion
from qa.tally import Tally
from qa.work import Job, WorkQueue

if TYPE_CHECKING:
    from qa.chain import Ask

BRIDGE = "When did the bridge open?"
HOSTILE = (
    "The Amber Bridge <script>alert(1)</script> ![x](http://evil.example/x.png) was designed by `Edith` *Marlow* [1]."
)
FIRST, SECOND = "The bridge opened in 1934.", "It was painted 🟥 red — twice."
DOCUMENT = Document.from_text(f"{'Before. ' * 400}{FIRST}\n{SECOND}{' After.' * 400}", title="Bridges")


class Library:
    """Holds one document, until it doesn't."""

    health = "ready"

    def __init__(self) -> None:
        self.held = {DOCUMENT.id: DOCUMENT}

    def generation(self) -> int:
        return sum(int(document.content_hash[:8], 16) for document in self.held.values())

    def documents(self) -> list[DocumentRecord]:
        return [record(document) for document in self.held.values()]

    def find(self, id_or_source: str) -> DocumentRecord:
        for document in self.held.values():
            if id_or_source in (document.id, document.source):
                return record(document)
        raise UnknownDocument(id_or_source)

    def ids(self, names: Iterable[str]) -> list[str]:
        return [self.find(name).id for name in names]

    def document(self, document_id: str) -> Document:
        if document_id not in self.held:
            raise UnknownDocument(document_id)
        return self.held[document_id]


class Script:
    """A service that answers as the question tells it to, through the real queue."""

    largest_upload = 1 << 20

    def __init__(self) -> None:
        self.library = Library()
        self.answers = AnswerStore(Path("nowhere"), keep_days=0)  # keeps none
        self.outcomes, self.notices, self.model = Tally(), Tally(), Tally()
        self.queue = WorkQueue()
        self.last: Job[Answer] | None = None
        self.go_on = threading.Event()
        self.ended = threading.Event()
        self.finished = threading.Event()  # it ended, and not because someone stopped it

    def ask(self, question: Ask) -> Job[Answer]:
        if "busy" in question["question"]:
            raise Busy(retry_after=7)
        documents = question.get("documents")
        is_out_of_reach = documents is not None and DOCUMENT.id not in documents
        if is_out_of_reach or "unanswerable" in question["question"]:
            return self.queue.submit(lambda: iter([refusal(question["question"])]))
        self.last = self.queue.submit(lambda: self._steps(question["question"]))
        return self.last

    def suggest(self, count: int = 3, documents: list[str] | None = None) -> Job[tuple[Suggestion, ...]]:
        if documents == ["busy"]:
            raise Busy(retry_after=7)
        drawn_from = ", ".join(documents or ["all"])
        suggestion = Suggestion(f"What is said in {drawn_from}?", DOCUMENT.id, DOCUMENT.title)
        return self.queue.submit(lambda: iter([(), (suggestion,)]))

    def _steps(self, question: str) -> Iterator[Answer]:
        try:
            yield answer(question)
            if "fail" in question:
                raise RuntimeError("secret of the house")
            yield answer(question, ("supported", FIRST, FIRST))
            if "slow" in question:
                self.go_on.wait(20)
            second = "It was painted by a robot." if "invent" in question else SECOND
            verdict: Verdict = "unsupported" if "invent" in question else "supported"
            yield answer(question, ("supported", FIRST, FIRST), (verdict, second, SECOND))
            self.finished.set()
        finally:
            self.ended.set()


def record(document: Document) -> DocumentRecord:
    """What a list shows of it; as a passage it is one."""
    return DocumentRecord(
        id=document.id,
        title=document.title,
        source=document.source,
        content_hash=document.content_hash,
        passages=1,
        characters=len(document.text),
        added_at=None,
    )


def refusal(question: str) -> Answer:
    """What is said where the document may not be used."""
    why = Refusal(code="not_in_documents", message="The documents don’t seem to answer this.")
    return Answer(kind="refusal", question=question, refusal=why, model="script")


def answer(question: str, *said: tuple[Verdict, str, str]) -> Answer:
    """An answer of statements with the words they cite."""
    place: dict[str, Any] = {"document_id": DOCUMENT.id, "title": DOCUMENT.title, "source": DOCUMENT.source}
    whole: dict[str, Any] = {"start": 0, "end": len(DOCUMENT.text), "text": DOCUMENT.text}
    scores = PassageScores(dense=None, lexical=1.0, fused=1.0)
    starts = [DOCUMENT.text.index(quote) for _, _, quote in said]
    return Answer(
        kind="answer",
        question=question,
        statements=tuple(
            Statement(text=text, citations=(number,), verdict=verdict, score=1.0)
            for number, (verdict, text, _) in enumerate(said, 1)
        ),
        citations=tuple(
            Citation(
                **place,
                number=number,
                start=start,
                end=start + len(quote),
                quote=quote,
                content_hash=DOCUMENT.content_hash,
            )
            for number, ((_, _, quote), start) in enumerate(zip(said, starts, strict=True), 1)
        ),
        passages=(RetrievedPassage(**place, **whole, scores=scores),),
        model="script",
    )

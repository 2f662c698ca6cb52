"""A service whose answers are written here; its queue, and all that is asked of it, are real."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from index.document import Document
from index.errors import UnknownDocument
from qa.answer import Answer, Citation, PassageScores, RetrievedPassage, Statement, Verdict
from qa.errors import Busy
from qa.suggesting import Suggestion
from qa.work import Job, WorkQueue

FIRST, SECOND = "The bridge opened in 1934.", "It was painted 🟥 red — twice."
DOCUMENT = Document.from_text(f"{'Before. ' * 400}{FIRST}\n{SECOND}{' After.' * 400}", title="Bridges")


class Library:
    """Holds one document, until it doesn't."""

    health = "ready"

    def __init__(self) -> None:
        self.held = {DOCUMENT.id: DOCUMENT}

    def documents(self) -> list[Document]:
        return list(self.held.values())

    def document(self, document_id: str) -> Document:
        if document_id not in self.held:
            raise UnknownDocument(document_id)
        return self.held[document_id]


class Script:
    """A service that answers as the question tells it to, through the real queue."""

    def __init__(self) -> None:
        self.library = Library()
        self.queue = WorkQueue()
        self.go_on = threading.Event()
        self.ended = threading.Event()
        self.finished = threading.Event()  # it ended, and not because someone stopped it

    def ask(self, question: dict[str, Any]) -> Job[Answer]:
        if "busy" in question["question"]:
            raise Busy(retry_after=7)
        return self.queue.submit(lambda: self._steps(question["question"]))

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

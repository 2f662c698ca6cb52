"""Questions, searches and claims: what readers have the models do, one after the other, in the queue that bounds it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, TypeVar

from index.errors import LibraryError
from qa.errors import Busy
from qa.tally import Tally

if TYPE_CHECKING:
    from index.library import Library
    from qa.answer import Answer
    from qa.answers import AnswerStore
    from qa.chain import Ask, CitedAnswers
    from qa.retrieving import Hit
    from qa.verifying import Judgement
    from qa.work import Job, WorkQueue

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Asking:
    """Answers through a queue, keeps what was answered, and counts what became of the questions.

    Each method raises `Busy` where too much waits.
    """

    def __init__(self, chain: CitedAnswers, library: Library, answers: AnswerStore, queue: WorkQueue) -> None:
        """The library is the one that the chain answers from, whose answers the store keeps."""
        self._chain = chain
        self._library = library
        self._answers = answers
        self._queue = queue
        self.outcomes = Tally()  # of the questions: the answer's kind, or "busy", "given up", "failed"
        self.notices = Tally()  # of the answers, by code
        self.model = Tally()  # what language models took: "calls", "input" and "output" tokens, "milliseconds"

    def ask(self, question: Ask) -> Job[Answer]:
        """The job yields growing answers, and ends when the last one is kept."""
        return self._submit(lambda: self._growing(question))

    def ask_unkept(self, question: Ask) -> Answer:
        """Waits for the answer in the documents' own words, of which nothing is kept or counted."""
        quoted: Ask = {**question, "quoted": True}
        return self._queue.submit(lambda: self._chain.stream(quoted)).result()

    def search(self, question: str, documents: Sequence[str] | None, count: int) -> Job[tuple[Hit, ...]]:
        """The job yields the most relevant sentences, best first."""
        return self._submit(lambda: iter([self._chain.search(question, documents, count)]))

    def verify(self, claim: str, quotes: Sequence[str]) -> Job[Judgement]:
        """The job yields how well the quotes support the claim."""
        return self._submit(lambda: iter([self._chain.verifier.verify(claim, quotes)]))

    def _submit(self, steps: Callable[[], Iterator[T]]) -> Job[T]:
        try:
            return self._queue.submit(steps)
        except Busy:
            self.outcomes.add("busy")
            raise

    def _growing(self, question: Ask) -> Iterator[Answer]:
        answer: Answer | None = None
        outcome = "given up"
        try:
            with closing(self._chain.stream(question)) as steps:  # type: ignore[type-var]  # a generator
                for answer in steps:
                    yield answer
            if answer is not None:
                self._keep(answer)
                outcome = answer.kind
        except Exception:
            outcome = "failed"
            raise
        finally:
            self.outcomes.add(outcome)
            if answer is not None:
                self._count(answer)

    def _count(self, answer: Answer) -> None:
        for notice in answer.notices:
            self.notices.add(notice.code)
        if usage := answer.usage:
            self.model.add("calls", usage.calls)
            self.model.add("input", usage.input_tokens)
            self.model.add("output", usage.output_tokens)
            self.model.add("milliseconds", round(usage.milliseconds))

    def _keep(self, answer: Answer) -> None:
        try:
            named = self._named_in(answer)
            self._answers.keep(answer, named)
            for document_id in {passage.document_id for passage in answer.passages}.union(named):
                self._forget_if_gone(document_id)
        except LibraryError as error:  # the answer stands, it just cannot be looked up later
            logger.warning("An answer was not kept: %s", error)

    def _named_in(self, answer: Answer) -> list[str]:
        """The documents that a list of what there is names."""
        if answer.kind != "smalltalk":
            return []
        return [record.id for record in self._library.documents() if record.title in answer.text]

    def _forget_if_gone(self, document_id: str) -> None:
        """A document that was removed while it was being cited: its purge may have come before the answer was kept.

        One that can still be brought back will be purged later, if it is.
        """
        if not self._library.keeps(document_id):
            self._answers.forget_document(document_id)

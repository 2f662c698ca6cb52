"""The one road from question to `Answer`: understand -> retrieve -> answer -> cite -> verify.

    chain = build_chain(library_retriever)        # or any LangChain retriever
    answer = chain.invoke("Who signed the memo?")

A LangChain `Runnable`: `invoke`, `stream`, `batch` and their async twins work; `stream` yields growing answers.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NotRequired, TypedDict
from uuid import uuid4

from langchain_core.callbacks import CallbackManagerForChainRun
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import ensure_config, patch_config

from index.answerability import answerability, default_threshold
from qa.answer import Answer, Evidence, Kind, Notice, Refusal, RefusalCode, Statement, Turn
from qa.citing import Claim, Footnotes
from qa.conversation import Understood, asks_about_the_whole, smalltalk_reply, understand
from qa.extractive import Answerer, ExtractiveAnswerer
from qa.overview import propose_overview
from qa.retrieving import Hit, Retrieved, retrieve, retrieve_overview
from qa.verifying import Verifier, default_verifier

LONGEST_QUESTION = 2_000  # characters; the encoder reads about 1,200 of them
EVIDENCE = 5


class Ask(TypedDict):
    """A question with its circumstances."""

    question: str
    history: NotRequired[list[dict[str, str]]]  # {"role": "user" | "assistant", "content"}, oldest first
    documents: NotRequired[list[str]]  # ids to answer from; all if left out
    id: NotRequired[str]  # the caller's, handed back


def build_chain(
    retriever: BaseRetriever,
    *,
    answerer: Answerer | None = None,
    verifier: Verifier | None = None,
    threshold: float | None = None,
) -> CitedAnswers:
    """A chain that answers from what a retriever finds.

    Args:
        retriever: ours (`index.retrieval.EvidenceRetriever`) or any other; a foreign document is cited as a document
            of its own: its id is metadata["source"], its text is page_content.
        answerer: proposes what to say; quotes the evidence if left out.
        verifier: judges what is said against what is cited; the fitted one if left out.
        threshold: refuse under this probability that the documents answer; the calibrated one if left out.
    """
    return CitedAnswers(
        retriever,
        answerer or ExtractiveAnswerer(),
        verifier or default_verifier(retriever),
        default_threshold() if threshold is None else threshold,
    )


class CitedAnswers(Runnable[str | Ask, Answer]):
    """The chain that `build_chain` makes."""

    def __init__(self, retriever: BaseRetriever, answerer: Answerer, verifier: Verifier, threshold: float) -> None:
        self._retriever = retriever
        self._answerer = answerer
        self.verifier = verifier
        self._threshold = threshold

    def invoke(self, input: str | Ask, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """The whole answer."""
        return self._call_with_config(self._last, input, config, run_type="chain")

    def stream(self, input: str | Ask, config: RunnableConfig | None = None, **kwargs: Any | None) -> Iterator[Answer]:
        """Growing answers: understood, retrieved, then one more statement each; the last equals `invoke`'s.

        Closing the iterator stops the work at the next step.
        """
        yield from self._transform_stream_with_config(iter([input]), self._stream, config, run_type="chain")

    def search(self, question: str, documents: Sequence[str] | None = None, count: int = EVIDENCE) -> tuple[Hit, ...]:
        """The sentences that an answer would draw on, best first; `documents` are ids to look in, all if left out."""
        return retrieve(self._retriever, question, documents, ensure_config()).hits(count)

    async def astream(
        self, input: str | Ask, config: RunnableConfig | None = None, **kwargs: Any | None
    ) -> AsyncIterator[Answer]:
        """As `stream`, each step in a thread."""
        steps = self.stream(input, config)
        while (answer := await asyncio.to_thread(next, steps, None)) is not None:
            yield answer

    def _last(self, input: str | Ask, run_manager: CallbackManagerForChainRun, config: RunnableConfig) -> Answer:
        *_, answer = self._steps(input, patch_config(config, callbacks=run_manager.get_child()))
        return answer

    def _stream(
        self, inputs: Iterator[str | Ask], run_manager: CallbackManagerForChainRun, config: RunnableConfig
    ) -> Iterator[Answer]:
        for input in inputs:
            yield from self._steps(input, patch_config(config, callbacks=run_manager.get_child()))

    def _steps(self, input: str | Ask, config: RunnableConfig) -> Iterator[Answer]:
        """Answers, each with more in it; between two of them a caller may stop."""
        ask: Mapping[str, Any] = {"question": input} if isinstance(input, str) else input
        draft = Draft(str(ask["question"]).strip(), ask.get("id"), self._answerer.model)
        if problem := _problem(draft.question):
            yield draft.refuse("invalid_question", problem)
            return
        if reply := smalltalk_reply(draft.question):
            yield draft.answer("smalltalk", [Statement(text=reply)])
            return
        with draft.timed("understand"):
            history = [Turn.model_validate(turn) for turn in ask.get("history") or []]
            understood = understand(draft.question, history)
            draft.standalone = understood.standalone if understood.is_follow_up else None
        yield draft.answer("answer", [])
        if asks_about_the_whole(understood.standalone):
            yield from self._overview(draft, understood, ask.get("documents"), config)
        else:
            yield from self._answer(draft, understood, ask.get("documents"), config)

    def _answer(
        self, draft: Draft, understood: Understood, documents: list[str] | None, config: RunnableConfig
    ) -> Iterator[Answer]:
        with draft.timed("retrieve"):
            found = retrieve(self._retriever, understood.standalone, documents, config)
        draft.take(found, understood.standalone)
        if not found.ranked:
            yield draft.refuse("no_documents", "There is nothing to answer from yet: add a document first.")
            return
        if draft.confidence < self._threshold:
            yield draft.refuse(
                "not_in_documents",
                "The documents don’t seem to answer this. The closest passages are listed, but they are not an answer.",
            )
            return
        yield draft.answer("answer", [])
        yield from self._state(
            draft, "answer", self._answerer.propose(understood.standalone, found.ranked, found.passages)
        )

    def _overview(
        self, draft: Draft, understood: Understood, documents: list[str] | None, config: RunnableConfig
    ) -> Iterator[Answer]:
        with draft.timed("retrieve"):
            found = retrieve_overview(self._retriever, understood.standalone, documents, config)
        draft.take(found, understood.standalone)
        if not found.passages:
            yield draft.refuse("no_documents", "There is nothing to give an overview of yet: add a document first.")
            return
        draft.confidence = 1.0  # what a document says about itself is always in it
        yield from self._state(draft, "overview", propose_overview(found))

    def _state(self, draft: Draft, kind: Kind, claims: Iterator[Claim]) -> Iterator[Answer]:
        """The answer after each statement, then whole and timed."""
        footnotes = Footnotes(self.verifier)
        statements: list[Statement] = []
        with draft.timed("answer"):
            for claim in claims:
                statements.append(footnotes.state(claim))
                yield draft.answer(kind, statements, footnotes)
        yield draft.answer(kind, statements, footnotes)


@dataclass
class Draft:
    """What is known of an answer so far; every snapshot that is shown is made, and so checked, here."""

    question: str
    id: str | None
    model: str
    standalone: str | None = None
    found: Retrieved = field(default_factory=Retrieved)
    confidence: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    notices: tuple[Notice, ...] = ()
    trace_id: str = field(default_factory=lambda: uuid4().hex)
    timings: dict[str, float] = field(default_factory=dict)
    _began: float = field(default_factory=time.perf_counter)

    def take(self, found: Retrieved, question: str) -> None:
        """Notes what was retrieved and how likely it holds the answer."""
        self.found = found
        self.notices = found.notices
        self.confidence = answerability(question, found.ranked)
        self.evidence = tuple(found.evidence(scored) for scored in found.ranked[:EVIDENCE])

    def answer(self, kind: Kind, statements: list[Statement], footnotes: Footnotes | None = None) -> Answer:
        """The answer as far as it has come; citations are those of the statements."""
        used = {number for statement in statements for number in statement.citations}
        cited = footnotes.citations if footnotes else ()
        return Answer(
            **self._fields(),
            kind=kind,
            statements=tuple(statements),
            citations=tuple(citation for citation in cited if citation.number in used),
        )

    def refuse(self, code: RefusalCode, message: str) -> Answer:
        """No answer, and why."""
        return Answer(**self._fields(), kind="refusal", refusal=Refusal(code=code, message=message))

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Adds a step's milliseconds to the timings."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.timings[step] = round((time.perf_counter() - began) * 1000, 2)

    def _fields(self) -> dict[str, Any]:
        total = round((time.perf_counter() - self._began) * 1000, 2)
        return {
            "id": self.id,
            "question": self.question,
            "standalone_question": self.standalone,
            "evidence": self.evidence,
            "notices": self.notices,
            "confidence": self.confidence,
            "passages": tuple(passage.retrieved for passage in self.found.passages.values()),
            "model": self.model,
            "trace_id": self.trace_id,
            "timings_ms": {**self.timings, "total": total},
        }


def _problem(question: str) -> str | None:
    if not question:
        return "There is no question: write one in a sentence."
    if len(question) > LONGEST_QUESTION:
        return (
            f"The question has {len(question):,} characters; shorten it to {LONGEST_QUESTION:,}, "
            "or add the long text as a document and ask about it."
        )
    return None

"""The one road from question to `Answer`: understand -> retrieve -> answer -> cite -> verify.

    chain = build_chain(library_retriever)        # or any LangChain retriever
    answer = chain.invoke("Who signed the memo?")

A LangChain `Runnable`: `invoke`, `stream`, `batch` and their async twins work; `stream` yields growing answers.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import CallbackManagerForChainRun
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import ensure_config, patch_config

from index.answerability import default_threshold
from index.conversing import Conversation
from qa.aiming import Aim
from qa.answer import Answer, Kind, Notice, Statement
from qa.answering import Answerer, Step, Work
from qa.citing import Claim
from qa.conversation import understand
from qa.drafting import EVIDENCE, Draft
from qa.errors import ModelFailed, NotAnswered
from qa.extractive import ExtractiveAnswerer
from qa.instructing import instructs
from qa.limits import problem_of
from qa.looking import Looked, Looking
from qa.missing import told, unmentioned
from qa.question import Ask, read, turns_of
from qa.retrieving import Hit, retrieve, retrieve_overview, retrieve_whole, spelled, titles
from qa.smalltalk import asks_for_the_documents, documents_reply, smalltalk_reply
from qa.verifying import Verifier, default_verifier

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["LONGEST_QUESTION", "Ask", "CitedAnswers", "build_chain"]

LONGEST_QUESTION = 2_000  # characters; the encoder reads about 1,200 of them
# A language model that finds no answer is believed unless the documents answer with this probability.
SURE = 0.7
# "Summarise the risks" names no document and no section: answered like another question from this probability on.
TOPICAL = 0.5
STOPPABLE = 0.25  # seconds after which a caller gets the chance to stop a language model


def build_chain(
    retriever: BaseRetriever,
    model: BaseChatModel | str | None = None,
    *,
    answerer: Answerer | None = None,
    verifier: Verifier | None = None,
    threshold: float | None = None,
    context: int | None = None,
    show_unsupported: bool = False,
) -> CitedAnswers:
    """A chain that answers from what a retriever finds.

    Args:
        retriever: ours (`index.retrieval.EvidenceRetriever`) or any other; a foreign document is cited as a document
            of its own: its id is metadata["source"] (with a digest where several have it), its text is page_content.
        model: words the answers: a chat model of LangChain's, or "provider:model". Without one, the evidence is quoted.
        answerer: proposes what to say, instead of a model.
        verifier: judges what is said against what is cited; the fitted one if left out.
        threshold: refuse under this probability that the documents answer; the calibrated one if left out.
        context: the model's window in tokens; what is known of it if left out.
        show_unsupported: whether a statement that nothing supports is shown, as such, instead of being left out.
    """
    return CitedAnswers(
        retriever,
        answerer or _answerer(model, context),
        verifier or default_verifier(retriever),
        default_threshold() if threshold is None else threshold,
        show_unsupported=show_unsupported,
    )


class CitedAnswers(Runnable[str | Ask, Answer]):
    """The chain that `build_chain` makes."""

    def __init__(
        self,
        retriever: BaseRetriever,
        answerer: Answerer,
        verifier: Verifier,
        threshold: float,
        *,
        show_unsupported: bool = False,
    ) -> None:
        self._retriever = retriever
        self._answerer = answerer
        quoting = answerer if isinstance(answerer, ExtractiveAnswerer) else None
        # Answers where the answerer gives nothing that is supported. What talks to a model may be why it does not.
        self._quoting = quoting or ExtractiveAnswerer(leaves_out=instructs)
        self._asks_in_parts = quoting is not None  # a language model reads what was found for all of it
        self.verifier = verifier
        self._threshold = threshold
        self._show_unsupported = show_unsupported

    def quoting(self) -> CitedAnswers:
        """The same chain without a language model."""
        return self._with(ExtractiveAnswerer())

    def _with(self, answerer: ExtractiveAnswerer) -> CitedAnswers:
        return CitedAnswers(self._retriever, answerer, self.verifier, self._threshold)

    def invoke(self, input: str | Ask, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """The whole answer."""
        return self._call_with_config(self._last, read(input, kwargs), config, run_type="chain")

    def stream(self, input: str | Ask, config: RunnableConfig | None = None, **kwargs: Any | None) -> Iterator[Answer]:
        """Growing answers: understood, retrieved, then one more statement each; the last equals `invoke`'s.

        While a language model is at a statement, the last answer comes again now and then. Closing the iterator stops
        the work, a model's, too, at the next step.
        """
        asked: str | Ask = read(input, kwargs)
        yield from self._transform_stream_with_config(iter([asked]), self._stream, config, run_type="chain")

    def search(self, question: str, documents: Sequence[str] | None = None, count: int = EVIDENCE) -> tuple[Hit, ...]:
        """The sentences that an answer would draw on, best first; `documents` are ids to look in, all if left out."""
        asked = spelled(self._retriever, question, documents)
        return retrieve(self._retriever, asked, documents, ensure_config()).hits(count)

    async def astream(
        self, input: str | Ask, config: RunnableConfig | None = None, **kwargs: Any | None
    ) -> AsyncIterator[Answer]:
        """As `stream`, each step in a thread."""
        steps = self.stream(input, config, **kwargs)
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
        ask = read(input, {})
        if ask.get("quoted"):
            yield from self.quoting()._steps({**ask, "quoted": False}, config)
            return
        draft = Draft(ask["question"].strip(), ask.get("id"), self._answerer.model)
        if problem := problem_of(draft.question, LONGEST_QUESTION):
            yield draft.refuse("invalid_question", problem)
            return
        if reply := self._said(draft.asked, ask.get("documents")):
            draft.statements = [Statement(text=reply)]
            yield draft.answer("smalltalk")
            return
        work = Work(config, draft.spent)
        answering = self
        with draft.timed("understand"):
            turns = turns_of(ask.get("history"))
            respell = partial(spelled, self._retriever, documents=ask.get("documents"))
            understood = understand(respell(draft.asked), turns).respelt(respell)
            questions = [understood.standalone]
            try:
                restated = self._answerer.restate(draft.question, turns, work) if turns else None
            except ModelFailed as failure:  # it would fail again, perhaps after as long a wait
                draft.note("model_unavailable", f"{failure} {_QUOTED}")
                answering, draft.model, restated = self._with(self._quoting), self._quoting.model, None
            questions += [restated] if restated and restated not in questions else []
        draft.standalone = questions[0] if questions[0] != draft.asked else None
        yield draft.answer("answer")
        yield from answering._answered(draft, questions, understood.conversation, ask.get("documents"), work)

    def _said(self, question: str, documents: Sequence[str] | None) -> str | None:
        """The reply to what asks nothing of the documents, if that is so."""
        names = titles(self._retriever, documents) if asks_for_the_documents(question) else None
        return smalltalk_reply(question) if names is None else documents_reply(names)

    def _answered(
        self,
        draft: Draft,
        questions: Sequence[str],
        conversation: Conversation | None,
        documents: list[str] | None,
        work: Work,
    ) -> Iterator[Answer]:
        """The answer to a question that stands alone, put in one way or two: by rules, and by the answerer.

        `conversation` is what it was asked after, if anything was.
        """
        with draft.timed("retrieve"):
            aim = Aim.of(questions[0], self._retriever, documents, reads_all=self._answerer.reads_all)
            looking = Looking(self._retriever, aim.documents, work.config)
            best = looking.best(questions, conversation, self._threshold) if aim.is_detail else None
            parts = looking.parts(questions[0]) if best and self._asks_in_parts and not conversation else []
        if best is None or (aim.is_whole and best.confidence < TOPICAL):
            yield from self._overview(draft, questions[0], aim, work)
            return
        answered = [part.looked for part in parts if part.looked.confidence >= self._threshold]
        for part in parts if answered else ():
            if part.looked not in answered:
                draft.note("partly_answered", f"The documents don’t seem to answer “{part.typed}”.")
        yield from self._answer(draft, best.joined(answered), answered or [best], looking, work)

    def _answer(
        self, draft: Draft, whole: Looked, parts: Sequence[Looked], looking: Looking, work: Work
    ) -> Iterator[Answer]:
        """The answer to a question, or to those of its parts that are answered."""
        draft.standalone = whole.question if whole.question != draft.asked else None
        draft.take(whole.found, whole.confidence)
        if not whole.found.ranked:
            yield draft.refuse("no_documents", _NOTHING_YET if looking.documents is None else _NONE_CHOSEN)
            return
        if whole.confidence < self._threshold:
            missing = told(unmentioned(looking.retriever, whole.question, looking.documents))
            yield draft.refuse("not_in_documents", f"The documents don’t seem to answer this. {missing}{_CLOSEST}")
            return
        yield draft.answer("answer")
        proposed = (s for one in parts for s in self._answerer.propose(one.question, one.found, work))
        quoted = (claim for one in parts for claim in self._quoting.propose(one.question, one.found, work))
        yield from self._state(draft, "answer", proposed, quoted)

    def _overview(self, draft: Draft, question: str, aim: Aim, work: Work) -> Iterator[Answer]:
        asked = (self._retriever, question, aim.scope, aim.documents, work.config)
        found = read = retrieve_overview(*asked)
        if self._answerer.reads_all and found.passages:
            read = retrieve_whole(*asked)
        draft.take(replace(found, notices=read.notices), 1.0)  # what a document says about itself is always in it
        if not found.passages:
            draft.confidence = 0.0
            yield draft.refuse("no_documents", "There is nothing to give an overview of yet: add a document first.")
            return
        proposed = self._answerer.sum_up(question, read, work)
        yield from self._state(draft, "overview", proposed, self._quoting.sum_up(question, found, work))

    def _state(self, draft: Draft, kind: Kind, proposed: Iterator[Step], quoted: Iterator[Claim]) -> Iterator[Answer]:
        """The answer after each statement, then whole and timed; quotes where nothing proposed is supported."""
        with draft.timed("answer"):
            try:
                yield from self._take(draft, kind, proposed)
                if not draft.states_something:
                    draft.note("unsupported_answer", f"{_UNSUPPORTED} {_QUOTED}")
            except NotAnswered as no:
                if draft.confidence < SURE:
                    yield draft.refuse("not_in_documents", f"{no} {_CLOSEST}")
                    return
                draft.note("unsupported_answer", f"{no} {_QUOTED}")
            except ModelFailed as failure:
                draft.note("model_unavailable", f"{failure} {_UNTIL_THEN if draft.states_something else _QUOTED}")
            if not draft.states_something:
                draft.model = self._quoting.model
                yield from self._take(draft, kind, quoted)
        if draft.states_something:
            yield draft.answer(kind)
        else:
            yield draft.refuse("unsupported_answer", f"Nothing that the documents support could be said. {_CLOSEST}")

    def _take(self, draft: Draft, kind: Kind, steps: Iterator[Step]) -> Iterator[Answer]:
        """Takes what an answerer proposes into the draft; now and then yields again what was shown last."""
        shown, at = draft.answer(kind), time.monotonic()
        for step in steps:
            if isinstance(step, Claim):
                draft.state(step, self.verifier, show_unsupported=self._show_unsupported)
                shown = draft.answer(kind)
            elif isinstance(step, Notice):
                draft.notices.append(step)
            elif time.monotonic() - at < STOPPABLE:
                continue
            at = time.monotonic()
            yield shown


_NOTHING_YET = "There is nothing to answer from yet: add a document first."
_NONE_CHOSEN = "None of the chosen documents is here: choose one to answer from."
_CLOSEST = "The closest passages are listed, but may not answer it."
_QUOTED = "These are the documents’ own sentences instead."
_UNSUPPORTED = "The documents don’t support what the language model wrote."
_UNTIL_THEN = "What it had said until then is shown."


def _answerer(model: BaseChatModel | str | None, context: int | None) -> Answerer:
    if model is None:
        return ExtractiveAnswerer()
    from qa.generative import GenerativeAnswerer, chat_model

    return GenerativeAnswerer(chat_model(model, context=context) if isinstance(model, str) else model, context)

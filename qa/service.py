"""Footnote, wired: what the page, the command line and every other front end share."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import cache
from importlib.resources import files
from types import TracebackType
from typing import TYPE_CHECKING, Self

from index.errors import LibraryError, UnknownDocument
from index.loading import load_text
from qa.answers import AnswerStore
from qa.work import Job, WorkQueue

if TYPE_CHECKING:
    from index.library import Library

    from index.encoding import Encoder
    from qa.answer import Answer
    from qa.chain import Ask, CitedAnswers
    from qa.settings import Settings

logger = logging.getLogger(__name__)

SAMPLE = "article.txt"
ANSWERS = "answers.sqlite3"


class Footnote:
    """A library that is open, the chain that answers from it, the queue before it and the answers that were given.

    A context manager. One process at a time has the data folder open.
    """

    def __init__(self, library: Library, chain: CitedAnswers, answers: AnswerStore, queue: WorkQueue) -> None:
        self.library = library
        self.chain = chain
        self.answers = answers
        self.queue = queue

    @classmethod
    def open(
        cls, settings: Settings, *, address: str | None = None, sample: bool = True, rebuilding: bool = False
    ) -> Footnote:
        """Loads the models and opens the data folder.

        Args:
            settings: every knob.
            address: where this process serves, so that a second one can name it.
            sample: index the bundled article if nothing was ever added to the folder.
            rebuilding: accept a folder that another model indexed. The caller calls `library.rebuild` next.

        Raises:
            FootnoteError: the folder or a model cannot be used.
        """
        from index.library import Library

        from index.retrieval import EvidenceRetriever
        from qa.chain import build_chain

        encoder = _load_encoder(settings)
        with ExitStack() as opened:
            library = opened.enter_context(Library.open(settings.data, encoder, address=address, rebuilding=rebuilding))
            answers = opened.enter_context(closing(AnswerStore(settings.data / ANSWERS, settings.keep_answers)))
            library.on_purge(answers.forget_document)
            if sample and not library.generation():
                _add_sample(library)
            chain = build_chain(EvidenceRetriever(library=library, encoder=encoder), threshold=settings.threshold)
            service = cls(library, chain, answers, WorkQueue(settings.workers, settings.queue))
            opened.pop_all()
        return service

    def close(self) -> None:
        """Stops what is being answered and closes the data folder."""
        self.queue.close()
        self.library.close()
        self.answers.close()  # last: a document that the library forgets is forgotten here, too

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ask(self, question: Ask) -> Job[Answer]:
        """Queues a question; the job yields growing answers, and ends when the last one is kept.

        Raises:
            Busy: too many questions wait.
        """
        return self.queue.submit(lambda: self._answers(question))

    def _answers(self, question: Ask) -> Iterator[Answer]:
        answer: Answer | None = None
        with closing(self.chain.stream(question)) as steps:  # type: ignore[type-var]  # a generator
            for answer in steps:
                yield answer
        if answer is not None:
            self._keep(answer)

    def _keep(self, answer: Answer) -> None:
        try:
            self.answers.keep(answer)
            for document_id in {passage.document_id for passage in answer.passages}:
                self._forget_if_gone(document_id)
        except LibraryError as error:  # the answer stands, it just cannot be looked up later
            logger.warning("An answer was not kept: %s", error)

    def _forget_if_gone(self, document_id: str) -> None:
        """A document that was removed while it was being cited: its purge may have come before the answer was kept."""
        try:
            self.library.find(document_id)
        except UnknownDocument:
            self.answers.forget_document(document_id)


def _load_encoder(settings: Settings) -> Encoder:
    import torch

    from index.encoding import load_encoder

    # Each worker encodes its own question: together they take the cores once, not each all of them.
    torch.set_num_threads(max(1, _torch_threads() // settings.workers))
    return load_encoder(settings.embedding_model)


@cache
def _torch_threads() -> int:
    """What torch would take by itself: the cores, or OMP_NUM_THREADS."""
    import torch

    return torch.get_num_threads()


def _add_sample(library: Library) -> None:
    article = (files("index") / "samples" / SAMPLE).read_bytes()
    library.add(load_text(article, f"sample:{SAMPLE}", SAMPLE))

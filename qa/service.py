"""Footnote, wired: what the page, the command line and every other front end share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from importlib.resources import files
from types import TracebackType
from typing import TYPE_CHECKING, Self

from index.encoding import load_encoder
from index.late_encoding import LateEncoder
from index.loading import LARGEST, load_text
from qa.adding import Adding
from qa.answers import AnswerStore
from qa.asking import Asking
from qa.suggesting import Suggester
from qa.work import Job, WorkQueue

if TYPE_CHECKING:
    from index.document import Document
    from index.encoding import Encoder
    from index.library import Library
    from index.ownership import Ownership
    from qa.adding import IfExists, Step
    from qa.answer import Answer
    from qa.answering import Answerer
    from qa.chain import Ask, CitedAnswers
    from qa.evaluation.evaluating import Step as EvaluationStep
    from qa.evaluation.records import Dataset
    from qa.retrieving import Hit
    from qa.settings import Settings
    from qa.suggesting import Suggestion
    from qa.verifying import Judgement

SAMPLE = "article.txt"
ANSWERS = "answers.sqlite3"
SUGGESTING = 32  # pages that may wait for suggestions; the first one's are there for the others


class DataFolder:
    """What is stored: the documents, and the answers that were given from them. One process at a time has it open."""

    def __init__(self, library: Library, answers: AnswerStore) -> None:
        self.library = library
        self.answers = answers
        library.on_purge(answers.forget_document)
        library.start_purging()

    @classmethod
    def open(
        cls, settings: Settings, encoder: Encoder, *, owner: Ownership | None = None, rebuilding: bool = False
    ) -> DataFolder:
        """Opens or makes the folder; the arguments are `Library.open`'s.

        Raises:
            LibraryError: it cannot be used.
        """
        from index.library import Library

        library = Library.open(settings.data, encoder, owner=owner, rebuilding=rebuilding, purging=False)
        try:
            return cls(library, AnswerStore(settings.data / ANSWERS, settings.keep_answers))
        except BaseException:
            library.close()
            raise

    def close(self) -> None:
        """Lets go of the folder."""
        self.library.close()
        self.answers.close()  # last: a document that the library forgets is forgotten here, too


class Footnote:
    """An open data folder, the chain that answers from it, and the queues before these. A context manager."""

    def __init__(
        self,
        folder: DataFolder,
        encoder: Encoder,
        chain_over: Callable[[Library], CitedAnswers],
        queue: WorkQueue,
        largest_upload: int = LARGEST,
    ) -> None:
        """For `open`.

        Args:
            folder: closed with this.
            encoder: that of the folder's library.
            chain_over: makes the chain that answers from a library.
            queue: what questions go through; closed with this.
            largest_upload: bytes.
        """
        from qa.evaluation.queued import Evaluator  # with it comes the chain, which a list of documents does without

        self._folder = folder
        self.library = folder.library
        self.answers = folder.answers
        self.chain = chain_over(folder.library)
        self.queue = queue
        self.largest_upload = largest_upload
        self._asking = Asking(self.chain, folder.library, folder.answers, queue)
        self.outcomes = self._asking.outcomes
        self.notices = self._asking.notices
        self.model = self._asking.model
        self._evaluator = Evaluator(folder.library, encoder, chain_over)
        self._adding = Adding(folder.library)
        self._suggester = Suggester(folder.library, self._asking.ask_unkept)
        self._suggesting = WorkQueue(1, SUGGESTING)

    @classmethod
    def open(cls, settings: Settings, *, owner: Ownership | None = None) -> Footnote:
        """Opens the data folder and loads the models; a folder to which nothing was ever added gets the article.

        Args:
            settings: every knob.
            owner: see `Library.open`.

        Raises:
            FootnoteError: the folder or a model cannot be used.
        """
        encoder = encoder_for(settings)
        chain_over = chain_maker(settings, encoder)
        folder = DataFolder.open(settings, encoder, owner=owner)
        try:
            encoder.encode_question("Is everything loaded?")  # so that no reader waits for it later
            if not folder.library.generation():
                _add_sample(folder.library)
        except BaseException:
            folder.close()
            raise

        queue = WorkQueue(settings.workers, settings.queue)
        return cls(folder, encoder, chain_over, queue, settings.max_upload_mb << 20)

    def close(self) -> None:
        """Stops what is being answered, added and evaluated, and closes the data folder."""
        self._evaluator.close()
        self._adding.close()
        self.queue.close()
        self._suggesting.close()  # what it waited for has ended
        self._folder.close()

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
        return self._asking.ask(question)

    def search(self, question: str, documents: Sequence[str] | None = None, count: int = 10) -> Job[tuple[Hit, ...]]:
        """Queues a search among the questions; the job yields the most relevant sentences, best first.

        Args:
            question: what they should answer.
            documents: ids to look in; all if left out.
            count: how many at most.

        Raises:
            Busy: too much waits.
        """
        return self._asking.search(question, documents, count)

    def verify(self, claim: str, quotes: Sequence[str]) -> Job[Judgement]:
        """Queues a claim among the questions, to be judged as the statements of answers are.

        Args:
            claim: what is said.
            quotes: what is cited for it; a `Quote` that knows its place in the library costs no forward pass.

        Raises:
            Busy: too much waits.
        """
        return self._asking.verify(claim, quotes)

    def add(self, document: Document, if_exists: IfExists = "replace") -> Job[Step]:
        """Queues a document behind others, not behind questions; the job yields `Progress`, and at the end `Added`.

        Cancelled before its last passage is encoded, it changes nothing. Besides what `Library.add` raises, the job can
        end with `NameTaken`.

        Raises:
            Busy: too many documents wait.
            NameTaken: there is one of this source with other content, and `if_exists` is "ask".
        """
        return self._adding.add(document, if_exists)

    def evaluate(self, dataset: Dataset) -> Job[EvaluationStep]:
        """Queues an evaluation, beside the questions; the job yields `Progress`, and at the end `Evaluation`.

        Nothing of it is kept. It can end with `BadRecord`: evidence of the set is not in the documents.

        Raises:
            Busy: too many evaluations wait.
        """
        return self._evaluator.evaluate(dataset)

    def suggest(self, count: int = 3, documents: list[str] | None = None) -> Job[tuple[Suggestion, ...]]:
        """Finds questions to start from; the job yields what is found so far, at the end all. None of it is kept.

        Each question that is tried takes its own turn among the readers': none of theirs waits for more than one of
        these. The job can end with `Busy`, if so many wait that this one is not taken.

        Args:
            count: how many are wanted; there may be fewer.
            documents: ids to draw from and to answer from; all if left out.

        Raises:
            Busy: too many pages wait for suggestions.
        """
        return self._suggesting.submit(lambda: self._suggester.steps(count, documents))


def chain_maker(settings: Settings, encoder: Encoder) -> Callable[[Library], CitedAnswers]:
    """What makes the chain that answers from a library as the settings have it, with their language model if any.

    Raises:
        WrongSetting: the model cannot be used.
    """
    from index.retrieval import EvidenceRetriever
    from qa.chain import build_chain

    answerer = _answerer_for(settings)
    return lambda library: build_chain(
        EvidenceRetriever(library=library, encoder=encoder),
        answerer=answerer,
        threshold=settings.threshold,
        show_unsupported=settings.show_unsupported,
    )


def _answerer_for(settings: Settings) -> Answerer | None:
    """The language model that the settings name, as an answerer.

    Raises:
        WrongSetting: it cannot be used.
    """
    if settings.llm is None:
        return None
    from qa.generative import GenerativeAnswerer, chat_model

    key = settings.llm_api_key
    model = chat_model(
        settings.llm,
        base_url=settings.llm_base_url,
        api_key=key.get_secret_value() if key else None,
        context=settings.llm_context,
        seconds=settings.llm_timeout,
    )
    return GenerativeAnswerer(model, settings.llm_context, settings.llm_timeout)


def encoder_for(settings: Settings) -> Encoder:
    """The encoder that the settings name; the bundled one is loaded when it is first needed.

    Raises:
        ModelUnavailable: it cannot be loaded.
    """
    load = partial(_load_encoder, settings.embedding_model, settings.workers)
    return load() if settings.embedding_model else LateEncoder(load)


def _load_encoder(model: str | None, workers: int) -> Encoder:
    import torch

    # Each worker encodes its own question: together they take the cores once, not each all of them.
    torch.set_num_threads(max(1, _torch_threads() // workers))
    return load_encoder(model)


@cache
def _torch_threads() -> int:
    """What torch would take by itself: the cores, or OMP_NUM_THREADS."""
    import torch

    return torch.get_num_threads()


def _add_sample(library: Library) -> None:
    article = (files("index") / "samples" / SAMPLE).read_bytes()
    library.add(load_text(article, f"sample:{SAMPLE}", SAMPLE))

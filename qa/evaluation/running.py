"""Data set -> responses: the chain is asked every question, over the documents that it may answer from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from index.library import Library
from qa.errors import BadRecord
from qa.evaluation.documents import Shelf
from qa.evaluation.reading import response_of
from qa.evaluation.records import Dataset, Question
from qa.evaluation.responses import Response

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from index.encoding import Encoder
    from qa.answer import Answer
    from qa.chain import Ask

Index = Literal["one", "each"]
"""`one` index over the documents around those that a set names, or one for `each` question's own documents."""

MakeChain = Callable[[Library], "Runnable[str | Ask, Answer]"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come."""

    what: str  # "Indexing" or "Asking"
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Questions with the documents that are indexed for them."""

    documents: tuple[str, ...]
    questions: tuple[Question, ...]


@dataclass
class Asked:
    """What a run leaves: the responses, by question id, and how the documents were cut."""

    responses: dict[str, Response] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    model: str = ""
    chunks: dict[str, str] = field(default_factory=dict)  # content hash -> digest of the passages' offsets

    def chunking(self, index: Index) -> str:
        """A digest of how the documents were cut and put into indexes, wherever these documents lie."""
        cut = "".join(f"{content}\t{digest}\n" for content, digest in sorted(self.chunks.items()))
        return hashlib.sha256(f"{index}\n{cut}".encode()).hexdigest()[:16]


def ask_all(
    dataset: Dataset,
    shelf: Shelf,
    encoder: Encoder,
    make_chain: MakeChain,
    index: Index = "one",
    library: Library | None = None,
) -> Iterator[Progress | Asked]:
    """Asks every question; yields how far it is and, at the end, what came of it.

    Between two yields a caller may stop by closing the iterator; the indexes are then gone.

    Args:
        dataset: the questions, checked.
        shelf: the documents.
        encoder: what they are indexed with.
        make_chain: the chain to ask, over a library.
        index: what is in an index.
        library: one that holds the documents already; used as it is for `one` index.
    """
    asked = Asked()
    indexing = sum(len(batch.documents) for batch in _batches(dataset, shelf, index))
    done = 0
    for batch in _batches(dataset, shelf, index):
        with _library(library if index == "one" else None, encoder) as used:
            if used is not library:
                for name in batch.documents:
                    yield Progress("Indexing", done, indexing)
                    used.add(shelf.get(name))
                    done += 1
            asked.chunks |= {shelf.get(name).content_hash: _chunks(used, shelf, name) for name in batch.documents}
            chain = make_chain(used)
            for question in batch.questions:
                yield Progress("Asking", len(asked.responses), len(dataset.questions))
                answer = chain.invoke(_ask(question, shelf))
                asked.answers[question.id] = answer
                asked.responses[question.id] = response_of(question.id, wire(answer), shelf)
                asked.model = answer.model
    yield Progress("Asking", len(asked.responses), len(dataset.questions))
    yield asked


def wire(answer: Answer) -> dict[str, Any]:
    """The answer as others read it, so that ours are scored as anybody's."""
    return answer.model_dump(mode="json", by_alias=True)


def _batches(dataset: Dataset, shelf: Shelf, index: Index) -> list[Batch]:
    """In the order of the questions; each set of documents is indexed once."""
    found: dict[tuple[str, ...], list[Question]] = {}
    around: dict[str, tuple[str, ...]] = {}
    for question in dataset.questions:
        if index == "each":
            documents = tuple(sorted(_known(shelf, question.documents)))
            if not documents:
                raise BadRecord(dataset.places[question.id], "document_id", "an index of its own takes a document")
        else:
            name = dataset.sets.get(question.id, dataset.name)
            documents = around.setdefault(name, _around(dataset, name, shelf))
        found.setdefault(documents, []).append(question)
    return [Batch(documents, tuple(questions)) for documents, questions in found.items()]


def _around(dataset: Dataset, name: str, shelf: Shelf) -> tuple[str, ...]:
    """All documents in the folders of those that a set names."""
    own = [q for q in dataset.questions if dataset.sets.get(q.id, dataset.name) == name]
    return tuple(shelf.siblings({n for question in own for n in _known(shelf, question.documents)}))


def _known(shelf: Shelf, names: Sequence[str]) -> list[str]:
    return [name for known_as in names if (name := shelf.name(known_as)) is not None]


@contextmanager
def _library(given: Library | None, encoder: Encoder) -> Iterator[Library]:
    if given is not None:
        yield given
        return
    with TemporaryDirectory(prefix="footnote-") as folder, Library.open(Path(folder), encoder) as library:
        yield library


def _ask(question: Question, shelf: Shelf) -> Ask:
    ask: Ask = {"id": question.id, "question": question.question}
    if question.history:
        ask["history"] = [{"role": turn.role, "content": turn.text} for turn in question.history]
    if question.index_only is not None:
        ask["documents"] = [document.id for n in question.index_only if (document := shelf.find(n))]
    return ask


def _chunks(library: Library, shelf: Shelf, name: str) -> str:
    stored = library.passages_of(shelf.get(name).id)
    offsets = ",".join(f"{p.passage.start}-{p.passage.end}" for p in stored)
    return hashlib.sha256(offsets.encode()).hexdigest()[:16]


def fingerprint(dataset: Dataset, shelf: Shelf | None) -> Mapping[str, str]:
    """Digests of the questions, in whatever order they stand, and of the documents that they are about."""
    questions = sorted(question.model_dump_json() for question in dataset.questions)
    names = {n for question in dataset.questions for n in question.documents}
    documents = sorted(f"{n}\t{d.content_hash}" for n in names if shelf and (d := shelf.find(n)))
    return {"questions": _digest(questions), "documents": _digest(documents)}


def _digest(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]

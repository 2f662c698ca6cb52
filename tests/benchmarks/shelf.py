"""What the soak kills, and the documents it puts there."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from index.document import Document
from index.errors import UnknownDocument
from index.library import Library
from index.words import stems
from tests.standin import StandInEncoder

VOCABULARY = [
    f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("ck", "ll", "mp", "nd", "rst", "sh", "xt")
]


@dataclass(frozen=True)
class Quote:
    """Words that a question brought up, with where they are said to stand."""

    source: str
    start: int
    end: int
    text: str


class Shelf(AbstractContextManager["Shelf"], Protocol):
    """Something that holds documents and answers questions about them, in a process that is killed."""

    largest: int  # passages of a document that it is given, at most
    undisturbed: float  # seconds from the first change to the kill, at most

    def add(self, document: Document) -> None:
        """Adds or replaces; returns when it is done."""

    def remove(self, source: str) -> None:
        """Removes; returns when it is done."""

    def hashes(self) -> dict[str, str]:
        """Source -> content hash of every document listed."""
        ...

    def text(self, source: str) -> str:
        """A document's whole text."""
        ...

    def faults(self, source: str) -> list[str]:
        """What is wrong within a document that is listed; nothing if it is whole."""
        ...

    def ask(self, questions: Sequence[str]) -> list[list[Quote]]:
        """What each question brings up."""
        ...

    def healthy(self) -> bool:
        """Whether every index answers."""
        ...


class LibraryShelf:
    """A `Library` with the stand-in encoder."""

    largest = 300
    undisturbed = 2.0

    def __init__(self, folder: Path) -> None:
        self._encoder = StandInEncoder(dimension=384, token_dimension=16)
        self._library = Library.open(folder, self._encoder, undo_seconds=0.3)

    def add(self, document: Document) -> None:
        """Adds or replaces."""
        self._library.add(document)

    def remove(self, source: str) -> None:
        """Removes; one time in three only after it was brought back, if there was time for that."""
        record = self._library.remove(self._library.find(source).id)
        if random.random() < 1 / 3:
            with suppress(UnknownDocument):
                self._library.restore(record.id)
                self._library.remove(record.id)

    def hashes(self) -> dict[str, str]:
        """What `documents` says."""
        return {record.source: record.content_hash for record in self._library.documents()}

    def text(self, source: str) -> str:
        """The whole text."""
        return self._library.text(self._library.find(source).id)

    def faults(self, source: str) -> list[str]:
        """Passages that are missing, do not stand where they say, or have another passage's vectors."""
        record = self._library.find(source)
        text = self._library.text(record.id)
        stored = self._library.passages_of(record.id)
        faults = []
        if not stored or (len(stored), len(text)) != (record.passages, record.characters):
            faults.append(f"{source}: {len(stored)} of {record.passages} passages")
        encodings = self._encoder.encode([passage.passage for passage in stored])
        for passage, encoding in zip(stored, encodings, strict=True):
            where, kept = passage.passage, passage.encoding
            encoded = (kept.vector == encoding.vector).all() and len(kept.tokens) == len(encoding.tokens)
            if where.text != text[where.start : where.end] or not encoded:
                faults.append(f"{source}: passage {passage.id} is not what stands at {where.start}")
        return faults

    def ask(self, questions: Sequence[str]) -> list[list[Quote]]:
        """The passages that either search proposes and the catalog holds."""
        return [self._found(question) for question in questions]

    def _found(self, question: str) -> list[Quote]:
        dense = self._library.search_dense(self._encoder.encode_question(question).vector, 20)
        lexical = self._library.search_lexical(stems(question), 20)
        found = self._library.passages([hit.passage_id for hit in [*dense, *lexical]])
        return [Quote(p.record.source, p.passage.start, p.passage.end, p.passage.text) for p in found]

    def healthy(self) -> bool:
        """Whether both indexes are in step."""
        return self._library.health == "ready"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._library.close()


def document(number: int, version: int, passages: int) -> Document:
    """The text that a number and a version stand for: words at random and a word that stands nowhere else."""
    rng = random.Random(f"{number}/{version}")
    sentences = (
        " ".join(rng.choices(VOCABULARY, k=24)).capitalize() + f" {marker(number, version)}."
        for _ in range(4 * passages)
    )
    return Document(source(number), f"Document {number}", "\n".join(sentences))


def source(number: int) -> str:
    """Where a document says it is from."""
    return f"/soak/{number}.txt"


def marker(number: int, version: int) -> str:
    """The word that only this version of this document has."""
    return f"mark{number}of{version}x"

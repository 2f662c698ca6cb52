"""What the library hands out, and what its derived stores take in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from index.document import Passage, Sentence
from index.encoding import Encoder, Floats, PassageEncoding


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """What a list of documents shows."""

    id: str
    title: str
    source: str
    content_hash: str
    passages: int
    characters: int
    added_at: datetime | None  # None: added before this was recorded

    @classmethod
    def of(cls, row: Sequence[Any]) -> DocumentRecord:
        """From a row of the catalog, columns in the order of the fields."""
        *fields, added_at = row
        return cls(*[*fields, None if added_at is None else datetime.fromtimestamp(added_at, UTC)])


@dataclass(frozen=True, slots=True, eq=False)
class StoredPassage:
    """A passage with all that the library keeps of it."""

    id: int  # never given to another passage
    passage: Passage
    encoding: PassageEncoding
    record: DocumentRecord  # one object for all passages of a document
    heading: str | None  # under which it starts

    @classmethod
    def of(cls, row: Sequence[Any], record: DocumentRecord, width: int) -> StoredPassage:
        """From a row of the catalog; `width` is the token vectors'."""
        passage_id, start, end, heading, sentences, text, vector, token_starts, tokens = row
        spans = np.frombuffer(sentences, dtype=np.int32).reshape(-1, 2).tolist()
        starts = np.frombuffer(token_starts, dtype=np.int32)
        encoding = PassageEncoding(
            np.frombuffer(vector, dtype=np.float32),
            np.frombuffer(tokens, dtype=np.int8).reshape(len(starts), width),
            starts,
        )
        passage = Passage(record.id, start, end, text, tuple(Sentence(*span) for span in spans))
        return cls(passage_id, passage, encoding, record, heading)


@dataclass(frozen=True, slots=True)
class Model:
    """What the stored vectors came from."""

    name: str
    dimension: int
    token_dimension: int

    @classmethod
    def of(cls, encoder: Encoder) -> Model:
        """What an encoder's vectors come from."""
        return cls(encoder.name, encoder.dimension, encoder.token_dimension)


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """What a derived store needs of a passage."""

    passage_id: int
    document_id: str
    text: str
    vector: Floats


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search proposes; a higher score is better."""

    passage_id: int
    score: float

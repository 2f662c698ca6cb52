"""What the library tells of its documents. Imports nothing heavy: a command that a server does needs no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

AddOutcome = Literal["added", "unchanged", "replaced"]


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


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a document that was added, and its record as it was then: it may be gone by now."""

    outcome: AddOutcome
    record: DocumentRecord

"""What programs are told besides answers: documents, and how well a claim is supported. Their schemas are published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from qa.answer import Share, Verdict

if TYPE_CHECKING:
    from index.records import DocumentRecord
    from qa.verifying import Judgement


class Doc(BaseModel):
    """A document, without its text."""

    id: str = Field(description="Stays when the content is replaced.")
    title: str
    source: str = Field(description="The absolute path that it was read from, or `upload:` and its name.")
    content_hash: str = Field(description="SHA-256 of its text as UTF-8, in hex.")
    passages: int
    characters: int
    added_at: datetime | None = Field(description="Null if it was added before this was noted.")

    @classmethod
    def of(cls, record: DocumentRecord) -> Doc:
        """What a list shows of it."""
        return cls.model_validate(record, from_attributes=True)


class Documents(BaseModel):
    """A part of the list, which is in order of titles."""

    documents: list[Doc]
    total: int
    offset: int
    limit: int

    @classmethod
    def part(cls, records: Sequence[DocumentRecord], offset: int, limit: int) -> Documents:
        """At most `limit` of all records, from the one at `offset` on."""
        shown = [Doc.of(record) for record in records[offset : offset + limit]]
        return cls(documents=shown, total=len(records), offset=offset, limit=limit)


class Judged(BaseModel):
    """How well the quotes support the claim."""

    verdict: Verdict
    score: Share = Field(description="Calibrated probability of support; 1 where a quote says it word for word.")
    quotes: list[str] = Field(description="The words that were looked at: those quoted, then those of the spans.")

    @classmethod
    def of(cls, judgement: Judgement, quotes: Sequence[str]) -> Judged:
        """The judgement, with what it is about."""
        return cls(verdict=judgement.verdict, score=judgement.score, quotes=list(quotes))

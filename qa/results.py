"""What programs are told besides answers: documents, what a search finds, how well a claim is supported.

Their schemas are published.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from qa.answer import Share, Verdict
from qa.linking import LinkedCitation, linked

if TYPE_CHECKING:
    from index.records import DocumentRecord
    from qa.linking import Link
    from qa.retrieving import Hit
    from qa.verifying import Judgement

HASH = "Of the content that was cited; where the document has another one by now, that is said."  # of a span to judge


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


class FoundSentence(LinkedCitation):
    """A sentence that was found, with its exact words and where they stand."""

    score: Share = Field(description="Calibrated probability that it holds the answer.")


class Found(BaseModel):
    """The most relevant sentences, best first."""

    sentences: list[FoundSentence]

    @classmethod
    def of(cls, hits: tuple[Hit, ...], link: Link | None) -> Found:
        """What a search found."""
        found = [(linked(hit.citation, link), hit.score) for hit in hits]
        return cls(sentences=[FoundSentence(**citation.model_dump(), score=score) for citation, score in found])


class Judged(BaseModel):
    """How well the quotes support the claim."""

    verdict: Verdict
    score: Share = Field(description="Calibrated probability of support; 1 where a quote says it word for word.")
    quotes: list[str] = Field(description="The words that were looked at: those quoted, then those of the spans.")

    @classmethod
    def of(cls, judgement: Judgement, quotes: Sequence[str]) -> Judged:
        """The judgement, with what it is about."""
        return cls(verdict=judgement.verdict, score=judgement.score, quotes=list(quotes))

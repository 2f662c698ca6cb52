"""What `ask` and `search` result in, as programs read it; the schemas of these are published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from qa.answer import Kind, Notice, Refusal, Share, Statement
from qa.linking import LinkedCitation, linked

if TYPE_CHECKING:
    from qa.answer import Answer
    from qa.linking import Link
    from qa.retrieving import Hit


class CitedAnswer(BaseModel):
    """An answer: each statement with the numbers of its citations, or why there is none."""

    kind: Kind
    question: str
    standalone_question: str | None = Field(description="How a follow-up was understood; null if it stands alone.")
    statements: list[Statement]
    citations: list[LinkedCitation] = Field(description="Numbered from 1 in order of first use; exact words.")
    refusal: Refusal | None
    notices: list[Notice]
    confidence: Share = Field(description="Calibrated probability that the documents answer.")
    model: str
    trace_id: str

    @classmethod
    def of(cls, answer: Answer, link: Link | None) -> CitedAnswer:
        """What there is to tell of an answer."""
        return cls(
            kind=answer.kind,
            question=answer.question,
            standalone_question=answer.standalone_question,
            statements=list(answer.statements),
            citations=[linked(citation, link) for citation in answer.citations],
            refusal=answer.refusal,
            notices=list(answer.notices),
            confidence=answer.confidence,
            model=answer.model,
            trace_id=answer.trace_id,
        )


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

"""What `ask` results in, as programs read it; its schema is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from qa.answer import Kind, Notice, Refusal, Share, Statement
from qa.linking import LinkedCitation, linked

if TYPE_CHECKING:
    from qa.answer import Answer
    from qa.linking import Link


class CitedAnswer(BaseModel):
    """An answer: each statement with the numbers of its citations, or why there is none."""

    kind: Kind
    question: str
    standalone_question: str | None = Field(
        description="How a follow-up or a misspelt question was understood; null if as it stands."
    )
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

"""`POST /api/v1/verify`: do quotes support a claim?"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from fastapi.routing import APIRouter
from pydantic import BaseModel, Field

from qa.answer import Share, Verdict
from qa.verifying import Judgement, Place, Quote
from qa.web.api.requests import CLEAN, Strict, router, sent_as
from qa.web.problems import Problem
from qa.web.streaming import last
from qa.work import Job

if TYPE_CHECKING:
    from index.library import Library
    from qa.service import Footnote

LONGEST_CLAIM = 4_000
LONGEST_QUOTE = 20_000  # a passage has about 700
MOST_QUOTES = 20


class Span(Strict):
    """A stretch of a document; offsets are code points into its text, end exclusive."""

    document_id: Annotated[str, Field(max_length=200), *CLEAN]
    start: int = Field(ge=0)
    end: int = Field(ge=1)


class Claim(Strict):
    """What is said, and what is cited for it; without anything cited it is unsupported."""

    claim: Annotated[str, Field(min_length=1, max_length=LONGEST_CLAIM), *CLEAN]
    quotes: list[Annotated[str, Field(max_length=LONGEST_QUOTE), *CLEAN]] = Field(default=[], max_length=MOST_QUOTES)
    spans: list[Span] = Field(default=[], max_length=MOST_QUOTES)


class Judged(BaseModel):
    """How well the quotes support the claim."""

    verdict: Verdict
    score: Share = Field(description="Calibrated probability of support; 1 where a quote says it word for word.")
    quotes: list[str] = Field(description="The words that were looked at: those quoted, then those of the spans.")


# No `from __future__ import annotations` here: FastAPI could not resolve a dependency that is made in a function.
def verifying(service: "Footnote") -> APIRouter:
    """The route that judges claims."""
    routes = router("verifying")

    async def queued(claim: Claim) -> AsyncIterator[tuple[Job[Judgement], Sequence[str]]]:
        spans = await asyncio.to_thread(lambda: [_quoted(service.library, span) for span in claim.spans])
        quotes = [*claim.quotes, *spans]
        job = service.verify(claim.claim, quotes)
        try:
            yield job, quotes
        finally:
            job.cancel()

    @routes.post("/verify", dependencies=[sent_as("application/json")])
    async def verify(
        request: Request, asked: Annotated[tuple[Job[Judgement], Sequence[str]], Depends(queued)]
    ) -> Judged:
        """Judges whether quotes, or stretches of documents, support a claim."""
        job, quotes = asked
        judgement = await last(job, request)
        return Judged(verdict=judgement.verdict, score=judgement.score, quotes=list(quotes))

    return routes


def _quoted(library: "Library", span: Span) -> Quote:
    """The words at a place.

    Raises:
        UnknownDocument: there is none.
        Problem: the document has no such place, or the stretch is too long to be a quote.
    """
    text = library.document(span.document_id).text
    if not span.start < span.end <= len(text):
        place = f"no characters {span.start} to {span.end}: it has {len(text):,}"
        raise Problem(404, "no_such_place", f"The document {span.document_id} has {place}.")
    if span.end - span.start > LONGEST_QUOTE:
        raise Problem(422, "too_long", f"The span is longer than {LONGEST_QUOTE:,} characters: quote less at once.")
    return Quote(text[span.start : span.end], Place(span.document_id, span.start, span.end))

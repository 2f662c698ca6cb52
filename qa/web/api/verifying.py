"""`POST /api/v1/verify`: do quotes support a claim?"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from fastapi.routing import APIRouter
from pydantic import Field

from qa.limits import LONGEST_CLAIM, LONGEST_QUOTE, MOST_QUOTES
from qa.quoting import quoted
from qa.results import Judged
from qa.verifying import Judgement, Place
from qa.web.api.requests import CLEAN, Strict, Whole, router, sent_as
from qa.web.streaming import last
from qa.work import Job

if TYPE_CHECKING:
    from qa.service import Footnote


class Span(Strict):
    """A stretch of a document; offsets are code points into its text, end exclusive."""

    document_id: Annotated[str, Field(max_length=200), *CLEAN]
    start: Whole = Field(ge=0)
    end: Whole = Field(ge=1)


class Claim(Strict):
    """What is said, and what is cited for it; without anything cited it is unsupported."""

    claim: Annotated[str, Field(min_length=1, max_length=LONGEST_CLAIM), *CLEAN]
    quotes: list[Annotated[str, Field(max_length=LONGEST_QUOTE), *CLEAN]] = Field(default=[], max_length=MOST_QUOTES)
    spans: list[Span] = Field(default=[], max_length=MOST_QUOTES)


# No `from __future__ import annotations` here: FastAPI could not resolve a dependency that is made in a function.
def verifying(service: "Footnote") -> APIRouter:
    """The route that judges claims."""
    routes = router("verifying")

    async def queued(claim: Claim) -> AsyncIterator[tuple[Job[Judgement], Sequence[str]]]:
        places = [Place(span.document_id, span.start, span.end) for span in claim.spans]
        spans = await asyncio.to_thread(lambda: [quoted(service.library, place) for place in places])
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
        return Judged.of(await last(job, request), quotes)

    return routes

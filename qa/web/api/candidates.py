"""What readers thought of answers, made ready for an evaluation: `GET /api/v1/feedback`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from qa.evaluation.candidates import Candidate, candidates
from qa.evaluation.documents import Shelf
from qa.web.api.requests import CLEAN, router

if TYPE_CHECKING:
    from qa.service import Footnote

MOST_CASES = 100

After = Annotated[str, Query(max_length=64, description="The `next` of the part before."), *CLEAN]


class Cases(BaseModel):
    """A part of the cases, which are in order of their trace ids."""

    cases: list[Candidate]
    left_out: int = Field(
        description="Rated answers of this part that make no case: a document is gone, or they are about none."
    )
    next: str | None = Field(description="Where the next part begins; null if this is the last.")


def feedback_cases(service: Footnote) -> APIRouter:
    """The route that hands out candidate cases."""
    routes = router("answers")

    @routes.get("/feedback")
    def cases(after: After = "", limit: Annotated[int, Query(ge=1, le=MOST_CASES)] = MOST_CASES) -> Cases:
        """Lists the answers that were rated, as candidate cases for an evaluation.

        Those that drew on a document which is gone are left out.
        """
        rated = service.answers.rated(after, limit)
        found = candidates(rated, Shelf.of_library(service.library))
        return Cases(
            cases=list(found.cases),
            left_out=found.left_out,
            next=rated[-1].trace_id if len(rated) == limit else None,
        )

    return routes

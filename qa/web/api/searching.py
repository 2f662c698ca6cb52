"""`POST /api/v1/search`: the sentences that are most relevant to a query."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from fastapi.routing import APIRouter
from pydantic import Field

from qa.chain import LONGEST_QUESTION
from qa.limits import MOST_DOCUMENTS, MOST_SENTENCES
from qa.results import Found
from qa.retrieving import Hit
from qa.web.api.requests import CLEAN, QUERY, Strict, Whole, router, sent_as
from qa.web.links import link_for
from qa.web.streaming import last
from qa.work import Job

if TYPE_CHECKING:
    from qa.service import Footnote


class Search(Strict):
    """What to look for."""

    query: Annotated[str, Field(max_length=LONGEST_QUESTION), *QUERY]
    limit: Whole = Field(default=10, ge=1, le=MOST_SENTENCES, description="How many sentences at most.")
    documents: list[Annotated[str, Field(max_length=4_096), *CLEAN]] | None = Field(
        default=None, max_length=MOST_DOCUMENTS, description="Ids or sources to look in; all if left out."
    )


# No `from __future__ import annotations` here: FastAPI could not resolve a dependency that is made in a function.
def searching(service: "Footnote") -> APIRouter:
    """The route that finds sentences."""
    routes = router("asking")

    async def queued(search: Search) -> AsyncIterator[Job[tuple[Hit, ...]]]:
        names = search.documents
        ids = None if names is None else await asyncio.to_thread(service.library.ids, names)
        job = service.search(search.query, ids, search.limit)
        try:
            yield job
        finally:
            job.cancel()

    @routes.post("/search", dependencies=[sent_as("application/json")])
    async def search(request: Request, job: Annotated[Job[tuple[Hit, ...]], Depends(queued)]) -> Found:
        """Finds the sentences that an answer to the query would draw on, best first, each with its exact words."""
        return Found.of(await last(job, request), link_for(request))

    return routes

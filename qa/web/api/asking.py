"""Questions: `POST /api/v1/ask` and, as it grows, `POST /api/v1/ask/stream`."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import Depends, Request, Response
from fastapi.routing import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import Field

from qa.answer import Answer
from qa.chain import Ask
from qa.limits import LONGEST_MESSAGE, MOST_DOCUMENTS, MOST_MESSAGES
from qa.web.api.requests import CLEAN, Strict, router, sent_as
from qa.web.events import NAMES, events
from qa.web.headers import route_path
from qa.web.problems import noted
from qa.web.streaming import last
from qa.work import Job

if TYPE_CHECKING:
    from index.library import Library
    from qa.service import Footnote

LONGEST_SENT = 100_000  # characters of a question; of fewer, but still too many, the chain itself says so

STREAM = """Answers a question as a stream of server-sent events, each with JSON as its data:

- `retrieved`: the passages that the answer can draw on; none where nothing was found
- `citation`: a footnote, before the first statement that uses it
- `text`: a statement of the answer, with the numbers of its citations
- `done`: the whole answer, as `/ask` gives it; a refusal comes whole, too
- `error`: a problem, in place of what was still to come

Closing the connection stops the work."""


class Message(Strict):
    """An earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: Annotated[str, Field(max_length=LONGEST_MESSAGE), *CLEAN]


class Question(Strict):
    """A question, with what it refers to."""

    question: Annotated[str, Field(max_length=LONGEST_SENT), *CLEAN]
    history: list[Message] = Field(default=[], max_length=MOST_MESSAGES, description="Oldest first.")
    documents: list[Annotated[str, Field(max_length=4_096), *CLEAN]] | None = Field(
        default=None, max_length=MOST_DOCUMENTS, description="Ids or sources to answer from; all if left out."
    )


# No `from __future__ import annotations` here: FastAPI could not resolve a dependency that is made in a function.
def asking(service: "Footnote") -> APIRouter:
    """The routes that answer questions."""
    routes = router("asking")

    async def queued(question: Question) -> AsyncIterator[Job[Answer]]:
        """A place in the queue, before anything is sent: there is none if it is full. Left behind, it is given up."""
        ask = await asyncio.to_thread(_as_ask, question, service.library)
        job = service.ask(ask)
        try:
            yield job
        finally:
            job.cancel()

    @routes.post("/ask", response_model=Answer, dependencies=[sent_as("application/json")])
    async def ask(request: Request, job: Annotated[Job[Answer], Depends(queued)]) -> Response:
        """Answers a question from the documents. A refusal is an answer, too."""
        answer = await last(job, request)
        return Response(answer.to_json(), media_type="application/json")

    @routes.post(
        "/ask/stream",
        response_class=EventSourceResponse,
        dependencies=[sent_as("application/json")],
        description=STREAM,
    )
    async def stream(request: Request, job: Annotated[Job[Answer], Depends(queued)]) -> AsyncIterator[ServerSentEvent]:
        try:
            async for event in events(job):
                wire = event.to_json() if isinstance(event, Answer) else event.model_dump_json()
                yield ServerSentEvent(event=NAMES[type(event)], raw_data=wire)
        except Exception as error:
            yield ServerSentEvent(event="error", data=noted(error).body(route_path(request.scope)))

    return routes


def _as_ask(question: Question, library: "Library") -> Ask:
    """What the chain is asked.

    Raises:
        UnknownDocument: one that is named is not there.
    """
    ask: Ask = {"question": question.question, "history": [message.model_dump() for message in question.history]}
    if question.documents is not None:
        ask["documents"] = [library.find(name).id for name in question.documents]
    return ask

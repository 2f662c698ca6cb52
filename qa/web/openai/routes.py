"""OpenAI's chat completions: `POST /v1/chat/completions` and `GET /v1/models`, for clients that know nothing else."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from qa.answer import Answer
from qa.web.api.requests import sent_as
from qa.web.headers import route_path
from qa.web.links import link_for
from qa.web.openai.asked import ChatRequest, as_ask
from qa.web.openai.told import MODEL, Chunks, Completion, ErrorResponse, Model, Models, as_event, completion
from qa.web.problems import TITLES, Problem, noted
from qa.web.streaming import given_up_when_gone, last
from qa.work import Job

if TYPE_CHECKING:
    from qa.service import Footnote

EVENTS = "text/event-stream"
HEADERS = {"cache-control": "no-cache", "x-accel-buffering": "no"}  # a proxy is to hand each event on at once
EVENT = {  # a chunk, an error, or the word that ends the stream
    "type": "object",
    "properties": {"data": {"type": "string", "contentMediaType": "application/json"}},
    "required": ["data"],
}
PING = b": still at it\n\n"
SILENCE = 15.0  # seconds after which a stream says that it lives: proxies close what is silent for a minute
DONE = b"data: [DONE]\n\n"
ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorResponse, "description": title} for status, title in TITLES.items()
}

Running = tuple[ChatRequest, Job[Answer]]


# No `from __future__ import annotations` here: FastAPI could not resolve a dependency that is made in a function.
def openai(service: "Footnote") -> APIRouter:
    """The routes below /v1."""
    routes = APIRouter(prefix="/v1", tags=["OpenAI-style"], responses=ERRORS)

    async def queued(asked: ChatRequest) -> AsyncIterator[Running]:
        """A place in the queue, before anything is sent: there is none if it is full. Left behind, it is given up."""
        ask = await asyncio.to_thread(as_ask, asked, service.library)
        job = service.ask(ask)
        try:
            yield asked, job
        finally:
            job.cancel()

    @routes.post(
        "/chat/completions",
        response_model=Completion,
        responses={200: {"description": "The answer.", "content": {EVENTS: {"itemSchema": EVENT}}}},
        dependencies=[sent_as("application/json")],
    )
    async def chat_completions(request: Request, running: Annotated[Running, Depends(queued)]) -> Response:
        """Answers the last message of the user from the documents; with `stream`, statement by statement."""
        asked, job = running
        link = link_for(request)
        if asked.stream:
            chunks = Chunks(link, with_usage=asked.wants_usage)
            return StreamingResponse(_streamed(job, request, chunks), media_type=EVENTS, headers=HEADERS)
        answer = await last(job, request)
        return Response(completion(answer, link).model_dump_json(), media_type="application/json")

    @routes.get("/models")
    async def models() -> Models:
        """Lists what can be asked: Footnote."""
        return Models()

    @routes.get("/models/{name}")
    async def model(name: str) -> Model:
        """Describes what can be asked."""
        if name != MODEL:
            raise Problem(404, "model_not_found", f"There is one model here, and its name is {MODEL}.")
        return Model()

    return routes


async def _streamed(job: Job[Answer], request: Request, chunks: Chunks) -> AsyncIterator[bytes]:
    """The answer as it grows; if the one who asked goes away before its end, the job is cancelled."""
    async with given_up_when_gone(job, request):
        try:
            async for answer in _or_silence(aiter(job)):
                for chunk in chunks.of(answer) if answer else ():
                    yield as_event(chunk)
                if answer is None:
                    yield PING
            for chunk in chunks.end():
                yield as_event(chunk)
            yield DONE
        except Exception as error:
            yield as_event(noted(error).body(route_path(request.scope)))


async def _or_silence(answers: AsyncIterator[Answer]) -> AsyncIterator[Answer | None]:
    """Answers as they come, and None whenever `SILENCE` has passed without one; left early, it ends them."""
    while True:
        coming = asyncio.ensure_future(anext(answers, None))
        try:
            while not (await asyncio.wait([coming], timeout=SILENCE))[0]:
                yield None
        finally:
            coming.cancel()  # changes nothing if it has come
        if (answer := coming.result()) is None:
            return
        yield answer

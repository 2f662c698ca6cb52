"""Whether the server is up, whether it is ready, and its metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, Field

from index.errors import FootnoteError
from qa.errors import Closed
from qa.web.observing.metrics import Metrics

if TYPE_CHECKING:
    from qa.service import Footnote
    from qa.web.beside import Beside


class Up(BaseModel):
    """The process answers."""

    status: Literal["up"] = "up"


class Ready(BaseModel):
    """Questions are answered."""

    status: Literal["ready"] = "ready"
    documents: int
    search: Literal["ready", "healing"]
    slack: str | None = Field(default=None, description="How the connection to Slack is; left out without one.")


class Unavailable(BaseModel):
    """Questions are not answered, and why."""

    status: Literal["unavailable"] = "unavailable"
    reason: str


def health(service: Footnote, metrics: Metrics, slack: Beside | None = None) -> APIRouter:
    """`/healthz`, `/readyz` and `/metrics`."""
    routes = APIRouter(tags=["operating"])

    @routes.get("/healthz")
    async def healthz() -> Up:
        """Whether the process answers at all."""
        return Up()

    @routes.get(
        "/readyz",
        response_model=Ready,
        response_model_exclude_none=True,
        responses={503: {"model": Unavailable, "description": "Not ready"}},
    )
    def readyz() -> Response | Ready:
        """Whether it can answer questions: the models are loaded, the stores can be read, the queue takes some."""
        try:
            documents = len(service.library.documents())
            service.answers.check()
            if service.queue.closed:
                raise Closed
        except FootnoteError as error:
            return JSONResponse(Unavailable(reason=str(error)).model_dump(), status_code=503)
        state = slack.state if slack else None
        return Ready(documents=documents, search=service.library.health, slack=state)

    @routes.get("/metrics", response_class=PlainTextResponse)
    def exposition() -> Response:
        """Metrics for Prometheus."""
        return Response(metrics.exposition(), media_type=CONTENT_TYPE_LATEST)

    return routes

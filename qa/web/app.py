"""The one FastAPI app: the chat at /chat, the API under /api, and what an operator needs."""

from __future__ import annotations

from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import RedirectResponse, Response

from qa.web.api.answers import answers
from qa.web.api.asking import asking
from qa.web.api.documents import documents
from qa.web.api.forgetting import forgetting
from qa.web.api.requests import PREFIX
from qa.web.api.uploads import OVERHEAD
from qa.web.api.uploads import uploads as api_uploads
from qa.web.api.verifying import verifying
from qa.web.bodies import BodyLimit
from qa.web.documents import uploads
from qa.web.evaluating import evaluations
from qa.web.headers import SameOrigin, SecurityHeaders
from qa.web.observing.health import health
from qa.web.observing.metrics import Metrics
from qa.web.observing.requests import Observed
from qa.web.permalinks import permalinks
from qa.web.reference import reference
from qa.web.refusing import refuse_with_problems, responses

if TYPE_CHECKING:
    from qa.service import Footnote

DESCRIPTION = "Ask your documents in plain language; every sentence of the answer carries a footnote you can check."
ANYWHERE = (400, 401, 403, 404, 405, 413, 415, 421, 422, 429, 500, 503)  # statuses that any request can get


def create_app(service: Footnote) -> FastAPI:
    """An app that answers from a service; whoever opened the service closes it, after the app's lifespan."""
    from qa.web.chat import mount_chat

    app = FastAPI(
        title="Footnote",
        description=DESCRIPTION,
        version=version("footnote"),
        docs_url=None,  # FastAPI's own pages of documentation load scripts from elsewhere
        redoc_url=None,
        responses=responses(*ANYWHERE),
        telemetry={"auto_configure": False},
    )
    metrics = Metrics(service)
    _wrap(app, service, metrics)

    @app.get("/", include_in_schema=False)
    def index() -> RedirectResponse:
        """The chat is the front page."""
        return RedirectResponse("chat/")

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> Response:
        """The sign in the tab."""
        image = (files(__package__) / "static" / "favicon.svg").read_bytes()
        return Response(image, media_type="image/svg+xml", headers={"cache-control": "max-age=86400"})

    for routes in (asking, answers, forgetting, documents, api_uploads, verifying, permalinks, uploads, evaluations):
        app.include_router(routes(service))
    app.include_router(health(service, metrics))
    app.include_router(reference())
    return mount_chat(app, service)


def _wrap(app: FastAPI, service: Footnote, metrics: Metrics) -> None:
    """What goes around every route and mount; the last is the outermost."""
    reads_to_its_end = {"/uploads": None, "/evaluations": None}
    refuse_with_problems(app)
    app.add_middleware(BodyLimit, limits={f"{PREFIX}/documents": service.largest_upload + OVERHEAD, **reads_to_its_end})
    app.add_middleware(SameOrigin)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Observed, metrics=metrics)

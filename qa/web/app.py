"""The one FastAPI app: the chat at /chat, and whether the server is up and ready."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import JSONResponse, RedirectResponse, Response

from index.errors import FootnoteError
from qa.web.documents import uploads
from qa.web.evaluating import evaluations
from qa.web.headers import SameOrigin, SecurityHeaders

if TYPE_CHECKING:
    from qa.service import Footnote
    from qa.slack.connection import SlackConnection


def create_app(service: Footnote, slack: SlackConnection | None = None) -> FastAPI:
    """An app that answers from a service; whoever opened the service closes it, after the app's lifespan.

    Args:
        service: answers.
        slack: is run in the app's lifespan, and takes what Slack sends to /slack/events.
    """
    from qa.web.chat import mount_chat

    # FastAPI's own pages of documentation load scripts from elsewhere.
    app = FastAPI(title="Footnote", docs_url=None, redoc_url=None, telemetry={"auto_configure": False})
    app.add_middleware(SameOrigin)
    app.add_middleware(SecurityHeaders)

    @app.get("/", include_in_schema=False)
    def index() -> RedirectResponse:
        """The chat is the front page."""
        return RedirectResponse("chat/")

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> Response:
        """The sign in the tab."""
        image = (files(__package__) / "static" / "favicon.svg").read_bytes()
        return Response(image, media_type="image/svg+xml", headers={"cache-control": "max-age=86400"})

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        """Whether the process answers at all."""
        return {"status": "up"}

    @app.get("/readyz")
    def readyz() -> JSONResponse:
        """Whether it can answer questions: the models are loaded, the stores can be read."""
        try:
            documents = len(service.library.documents())
        except FootnoteError as error:
            return JSONResponse({"status": "unavailable", "reason": str(error)}, status_code=503)
        ready = {"status": "ready", "documents": documents, "search": service.library.health}
        return JSONResponse({**ready, "slack": slack.state} if slack else ready)

    app.include_router(uploads(service))
    app.include_router(evaluations(service))
    if slack:
        from qa.slack.routes import slack_events

        app.include_router(slack_events(slack))
    return mount_chat(app, service)

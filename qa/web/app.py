"""The one FastAPI app: the chat at /chat, and whether the server is up and ready."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from index.errors import FootnoteError
from qa.web.access.guard import Access, Guard
from qa.web.access.signing_in import signing_in
from qa.web.documents import uploads
from qa.web.evaluating import evaluations
from qa.web.headers import SecurityHeaders

if TYPE_CHECKING:
    from qa.service import Footnote


EVERYBODY = Access()


def create_app(service: Footnote, access: Access = EVERYBODY) -> FastAPI:
    """An app that answers from a service; whoever opened the service closes it, after the app's lifespan."""
    from qa.web.chat import mount_chat

    # FastAPI's own pages of documentation load scripts from elsewhere.
    app = FastAPI(title="Footnote", docs_url=None, redoc_url=None, telemetry={"auto_configure": False})

    @app.get("/", include_in_schema=False)
    def index(request: Request) -> RedirectResponse:
        """The chat is the front page."""
        return RedirectResponse(f"{request.scope.get('root_path', '')}/chat/")

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
        return JSONResponse({"status": "ready", "documents": documents, "search": service.library.health})

    app.include_router(uploads(service))
    app.include_router(evaluations(service))
    app.include_router(signing_in(access))
    app = mount_chat(app, service)
    app.add_middleware(Guard, access=access, largest_upload=service.largest_upload)
    app.add_middleware(SecurityHeaders)
    return app

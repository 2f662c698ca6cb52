"""The one FastAPI app: the chat at /chat, the API under /api, and what an operator needs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from qa.web.access.guard import Access, Guard
from qa.web.access.signing_in import signing_in
from qa.web.api.answers import answers
from qa.web.api.asking import asking
from qa.web.api.candidates import feedback_cases
from qa.web.api.documents import documents
from qa.web.api.forgetting import forgetting
from qa.web.api.searching import searching
from qa.web.api.uploads import uploads as api_uploads
from qa.web.api.verifying import verifying
from qa.web.assets import asset
from qa.web.documents import uploads
from qa.web.evaluating import evaluations
from qa.web.headers import HeadAsGet, SecurityHeaders
from qa.web.mcp import mcp_route, mcp_server
from qa.web.observing.health import health
from qa.web.observing.loop import LoopWatch
from qa.web.observing.metrics import Metrics
from qa.web.observing.requests import Observed
from qa.web.openai.routes import openai
from qa.web.permalinks import permalinks
from qa.web.reference import reference
from qa.web.refusing import refuse_with_problems, responses

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

    from qa.service import Footnote
    from qa.web.beside import Beside

DESCRIPTION = "Ask your documents in plain language; every sentence of the answer carries a footnote you can check."
ANYWHERE = (400, 401, 403, 404, 405, 413, 415, 421, 422, 429, 500, 503)  # statuses that any request can get
# What makes routes of a service, in the order in which they are tried and documented.
OF_SERVICE: tuple[Callable[[Footnote], APIRouter], ...] = (
    asking,
    searching,
    answers,
    feedback_cases,
    forgetting,
    documents,
    api_uploads,
    verifying,
    permalinks,
    uploads,
    evaluations,
    openai,
)
EVERYBODY = Access()


def create_app(service: Footnote, access: Access = EVERYBODY, slack: Beside | None = None) -> FastAPI:
    """An app that answers from a service; whoever opened the service closes it, after the app's lifespan."""
    from qa.web.chat import mount_chat

    mcp = mcp_server(service)
    loop = LoopWatch()
    app = FastAPI(
        title="Footnote",
        description=DESCRIPTION,
        version=version("footnote"),
        docs_url=None,  # FastAPI's own pages of documentation load scripts from elsewhere
        redoc_url=None,
        responses=responses(*ANYWHERE),
        lifespan=lambda app: _running(mcp, loop, slack),
        telemetry={"auto_configure": False},
    )
    app.state.public_url = access.public_url
    metrics = Metrics(service, loop)
    refuse_with_problems(app)

    app.include_router(_front())
    for routes in OF_SERVICE:
        app.include_router(routes(service))
    app.include_router(health(service, metrics, slack))
    app.include_router(reference())
    app.routes.append(mcp_route(mcp))
    app.include_router(signing_in(access))
    if slack:
        app.include_router(slack.routes())
    app = mount_chat(app, service)
    # Around every route and mount; the last is the outermost.
    app.add_middleware(Guard, access=access, largest_upload=service.largest_upload)
    app.add_middleware(HeadAsGet, but_below="/chat/")
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Observed, metrics=metrics)
    return app


def _front() -> APIRouter:
    """Where a browser begins."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    def index(request: Request) -> RedirectResponse:
        """The chat is the front page."""
        return RedirectResponse(f"{request.scope.get('root_path', '')}/chat/")

    @routes.get("/favicon.ico")
    def icon() -> Response:
        """The sign in the tab."""
        return Response(asset("favicon.svg"), media_type="image/svg+xml", headers={"cache-control": "max-age=86400"})

    return routes


@asynccontextmanager
async def _running(mcp: MCPServer[Any], loop: LoopWatch, slack: Beside | None) -> AsyncIterator[None]:
    # What goes wrong in MCP's task group comes out of it in a group of errors: whatever can fail is before it.
    async with slack.running() if slack else nullcontext(), mcp.session_manager.run(), loop.running():
        yield

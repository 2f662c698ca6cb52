"""MCP over streamable HTTP, at /mcp; a client that goes away takes its work along."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

import anyio
from mcp.server.mcpserver import Context, MCPServer
from starlette.requests import Request
from starlette.routing import Match, Route

from qa.mcp.backend import OpenFolder
from qa.mcp.server import make_server
from qa.web.links import link_for

if TYPE_CHECKING:
    from qa.linking import Link
    from qa.service import Footnote
    from qa.web.headers import ASGIApp, Message, Receive, Scope, Send

PATH = "/mcp"


def mcp_server(service: Footnote) -> MCPServer[Any]:
    """The server of one app: it can be run once. `server.session_manager.run()` belongs into the app's lifespan."""
    server = make_server(OpenFolder(service), _link_of)
    # Who may call is settled before, for every route alike; the SDK's own check of Host would not know a proxy's name.
    server.streamable_http_app(streamable_http_path=PATH, stateless_http=True, json_response=True, host="0.0.0.0")  # noqa: S104
    return server


def mcp_route(server: MCPServer[Any]) -> Route:
    """`POST /mcp`, without a redirect. There are no sessions, so there is nothing to listen to or to delete."""
    return _CountedRoute(PATH, _EndsWithItsClient(server.session_manager.handle_request), methods=["POST"])


class _CountedRoute(Route):
    """Names itself in the scope, as FastAPI's own routes do, so that its requests are counted under its path."""

    def matches(self, scope: MutableMapping[str, Any]) -> tuple[Match, MutableMapping[str, Any]]:
        match, found = super().matches(scope)
        return match, {**found, "route": self}


class _EndsWithItsClient:
    """Cancels a request whose client has gone; with JSON responses the SDK would go on to the end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves as the app does."""
        watching: asyncio.Task[None] | None = None

        async def watch() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            serving.cancel()

        async def receive_until_all_is_sent() -> Message:
            nonlocal watching
            if watching is None:
                message = await receive()
                if not message.get("more_body"):
                    watching = asyncio.create_task(watch())
                return message
            await asyncio.shield(watching)
            return {"type": "http.disconnect"}

        try:
            with anyio.CancelScope() as serving:
                await self._app(scope, receive_until_all_is_sent, send)
        finally:
            if watching is not None:
                watching.cancel()


def _link_of(context: Context[Any, Any]) -> Link | None:
    request = context.request_context.request
    return link_for(request) if isinstance(request, Request) else None

"""Every request gets an id, is counted, and leaves a line in the log; none with what was asked or answered."""

from __future__ import annotations

import logging
import time

from qa.logs import request_id
from qa.web.headers import REQUEST_ID, ASGIApp, Message, Receive, Scope, Send, request_id_of
from qa.web.observing.metrics import Metrics

logger = logging.getLogger(__name__)

ABANDONED = 499  # as nginx has it: the client left before there was a status


class Observed:
    """Serves an app and watches it. A client's own request id is kept if it is a plain one."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves as the app does."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        own_id = request_id_of(scope)
        status, root = ABANDONED, scope.get("root_path", "")

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (REQUEST_ID.encode(), own_id.encode())]
            await send(message)

        began, outer = time.perf_counter(), request_id.set(own_id)
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            self._note(scope["method"], route_of(scope, root), status, time.perf_counter() - began)
            request_id.reset(outer)

    def _note(self, method: str, route: str, status: int, seconds: float) -> None:
        self._metrics.note(method, route, status, seconds)
        fields = {"method": method, "route": route, "status": status, "ms": round(1000 * seconds, 1)}
        logger.info("%s %s %d, %.0f ms", method, route, status, 1000 * seconds, extra={"fields": fields})


def route_of(scope: Scope, root: str) -> str:
    """The template of the route that was taken, below the mount that it is in.

    Args:
        scope: after the request; a mount has put its own path behind the root path.
        root: the root path before it.
    """
    template = getattr(scope.get("route"), "path", None)
    mount: str = scope.get("root_path", "").removeprefix(root)
    return f"{mount}{template or ''}" or "unmatched"

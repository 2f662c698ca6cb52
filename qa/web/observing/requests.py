"""Every request gets an id, is counted, and leaves a line in the log; none with what was asked or answered."""

from __future__ import annotations

import logging
import re
import time
from uuid import uuid4

from qa.logs import request_id
from qa.web.headers import ASGIApp, Message, Receive, Scope, Send
from qa.web.observing.metrics import Metrics

logger = logging.getLogger(__name__)

HEADER = b"x-request-id"
ACCEPTED = re.compile(rb"[A-Za-z0-9._-]{1,64}")  # nothing that could break a line, or be mistaken for another field
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
        given = dict(scope["headers"]).get(HEADER, b"")
        own_id = given if ACCEPTED.fullmatch(given) else uuid4().hex.encode()
        status = ABANDONED

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (HEADER, own_id)]
            await send(message)

        began, outer = time.perf_counter(), request_id.set(own_id.decode())
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            self._note(scope, status, time.perf_counter() - began)
            request_id.reset(outer)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method, route = scope["method"], route_of(scope)
        self._metrics.note(method, route, status, seconds)
        fields = {"method": method, "route": route, "status": status, "ms": round(1000 * seconds, 1)}
        logger.info("%s %s %d, %.0f ms", method, route, status, 1000 * seconds, extra={"fields": fields})


def route_of(scope: Scope) -> str:
    """The template of the route that was taken, or the path of the mount."""
    route = scope.get("route")
    return str(getattr(route, "path", None) or scope.get("root_path") or "unmatched")

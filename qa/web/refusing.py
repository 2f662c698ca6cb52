"""How a FastAPI app tells of errors: every one as a `Problem`, whoever raised it, without what the client had sent."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from index.errors import FootnoteError
from qa.web.headers import ASGIApp, Message, Receive, Scope, Send, route_path
from qa.web.pages import page
from qa.web.problems import MEDIA_TYPE, TITLES, Problem, media_type, problem_of, refuse

logger = logging.getLogger(__name__)

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
MOST_FIELDS = 20  # that are told of at once
LONGEST_FIELD = 100  # characters; it may be a key that the client made up

# What Starlette and FastAPI raise by themselves.
RAISED = {
    400: ("bad_body", "The body cannot be read: check that it is what its Content-Type says."),
    404: ("not_found", "There is nothing here: /docs lists what there is."),
    405: ("method_not_allowed", "This can’t be done here: the Allow header lists what can."),
    413: ("too_large", "The body is larger than is taken here: send less at once."),
}


class FieldProblem(BaseModel):
    """What is wrong with one part of a request."""

    field: str = Field(description="For example `body.history.0.role`.")
    reason: str


class ProblemDetails(BaseModel):
    """Why a request was not served (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = Field(description="For people: what happened, and what to do next.")
    code: str = Field(description="For programs; stable.")
    errors: list[FieldProblem] = Field(default=[], description="Left out unless something in the request is wrong.")


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Declares problems as responses of a route."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    return {status: {"description": TITLES[status], "content": content} for status in statuses}


def refuse_with_problems(app: FastAPI) -> None:
    """Has an app answer with problems, whatever is raised. Within mounts, what is not foreseen."""
    for kind in (Problem, FootnoteError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, _refuse)
    app.add_middleware(Unforeseen)


class Unforeseen:
    """Answers with a problem where nobody expected the error, and logs it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves as the app does."""
        has_begun = False

        async def send_watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_watched)
        except Exception as error:
            if has_begun or scope["type"] != "http":
                raise
            logger.exception("A request failed")
            await refuse(problem_of(error), scope, send)


def _refuse(request: Request, error: Exception) -> Response:
    problem, path = _as_problem(request, error), route_path(request.scope)
    if problem.code == "not_found" and _is_read_by_a_person(request):
        return page("missing.html", problem.status, root=f"{request.scope.get('root_path', '')}/")
    return Response(problem.content(path), problem.status, problem.headers, media_type(path))


def _is_read_by_a_person(request: Request) -> bool:
    """Whether a browser opens a page; a program asks for JSON, or for anything."""
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def _as_problem(request: Request, error: Exception) -> Problem:
    if isinstance(error, RequestValidationError):
        return _misunderstood(error.errors())
    if isinstance(error, HTTPException):
        code, detail = RAISED.get(error.status_code, ("refused", str(error.detail)))
        headers = {"allow": ", ".join(_allowed(request))} if error.status_code == 405 else dict(error.headers or {})
        return Problem(error.status_code, code, detail, headers=headers)
    return problem_of(error)


def _misunderstood(errors: Sequence[Mapping[str, Any]]) -> Problem:
    fields = [{"field": _field(error), "reason": _reason(error)} for error in errors[:MOST_FIELDS]]
    first = f"{fields[0]['field']}: {fields[0]['reason']}."
    more = f" {len(errors) - 1} more of this kind are listed." if len(errors) > 1 else ""
    return Problem(422, "invalid_request", first + more, fields=fields)


def _field(error: Mapping[str, Any]) -> str:
    place = error["loc"][:1] if error["type"] == "json_invalid" else error["loc"]
    return ".".join(str(part)[:LONGEST_FIELD] for part in place)


def _reason(error: Mapping[str, Any]) -> str:
    """In words that repeat nothing of the input."""
    if error["type"] == "json_invalid":
        return f"no JSON from character {error['loc'][-1]} on ({error['ctx']['error']})"
    message = str(error["msg"]).rstrip(".")
    return message[:1].lower() + message[1:]


def _allowed(request: Request) -> list[str]:
    """The methods that some route takes here; Starlette names only those of the first one it finds."""
    routes, scope = request.app.routes, request.scope
    return [m for m in METHODS if any(r.matches({**scope, "method": m})[0].name == "FULL" for r in routes)]

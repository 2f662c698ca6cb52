"""How a FastAPI app tells of errors: every one as a `Problem`, whoever raised it, without what the client had sent."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from index.errors import FootnoteError
from qa.web.headers import ASGIApp, Message, Receive, Scope, Send, accepts_html, route_path
from qa.web.pages import page
from qa.web.problems import BODY, MEDIA_TYPE, OPENAI, TITLES, Problem, media_type, problem_of

logger = logging.getLogger(__name__)

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
MOST_FIELDS = 20  # that are told of at once
LONGEST_FIELD = 100  # characters; it may be a key that the client made up

Place = tuple[str | int, ...]

# What Starlette and FastAPI raise by themselves.
RAISED = {
    400: ("bad_body", "The body cannot be read: check that it is what its Content-Type says."),
    404: ("not_found", "There is nothing here: /docs lists what there is."),
    405: ("method_not_allowed", "This can’t be done here: the Allow header lists what can."),
    413: ("too_large", "The body is larger than is taken here: send less at once."),
}

# What a person is told by a page, in place of what a program is told.
SHOWN = {
    "not_found": ("There is nothing here", "The address may have been mistyped, or what was here is gone."),
    "invalid_request": (
        "This address cannot be read",
        "A part of it is missing or mistyped: open the link again from where you found it.",
    ),
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
            await refusal(problem_of(error), scope)(scope, receive, send)


def refusal(problem: Problem, scope: Scope) -> Response:
    """Tells of a problem: a person in a page, a program in the form of the path."""
    path = route_path(scope)
    if not is_read_by_a_person(scope):
        return Response(problem.content(path), problem.status, problem.headers, media_type(path))
    title, told = SHOWN.get(problem.code, (problem.title, problem.detail))
    shown = page("refused.html", problem.status, title=title, told=told, root=f"{scope.get('root_path', '')}/")
    shown.headers.update(problem.headers)
    return shown


def is_read_by_a_person(scope: Scope) -> bool:
    """Whether a browser opens a page; a program asks for JSON, or for anything."""
    return scope["method"] == "GET" and accepts_html(scope)


def _refuse(request: Request, error: Exception) -> Response:
    return refusal(_as_problem(request, error), request.scope)


def _as_problem(request: Request, error: Exception) -> Problem:
    if isinstance(error, RequestValidationError):
        return _misunderstood(error, route_path(request.scope))
    if isinstance(error, HTTPException):
        code, detail = RAISED.get(error.status_code, ("refused", str(error.detail)))
        headers = {"allow": ", ".join(_allowed(request))} if error.status_code == 405 else dict(error.headers or {})
        return Problem(error.status_code, code, detail, headers=headers)
    return problem_of(error)


def _misunderstood(error: RequestValidationError, path: str) -> Problem:
    faults = [{"field": field, "reason": reason} for field, reason in _faults(error).items()]
    listed, is_openai = faults[:MOST_FIELDS], path.startswith(OPENAI)
    if is_openai:  # where a field is called as in the body, and one alone is named
        listed = [{**fault, "field": fault["field"].removeprefix("body.")} for fault in listed]
    first = listed[0]
    told = f"The body {first['reason']}." if first["field"] == BODY else f"{first['field']}: {first['reason']}."
    return Problem(422, "invalid_request", told + _and_more(len(faults), len(listed), is_openai), fields=listed)


def _and_more(faults: int, listed: int, is_openai: bool) -> str:
    count, what = (faults - 1, "wrong, too") if is_openai else (listed - 1, "listed")
    return f" {count} more {'is' if count == 1 else 'are'} {what}." if count else ""


def _faults(error: RequestValidationError) -> dict[str, str]:
    """What is wrong with each field that is wrong, without what was sent.

    Of a field that may be one thing or another, and is neither, both are told; if it is one of them but for something
    in it, only that.
    """
    found: dict[Place, list[Mapping[str, Any]]] = {}
    for one in error.errors():
        found.setdefault(_place(one, error.body), []).append(one)
    outer = {place[:end] for place in found for end in range(1, len(place))}
    return {
        ".".join(str(part)[:LONGEST_FIELD] for part in place): _either(several)
        for place, several in found.items()
        if place not in outer
    }


def _place(error: Mapping[str, Any], body: object) -> Place:
    """Where it is: of pydantic's way there, the steps that lead into the body; it names branches of unions, too."""
    where, *steps = error["loc"]
    if error["type"] == "json_invalid":
        return (where,)
    if where != BODY:
        return (where, *steps)
    place: Place = (where,)
    missing = [steps.pop()] if error["type"] == "missing" and steps else []  # it is named, and leads nowhere
    for step in steps:
        if _leads_on(body, step):
            place, body = (*place, step), cast(Any, body)[step]
    return (*place, *missing)


def _leads_on(value: object, step: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(step, int) and step < len(value)
    return isinstance(value, Mapping) and step in value


def _reason(error: Mapping[str, Any]) -> str:
    """In words that repeat nothing of the input."""
    if error["type"] == "json_invalid":
        return f"is no JSON from character {error['loc'][-1]} on ({error['ctx']['error']})"
    if error["loc"] == (BODY,):
        return "must be a JSON object"
    message = str(error["msg"]).rstrip(".")
    return message[:1].lower() + message[1:]


def _either(errors: Sequence[Mapping[str, Any]]) -> str:
    of_the_right_type = [error for error in errors if not error["type"].endswith("_type")]
    first, *others = dict.fromkeys(map(_reason, of_the_right_type or errors))
    return ", or ".join((first, *(reason.removeprefix("input should be ") for reason in others)))


def _allowed(request: Request) -> list[str]:
    """The methods that some route takes here; Starlette names only those of the first one it finds."""
    routes, scope = request.app.routes, request.scope
    taken = {m for m in METHODS if any(r.matches({**scope, "method": m})[0].name == "FULL" for r in routes)}
    return [m for m in METHODS if m in taken or (m == "HEAD" and "GET" in taken)]

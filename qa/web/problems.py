"""What a request that cannot be served is told: RFC 9457 problem+json, or OpenAI's own form under /v1.

Routes raise, middleware answers with `refuse`; either way the form is that of the path, so that a client sees one.
"""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

from index.errors import FootnoteError, LoadingError, TooLarge, UnknownDocument, UnsupportedType
from qa.errors import Busy, Cancelled, Closed, LongQuote, NameTaken, NoSuchPlace, SourceChanged, WrongUse
from qa.web.access.callers import MayNotEdit
from qa.web.headers import Scope, Send, route_path

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
OPENAI = "/v1/"  # the paths whose clients expect errors in OpenAI's form
BODY = "body"  # the field, where it is the whole body that is wrong

TITLES = {
    400: "Bad request",
    401: "No valid key",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Too large",
    415: "Unsupported type",
    421: "Not this host",
    422: "Cannot be understood",
    429: "Too much at once",
    500: "Something went wrong",
    503: "Not available now",
}


class Problem(Exception):
    """A request that is not served, and why.

    Args:
        status: of the response.
        code: for programs; stable.
        detail: for people, one line that names the next step.
        headers: of the response, besides its content type.
        fields: what is wrong where, if several things are.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        headers: dict[str, str] | None = None,
        fields: list[dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.headers, self.fields = headers or {}, fields

    @property
    def title(self) -> str:
        """What kind of problem it is, in a few words."""
        return TITLES.get(self.status) or HTTPStatus(self.status).phrase

    def content(self, path: str) -> bytes:
        """The body of a response; half a surrogate pair that came with a request is shown as a question mark."""
        return json.dumps(self.body(path), ensure_ascii=False).encode("utf-8", "replace")

    def body(self, path: str) -> dict[str, Any]:
        """What tells it to the client of a path."""
        if path.startswith(OPENAI):
            kind = "invalid_request_error" if self.status < 500 else "server_error"
            field = self.fields[0]["field"] if self.fields else None
            param = None if field == BODY else field
            return {"error": {"message": self.detail, "type": kind, "param": param, "code": self.code}}
        told = {"type": "about:blank", "title": self.title, "status": self.status, "detail": self.detail}
        return {**told, "code": self.code} | ({"errors": self.fields} if self.fields else {})


def problem_of(error: Exception) -> Problem:
    """What an error means to a client; of one that nobody expected it says only that the log knows more."""
    match error:
        case Problem():
            return error
        case Busy(retry_after=seconds):
            return Problem(429, "busy", str(error), headers={"retry-after": str(seconds)})
        case MayNotEdit():
            return Problem(403, "needs_edit", str(error))
        case UnknownDocument(to_programs=detail):
            return Problem(404, "unknown_document", detail)
        case NameTaken(to_programs=detail):
            return Problem(409, "name_taken", detail)
        case TooLarge():
            return Problem(413, "too_large", str(error))
        case UnsupportedType():
            return Problem(415, "unsupported_type", str(error))
        case LoadingError():
            return Problem(422, "unreadable_file", str(error))
        case NoSuchPlace():
            return Problem(404, "no_such_place", str(error))
        case SourceChanged():
            return Problem(409, "source_changed", str(error))
        case LongQuote():
            return Problem(422, "too_long", str(error))
        case WrongUse():
            return Problem(422, "wrong_use", str(error))
        case Closed() | Cancelled():
            return Problem(503, "shutting_down", str(error), headers={"retry-after": "5"})
        case FootnoteError():
            return Problem(503, "unavailable", str(error))
    return Problem(500, "internal", "Something went wrong, and the log says what. Try again.")


def noted(error: Exception) -> Problem:
    """As `problem_of`, where a stream breaks off; what nobody expected goes to the log."""
    if not isinstance(error, FootnoteError):
        logger.error("A question failed", exc_info=error)
    return problem_of(error)


async def refuse(problem: Problem, scope: Scope, send: Send) -> None:
    """Answers a request with a problem, below every route and mount."""
    path = route_path(scope)
    body = problem.content(path)
    headers = {"content-type": media_type(path), "content-length": str(len(body)), **problem.headers}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": problem.status, "headers": raw})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def media_type(path: str) -> str:
    """The content type of a problem on a path."""
    return "application/json" if path.startswith(OPENAI) else MEDIA_TYPE

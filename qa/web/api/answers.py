"""Answers that are kept, with what a reader thought of them: `/api/v1/answers` and `/api/v1/feedback`."""

from __future__ import annotations

from types import GenericAlias
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, create_model

from qa.answer import Answer, Citation, Dropped, Evidence, RetrievedPassage, Statement
from qa.limits import LONGEST_COMMENT
from qa.web.api.requests import CLEAN, Strict, router, sent_as
from qa.web.problems import Problem
from qa.web.refusing import responses

if TYPE_CHECKING:
    from qa.service import Footnote


class Feedback(Strict):
    """What a reader thinks of an answer; it takes the place of what they said before."""

    trace_id: Annotated[str, Field(max_length=64), *CLEAN]
    helpful: bool
    comment: Annotated[str, Field(max_length=LONGEST_COMMENT), *CLEAN] = ""


class FeedbackGiven(BaseModel):
    """What a reader thought of an answer."""

    helpful: bool
    comment: str


def _forgetful(model: type[BaseModel], *fields: str) -> Any:
    """A field of many of a model as they are kept: words from a document that was deleted since are null."""
    annotations: dict[str, Any] = {name: model.model_fields[name].annotation for name in fields}
    nullable: Any = {name: (annotation | None, None) for name, annotation in annotations.items()}
    kept = create_model(f"Kept{model.__name__}", __base__=model, **nullable)
    return GenericAlias(tuple, (kept, ...)), ()


_many: Any = {
    "statements": _forgetful(Statement, "text"),
    "citations": _forgetful(Citation, "title", "quote"),
    "evidence": _forgetful(Evidence, "title", "text"),
    "dropped": _forgetful(Dropped, "text"),
    "passages": _forgetful(RetrievedPassage, "title", "text"),
    "feedback": (FeedbackGiven | None, Field(default=None, description="Null if nobody said anything.")),
}
KEPT = create_model("KeptAnswer", __base__=Answer, **_many)  # for the schema; what was kept is sent as it is


def answers(service: Footnote) -> APIRouter:
    """The routes that look answers up, and rate them."""
    routes = router("answers")

    @routes.get("/answers/{trace_id}", response_model=KEPT)
    def answer(trace_id: str) -> Response:
        """An answer that was given: what was retrieved, sent, cited, dropped and why, and how long each step took.

        Words of documents that were deleted since are null.
        """
        kept = service.answers.get(trace_id)
        if kept is None:
            raise _not_kept()
        given = service.answers.feedback(trace_id)
        feedback = {"helpful": given.helpful, "comment": given.comment} if given else None
        return JSONResponse({**kept, "feedback": feedback})

    @routes.post("/feedback", status_code=204, dependencies=[sent_as("application/json")], responses=responses(404))
    def rate(feedback: Feedback) -> None:
        """Notes what a reader thinks of an answer."""
        if not service.answers.rate(feedback.trace_id, helpful=feedback.helpful, comment=feedback.comment):
            raise _not_kept()

    return routes


def _not_kept() -> Problem:
    return Problem(404, "not_kept", "No answer is kept under this trace id: it may have expired. Ask again.")

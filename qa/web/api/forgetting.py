"""Forgetting what was asked and answered: `DELETE /api/v1/answers?before=…`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from qa.forgetting import EXAMPLE, moment
from qa.web.api.requests import CLEAN, router

if TYPE_CHECKING:
    from qa.service import Footnote

Moment = Annotated[
    str,
    Query(
        max_length=64,
        description=f"A date, which is its midnight at the server, or date and time: {EXAMPLE}.",
        json_schema_extra={"anyOf": [{"format": "date"}, {"format": "date-time"}]},
    ),
    *CLEAN,
]


class Forgotten(BaseModel):
    """What is gone."""

    forgotten: int = Field(description="How many answers, with their questions and ratings.")


def forgetting(service: Footnote) -> APIRouter:
    """The route that forgets answers."""
    routes = router("answers")

    @routes.delete("/answers")
    def forget(before: Moment) -> Forgotten:
        """Overwrites every question, answer and rating from before a date."""
        return Forgotten(forgotten=service.answers.forget_before(moment(before)))

    return routes

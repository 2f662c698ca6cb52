"""`DELETE /api/v1/answers?before=…`: old questions and answers are overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from qa.forgetting import EXAMPLE, moment

if TYPE_CHECKING:
    from qa.service import Footnote


class Forgotten(BaseModel):
    """How many answers are gone."""

    forgotten: int


def forgetting(service: Footnote) -> APIRouter:
    """The route."""
    router = APIRouter(prefix="/api/v1", tags=["answers"])

    @router.delete("/answers")
    def forget(before: Annotated[str, Query(description=f"An ISO date or date and time: {EXAMPLE}.")]) -> Forgotten:
        """Forgets the questions, answers and ratings from before a date, for good."""
        return Forgotten(forgotten=service.answers.forget_before(moment(before)))

    return router

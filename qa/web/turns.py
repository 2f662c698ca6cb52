"""A turn of the page: what it asks, and the updates it gets while the answer grows."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field, ValidationError

from index.errors import FootnoteError
from qa.answer import Answer, RetrievedPassage, Turn
from qa.limits import LONGEST_MESSAGE, LONGEST_SENT, MOST_DOCUMENTS, fault_in
from qa.work import Job

if TYPE_CHECKING:
    from qa.chain import Ask
    from qa.service import Footnote

logger = logging.getLogger(__name__)

MOST_REMEMBERED = 12  # messages of the history: six turns, which the page keeps to
LONGEST_OPENING = 160  # characters of a passage that the page lists; the source panel has the rest

Jobs = set[Job[Answer]]  # of one page

FAILED = "Something went wrong while answering, and it was noted in the log. Please ask again."
MALFORMED = "The page sent something that cannot be read as a question. Reload it and ask again."


class Asked(BaseModel):
    """What the page sends. It comes from the browser: anything may be in it."""

    question: str
    index: int = Field(description="Of the turn in the page.")
    run: int = Field(description="The page drops updates that are not of its current run.")
    history: list[Turn] = Field(default=[], max_length=MOST_REMEMBERED)
    documents: list[str] | None = Field(default=None, max_length=MOST_DOCUMENTS)


async def updates(service: Footnote, data: object, jobs: Jobs) -> AsyncIterator[dict[str, Any]]:
    """The turn as it grows; the last update is done. Whatever goes wrong becomes a line for the reader."""
    try:
        asked = Asked.model_validate(data)
    except ValidationError:
        yield {"done": True, "problem": MALFORMED}
        return
    turn = {"index": asked.index, "run": asked.run}
    if problem := _problem_of(asked):
        yield {**turn, "done": True, "problem": problem}
        return
    shown: dict[str, Any] = {}
    passages: list[dict[str, Any]] = []
    try:
        async for answer in answers(service, asked.question, asked.history, asked.documents, jobs):
            shown = answer.model_dump(mode="json", by_alias=True, exclude={"passages"})
            passages = [_in_short(passage) for passage in answer.passages]
            yield {**turn, "done": False, "answer": shown}
        yield {**turn, "done": True, "answer": {**shown, "passages": passages}}
    except FootnoteError as error:
        yield {**turn, "done": True, "problem": str(error)}
    except Exception:
        logger.exception("A question failed")
        yield {**turn, "done": True, "problem": FAILED}


async def answers(
    service: Footnote, question: str, history: list[Turn], documents: list[str] | None, jobs: Jobs
) -> AsyncIterator[Answer]:
    """Growing answers; leaving early stops the work at its next step, as does cancelling its job, one of `jobs`."""
    ask: Ask = {
        "question": question,
        "history": [{"role": turn.role, "content": turn.content[:LONGEST_MESSAGE]} for turn in history],
    }
    if documents is not None:
        ask["documents"] = documents
    job = service.ask(ask)
    jobs.add(job)
    try:
        async for answer in job:
            yield answer
    finally:
        jobs.discard(job)
        job.cancel()


def _problem_of(asked: Asked) -> str | None:
    """Why it cannot be asked; None if it can."""
    if fault := fault_in(asked.question, LONGEST_SENT):
        return f"The question {fault}."
    faults = (fault_in(turn.content) for turn in asked.history)
    return next((f"The conversation {fault}." for fault in faults if fault), None)


def _in_short(passage: RetrievedPassage) -> dict[str, Any]:
    """A passage as the page lists it. Its opening is cut here: offsets are code points, not JavaScript's UTF-16."""
    opening = passage.text[:LONGEST_OPENING]
    if len(passage.text) > LONGEST_OPENING:
        opening = opening.rsplit(maxsplit=1)[0] + " …"
    return {**passage.model_dump(mode="json", exclude={"text"}), "opening": opening}

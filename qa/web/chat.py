"""The chat: a Gradio page at /chat whose transcript is drawn by our own script.

Gradio gives the queue, the streaming and the connection; the page is one `gr.HTML` with a static template. Only
the turn that is being written passes through its value, and no text of a question, an answer or a document ever
reaches a template: static/*.js draws with createElement and textContent.
"""

from __future__ import annotations

import logging
import os
from collections import defaultdict
from collections.abc import AsyncIterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field, ValidationError

from index.errors import FootnoteError
from qa.answer import Answer, Turn
from qa.web.excerpt import Excerpt, Place, excerpt
from qa.work import Job

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read at import: without it Gradio looks up two hosts

import gradio as gr

if TYPE_CHECKING:
    from fastapi import FastAPI

    from qa.service import Footnote

logger = logging.getLogger(__name__)

SCRIPTS = ("elements.js", "answer.js", "reader.js", "transcript.js")
MOST_MESSAGES = 12  # of the history: six turns, which the page keeps to
LONGEST_MESSAGE = 8_000
PAPER, PAPER_IN_THE_DARK = "#fbfaf6", "#161512"
READING, OPERATING = ["Charter", "Iowan Old Style", "Georgia", "serif"], ["system-ui", "sans-serif"]

Jobs = set[Job[Answer]]  # of one page

FAILED = "Something went wrong while answering, and it was noted in the log. Please ask again."
MALFORMED = "The page sent something that cannot be read as a question. Reload it and ask again."


class Asked(BaseModel):
    """What the page sends. It comes from the browser: anything may be in it."""

    question: str
    index: int = Field(description="Of the turn in the page.")
    run: int = Field(description="The page drops updates that are not of its current run.")
    history: list[Turn] = Field(default=[], max_length=MOST_MESSAGES)


def mount_chat(app: FastAPI, service: Footnote) -> FastAPI:
    """Adds the chat at /chat."""
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        _blocks(service),
        "/chat",
        footer_links=[],
        run_history=False,
        show_error=False,
        head=f'<link rel="icon" href="/favicon.ico"><style>{_static("chat.css")}</style>',
        theme=gr.themes.Base(font=OPERATING, font_mono=["monospace"]).set(
            body_background_fill=PAPER, body_background_fill_dark=PAPER_IN_THE_DARK
        ),
    )
    return mounted


def _blocks(service: Footnote) -> Any:
    open_pages: defaultdict[str, Jobs] = defaultdict(set)

    async def write_turn(event: gr.EventData, page: gr.Request) -> AsyncIterator[dict[str, Any]]:
        async for update in _updates(service, event._data, open_pages[page.session_hash]):
            yield update

    def give_up(page: gr.Request) -> None:
        for job in tuple(open_pages.pop(page.session_hash, ())):
            job.cancel()

    def source(place: object) -> dict[str, Any]:
        try:
            return excerpt(service.library, Place.model_validate(place)).model_dump()
        except ValidationError:
            return Excerpt(state="removed").model_dump()

    async def answer(question: str) -> dict[str, Any]:
        return await _answer(service, question)

    with gr.Blocks(title="Footnote", analytics_enabled=False, fill_width=True) as blocks:
        page = gr.HTML(
            None,
            html_template=_static("chat.html"),
            js_on_load="\n".join(_static(name) for name in SCRIPTS),
            apply_default_css=False,
            server_functions=[source],
        )
        # No limit of Gradio's own: the service's queue is the one place that bounds the work.
        asking = page.ask(
            write_turn, None, page, api_visibility="private", show_progress="hidden", concurrency_limit=None
        )
        page.stop(None, None, None, cancels=[asking], api_visibility="private")
        blocks.unload(give_up)  # Gradio itself would only notice a closed page at the next update
        gr.api(answer, api_name="ask", concurrency_limit=None)
    return blocks


async def _updates(service: Footnote, data: object, jobs: Jobs) -> AsyncIterator[dict[str, Any]]:
    """The turn as it grows; the last update is done. Whatever goes wrong becomes a line for the reader."""
    try:
        asked = Asked.model_validate(data)
    except ValidationError:
        yield {"done": True, "problem": MALFORMED}
        return
    turn = {"index": asked.index, "run": asked.run}
    shown: dict[str, Any] | None = None
    try:
        async for answer in _answers(service, asked.question, asked.history, jobs):
            shown = answer.model_dump(mode="json", by_alias=True, exclude={"passages"})
            yield {**turn, "done": False, "answer": shown}
        yield {**turn, "done": True, "answer": shown}
    except FootnoteError as error:
        yield {**turn, "done": True, "problem": str(error)}
    except Exception:
        logger.exception("A question failed")
        yield {**turn, "done": True, "problem": FAILED}


async def _answer(service: Footnote, question: str) -> dict[str, Any]:
    """Answers a question from the documents: the answer's JSON, with citations, or why there is none."""
    try:
        *_, answer = [answer async for answer in _answers(service, question, [], set())]
    except FootnoteError as error:
        raise gr.Error(str(error)) from error
    return answer.model_dump(mode="json", by_alias=True)


async def _answers(service: Footnote, question: str, history: list[Turn], jobs: Jobs) -> AsyncIterator[Answer]:
    """Growing answers; leaving early stops the work at its next step, as does cancelling its job, one of `jobs`."""
    messages = [{"role": turn.role, "content": turn.content[:LONGEST_MESSAGE]} for turn in history]
    job = service.ask({"question": question, "history": messages})
    jobs.add(job)
    try:
        async for answer in job:
            yield answer
    finally:
        jobs.discard(job)
        job.cancel()


def _static(name: str) -> str:
    return (files(__package__) / "static" / name).read_text(encoding="utf-8")

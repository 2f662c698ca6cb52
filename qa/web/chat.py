"""The chat: a Gradio page at /chat whose transcript is drawn by our own script.

Gradio gives the queue, the streaming and the connection; the page is one `gr.HTML` with a static template. Only
the turn that is being written passes through its value, and no text of a question, an answer or a document ever
reaches a template: static/*.js draws with createElement and textContent.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from index.errors import FootnoteError
from qa.limits import LONGEST_COMMENT, MOST_DOCUMENTS
from qa.web import documents
from qa.web.assets import asset, assets
from qa.web.excerpt import Cited, Excerpt, Place, excerpt, standing
from qa.web.leaving import ClosedPages
from qa.web.turns import Jobs, answers, updates

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read at import: without it Gradio looks up two hosts

import gradio as gr

if TYPE_CHECKING:
    from fastapi import FastAPI

    from qa.service import Footnote

STYLES = ("base.css", "chat.css", "panels.css", "documents.css", "print.css")  # the last one rules
SCRIPTS = (  # one scope, in this order
    "elements.js",
    "preview.js",
    "answer.js",
    "why.js",
    "export.js",
    "actions.js",
    "memory.js",
    "reader.js",
    "lines.js",
    "uploads.js",
    "documents.js",
    "help.js",
    "transcript.js",
)
SETTLED = "() => void document.dispatchEvent(new Event('footnote:settled'))"  # tells the page, not the server
MOST_SOURCES = 2_000  # whose standing a page can ask for at once
PAPER, PAPER_IN_THE_DARK = "#fbfaf6", "#161512"
READING, OPERATING = ["Charter", "Iowan Old Style", "Georgia", "serif"], ["system-ui", "sans-serif"]

_CHOSEN = TypeAdapter(Annotated[list[str], Field(max_length=MOST_DOCUMENTS)] | None)

NOT_KEPT = "This answer is not kept any more, so the rating cannot be either."


class Rating(BaseModel):
    """What a reader thought of an answer. From the browser, too."""

    trace_id: str = Field(max_length=64)
    helpful: bool
    comment: str = Field(default="", max_length=LONGEST_COMMENT)


def mount_chat(app: FastAPI, service: Footnote) -> FastAPI:
    """Adds the chat at /chat."""
    open_pages: dict[str, Jobs] = {}  # by session, those that are being answered

    def give_up(session: str) -> None:
        for job in tuple(open_pages.pop(session, ())):
            job.cancel()

    app.add_middleware(ClosedPages, on_leave=give_up)
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        _blocks(service, open_pages),
        "/chat",
        footer_links=[],
        run_history=False,
        show_error=False,
        head=f'<link rel="icon" href="../favicon.ico"><style>{assets(STYLES)}</style>',
        theme=gr.themes.Base(font=OPERATING, font_mono=["monospace"]).set(
            body_background_fill=PAPER, body_background_fill_dark=PAPER_IN_THE_DARK
        ),
    )
    return mounted


def _blocks(service: Footnote, open_pages: dict[str, Jobs]) -> Any:
    async def write_turn(event: gr.EventData, page: gr.Request) -> AsyncIterator[dict[str, Any]]:
        jobs = open_pages.setdefault(page.session_hash, set())
        try:
            async for update in updates(service, event._data, jobs):
                yield update
        finally:
            if not jobs and open_pages.get(page.session_hash) is jobs:
                del open_pages[page.session_hash]

    async def answer(question: str) -> dict[str, Any]:
        return await _answer(service, question)

    with gr.Blocks(title="Footnote", analytics_enabled=False, fill_width=True) as blocks:
        page = gr.HTML(
            None,
            html_template=asset("chat.html"),
            js_on_load=assets(SCRIPTS),
            apply_default_css=False,
            server_functions=_server_functions(service),
        )
        # No limit of Gradio's own: the service's queue is the one place that bounds the work.
        asking = page.ask(
            write_turn, None, page, api_visibility="private", show_progress="hidden", concurrency_limit=None
        )
        asking.then(None, js=SETTLED, api_visibility="private")
        page.stop(None, None, None, cancels=[asking], api_visibility="private")
        gr.api(answer, api_name="ask", concurrency_limit=None)
    return blocks


def _server_functions(service: Footnote) -> list[Callable[..., Any]]:
    """What the page's scripts can ask for as `server.<name>(...)`; whatever they send may have been made up."""

    def source(place: object) -> dict[str, Any]:
        try:
            return excerpt(service.library, Place.model_validate(place)).model_dump()
        except ValidationError:
            return Excerpt(state="removed").model_dump()

    def standings(cited: list[object]) -> list[str | None]:
        try:
            known = TypeAdapter(list[Cited]).validate_python(cited[:MOST_SOURCES])
        except (TypeError, ValidationError):
            return []
        return [standing(service.library, one) for one in known]

    def rate(sent: object) -> dict[str, Any]:
        try:
            rating = Rating.model_validate(sent)
        except ValidationError:
            return {"saved": False, "problem": "The page sent something that cannot be read as a rating."}
        saved = service.answers.rate(rating.trace_id, helpful=rating.helpful, comment=rating.comment)
        return {"saved": saved, "problem": None if saved else NOT_KEPT}

    async def suggestions(documents: object = None) -> list[str]:
        try:
            chosen = _CHOSEN.validate_python(documents) or None  # called with nothing, Gradio sends an empty list
            *_, found = [found async for found in service.suggest(documents=chosen)]
        except (ValidationError, FootnoteError):
            return []  # the page works without
        return [suggestion.question for suggestion in found]

    return [source, standings, rate, suggestions, *documents.server_functions(service)]


async def _answer(service: Footnote, question: str) -> dict[str, Any]:
    """Answers a question from the documents: the answer's JSON, with citations, or why there is none."""
    try:
        *_, answer = [answer async for answer in answers(service, question, [], None, set())]
    except FootnoteError as error:
        raise gr.Error(str(error)) from error
    return answer.model_dump(mode="json", by_alias=True)

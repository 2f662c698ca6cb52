"""The page at /evaluate: asks a set of questions whose answers are known, and shows how the footnotes hold up."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from functools import cache, partial
from typing import TYPE_CHECKING
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse

from index.errors import FootnoteError, LoadingError
from qa.evaluation.datasets.bundled import bundled
from qa.evaluation.datasets.reading import dataset_of
from qa.web.assets import asset, assets
from qa.web.problems import Problem
from qa.web.streaming import MEDIA_TYPE, Line, body, told

if TYPE_CHECKING:
    from qa.evaluation.evaluating import Evaluation, Step
    from qa.evaluation.records import Dataset
    from qa.service import Footnote

MOST_REPORTS = 8  # that are kept, in memory; the oldest goes first
SCRIPTS = ("elements.js", "lines.js", "evaluate.js")
STYLES = ("base.css", "chat.css", "evaluate.css")

FORGOTTEN = "This report is no longer kept: evaluate again."
FAILED = "The evaluation broke off, and the log says why."


def evaluations(service: Footnote) -> APIRouter:
    """`GET /evaluate`, the page; `POST /evaluations`, a run; `GET /evaluations/<id>`, its report."""
    router = APIRouter(include_in_schema=False)
    reports: OrderedDict[str, str] = OrderedDict()

    @router.get("/evaluate")
    def page() -> HTMLResponse:
        """The page."""
        return HTMLResponse(_page())

    @router.post("/evaluations")
    async def run(request: Request, name: str | None = None) -> Response:
        """Asks the bundled set, or with a name the one in the body; answers with lines of JSON."""
        try:
            asked = await dataset(request, name)
            job = service.evaluate(asked)
        except FootnoteError as error:
            return JSONResponse(_problem(error))
        return StreamingResponse(told(job, request, partial(line, asked.notice), _problem), media_type=MEDIA_TYPE)

    async def dataset(request: Request, name: str | None) -> Dataset:
        if name is None:
            return bundled()
        content = await body(request, name, service.largest_upload)
        return await asyncio.to_thread(dataset_of, name, content)

    @router.get("/evaluations/{number}")
    def report(number: str) -> HTMLResponse:
        """A report, for as long as it is kept."""
        if kept := reports.get(number):
            return HTMLResponse(kept)
        raise Problem(404, "not_kept", FORGOTTEN)

    def line(notice: str | None, step: Step) -> Line:
        from qa.evaluation.running import Progress

        if isinstance(step, Progress):
            return {"what": step.what, "done": step.done, "total": step.total}
        number = uuid4().hex
        reports[number] = _report(step)
        while len(reports) > MOST_REPORTS:
            reports.popitem(last=False)
        return {"report": f"evaluations/{number}", "notice": notice}

    return router


def _report(evaluation: Evaluation) -> str:
    from qa.evaluation.page import render
    from qa.evaluation.summary import as_report, summarise

    return render(evaluation, as_report(evaluation, summarise(evaluation)))


def _problem(error: Exception) -> Line:
    if isinstance(error, LoadingError):
        return {"problem": error.reason}
    return {"problem": str(error) if isinstance(error, FootnoteError) else FAILED}


@cache
def _page() -> str:
    """The page, with its styles and scripts in it; nothing of it comes from a reader or a document."""
    page = asset("evaluate.html")
    page = page.replace("/* styles */", assets(STYLES))
    return page.replace("/* scripts */", assets(SCRIPTS))

"""The page's documents: what there is, files that are added, documents that are removed and brought back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from index.errors import FootnoteError, LoadingError, TooLarge, UnknownDocument
from index.loading import LOADERS, load_upload
from index.removal import UNDO_SECONDS
from qa.adding import Added, IfExists, Step
from qa.errors import NameTaken
from qa.web.access.callers import caller, require_edit
from qa.web.streaming import MEDIA_TYPE, Line, body, told

if TYPE_CHECKING:
    from index.records import DocumentRecord
    from qa.service import Footnote

FAILED = "it could not be added, and the log says why; try it again."
GONE = "It is gone for good; add its file again."


def uploads(service: Footnote) -> APIRouter:
    """`POST /uploads?name=…` with a file as its body. A route, since Gradio's own keeps each file it is sent."""
    router = APIRouter()

    @router.post("/uploads", include_in_schema=False)
    async def upload(request: Request, name: str, if_exists: IfExists = "ask") -> Response:
        """Adds a file; answers with lines of JSON: how far it is, and last what became of it."""
        try:
            require_edit()
            data = await body(request, name, service.largest_upload)
            document = await asyncio.to_thread(load_upload, name, data, service.largest_upload)
            job = service.add(document, if_exists)
        except FootnoteError as error:
            return JSONResponse(_problem(error))
        return StreamingResponse(told(job, request, _as_line, _problem), media_type=MEDIA_TYPE)

    return router


def server_functions(service: Footnote) -> list[Callable[..., Any]]:
    """What the page's scripts can ask for as `server.<name>(...)`; whatever they send may have been made up.

    Anyone who may ask can call each of them: those that change something look at the caller.
    """
    library = service.library

    def documents(known: object) -> Line:
        """The list, unless it is as the page knows it."""
        try:
            generation = library.generation()
            listed = None if known == generation else [_listed(record) for record in library.documents()]
        except FootnoteError as error:
            return {"problem": str(error)}
        too_large = TooLarge("", service.largest_upload)
        return {
            "generation": generation,
            "documents": listed,
            "accepted": list(LOADERS),
            "largest": service.largest_upload,
            "too_large": too_large.reason,
            "may_edit": caller().may_edit,
            "is_signed_in": caller().is_signed_in,
        }

    def remove(document_id: object) -> Line:
        return _changed(lambda: library.remove(str(document_id)))

    def restore(document_id: object) -> Line:
        return _changed(lambda: library.restore(str(document_id)))

    return [documents, remove, restore]


def _changed(change: Callable[[], DocumentRecord]) -> Line:
    try:
        require_edit()
        record = change()
    except UnknownDocument:
        return {"problem": GONE}
    except FootnoteError as error:
        return {"problem": str(error)}
    return {"document": _listed(record), "undo_seconds": UNDO_SECONDS}


def _listed(record: DocumentRecord) -> Line:
    return {
        "id": record.id,
        "title": record.title,
        "source": record.source,
        "characters": record.characters,
        "added_at": record.added_at.isoformat() if record.added_at else None,
    }


def _as_line(step: Step) -> Line:
    if isinstance(step, Added):
        return {"outcome": step.outcome, "document": _listed(step.record)}
    return {"done": step.done, "total": step.total}


def _problem(error: Exception) -> Line:
    """Why a file was not added; a page shows its name beside it."""
    if isinstance(error, NameTaken):
        return {"problem": str(error), "name_taken": error.name}
    if isinstance(error, LoadingError):
        return {"problem": error.reason}
    return {"problem": str(error) if isinstance(error, FootnoteError) else FAILED}

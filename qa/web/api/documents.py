"""Documents: what there is, what stands in them, and removing them, under `/api/v1/documents`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from index.errors import UnknownDocument
from index.removal import UNDO_SECONDS
from qa.results import Doc, Documents
from qa.web.api.requests import Flag, router
from qa.web.problems import Problem

if TYPE_CHECKING:
    from qa.service import Footnote

LONGEST_LIST = 1_000

Offset = Annotated[int, Query(ge=0, le=1 << 53)]  # whole numbers that every JSON reader can hold


class Text(BaseModel):
    """Exactly what stands in a document from `start` to `end`, in code points."""

    id: str
    content_hash: str
    start: int
    end: int
    text: str


class Removed(BaseModel):
    """A document that is removed, and how long it can be brought back."""

    document: Doc
    undo_seconds: float


def documents(service: Footnote) -> APIRouter:
    """The routes for documents that are there."""
    routes, library = router("documents"), service.library

    @routes.get("/documents")
    def listed(offset: Offset = 0, limit: Annotated[int, Query(ge=1, le=LONGEST_LIST)] = 100) -> Documents:
        """Lists what there is."""
        return Documents.part(library.documents(), offset, limit)

    @routes.get("/documents/{document_id}")
    def document(document_id: str) -> Doc:
        """A document, without its text."""
        return Doc.of(library.find(document_id))

    @routes.get("/documents/{document_id}/text")
    def text(document_id: str, start: Offset = 0, end: Offset | None = None) -> Text:
        """The text, or a stretch of it. A stretch that reaches beyond the text is cut where the text ends."""
        found = library.document(library.find(document_id).id)
        first = min(start, len(found.text))
        stop = len(found.text) if end is None else max(first, min(end, len(found.text)))
        return Text(id=found.id, content_hash=found.content_hash, start=first, end=stop, text=found.text[first:stop])

    @routes.delete("/documents/{document_id}")
    def remove(document_id: str, purge: Flag = False) -> Removed:
        """Removes a document at once. For some seconds it can be restored; with `purge=true` it is gone for good."""
        record = library.erase(document_id) if purge else library.remove(document_id)
        return Removed(document=Doc.of(record), undo_seconds=0 if purge else UNDO_SECONDS)

    @routes.post("/documents/{document_id}/restore")
    def restore(document_id: str) -> Doc:
        """Brings a removed document back."""
        try:
            return Doc.of(library.restore(document_id))
        except UnknownDocument:
            raise Problem(404, "gone", "It is not removed, or gone for good: then add its file again.") from None

    return routes

"""The text around a quote, as the reader of the page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from index.document import Span
from index.errors import UnknownDocument
from qa.cutting import word_end, word_start
from qa.limits import LONGEST_QUOTE

if TYPE_CHECKING:
    from index.library import Library

AROUND = 1_500  # characters on each side: about two screens of a phone
MOST_AROUND = 100_000


class Place(BaseModel):
    """Where a citation points. It comes from the browser: anything may be in it."""

    document_id: str = Field(max_length=200)
    start: int = Field(ge=0)
    end: int = Field(gt=0)
    content_hash: str | None = Field(default=None, max_length=64)
    around: int = Field(default=AROUND, ge=0, le=MOST_AROUND, description="Characters of context on each side.")


class Cited(BaseModel):
    """A document as it was cited. From the browser, too."""

    document_id: str = Field(max_length=200)
    content_hash: str = Field(max_length=64)


class Excerpt(BaseModel):
    """A quote and what stands around it, cut in Python, where offsets are code points."""

    model_config = ConfigDict(frozen=True)

    state: Literal["unchanged", "changed", "removed"]
    title: str = ""
    source: str = ""
    before: str = ""
    quote: str = ""
    after: str = ""
    starts_early: bool = Field(default=False, description="There is more text before.")
    ends_late: bool = Field(default=False, description="There is more text after.")


def excerpt(library: Library, place: Place) -> Excerpt:
    """What stands at a place now, or why it can't be shown: the offsets hold only for the content cited."""
    try:
        document = library.document(place.document_id)
    except UnknownDocument:
        return Excerpt(state="removed")
    text = document.text
    known = place.content_hash in (None, document.content_hash)
    if not known or not place.start < place.end <= min(len(text), place.start + LONGEST_QUOTE):
        return Excerpt(state="changed", title=document.title, source=document.source)
    first = word_start(text, place.start - place.around)
    last = word_end(text, place.end + place.around)
    return Excerpt(
        state="unchanged",
        title=document.title,
        source=document.source,
        before=text[first : place.start],
        quote=Span(document, place.start, place.end).quote,
        after=text[place.end : last],
        starts_early=first > 0,
        ends_late=last < len(text),
    )


def standing(library: Library, cited: Cited) -> Literal["changed", "removed"] | None:
    """What has become of a document since it was cited; None: nothing."""
    try:
        now = library.find(cited.document_id).content_hash
    except UnknownDocument:
        return "removed"
    return None if now == cited.content_hash else "changed"

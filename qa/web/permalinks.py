"""`/d/{document_id}?start=&end=&hash=`: the source in the browser, at the words that were quoted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from index.document import Document
from index.errors import UnknownDocument
from qa.cutting import word_end, word_start
from qa.linking import QUOTE
from qa.web.api.documents import Offset
from qa.web.excerpt import AROUND
from qa.web.pages import page

if TYPE_CHECKING:
    from qa.answers import AnswerStore
    from qa.service import Footnote

PART = 30_000  # characters that a page shows of a long document, about twenty screens

DELETED = "This source was deleted. What was quoted from it cannot be looked up any more."
UNKNOWN = "There is no such document. It may have been deleted."
NOWHERE = "The document has no such place: it may have been another version that was quoted."
MOVED = "This source has changed since it was quoted. The words still stand in it, here."
CHANGED = "This source has changed since it was quoted, and the words no longer stand in it. This is how it begins now."
UNTOLD = (
    "This source has changed since it was quoted. Whether the quoted words still stand in it cannot be told: the "
    "answer that quoted them is not kept. This is how it begins now."
)


@dataclass(frozen=True, slots=True)
class Link:
    """One that leads to another part of the document."""

    text: str
    href: str
    rel: str | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A stretch of a document with the quote in it; offsets are code points, as everywhere."""

    before: str
    quote: str
    after: str
    start: int
    end: int
    characters: int
    heading: str | None

    @property
    def starts_early(self) -> bool:
        """Whether there is more text before."""
        return self.start > 0

    @property
    def ends_late(self) -> bool:
        """Whether there is more text after."""
        return self.end < self.characters

    @property
    def place(self) -> str:
        """Where in the document that is: the quote, or without one what is shown."""
        first = self.start + len(self.before) if self.quote else self.start
        last = first + len(self.quote) if self.quote else self.end
        is_whole = last - first == self.characters
        return f"{last:,} characters" if is_whole else f"Characters {first:,} to {last:,} of {self.characters:,}"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page shows, and with which status."""

    status: int
    title: str
    source: str | None = None
    notice: str | None = None
    view: View | None = None
    links: tuple[Link, ...] = ()
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a link points; without a start and an end to the document as such."""

    start: int
    end: int
    content_hash: str | None


BEGINNING = Place(0, 0, None)


def permalinks(service: Footnote) -> APIRouter:
    """The route that permalinks lead to."""
    routes = APIRouter(tags=["reading"])

    @routes.get("/d/{document_id}", response_class=HTMLResponse)
    def read(
        document_id: str,
        start: Offset = 0,
        end: Offset = 0,
        hash: Annotated[str | None, Query(max_length=64)] = None,
        part: Annotated[int | None, Query(ge=1, le=1 << 53)] = None,
    ) -> HTMLResponse:
        """A page with the source at the words that were quoted, marked; or with what has become of it."""
        try:
            document = service.library.document(document_id)
        except UnknownDocument:
            gone = Seen(410, "Source deleted", notice=DELETED) if hash else Seen(404, "No such source", notice=UNKNOWN)
            return _rendered(gone)
        return _rendered(_seen(document, Place(start, end, hash), part, service.answers))

    return routes


def _rendered(seen: Seen) -> HTMLResponse:
    return page("permalink.html", seen.status, seen=seen, root="../")


def _seen(document: Document, asked: Place, part: int | None, answers: AnswerStore) -> Seen:
    """The document at a place, or as near to it as can be told."""
    status, notice, place = 200, None, asked
    if asked.content_hash not in (None, document.content_hash):
        words = answers.quoted(document.id, asked.content_hash or "", asked.start, asked.end)
        status, notice, place = _since(document, asked, words)
    elif (asked.start, asked.end) != (0, 0) and not asked.start < asked.end <= len(document.text):
        status, notice, place = 404, NOWHERE, BEGINNING
    is_long = place.end - place.start > PART
    number = part or (None if place.end and not is_long else _part_of(document.text, place.start))
    if number is None:
        view = _around(document, place)
        links = (_to_whole(document, place),) if view.starts_early or view.ends_late else ()
        return Seen(status, document.title, document.source, notice, view, links)
    return _in_parts(document, place, number, status, notice)


def _since(document: Document, asked: Place, words: str | None) -> tuple[int, str, Place]:
    """What to say of a document that has changed since it was quoted, and where the words stand that were.

    Args:
        words: None if nobody knows them any more.
    """
    if words is None:
        return 200, UNTOLD, BEGINNING
    found = _now_at(document, asked, words)
    return (200, MOVED, found) if found else (410, CHANGED, BEGINNING)


def _now_at(document: Document, asked: Place, words: str) -> Place | None:
    """Where the words stand now: the nearest to where they stood, if they are still there."""
    candidates = (document.text.rfind(words, 0, asked.start + len(words)), document.text.find(words, asked.start))
    found = [start for start in candidates if start >= 0]
    if not found:
        return None
    start = min(found, key=lambda start: abs(start - asked.start))
    return Place(start, start + len(words), document.content_hash)


def _around(document: Document, place: Place) -> View:
    first, last = word_start(document.text, place.start - AROUND), word_end(document.text, place.end + AROUND)
    return _view(document, place, first, last)


def _view(document: Document, place: Place, first: int, last: int) -> View:
    """The text from `first` to `last` with what of the quote is in there."""
    text = document.text
    start, end = max(first, min(place.start, last)), max(first, min(place.end, last))
    heading = document.heading_at(start)
    return View(text[first:start], text[start:end], text[end:last], first, last, len(text), heading)


def _in_parts(document: Document, place: Place, number: int, status: int, notice: str | None) -> Seen:
    """A part of the whole document, with the way to the others."""
    count = max(1, -(-len(document.text) // PART))
    number = min(number, count)
    view = _view(document, place, _part_start(document.text, number), _part_start(document.text, number + 1))
    links = [
        Link(text, _href(document, place, part=other), rel)
        for text, other, rel in (("Previous part", number - 1, "prev"), ("Next part", number + 1, "next"))
        if 1 <= other <= count
    ]
    part = f"Part {number} of {count}" if count > 1 else None
    return Seen(status, document.title, document.source, notice, view, tuple(links), part)


def _to_whole(document: Document, place: Place) -> Link:
    href = _href(document, place, part=_part_of(document.text, place.start))
    return Link("Read the whole document", href + QUOTE)


def _href(document: Document, place: Place, **more: int) -> str:
    """The same page otherwise, relative to itself."""
    where = {"start": place.start, "end": place.end, "hash": document.content_hash} if place.end else {}
    return f"{document.id}?{urlencode({**where, **more})}"


def _part_start(text: str, number: int) -> int:
    """Where a part begins: at a word, and each where the one before it ends."""
    return word_start(text, (number - 1) * PART) if (number - 1) * PART < len(text) else len(text)


def _part_of(text: str, offset: int) -> int:
    """The part in which a place is."""
    number = offset // PART + 1
    return number if _part_start(text, number) <= offset else number - 1

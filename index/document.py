"""The nouns: a document, its passages and sentences, and a span of its text.

Every offset is in code points into `Document.text`, end exclusive.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading and where it starts; it holds until the next heading."""

    start: int
    text: str


def heading_at(headings: Sequence[Heading], offset: int) -> str | None:
    """The last of the headings, which are in order, that starts at or before an offset, if any does."""
    place = bisect_right(headings, offset, key=lambda heading: heading.start)
    return headings[place - 1].text if place else None


@dataclass(frozen=True)
class Document:
    """A text with its origin. Equal by content and source; `text` is the decoded file, nothing changed.

    `source` identifies a document in a library: an absolute path, `upload:<name>`, or what the caller chose.
    """

    source: str
    title: str
    text: str
    headings: tuple[Heading, ...] = ()

    @classmethod
    def from_text(cls, text: str, *, source: str | None = None, title: str | None = None) -> Document:
        """A document that is in no file. Without a source, its content is its identity."""
        source = source or f"text:{_digest(text)[:16]}"
        return cls(source=source, title=title or source, text=text)

    @cached_property
    def id(self) -> str:
        """Sixteen hex digits derived from the source, so that they stay when the content is replaced."""
        return _digest(self.source)[:16]

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the text as UTF-8, in hex."""
        return _digest(self.text)

    def heading_at(self, offset: int) -> str | None:
        """The heading under which `offset` stands, if any."""
        return heading_at(self.headings, offset)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document. The quote is derived, so it cannot disagree with the source."""

    document: Document
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= len(self.document.text):
            raise ValueError(f"No span {self.start}:{self.end} in {len(self.document.text)} characters.")

    @property
    def quote(self) -> str:
        """The exact words."""
        return self.document.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a document, without the white space around it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole neighbouring sentences: what is encoded and retrieved. `text == document.text[start:end]`."""

    document_id: str
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...]

    def quote(self, start: int, end: int) -> str:
        """The words at document offsets that lie within this passage."""
        if not self.start <= start < end <= self.end:
            raise ValueError(f"{start}:{end} is not within the passage {self.start}:{self.end}.")
        return self.text[start - self.start : end - self.start]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()

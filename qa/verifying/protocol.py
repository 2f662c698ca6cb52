"""What a verifier is given and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from qa.answer import Verdict


@dataclass(frozen=True, slots=True)
class Judgement:
    """How well quotes support a claim; score is support in [0, 1]."""

    verdict: Verdict
    score: float


NOTHING = Judgement("unsupported", 0.0)  # without a quote
VERBATIM = Judgement("supported", 1.0)


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a document that a library may hold; offsets are code points into the document's text.

    With a content hash it is one of that content alone.
    """

    document_id: str
    start: int
    end: int
    content_hash: str | None = None


class Quote(str):
    """Quoted words that know where they stand: a `str` to a verifier that looks at words alone."""

    place: Place

    __slots__ = ("place",)

    def __new__(cls, words: str, place: Place) -> Quote:
        """`words` are the document's, at `place`."""
        quote = super().__new__(cls, words)
        quote.place = place
        return quote


class Verifier(Protocol):
    """Judges one claim against the words that are cited for it."""

    def verify(self, claim: str, quotes: Sequence[str]) -> Judgement:
        """Without a quote nothing is supported; what a quote says word for word is, with 1.0."""
        ...


def settled(claim: str, quotes: Sequence[str]) -> Judgement | None:
    """The judgement that takes no look at the meaning: nothing is quoted, or a quote says the very words."""
    if not any(quote.strip() for quote in quotes):
        return NOTHING
    words = _folded(claim)
    return VERBATIM if words and any(words in _folded(quote) for quote in quotes) else None


def _folded(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!?")

"""What a verifier is given and what it says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.splitting import split_sentences
from qa.answer import Verdict
from qa.verifying.composing import composed


@dataclass(frozen=True, slots=True)
class Judgement:
    """How well quotes support a claim; score is support in [0, 1]."""

    verdict: Verdict
    score: float


NOTHING = Judgement("unsupported", 0.0)  # without a quote
VERBATIM = Judgement("supported", 1.0)

# A single line break with the blanks around it; it begins within no run of these, which may be as long as a quote.
_WRAPPED = re.compile(r"(?<![\r\n \t])[ \t]*+(?:\r\n|\r(?!\n)|\n)[ \t]*+(?![\r\n])")


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
        """Without a quote nothing is supported; whole sentences of a quote are, with 1.0."""
        ...


def settled(claim: str, quotes: Sequence[str]) -> Judgement | None:
    """The judgement that takes no look at the meaning: nothing is quoted, or the claim is sentences of a quote.

    Less than a whole sentence may mean the opposite: "employees may smoke" stands in "It is not true that …", too.
    """
    if not any(quote.strip() for quote in quotes):
        return NOTHING
    claimed = _sentences(claim)
    return VERBATIM if claimed and any(_runs_through(claimed, _sentences(quote)) for quote in quotes) else None


def stands_in(claim: str, evidence: Sequence[str]) -> bool:
    """Whether evidence has the very words of a claim, in whatever sentence."""
    words = re.escape(_folded(claim))
    return any(re.search(rf"(?<!\w){words}(?!\w)", _folded(text)) for text in evidence)


def _sentences(text: str) -> list[str]:
    """Folded; what is only wrapped is no new sentence."""
    text = _WRAPPED.sub(" ", text)
    folded = (_folded(text[s.start : s.end]) for s in split_sentences(text))
    return [sentence for sentence in folded if sentence]


def _runs_through(claimed: Sequence[str], quoted: Sequence[str]) -> bool:
    """Whether sentences stand behind one another among others."""
    return any(claimed == quoted[at : at + len(claimed)] for at in range(len(quoted) - len(claimed) + 1))


def _folded(text: str) -> str:
    return " ".join(composed(text).casefold().split()).rstrip(".!?")

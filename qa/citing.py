"""Words of passages, cited: exact quotes, numbered in order of first use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.document import Heading, Sentence, heading_at
from index.splitting import split_sentences
from qa.answer import Citation, RetrievedPassage
from qa.verifying import Place, Quote


@dataclass(frozen=True, slots=True)
class SourcePassage:
    """A retrieved passage with what a citation from it needs to say."""

    retrieved: RetrievedPassage
    content_hash: str
    page: int | None = None
    heading: str | None = None  # under which it starts
    headings: Sequence[Heading] = ()  # within it, in order

    def sentences(self) -> list[Sentence]:
        """Its sentences, by document offsets."""
        first = self.retrieved.start
        return [Sentence(first + s.start, first + s.end) for s in split_sentences(self.retrieved.text)]

    def heading_at(self, offset: int) -> str | None:
        """The heading under which a place of the passage stands."""
        return heading_at(self.headings, offset) or self.heading


@dataclass(frozen=True, slots=True)
class Support:
    """Words of a passage, by document offsets."""

    passage: SourcePassage
    start: int
    end: int

    @property
    def quote(self) -> str:
        """The exact words; derived, so they cannot disagree with the passage."""
        retrieved = self.passage.retrieved
        return retrieved.text[self.start - retrieved.start : self.end - retrieved.start]

    @property
    def place(self) -> Place:
        """Where they stand; the same words of two overlapping passages have one."""
        return Place(self.passage.retrieved.document_id, self.start, self.end)

    @property
    def placed(self) -> Quote:
        """The exact words with their place, so that a verifier finds what is stored of them."""
        return Quote(self.quote, self.place)

    def cited_as(self, number: int) -> Citation:
        """The footnote with this number."""
        retrieved = self.passage.retrieved
        return Citation(
            number=number,
            document_id=retrieved.document_id,
            title=retrieved.title,
            source=retrieved.source,
            start=self.start,
            end=self.end,
            quote=self.quote,
            page=self.passage.page,
            heading=self.passage.heading_at(self.start),
            content_hash=self.passage.content_hash,
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that an answerer proposes, with the words it is said to rest on. Not numbered, not judged."""

    text: str
    supports: tuple[Support, ...]
    elsewhere: tuple[Support, ...] = ()  # where support may be looked for if those give none
    asked: str = ""  # what it answers


class Footnotes:
    """Numbers citations in order of first use; the same words get the same number again."""

    def __init__(self) -> None:
        self._numbers: dict[Place, int] = {}
        self._citations: list[Citation] = []
        self._passages: dict[tuple[str, int], RetrievedPassage] = {}

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All so far, in order of number."""
        return tuple(self._citations)

    @property
    def passages(self) -> Mapping[tuple[str, int], RetrievedPassage]:
        """Those that are cited, by document id and start."""
        return self._passages

    def cite(self, supports: Sequence[Support]) -> tuple[int, ...]:
        """The numbers of these words."""
        return tuple(dict.fromkeys(self._number(support) for support in supports))

    def _number(self, support: Support) -> int:
        if support.place not in self._numbers:
            number = self._numbers[support.place] = len(self._numbers) + 1
            self._citations.append(support.cited_as(number))
            retrieved = support.passage.retrieved
            self._passages[retrieved.document_id, retrieved.start] = retrieved
        return self._numbers[support.place]

"""Response: what a system said to a question, with nothing promised about it.

Unlike an `Answer`, which cannot be made with a wrong footnote, a response holds whatever was written, so that it can be
found to be wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from qa.answer import Kind, Verdict


@dataclass(frozen=True, slots=True)
class Place:
    """Words with where they are said to stand. A document that is at hand goes by its name in the `Shelf`."""

    text: str
    document: str | None = None
    start: int | None = None  # code points, end exclusive; None: not said
    end: int | None = None

    def overlaps(self, document: str, start: int, end: int) -> bool:
        """Whether it has a character in common with a stretch of a document."""
        return (
            self.document == document
            and self.start is not None
            and self.end is not None
            and self.start < end
            and start < self.end
        )


@dataclass(frozen=True, slots=True)
class Reference:
    """What a mark stands for."""

    number: int
    place: Place
    is_quote: bool  # whether it claims to be the exact words; a whole passage that is pointed at does not
    content_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with the numbers that are put to it."""

    text: str  # without marks
    numbers: tuple[int, ...] = ()
    needs_citation: bool = True
    label: Verdict | None = None  # a human's, where there is one
    is_labelled: bool = False  # whether people looked at it at all; without a label they could not tell


@dataclass(frozen=True, slots=True)
class Response:
    """What a system said."""

    id: str | None
    question: str
    kind: Kind
    sentences: tuple[Sentence, ...] = ()
    references: tuple[Reference, ...] = ()
    passages: tuple[Place, ...] | None = None  # retrieved, best first; None: not said
    best: Place | None = None  # the sentence it would have cited first, also where it refused
    confidence: float | None = None  # that the documents answer, in [0, 1]
    refusal: str | None = None  # its code
    short_answer: str | None = None
    system: str | None = None
    seconds: float | None = None
    place: str = field(default="", compare=False)  # where it was read

    @property
    def answers(self) -> bool:
        """Whether it claims something about the documents."""
        return self.kind in ("answer", "overview")

    @property
    def text(self) -> str:
        """What it said, without marks."""
        return " ".join(sentence.text for sentence in self.sentences)

    def reference(self, number: int) -> Reference | None:
        """What a number stands for, if it stands for anything."""
        return next((reference for reference in self.references if reference.number == number), None)

    def cited(self, sentence: Sentence) -> tuple[Reference, ...]:
        """The references of a sentence that exist."""
        found = (self.reference(number) for number in dict.fromkeys(sentence.numbers))
        return tuple(reference for reference in found if reference)

"""Faults of a response's footnotes that need no judgement: each is there or it is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from qa.evaluation.documents import Shelf
from qa.evaluation.responses import Reference, Response

FaultKind = Literal[
    "number_out_of_range",
    "mark_without_entry",
    "unused_entry",
    "missing_document",
    "changed_document",
    "wrong_place",
    "wrong_document",
    "stitched_quote",
    "invented_quote",
]
MEANING: dict[FaultKind, str] = {
    "number_out_of_range": "a mark has a number beyond those of the footnotes",
    "mark_without_entry": "a mark has no footnote",
    "unused_entry": "a footnote has no mark",
    "missing_document": "the document it quotes is not there",
    "changed_document": "the document it quotes has changed since",
    "wrong_place": "the words stand elsewhere in the document",
    "wrong_document": "the words stand in another document",
    "stitched_quote": "the words stand in the document, but not together",
    "invented_quote": "the words stand nowhere",
}
# A quote is stitched if it falls into at most this many stretches that the document has, each of some length.
MOST_STITCHES = 4
SHORTEST_STITCH = 8  # characters


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a footnote."""

    kind: FaultKind
    number: int


def faults_of(response: Response, shelf: Shelf | None) -> tuple[Fault, ...]:
    """All of them, in order of number; quotes are looked up only if the documents are at hand."""
    found = [*_mark_faults(response), *(_quote_faults(response, shelf) if shelf else ())]
    return tuple(sorted(found, key=lambda fault: (fault.number, fault.kind)))


def marks(response: Response) -> list[int]:
    """The numbers of all marks, as often as they stand there; the same number twice at a sentence counts once."""
    return [number for sentence in response.sentences for number in dict.fromkeys(sentence.numbers)]


def quotes(response: Response) -> tuple[Reference, ...]:
    """The references that claim to be exact words."""
    return tuple(reference for reference in response.references if reference.is_quote)


def _mark_faults(response: Response) -> Iterator[Fault]:
    entries = [reference.number for reference in response.references]
    used = marks(response)
    for number in used:
        if number not in entries:
            in_range = 1 <= number <= max(entries, default=0)
            yield Fault("mark_without_entry" if in_range else "number_out_of_range", number)
    for reference in response.references:
        # A passage that was retrieved and not cited is no footnote; a quote without a mark is one that nothing uses.
        if reference.is_quote and reference.number not in used:
            yield Fault("unused_entry", reference.number)


def _quote_faults(response: Response, shelf: Shelf) -> Iterator[Fault]:
    for reference in quotes(response):
        if kind := _quote_fault(reference, shelf):
            yield Fault(kind, reference.number)


def _quote_fault(reference: Reference, shelf: Shelf) -> FaultKind | None:
    place = reference.place
    document = shelf.find(place.document) if place.document else None
    if document is None:
        return "missing_document"
    if place.start is not None and place.end is not None and 0 <= place.start < place.end:
        stands_there = document.text[place.start : place.end] == place.text
        if stands_there:
            changed = reference.content_hash and reference.content_hash != document.content_hash
            return "changed_document" if changed else None
    if place.text in document.text:
        return "wrong_place"
    if any(place.text in shelf.get(name).text for name in shelf if name != place.document):
        return "wrong_document"
    return "stitched_quote" if _is_stitched(place.text, document.text) else "invented_quote"


def _is_stitched(quote: str, text: str) -> bool:
    """Whether a quote is made of a few stretches of the text; each is taken as long as it goes."""
    rest, stitches = quote, 0
    while rest.strip() and stitches < MOST_STITCHES:
        length = _longest_start(rest, text)
        if length < min(SHORTEST_STITCH, len(rest)):
            return False
        rest, stitches = rest[length:].lstrip(" .…[]"), stitches + 1
    return not rest.strip()


def _longest_start(quote: str, text: str) -> int:
    low, high = 0, len(quote)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if quote[:middle] in text else (low, middle - 1)
    return low

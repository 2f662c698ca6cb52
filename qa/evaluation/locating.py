"""Where the text of a passage stands in its document: never taken on trust where the document is at hand."""

from __future__ import annotations

import re
from dataclasses import replace

from qa.evaluation.documents import Shelf
from qa.evaluation.responses import Place


def located(place: Place, shelf: Shelf) -> Place:
    """The place with the offsets at which its text stands: those it has, else the first in the document it names.

    White space may differ. A text that the document does not have stands nowhere; where the document is not at hand,
    the offsets stay as they are.
    """
    document = shelf.find(place.document) if place.document else None
    if document is None or _stands(place, document.text):
        return place
    start, end = _found(place.text, document.text) or (None, None)
    return replace(place, start=start, end=end)


def _stands(place: Place, text: str) -> bool:
    start, end = place.start, place.end
    if start is None or end is None or not 0 <= start < end <= len(text):
        return False
    return text[start:end].split() == place.text.split()


def _found(words: str, text: str) -> tuple[int, int] | None:
    start = text.find(words)
    if words.strip() and start >= 0:
        return start, start + len(words)
    found = re.search(r"\s+".join(map(re.escape, words.split())), text)
    return found.span() if found and found[0] else None

"""Words of a document, quoted by their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.errors import LongQuote, NoSuchPlace
from qa.limits import LONGEST_QUOTE
from qa.verifying import Place, Quote

if TYPE_CHECKING:
    from index.library import Library


def quoted(library: Library, place: Place) -> Quote:
    """The words at a place.

    Raises:
        UnknownDocument: there is none.
        NoSuchPlace: the document does not have it.
        LongQuote: the stretch is too long to be a quote.
    """
    text = library.document(place.document_id).text
    if not 0 <= place.start < place.end <= len(text):
        raise NoSuchPlace(place.document_id, place.start, place.end, len(text))
    if place.end - place.start > LONGEST_QUOTE:
        raise LongQuote(LONGEST_QUOTE)
    return Quote(text[place.start : place.end], place)

"""Permalinks: the addresses at which quotes can be read in their sources, and citations with theirs."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlencode

from pydantic import Field

from qa.answer import Citation, Evidence

QUOTE = "#quote"

Link = Callable[[Citation | Evidence], str]
"""Gives the address of a place in a document: absolute, in ASCII and without white space."""


class LinkedCitation(Citation):
    """A footnote, and where it can be read in its source."""

    url: str | None = Field(default=None, description="Shows the source at the quote; null where no address is known.")


def linked(citation: Citation, link: Link | None) -> LinkedCitation:
    """The citation with its address."""
    return LinkedCitation(**citation.model_dump(), url=link(citation) if link else None)


def links_under(address: str) -> Link:
    """What makes permalinks of a server that is reached at an address."""
    base = address.rstrip("/")
    return lambda place: f"{base}/{permalink(place)}"


def permalink(place: Citation | Evidence) -> str:
    """Where a place can be read in its source, relative to where the app is served.

    A citation's also says which version of the document is cited.
    """
    where: dict[str, int | str] = {"start": place.start, "end": place.end}
    if isinstance(place, Citation):
        where["hash"] = place.content_hash
    return f"d/{quote(place.document_id, safe='')}?{urlencode(where)}{QUOTE}"

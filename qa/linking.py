"""Citations with the address at which their source can be read, where one is known."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field

from qa.answer import Citation

Link = Callable[[Citation], str]
"""Gives a citation's address: absolute, in ASCII and without white space."""


class LinkedCitation(Citation):
    """A footnote, and where it can be read in its source."""

    url: str | None = Field(default=None, description="Shows the source at the quote; null where no address is known.")


def linked(citation: Citation, link: Link | None) -> LinkedCitation:
    """The citation with its address."""
    return LinkedCitation(**citation.model_dump(), url=link(citation) if link else None)

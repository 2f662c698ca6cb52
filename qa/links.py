"""Where a quote can be read in its source."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from qa.answer import Citation, Evidence

LONGEST = 3_000  # characters of an address that Slack takes; browsers take as many


def permalink(public_url: str | None, place: Citation | Evidence) -> str | None:
    """The page that shows a document with these words marked; None if nobody could open it.

    Args:
        public_url: the address that people know Footnote by.
        place: where the words stand. A citation's link also says which version of the document it is of.
    """
    if public_url is None:
        return None
    query: dict[str, int | str] = {"start": place.start, "end": place.end}
    if isinstance(place, Citation):
        query["hash"] = place.content_hash
    link = f"{public_url.rstrip('/')}/d/{quote(place.document_id, safe='')}?{urlencode(query)}"
    return link if len(link) <= LONGEST else None

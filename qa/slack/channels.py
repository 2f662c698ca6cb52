"""Which documents a channel may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.library import Library
    from index.records import DocumentRecord

DIRECT, OTHERS = "dm", "*"
NOTHING = (
    "There are no documents that may be used here. Whoever runs Footnote can change that with FOOTNOTE_SLACK_CHANNELS."
)


class Channels:
    """Channels and the documents they may see, as `FOOTNOTE_SLACK_CHANNELS` says.

    Args:
        seen: for a channel's id, for "dm" (direct messages), or for "*" (any other): ids and sources of documents, and
            patterns of sources. Without any everybody sees everything; with some, a channel that has none sees nothing.
    """

    def __init__(self, seen: Mapping[str, Sequence[str]]) -> None:
        self._seen = seen

    def documents(self, channel: str, library: Library) -> list[str] | None:
        """Ids of the documents that a channel may see; None: all."""
        if not self._seen:
            return None
        kind = DIRECT if channel.startswith("D") else channel
        patterns = self._seen.get(channel, self._seen.get(kind, self._seen.get(OTHERS, ())))
        if "*" in patterns:
            return None
        return [document.id for document in library.documents() if any(_fits(document, one) for one in patterns)]


def _fits(document: DocumentRecord, pattern: str) -> bool:
    return pattern in (document.id, document.source) or fnmatchcase(document.source, pattern)

"""One spelling of accents: "ë" may be one code point or two, and a word of two is cut at its accent."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def composed(text: str) -> str:
    """The text in Unicode's form NFC."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def composed_offsets(text: str, offsets: Sequence[int]) -> list[int]:
    """Where the code points at these offsets of a text stand in the composed one."""
    if unicodedata.is_normalized("NFC", text):
        return list(offsets)
    return [max(0, len(composed(text[: offset + 1])) - 1) for offset in offsets]

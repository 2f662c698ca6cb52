"""Where a text is cut that is shown in part: between words, if it has any."""

from __future__ import annotations


def word_start(text: str, offset: int) -> int:
    """The start of the first whole word from `offset` on, if one is near."""
    if offset <= 0:
        return 0
    near = range(offset, min(offset + 80, len(text)))
    return next((i + 1 for i in near if text[i].isspace()), offset)


def word_end(text: str, offset: int) -> int:
    """The end of the last whole word up to `offset`, if one is near."""
    if offset >= len(text):
        return len(text)
    near = range(offset, max(offset - 80, 0), -1)
    return next((i for i in near if text[i].isspace()), offset)

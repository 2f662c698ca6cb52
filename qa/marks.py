"""The marks by which a text cites: [1], [1, 2], [1-3], and what people and models write instead of these."""

from __future__ import annotations

import re

OPENING = "[［【〔"
_CLOSING = r"\]］】〕"
_OPEN = rf"[{re.escape(OPENING)}]"
_NUMBER = rf"\^?\d{{1,4}}(?:\s?†[^{_CLOSING}]{{0,40}})?"
_PARTED = r"[,;，；、–—-]"

# [1], [1, 2], [1-3], [[1]], [[1], [2]], [^1], ［１］, 【1】, 【1†source】; more than two digits too, but not [2024
# edition] or [sic]. All repetitions are bounded: a reply may be ten thousand brackets.
_MORE = rf"\s?[{_CLOSING}]{{0,2}}\s?{_PARTED}\s?{_OPEN}{{0,2}}\s?{_NUMBER}"
_ONE = rf"{_OPEN}{{1,3}}\s?{_NUMBER}(?:{_MORE}){{0,50}}\s?[{_CLOSING}]{{1,3}}"
_MARK = re.compile(rf"\s*({_ONE})")
_LEADING = re.compile(rf"(?:\s*{_ONE})*")
# "It opened. [1] It closed.": the mark is the first sentence's (princeton-nlp/ALCE#26 gives it to the second).
_AFTER_STOP = re.compile(rf"""([.!?…]["'”’»)]*)((?:\s*{_ONE})+)""")
_WIDEST = 50  # numbers in a range; "[1-2000]" is not a citation of 2,000 sources


def numbers(text: str) -> tuple[int, ...]:
    """The numbers of the marks in a text, in order."""
    return tuple(number for mark in _MARK.finditer(text) for number in _spelled_out(mark[1]))


def without_marks(text: str) -> str:
    """The text without its marks."""
    return _MARK.sub("", text).strip()


def before_stops(text: str) -> str:
    """The text with each mark that follows a sentence moved into it, before its stop."""
    return _AFTER_STOP.sub(lambda found: f"{found[2]}{found[1]}", text)


def leading(text: str) -> int:
    """Where a text goes on after the marks that it opens with; 0 if it opens with none."""
    found = _LEADING.match(text)
    return found.end() if found else 0


def _spelled_out(mark: str) -> list[int]:
    found: list[int] = []
    listed = re.sub(rf"[{re.escape(OPENING)}{_CLOSING}^\s]|†[^{_CLOSING}]*", "", mark)
    for part in re.split(r"[,;，；、]", listed):
        first, *rest = [int(n) for n in re.split(r"[–—-]", part)]
        last = rest[-1] if rest else first
        found += range(first, last + 1) if first <= last < first + _WIDEST else [first, last]
    return found

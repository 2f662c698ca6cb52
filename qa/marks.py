"""The marks by which a text cites: [1], [1, 2], [1-3], and what people and models write instead of these."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

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
_WIDEST = 50  # numbers in a range; "[1-2000]" is not a citation of 2,000 sources


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark in a text, from its first bracket to its last, and the numbers in it."""

    start: int
    end: int
    numbers: tuple[int, ...]


def marks(text: str) -> Iterator[Mark]:
    """What may be marks, in order; whether one cites, or is an index in code, is for the reader to say."""
    return (Mark(found.start(1), found.end(1), tuple(_spelled_out(found[1]))) for found in _MARK.finditer(text))


def numbers(text: str) -> tuple[int, ...]:
    """The numbers of the marks in a text, in order."""
    return tuple(number for mark in marks(text) for number in mark.numbers)


def without_marks(text: str) -> str:
    """The text without its marks."""
    return _MARK.sub("", text).strip()


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

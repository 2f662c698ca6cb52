"""What stands below an answer and is no part of it: the list of its sources, and what its footnotes are defined as."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from qa.marks import leading

_TITLE = re.compile(
    r"[#*_\s]*(?:sources?|references?|citations?|footnotes?|bibliography|notes|works cited|quellen|sources citées)"
    r"[*_\s]*(?P<colon>[:：])?[*_\s]*",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*(?:[-*•–+]\s+)?")
_DEFINITION = re.compile(r"\s{0,3}\[\^?\d{1,4}\]:")


def without_sources(text: str) -> str:
    """The answer alone: without the lines under "Sources:" that open with a mark, and those that define footnotes."""
    lines = text.splitlines(keepends=True)
    kept: list[str] = []
    at = 0
    while at < len(lines):
        left_out = _defined(lines, at) or _listed(lines, at)
        kept += lines[at : at + (not left_out)]
        at += left_out or 1
    return "".join(kept)


def _defined(lines: Sequence[str], at: int) -> int:
    """How many lines from here on define a footnote: one, and those indented under it."""
    if not _DEFINITION.match(lines[at]):
        return 0
    return 1 + _run(lines, at + 1, lambda line: line.startswith(("    ", "\t")) and bool(line.strip()))


def _listed(lines: Sequence[str], at: int) -> int:
    """How many lines from here on are a list of sources with its title."""
    title = _TITLE.match(lines[at])
    if title is None:
        return 0
    rest = lines[at][title.end() :]
    if rest.strip() and not (title["colon"] and leading(rest)):  # "Sources [1] say so" is a sentence
        return 0
    entries = _run(lines, at + 1, lambda line: not line.strip() or _opens_with_mark(line))
    is_list = bool(rest.strip()) or any(line.strip() for line in lines[at + 1 : at + 1 + entries])
    return 1 + entries if is_list else 0


def _run(lines: Sequence[str], first: int, fits: Callable[[str], bool]) -> int:
    """How many lines from the first on fit, one after the other."""
    end = first
    while end < len(lines) and fits(lines[end]):
        end += 1
    return end - first


def _opens_with_mark(line: str) -> bool:
    bullet = _BULLET.match(line)
    return leading(line[bullet.end() if bullet else 0 :]) > 0

"""Which line breaks of a paragraph somebody wrapped, and which end a title, an entry or a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from index.document import Sentence
from index.structure import is_pair, is_row, is_rule
from index.words import FUNCTION_WORDS

# A line shorter than this that is followed by a capital was not wrapped there: a title, an entry, a verse.
WRAPPED_LINE = 60
# A line that is so many times as long as all others (an address) does not tell how wide a paragraph was wrapped.
OUTLIER = 1.5
# One that is shorter than this share of the longest was not wrapped, if its next word would have had room there.
AMPLE = 0.85
# So many lines that begin with a number or a bracket are entries, of a log for instance, however long they are.
ENTRIES = 3

NEWLINE = r"(?:\r\n|\r(?!\n)|\n)"
LINE_BREAK = re.compile(rf"(?<![ \t\u00a0])[ \t\u00a0]*+{NEWLINE}")
_LIST_MARK = re.compile(
    r"[ \t]*(?:#{1,6}\s|[-*+•]\s|[A-Z]?\d{1,3}[.)]\s|>|\||\(?(?:[a-z]|[ivx]{2,5})\)\s|"
    r"(?:\d{1,3}(?:\.\d{1,3})+\.?|[a-h]\.)\s+(?=[A-Z]))"
)
_LINE_END = re.compile(r"[\r\n]|\Z")
# "…, the" and "… and" go on in the next line.
_GOES_ON = re.compile(rf"(?:[,;(\[{{/&+=-]|\b(?:{'|'.join(sorted(FUNCTION_WORDS))}))\s*$", re.IGNORECASE)
_ENTRY = re.compile(r"[\[(]?\d")
# When an entry of a log is from; "at" may stand before "10:00" that was wrapped.
_STAMP = re.compile(r"[ \t]*(?:[\[(]?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|[\[(]?\d\d:\d\d:\d\d|\[\d\d:\d\d\])")


def ends_of_lines(text: str, paragraph: Sentence) -> set[int]:
    """Where the line breaks end that nobody wrapped: each ends a sentence."""
    lines = list(LINE_BREAK.finditer(text, paragraph.start, paragraph.end))
    are_entries = _are_entries(text, lines, paragraph)
    return {line.end() for line in lines if are_entries or _breaks(text, line, paragraph)}


def _are_entries(text: str, lines: Sequence[re.Match[str]], paragraph: Sentence) -> bool:
    """Whether each line is one by itself, however long: none goes on in the next, and one was not wrapped, since nobody
    wraps where the next word has ample room; or all begin as those of a log do."""
    edges = [paragraph.start, *(edge for line in lines for edge in line.span()), paragraph.end]
    every = [line for start, end in zip(edges[::2], edges[1::2], strict=True) if (line := text[start:end].strip())]
    if any(_GOES_ON.search(before) for before in every[:-1]):
        return False
    if len(every) >= ENTRIES and all(map(_ENTRY.match, every)):
        return True
    if not all(after[0].isalnum() and not after[0].islower() for after in every[1:]):
        return False
    *_, second, longest = (0, 0, *sorted(map(len, every)))
    width = AMPLE * (longest if longest <= OUTLIER * second else second)
    return any(len(before) + 1 + len(after.partition(" ")[0]) <= width for before, after in pairwise(every))


def _breaks(text: str, line: re.Match[str], paragraph: Sentence) -> bool:
    """Whether a single line break ends a sentence there."""
    begin = max(text.rfind("\n", paragraph.start, line.start()), text.rfind("\r", paragraph.start, line.start())) + 1
    before = text[max(begin, paragraph.start) : line.start()]
    ended = _LINE_END.search(text, line.end())
    after = text[line.end() : ended.start() if ended else None]
    if is_rule(after):
        return not is_row(before)
    if _LIST_MARK.match(text, line.end()) or (_STAMP.match(after) and not _GOES_ON.search(before)):
        return True
    if (is_row(before) and is_row(after)) or (is_pair(before) and is_pair(after)):
        return True
    return len(before) < WRAPPED_LINE and not after.lstrip()[:1].islower()

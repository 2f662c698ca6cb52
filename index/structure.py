"""Where a text has its headings and its tables, whatever kind of text it is; only offsets, nothing is changed.

A heading is one that Markdown marks, or a short line by itself that ends no sentence; a numbered title or a question
may have its text right under it, and so may a few words above a whole line or a list. What nothing stands under is
none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.document import Passage, Sentence
from index.markdown import headings as marked_headings

# A longer line by itself is a sentence that lacks its full stop.
TITLE_WORDS = 12
TITLE_LENGTH = 90
# A line of a few words has its text right under it, if that begins with a whole line or is a list.
FEW_WORDS = 5
SHORT_TITLE = 40
WHOLE_LINE = 50
# A title, a subtitle and a heading; more short lines in a row are a list or a poem.
STACKED = 3

UNMARKED = 7  # the level of a heading that nothing marks

_LINE = re.compile(r"[^\r\n]+")
_HASHES = re.compile(r"\s*(#{1,6})\s")
_TITLE_START = re.compile(r"[*_]{0,3}(?![a-zß-öø-ÿ])\w")  # a capital, a digit, a script without capitals
_NO_TITLE_END = re.compile(r"""[.!…,;。！；，．][*_"'”’»)\]]*$""")
_QUESTION_END = re.compile(r"[?？؟][*_]*$")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W_]")
_NUMBERED = re.compile(
    r"(?:(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[A-Z]\d{1,2}|[ivxIVX]{2,5})[.)]|\d{1,3}(?:\.\d{1,3})+)(?=\s)"
)
_BULLET = re.compile(r"(?:[-*+•–]|\((?:\d{1,3}|[a-zA-Z]|[ivx]{2,5})\))\s")
# "Chair: Anna Keller". What a title says behind its colon is no list, number or address.
_PAIR = re.compile(r"(?P<key>\w[^:.;,?!\r\n]{0,40}):[ \t]+(?P<value>\S.*)")
_NO_TITLE_VALUE = re.compile(r"[\d+€$£]|EUR\b|USD\b|.*[,@/;]")
# What parts the values of a row; "3,5" and "1,200" are one value each.
_MARKS = (re.compile(r"\t"), re.compile(r";"), re.compile(r"(?<!\d),|,(?!\d)"))
# A longer stretch between two of them is prose.
CELL_WORDS = 6
_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*")


class _Line(NamedTuple):
    """A line that is not blank, without the white space around it."""

    start: int
    end: int
    words: str
    opens: bool  # a paragraph
    closes: bool  # it


@dataclass(frozen=True, slots=True)
class Outline:
    """What the sentences of a passage stand under."""

    is_title: tuple[bool, ...]  # a heading
    # Or the head of a table: it says what the sentences under it are about. Or a rule of dashes, which says nothing.
    is_heading: tuple[bool, ...]
    under: tuple[int, ...]  # the position of the heading that each stands under; its own if there is none


@dataclass(frozen=True, eq=False)
class Standing:
    """What sentences of several passages stand under; each is known by its place in their list."""

    is_heading: NDArray[np.bool_]  # (n,); none is if all are
    under: NDArray[np.intp]  # (n,), the heading's place; a sentence's own if it has none

    @classmethod
    def of(cls, sentences: Sequence[tuple[Passage, Sentence]]) -> Standing:
        """Of sentences in order, those of a passage side by side."""
        is_heading: list[bool] = []
        under: list[int] = []
        for _, group in groupby(sentences, key=lambda pair: id(pair[0])):
            pairs = list(group)
            passage, first = pairs[0][0], len(under)
            known, positions = outline(passage), {sentence: i for i, sentence in enumerate(passage.sentences)}
            chosen = [positions[sentence] for _, sentence in pairs]
            places = {position: first + i for i, position in enumerate(chosen)}
            is_heading += [known.is_heading[position] for position in chosen]
            under += [places.get(known.under[position], places[position]) for position in chosen]
        only_headings = all(is_heading)
        return cls(np.array(is_heading, dtype=np.bool_) & (not only_headings), np.array(under, dtype=np.intp))


def headings(text: str) -> list[Sentence]:
    """The headings, with their marks, in order; none of them is the last thing in the text."""
    if "\n" not in text and "\r" not in text:
        return []
    lines = _lines(text)
    marked = _marked(text, lines)
    run: list[Sentence] = []  # of headings with nothing between them
    unmarked = 0
    found: list[Sentence] = []
    skip = -1
    for place, line in enumerate(lines):
        if place == skip:
            continue
        if place in marked:
            skip = place + 1 if marked[place] > line.end else skip
            run.append(Sentence(line.start, marked[place]))
        elif _is_title(lines, place):
            run.append(Sentence(line.start, line.end))
            unmarked += 1
        else:
            found += run if unmarked <= STACKED else []
            run, unmarked = [], 0
    return found


def level(heading: str) -> int:
    """1 to 6 as Markdown marks it; 7 for one that nothing marks.

    Args:
        heading: with its marks.
    """
    if hashes := _HASHES.match(heading):
        return len(hashes[1])
    underline = heading.splitlines()[-1].strip()
    return {"=": 1, "-": 2}.get(underline[0], UNMARKED) if len(set(underline)) == 1 else UNMARKED


def title(heading: str) -> str:
    """The words of a heading, without its marks and its number."""
    words = _HASHES.sub("", heading.splitlines()[0], count=1).strip()
    number = _NUMBERED.match(words)
    return words[number.end() :].strip() if number and words[0].isdigit() else words


def is_row(line: str) -> bool:
    """Whether a line is of a Markdown table, or of more than two values with a mark and no space between them."""
    line = line.strip(" ")
    if line.startswith("|") or line.count(" | ") > 1:
        return True
    for mark in _MARKS:
        first, *others = mark.split(line)
        if len(others) > 1 and not any(cell.startswith(" ") for cell in others):
            return all(len(cell.split()) <= CELL_WORDS for cell in (first, *others))
    return False


def is_rule(words: str) -> bool:
    """Whether a line is what Markdown has between the head of a table and its rows."""
    return "|" in words and _RULE.fullmatch(words) is not None


def is_pair(words: str) -> bool:
    """Whether a line gives something a value: "Share of women: 23 %"."""
    return words[:1].isupper() and _PAIR.match(words) is not None


@lru_cache(maxsize=2_000)
def outline(passage: Passage) -> Outline:
    """What stands under what in a passage."""
    titles = {heading.start + passage.start for heading in headings(passage.text)}
    words = [passage.quote(sentence.start, sentence.end) for sentence in passage.sentences]
    is_title = [sentence.start in titles for sentence in passage.sentences]
    heads = [not titled and _is_head(words, place) for place, titled in enumerate(is_title)]
    under: list[int] = []
    heading: int | None = None
    head: int | None = None
    for place, line in enumerate(words):
        if is_title[place]:
            # A heading stands under another one only if nothing is between them.
            under.append(place - 1 if place and is_title[place - 1] else place)
            heading, head = place, None
            continue
        head = place if heads[place] else head if head is not None and is_row(line) else None
        above = heading if head in (None, place) else head
        under.append(place if above is None else above)
    is_heading = tuple(a or b or not _WORD.search(c) for a, b, c in zip(is_title, heads, words, strict=True))
    return Outline(tuple(is_title), is_heading, tuple(under))


def is_item(words: str) -> bool:
    """Whether a line is marked as one of a list, by a bullet or a number."""
    return _BULLET.match(words) is not None or _NUMBERED.match(words) is not None


def _is_head(words: Sequence[str], place: int) -> bool:
    """Whether a sentence names the columns of the rows behind it."""
    first, *rest = words[place].splitlines()
    if place + 1 == len(words) or not is_row(first) or not is_row(words[place + 1]):
        return False
    if rest:
        return is_rule(rest[0])
    if first.lstrip().startswith("|") or (place and is_row(words[place - 1])):
        return False
    return not re.search(r"\d", first) and re.search(r"\d", words[place + 1]) is not None


def _lines(text: str) -> list[_Line]:
    found: list[tuple[int, int, str]] = []
    for match in _LINE.finditer(text):
        words = match.group().strip()
        if words:
            start = match.start() + match.group().index(words)
            found.append((start, start + len(words), words))
    breaks = [True, *(_is_blank(text[a[1] : b[0]]) for a, b in pairwise(found)), True]
    return [_Line(*line, breaks[place], breaks[place + 1]) for place, line in enumerate(found)]


def _is_blank(between: str) -> bool:
    return between.replace("\r\n", "\n").replace("\r", "\n").count("\n") > 1


def _marked(text: str, lines: Sequence[_Line]) -> dict[int, int]:
    """The places of the lines that Markdown marks as headings, and where each heading ends."""
    starts = sorted(heading.start for heading in marked_headings(text))
    found: dict[int, int] = {}
    place = 0
    for start in starts:
        while lines[place].start < start:
            place += 1
        line = lines[place]
        found[place] = line.end if line.words.startswith("#") else lines[place + 1].end
    return found


def _is_title(lines: Sequence[_Line], place: int) -> bool:
    line = lines[place]
    words = line.words
    if not line.opens or place + 1 == len(lines) or not _TITLE_START.match(words) or not _LETTER.search(words):
        return False
    if len(words) > TITLE_LENGTH or len(words.split()) > TITLE_WORDS or is_row(words):
        return False
    if _QUESTION_END.search(words):
        return True
    if _NO_TITLE_END.search(words):
        return False
    if number := _NUMBERED.match(words):
        return _numbers_a_title(lines, place, number.group())
    return (line.closes or _has_its_text_below(lines, place)) and not _is_value(lines, place)


def _has_its_text_below(lines: Sequence[_Line], place: int) -> bool:
    """Whether a few words are followed by what no line so short is wrapped before: a long line, or a list."""
    words, below = lines[place].words, lines[place + 1].words
    few = len(words) <= SHORT_TITLE and len(words.split()) <= FEW_WORDS and not words.endswith(":")
    return few and (_BULLET.match(below) is not None or (len(below) >= WHOLE_LINE and not below[0].islower()))


def _numbers_a_title(lines: Sequence[_Line], place: int, number: str) -> bool:
    """Whether a number is a section's, not a list item's: those follow each other."""
    line, behind = lines[place], lines[place + 1]
    neighbours = [behind, *([lines[place - 1]] if place and line.closes and lines[place - 1].opens else [])]
    if any(_shape(other.words) == _shape(line.words) for other in neighbours):
        return False
    return line.closes or _TITLE_START.match(behind.words) is not None or not behind.words[:1].isalpha()


def _shape(words: str) -> str | None:
    number = _NUMBERED.match(words)
    return re.sub(r"\d+", "0", re.sub(r"[^\W\d]+", "a", number.group())) if number else None


def _is_value(lines: Sequence[_Line], place: int) -> bool:
    """Whether a line by itself gives a value: what is behind its colon does not look like a title, or it is one of
    several such lines."""
    pair = _PAIR.match(lines[place].words)
    if pair is None:
        return False
    if _NO_TITLE_VALUE.match(pair["value"]):
        return True
    beside = [*lines[max(0, place - 1) : place], *lines[place + 1 : place + 2]]
    return any(
        other.opens and other.closes and _PAIR.match(other.words) and len(other.words.split()) <= TITLE_WORDS
        for other in beside
    )

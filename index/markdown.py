"""Where a Markdown text has its headings; after CommonMark 0.31, sections 4.2, 4.3 and 4.5."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from index.document import Heading

_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\n|\r|\Z)")
_ATX = re.compile(r" {0,3}(#{1,6})(?=[ \t]|$)(.*)")
_CLOSING = re.compile(r"(?:^|[ \t])#+$")
_RULE = re.compile(r" {0,3}(?:-{3,}|={3,}|\*{3,}|_{3,})[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
# What opens another block than a paragraph: a quote, a list, a table, indented code.
_NO_PARAGRAPH = re.compile(r" {0,3}(?:>|[-+*](?:\s|$)|\d{1,9}[.)](?:\s|$)|\|)| {4}|\t")


class _Found(NamedTuple):
    level: int
    heading: Heading


def headings(text: str) -> Iterator[Heading]:
    """Headings in reading order, without their marks; each starts where its line does.

    Lines within fenced code blocks and in YAML at the top of the file are none. An underlined heading has one line.
    """
    return (found.heading for found in _find(text))


def top_heading(text: str) -> str | None:
    """The first heading of level 1."""
    return next((found.heading.text for found in _find(text) if found.level == 1), None)


def _find(text: str) -> Iterator[_Found]:
    alone: Heading | None = None  # the line before, if it may turn out to be an underlined heading
    after_blank = True
    for start, line in _prose(text):
        if alone and (underline := _UNDERLINE.fullmatch(line)):
            yield _Found(1 if underline[1][0] == "=" else 2, alone)
            alone, after_blank = None, True
        elif atx := _ATX.fullmatch(line):
            if title := _CLOSING.sub("", atx[2].strip()).strip():
                yield _Found(len(atx[1]), Heading(start, title))
            alone, after_blank = None, True
        else:
            opens = after_blank and line.strip() and not _NO_PARAGRAPH.match(line)
            alone = Heading(start, line.strip()) if opens else None
            after_blank = not line.strip() or _RULE.fullmatch(line) is not None  # a title may stand between two rules


def _prose(text: str) -> Iterator[tuple[int, str]]:
    """Each line's start and content; lines of code and of the front matter are left out."""
    fence: str | None = None
    for start, line in _lines(text, _front_matter(text)):
        mark = _FENCE.fullmatch(line)
        if fence is None:
            if mark and not (mark[1][0] == "`" and "`" in mark[2]):
                fence = mark[1]
                yield start, ""  # code ends a paragraph
            else:
                yield start, line
        elif mark and mark[1].startswith(fence) and not mark[2].strip():
            fence = None


def _lines(text: str, start: int) -> Iterator[tuple[int, str]]:
    return ((match.start(), match[1]) for match in _LINE.finditer(text, start) if match[0])


def _front_matter(text: str) -> int:
    """Where the text goes on after `---`, YAML and `---`."""
    match = re.match(r"""---[ \t]*\r?\n(?=[\w"'-]+[ \t]*:)(?:[^\r\n]*+\r?\n)*?(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)""", text)
    return match.end() if match else 0

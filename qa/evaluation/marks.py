"""Text with [n] marks -> sentences with numbers, and which of them need a citation."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.document import Sentence as Stretch
from index.splitting import split_sentences
from qa.evaluation.responses import Sentence
from qa.evaluation.sources import without_sources
from qa.marks import Mark, marks
from qa.smalltalk import smalltalk_reply

_HEADING_WORDS = 8
_QUESTION_ENDS = ("?", "？", "؟")
_STOPS = tuple(".!…。！．｡۔।॥\"'”’»)]」』）")

# Brackets in these are the code's or the address's own.
_LITERAL = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`|\b(?:https?://|www\.)[^\s<>\"'）。，)]*", re.S)
_INDEXED_ON = re.compile(r"[.,:;?!&=/]*[A-Za-z0-9_(=/&]")  # "a[3]?q", "items[0].name"
_OPERATORS = frozenset("=/&%$@#+<~\\|")
_YEAR = 1000  # "[2021]" is a year, not a mark, unless a passage has that number


def sentences_of(text: str, known: frozenset[int] = frozenset()) -> tuple[Sentence, ...]:
    """The sentences of an answer, without their marks, and the numbers of these.

    A mark is of the sentence that it stands in, or right behind, and never of one on another line. A list of sources
    at the end, and what footnotes are defined as, are no sentences.

    Args:
        text: what was said.
        known: the numbers of the passages that it may cite, which tell a mark from other brackets.
    """
    said = _without(without_sources(text), known)
    cited: dict[int, list[int]] = {}
    stretches = split_sentences(said.text)
    for at, numbers in said.marks:
        cited.setdefault(_sentence_at(at, said.text, stretches), []).extend(numbers)
    sentences: list[Sentence] = []
    for n, stretch in enumerate(stretches):
        words, own = said.text[stretch.start : stretch.end].strip(), tuple(cited.get(n, ()))
        if re.search(r"\w", words):
            sentences.append(Sentence(words, own, bool(own) or needs_citation(words)))
        elif sentences:  # nothing but a stop: it belongs to what was said before
            last = sentences[-1]
            sentences[-1] = Sentence(last.text, last.numbers + own, bool(own) or last.needs_citation)
    return tuple(sentences)


def bare(text: str, known: frozenset[int] = frozenset()) -> str:
    """The text without its marks."""
    return _without(text, known).text.strip()


def needs_citation(sentence: str) -> bool:
    """Whether a sentence claims something: not a question, a greeting or thanks, nor a heading or lead-in.

    A heading is a Markdown heading, or up to eight words without a full stop, of any script, at the end; a lead-in ends
    with a colon.
    A refusal is a response of its own kind and never comes here.
    """
    bare = sentence.strip().rstrip("*_ ")
    if bare.endswith(_QUESTION_ENDS) or smalltalk_reply(bare) is not None:
        return False
    is_heading = bare.startswith("#") or (not bare.endswith(_STOPS) and len(bare.split()) <= _HEADING_WORDS)
    return not is_heading and not bare.endswith((":", "："))


@dataclass(frozen=True, slots=True)
class _Said:
    """A text without its marks, and for each mark where in it that stood, and its numbers."""

    text: str
    marks: tuple[tuple[int, tuple[int, ...]], ...]


def _without(text: str, known: frozenset[int]) -> _Said:
    kept: list[str] = []
    length = end = 0
    places: list[tuple[int, tuple[int, ...]]] = []
    for mark in _real(text, known):
        before = text[end : mark.start].rstrip(" \t\xa0")
        length += len(before)
        kept.append(before)
        places.append((length, mark.numbers))
        end = mark.end
        if text[end : end + 1].isalnum():  # "It opened.[1]It closed."
            kept.append(" ")
            length += 1
    kept.append(text[end:])
    return _Said("".join(kept), tuple(places))


def _real(text: str, known: frozenset[int]) -> Iterator[Mark]:
    """The marks that cite: not those in code or addresses, nor indices, intervals and years."""
    literal = [found.span() for found in _LITERAL.finditer(text)]

    def is_literal(mark: Mark) -> bool:
        at = bisect_right(literal, (mark.start, len(text)))
        return at > 0 and mark.start < literal[at - 1][1]

    found = [mark for mark in marks(text) if _may_cite(mark.numbers, known) and not is_literal(mark)]
    # Where a system puts its marks right behind words, one whose number is no passage's is a mark, too: invented.
    glues = any(_is_glued(text, mark) and known.issuperset(mark.numbers) for mark in found)
    end, was_real = -1, False
    for mark in found:
        was_real = _cites(text, mark, known, glues) and (was_real or mark.start != end or text[end - 1] != "]")
        end = mark.end
        if was_real:
            yield mark


def _may_cite(numbers: Sequence[int], known: frozenset[int]) -> bool:
    strange = [number for number in numbers if number not in known]
    return 0 not in strange and (len(strange) < len(numbers) or not all(number >= _YEAR for number in numbers))


def _cites(text: str, mark: Mark, known: frozenset[int], glues: bool) -> bool:
    if text[mark.start] != "[" or text[mark.start : mark.end].lstrip("[ ").startswith("^"):
        return True
    if text[mark.start - 1 : mark.start] in _OPERATORS:
        return False
    if not _is_glued(text, mark):
        return True
    return not _INDEXED_ON.match(text, mark.end) and (glues or known.issuperset(mark.numbers))


def _is_glued(text: str, mark: Mark) -> bool:
    """Whether it stands right behind a word, or what was called, in a script that has spaces and code."""
    before = text[mark.start - 1] if mark.start else " "
    return before in "_)" or before.isdigit() or before.lower() != before.upper()


def _sentence_at(at: int, text: str, stretches: Sequence[Stretch]) -> int:
    """Which sentence a mark belongs to that stood there."""
    last = bisect_left(stretches, at, key=lambda stretch: stretch.start) - 1
    if last >= 0 and (at <= stretches[last].end or "\n" not in text[stretches[last].end : at]):
        return last
    following = last + 1
    if following < len(stretches) and "\n" not in text[at : stretches[following].start]:
        return following
    return max(last, 0)  # a line of nothing but marks: they belong to what was said before

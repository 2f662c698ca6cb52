"""Text with [n] marks -> sentences with numbers, and which of them need a citation."""

from __future__ import annotations

import re

from index.splitting import split_sentences
from qa.conversation import smalltalk_reply
from qa.evaluation.responses import Sentence

# [1], [1, 2], [1-3]; more than two digits too, but not [2024 edition] or [sic].
_MARK = re.compile(r"\s*\[(\d{1,4}(?:\s*[,;–-]\s*\d{1,4})*)\]")
# "It opened. [1] It closed.": the mark is the first sentence's (princeton-nlp/ALCE#26 gives it to the second).
_AFTER_STOP = re.compile(r"""([.!?…]["'”’»)]*)((?:\s*\[\d{1,4}(?:\s*[,;–-]\s*\d{1,4})*\])+)""")
_WIDEST = 50  # numbers in a range; "[1-2000]" is not a citation of 2,000 sources
_HEADING_WORDS = 8


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """The sentences of an answer, without their marks, and the numbers of these."""
    moved = _AFTER_STOP.sub(lambda found: f"{found[2]}{found[1]}", text)
    stretches = [moved[s.start : s.end] for s in split_sentences(moved)]
    sentences: list[Sentence] = []
    for stretch in stretches:
        bare = _MARK.sub("", stretch).strip()
        if re.search(r"\w", bare):
            sentences.append(Sentence(bare, numbers(stretch), needs_citation(bare)))
        elif sentences:  # nothing but marks, or a stop: they belong to what was said before
            last = sentences[-1]
            sentences[-1] = Sentence(last.text, last.numbers + numbers(stretch), last.needs_citation)
    return tuple(sentences)


def numbers(text: str) -> tuple[int, ...]:
    """The numbers of the marks in a text, in order."""
    return tuple(number for mark in _MARK.finditer(text) for number in _spelled_out(mark[1]))


def without_marks(text: str) -> str:
    """The text without its marks."""
    return _MARK.sub("", text).strip()


def needs_citation(sentence: str) -> bool:
    """Whether a sentence claims something: not a question, a greeting or thanks, nor a heading or lead-in.

    A heading is a Markdown heading, or up to eight words without a full stop at the end; a lead-in ends with a colon.
    A refusal is a response of its own kind and never comes here.
    """
    bare = sentence.strip().rstrip("*_ ")
    if bare.endswith("?") or smalltalk_reply(bare) is not None:
        return False
    is_heading = bare.startswith("#") or (bare[-1:] not in ".!…”\"')]" and len(bare.split()) <= _HEADING_WORDS)
    return not is_heading and not bare.endswith(":")


def _spelled_out(mark: str) -> list[int]:
    found: list[int] = []
    for part in re.split(r"[,;]", mark):
        first, *rest = [int(n) for n in re.split(r"[–-]", part)]
        last = rest[-1] if rest else first
        found += range(first, last + 1) if first <= last < first + _WIDEST else [first, last]
    return found

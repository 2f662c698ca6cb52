"""Text with [n] marks -> sentences with numbers, and which of them need a citation."""

from __future__ import annotations

import re

from index.splitting import split_sentences
from qa.evaluation.responses import Sentence
from qa.marks import before_stops, numbers, without_marks
from qa.smalltalk import smalltalk_reply

_HEADING_WORDS = 8
_QUESTION_ENDS = ("?", "？", "؟")
_STOPS = tuple(".!…。！．｡۔।॥\"'”’»)]」』）")


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """The sentences of an answer, without their marks, and the numbers of these."""
    moved = before_stops(text)
    stretches = [moved[s.start : s.end] for s in split_sentences(moved)]
    sentences: list[Sentence] = []
    for stretch in stretches:
        bare = without_marks(stretch)
        if re.search(r"\w", bare):
            cited = numbers(stretch)
            sentences.append(Sentence(bare, cited, bool(cited) or needs_citation(bare)))
        elif sentences:  # nothing but marks, or a stop: they belong to what was said before
            last, cited = sentences[-1], numbers(stretch)
            sentences[-1] = Sentence(last.text, last.numbers + cited, bool(cited) or last.needs_citation)
    return tuple(sentences)


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

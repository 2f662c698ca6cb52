"""Abbreviations of a question that the documents only write out: "CFO", where they say "chief financial officer"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from index.spelling import literals
from index.words import FUNCTION_WORDS, stem, stems, words

if TYPE_CHECKING:
    from index.encoding import Encoder
    from index.library import Library

_ABBREVIATION = re.compile(r"(?<![\w.&-])[A-Z]{2,6}(?![\w&-])")
_JOINED = re.compile(r"[ \u00a0-]")
# An abbreviation that the encoder knows is as near as this to what it stands for, and other words of these initials are
# not: of 22 pairs 10 are ("CFO", "HR", "GDP"), of 15 wrong ones none. It does not know those that a house made up.
ALIKE = 0.5
AHEAD = 0.1  # of the next nearest
MOST = 3  # abbreviations of a question, and
LOOKED_AT = 8  # readings of each, the most frequent ones: each is encoded


def unknown_abbreviations(question: str, library: Library) -> list[str]:
    """The words in capitals that stand nowhere in the library; none if all of the question is in capitals."""
    if question.isupper():
        return []
    literal = literals(question)
    matches = [m for m in _ABBREVIATION.finditer(question) if not any(a <= m.start() < b for a, b in literal)]
    found = list(dict.fromkeys(match.group() for match in matches))[:MOST]
    frequencies = library.document_frequencies([stem(word) for word in found]) if found else []
    return [word for word, frequency in zip(found, frequencies, strict=True) if not frequency]


def written_out(question: str, abbreviations: Iterable[str], texts: Sequence[str], encoder: Encoder) -> str:
    """The question with each of the abbreviations in the words that these texts have for it, if they have any.

    One that stands in them is left as it is: while the lexical index heals, none is known to.
    """
    for abbreviation in abbreviations:
        if any(re.search(rf"(?<!\w){abbreviation}(?!\w)", text) for text in texts):
            continue
        if meaning := _meaning(abbreviation, texts, encoder):
            question = meaning.join(re.split(rf"(?<!\w){abbreviation}(?!\w)", question))
    return question


def _meaning(abbreviation: str, texts: Sequence[str], encoder: Encoder) -> str | None:
    """What it stands for: the reading that its vector is much nearer to than to any other."""
    counted = Counter(" ".join(found.split()) for text in texts for found in _readings(abbreviation, text))
    readings = {reading.casefold(): reading for reading, _ in counted.most_common(LOOKED_AT)}
    if not readings:
        return None
    vector = encoder.encode_question(abbreviation).vector
    rated = sorted((float(encoder.encode_question(one).vector @ vector), one) for one in readings.values())
    cosine, best = rated[-1]
    others = [other for other, reading in rated[:-1] if stems(reading) != stems(best)]
    return best if cosine >= ALIKE and cosine - max(others, default=-1.0) >= AHEAD else None


def _readings(abbreviation: str, text: str) -> Iterator[str]:
    """Stretches of words with these initials; "of" and the like may have none."""
    every = list(words(text))
    for first in range(len(every)):
        if every[first].group().casefold() in FUNCTION_WORDS:
            continue
        last = _last_of(abbreviation.casefold(), every, first, text)
        if last is not None:
            yield text[every[first].start() : every[last].end()]


def _last_of(initials: str, every: Sequence[re.Match[str]], first: int, text: str) -> int | None:
    """The word that the last of the initials belongs to, if words from the first on have them in this order."""
    at = first
    for place, initial in enumerate(initials):
        while place:
            at += 1
            if at >= len(every) or not _JOINED.fullmatch(text, every[at - 1].end(), every[at].start()):
                return None
            word = every[at].group().casefold()
            if word[0] == initial or word not in FUNCTION_WORDS:
                break
        if every[at].group().casefold()[0] != initial:
            return None
    return at if every[at].group().casefold() not in FUNCTION_WORDS else None

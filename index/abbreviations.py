"""Abbreviations of a question that the documents only write out: "CFO", where they say "chief financial officer"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from index.words import FUNCTION_WORDS, stem, words

if TYPE_CHECKING:
    from index.encoding import Encoder
    from index.library import Library

_ABBREVIATION = re.compile(r"(?<![\w.&-])[A-Z]{2,6}(?![\w&-])")
_JOINED = re.compile(r"[ \t\u00a0-]|\s+")
# Of an abbreviation that the encoder knows the cosine with what it stands for is higher, with other words of these
# initials nearly always lower: 22 and 13 pairs were looked at. Two letters are the initials of much.
ALIKE = 0.3
ALIKE_OF_TWO = 0.4
LOOKED_AT = 20  # readings of an abbreviation, the most frequent ones


def unknown_abbreviations(question: str, library: Library) -> list[str]:
    """The words in capitals that stand nowhere in the library; none if all of the question is in capitals."""
    if question.isupper():
        return []
    found = list(dict.fromkeys(_ABBREVIATION.findall(question)))
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
    """What it stands for: the reading that its vector is nearest to, or one in capitals."""
    counted = Counter(" ".join(found.split()) for text in texts for found in _readings(abbreviation, text))
    vector = encoder.encode_question(abbreviation).vector
    least = ALIKE_OF_TWO if len(abbreviation) == 2 else ALIKE
    rated = [
        (1.0 if _is_name(reading) else float(encoder.encode_question(reading).vector @ vector), reading)
        for reading, _ in counted.most_common(LOOKED_AT)
    ]
    cosine, best = max(rated, default=(0.0, ""))
    return best if cosine >= least else None


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


def _is_name(reading: str) -> bool:
    """Whether all of its words are capitalised, and there are enough of them for that to be no chance."""
    telling = [word.group() for word in words(reading) if word.group().casefold() not in FUNCTION_WORDS]
    return len(telling) > 2 and all(word[0].isupper() for word in telling)

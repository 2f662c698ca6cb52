"""Which thing a number is said of: the words around it, in a claim and in its evidence.

A number that stands somewhere in the evidence may be that of another thing. So the words around it there are compared
with those around it in the claim, and with those around each other number. No model runs here.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.term_weights import TermWeights
from index.words import stem, words
from qa.verifying.numbers import Number, numbers

# Words on each side; the evidence may have some more between them.
NEAR = 4
NEAR_THERE = 6
# So much more of them, rare words counting more, has to stand around another number. Of XQuAD's and SQuAD's gold
# sentences (development halves): in other words, 1 of 1,286 has such a number; with a number changed to one that they
# have elsewhere, 8 of 8 (from 0.2 on: 3 and 8).
AHEAD = 0.5
# Between the numbers of two things ("nine weeks, Nordlicht four"), if there are some words besides, so no date's.
_PARTS = re.compile(r"[,;:]|\b(?:and|but|while|whereas)\b")
_FEWEST_BETWEEN = 2


def misplaced(claim: str, sentences: Sequence[str]) -> Number | None:
    """The first number of a claim in whose surroundings the evidence has another one; None if there is none.

    What the claim says as often as the evidence does stands for itself there, not in the place of another one.
    """
    told = [number for number in numbers(claim) if not number.is_list_mark]
    if not told:
        return None
    there = [place for sentence in sentences for place in _places(sentence)]
    spare = Counter(place.value for place in there)
    spare.subtract(number.value for number in told)
    every = list(words(claim))
    for number in told:
        wanted = _weighted(_around(every, number, NEAR))
        same = max((_share(wanted, p.around) for p in there if p.value == number.value), default=0.0)
        rivals = (p for p in there if p.value != number.value and spare[p.value] > 0)
        if max((_share(wanted, p.around) for p in rivals), default=0.0) - same >= AHEAD:
            return number
    return None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the evidence has a number."""

    value: float
    around: frozenset[str]  # stems


def _places(sentence: str) -> list[_Place]:
    found = numbers(sentence)
    every = list(words(sentence)) if found else []
    return [_Place(n.value, frozenset(_around(_own(every, n, found, sentence), n, NEAR_THERE))) for n in found]


def _own(every: list[re.Match[str]], number: Number, others: Sequence[Number], text: str) -> list[re.Match[str]]:
    """The words of a sentence, but not those beyond another number that stands for another thing."""
    first, last = 0, len(text)
    for other in others:
        left, right = sorted((number, other), key=lambda n: n.start)
        between = sum(left.end <= word.start() and word.end() <= right.start for word in every)
        if between >= _FEWEST_BETWEEN and _PARTS.search(text, left.end, right.start):
            first = max(first, other.end) if other is left else first
            last = min(last, other.start) if other is right else last
    return [word for word in every if first <= word.start() and word.end() <= last]


def _around(every: Sequence[re.Match[str]], number: Number, near: int) -> list[str]:
    """Stems of the words on both sides of a number, of all words of its text."""
    first = bisect_right(every, number.start, key=lambda word: word.end())
    last = bisect_left(every, number.end, key=lambda word: word.start())
    return [stem(word.group()) for word in (*every[max(0, first - near) : first], *every[last : last + near])]


def _weighted(around: Sequence[str]) -> dict[str, float]:
    """Stems with their inverse document frequencies in everyday English."""
    weights = TermWeights()
    return {stem: weights.idf(stem) for stem in around}


def _share(wanted: Mapping[str, float], there: frozenset[str]) -> float:
    total = sum(wanted.values())
    return sum(weight for word, weight in wanted.items() if word in there) / total if total else 0.0

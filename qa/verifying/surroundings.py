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
# A sentence with more numbers is a table or a list: what stands around one of them there are the others, which tell
# nothing of what it is said of, and to compare each with each would take long.
MOST = 60
# Between the numbers of two things ("nine weeks, Nordlicht four"), if there are some words besides, so no date's.
_PARTS = re.compile(r"[,;:]|\b(?:and|but|while|whereas)\b")
_FEWEST_BETWEEN = 2


def misplaced(claim: str, sentences: Sequence[str]) -> Number | None:
    """The first number of a claim in whose surroundings the evidence has another one; None if there is none.

    What the claim says as often as the evidence does stands for itself there, not in the place of another one.
    """
    told = [number for number in numbers(claim) if not number.is_list_mark]
    if not told or len(told) > MOST:
        return None
    there, listed = _read(sentences)
    place_of = {reading: place.number.value for place in there for reading in place.number.readings}
    spare = Counter(place.number.value for place in there)
    spare.subtract(next((place_of[r] for r in n.readings if r in place_of), n.value) for n in told)
    every = list(words(claim))
    for number in (n for n in told if n.readings.isdisjoint(listed)):
        wanted = _weighted(_around(every, number, NEAR))
        is_same = [not p.number.readings.isdisjoint(number.readings) for p in there]
        same = max((_share(wanted, p.around) for p, own in zip(there, is_same, strict=True) if own), default=0.0)
        rivals = (p for p, own in zip(there, is_same, strict=True) if not own and spare[p.number.value] > 0)
        if max((_share(wanted, p.around) for p in rivals), default=0.0) - same >= AHEAD:
            return number
    return None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the evidence has a number."""

    number: Number
    around: frozenset[str]  # stems


def _read(sentences: Sequence[str]) -> tuple[list[_Place], frozenset[float]]:
    """The numbers that have surroundings, and the values of those that only stand in a list."""
    there: list[_Place] = []
    listed: set[float] = set()
    for sentence in sentences:
        found = numbers(sentence)
        if len(found) > MOST:
            listed.update(*(number.readings for number in found))
        elif found:
            there += _places(sentence, found)
    return there, frozenset(listed)


def _places(sentence: str, found: Sequence[Number]) -> list[_Place]:
    every = list(words(sentence))
    starts, ends = [word.start() for word in every], [word.end() for word in every]
    cuts = [(cut.start(), cut.end()) for cut in _PARTS.finditer(sentence)]

    def parted(left: Number, right: Number) -> bool:
        """Whether they stand for two things."""
        between = bisect_right(ends, right.start) - bisect_left(starts, left.end)
        cut = bisect_left(cuts, (left.end, 0))
        return between >= _FEWEST_BETWEEN and cut < len(cuts) and cuts[cut][1] <= right.start

    places = []
    for at, number in enumerate(found):
        first = max((n.end for n in found[:at] if parted(n, number)), default=0)
        last = min((n.start for n in found[at + 1 :] if parted(number, n)), default=len(sentence))
        own = every[bisect_left(starts, first) : bisect_right(ends, last)]
        places.append(_Place(number, frozenset(_around(own, number, NEAR_THERE))))
    return places


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

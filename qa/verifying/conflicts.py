"""What a claim says otherwise than its evidence: numbers, names and negations, each compared by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.negation import negated, negations
from index.words import words
from qa.verifying.alignment import Alignment
from qa.verifying.differences import differs
from qa.verifying.names import KnownNames, names
from qa.verifying.numbers import Number, numbers

# A name that the evidence lacks is still no conflict if some word there is this near to it ("Scottish", "Scotland").
ALIKE = 0.8
# Two words are compared for negation only if they are this near to each other.
SAME = 0.5


@dataclass(frozen=True, slots=True)
class Conflicts:
    """The words of the claim that stand against its evidence, and how well such words are matched (least cosine)."""

    numbers: tuple[str, ...]  # nowhere in the evidence
    numbers_elsewhere: bool  # one is not in the chunk that the claim is nearest to
    numbers_displaced: bool  # where one is expected, by what stands around it, the evidence has another
    number_aligned: float  # 1 if there is none; so the others
    names: tuple[str, ...]  # nowhere in the evidence, nor anything alike
    names_missing: float  # share of the names, those with something alike among them
    name_aligned: float
    negation_added: tuple[str, ...]  # only the claim negates these
    negation_lost: tuple[str, ...]  # only the evidence does
    negation_aligned: float
    differs: bool  # some of them, by words alone: `qa.verifying.differences`

    def __bool__(self) -> bool:
        """Whether a claim that is otherwise supported is not, because of one of them."""
        return bool(self.numbers or self.names or self.negation_added or self.negation_lost)

    @classmethod
    def of(cls, alignment: Alignment) -> Conflicts:
        """Of a claim beside its evidence."""
        compared = differs(alignment.claim.text, [sentence.text for sentence in alignment.evidence.sentences])
        return cls(*_numbers(alignment), *_names(alignment), *_negations(alignment), compared)


def _numbers(alignment: Alignment) -> tuple[tuple[str, ...], bool, bool, float]:
    text = alignment.claim.text
    told = [n for n in numbers(text) if not n.is_weak]
    there = alignment.evidence.values
    known = frozenset().union(*there)
    near = frozenset().union(*(there[s] for s in alignment.best_chunk.tolist()))
    return (
        tuple(text[n.start : n.end] for n in told if n.value not in known),
        any(n.value not in near for n in told),
        _are_displaced(alignment, told),
        min((_match(alignment, n.start, n.end) for n in told), default=1.0),
    )


def _are_displaced(alignment: Alignment, told: Sequence[Number]) -> bool:
    """Whether for some number the nearest number of the evidence, as encoded where it stands, has another value."""
    columns: list[int] = []
    there: list[float] = []
    for sentence, first in zip(alignment.evidence.sentences, alignment.evidence.firsts.tolist(), strict=True):
        for number in numbers(sentence.text):
            inside = np.flatnonzero((sentence.starts >= number.start) & (sentence.starts < number.end))
            columns += (first + inside).tolist()
            there += [number.value] * len(inside)
    if not columns:
        return False
    for number in told:
        rows = (alignment.claim.token_starts >= number.start) & (alignment.claim.token_starts < number.end)
        if rows.any():
            nearest = int(alignment.cosines[rows][:, columns].mean(axis=0).argmax())
            if there[nearest] != number.value:
                return True
    return False


def _names(alignment: Alignment) -> tuple[tuple[str, ...], float, float]:
    found = names(alignment.claim.text)
    known = KnownNames("\n".join(sentence.text for sentence in alignment.evidence.sentences))
    missing = [name for name in found if not known.has(name.group())]
    unlike = tuple(name.group() for name in missing if _match(alignment, name.start(), name.end()) < ALIKE)
    least = min((_match(alignment, name.start(), name.end()) for name in found), default=1.0)
    return unlike, len(missing) / len(found) if found else 0.0, least


def _negations(alignment: Alignment) -> tuple[tuple[str, ...], tuple[str, ...], float]:
    """Each content word of the claim beside the word that it is matched with: does a negation reach both, or none?"""
    claim, evidence = alignment.claim, alignment.evidence
    reached = negated(claim.text)
    reached_there = [negated(evidence.sentences[s].text) for s in alignment.best_chunk.tolist()]
    added, lost = [], []
    for place, word in enumerate(claim.words):
        counterpart = alignment.counterpart(place) if claim.content[place] else None
        if counterpart is None or counterpart[2] < SAME:
            continue
        sentence, offset, _ = counterpart
        there = evidence.sentences[sentence].text
        whole = next((w for w in words(there) if w.start() <= offset < w.end()), None)
        is_there = whole is not None and whole.start() in reached_there[alignment.best_chunk.tolist().index(sentence)]
        is_here = word.start() in reached
        if is_here and not is_there:
            added.append(word.group())
        elif is_there and not is_here:
            lost.append(word.group())
    least = min((_match(alignment, n.start(), n.end()) for n in negations(claim.text)), default=1.0)
    return tuple(added), tuple(lost), least


def _match(alignment: Alignment, start: int, end: int) -> float:
    """The least of the best cosines, in all evidence, of the tokens between two offsets of the claim."""
    starts = alignment.claim.token_starts
    inside = (starts >= start) & (starts < end)
    return float(alignment.by_sentence.max(axis=1)[inside].min()) if inside.any() else 1.0

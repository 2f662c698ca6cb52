"""What a claim says otherwise than its evidence: numbers, names and negations, each compared by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.negation import negated, negations
from index.words import words
from qa.verifying.alignment import Alignment
from qa.verifying.differences import differs, negated_otherwise
from qa.verifying.names import KnownNames, runs
from qa.verifying.numbers import Number, numbers
from qa.verifying.opposites import direction

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
    negated_otherwise: bool  # a word that the nearest sentence has, too, by words alone
    opposite: tuple[str, ...]  # the nearest sentence has the opposite of these instead
    differs: bool  # some of them, by words alone: `qa.verifying.differences`

    def __bool__(self) -> bool:
        """Whether a claim that is otherwise supported is not, because of one of them."""
        return bool(self.numbers or self.names or self.negation_added or self.negation_lost or self.opposite)

    @classmethod
    def of(cls, alignment: Alignment) -> Conflicts:
        """Of a claim beside its evidence."""
        compared = differs(alignment.claim.text, [sentence.text for sentence in alignment.evidence.sentences])
        added, lost, aligned, is_otherwise, opposite = _polarity(alignment)
        return cls(*_numbers(alignment), *_names(alignment), added, lost, aligned, is_otherwise, opposite, compared)


def _numbers(alignment: Alignment) -> tuple[tuple[str, ...], bool, bool, float]:
    text = alignment.claim.text
    told = [n for n in numbers(text) if not n.is_weak]
    there = alignment.evidence.numbers
    near = [there[s] for s in alignment.best_chunk.tolist()]
    return (
        tuple(text[n.first : n.last] for n in told if not any(known.has(n) for known in there)),
        any(not any(known.has(n) for known in near) for n in told),
        _are_displaced(alignment, told),
        min((_match(alignment, n.start, n.end) for n in told), default=1.0),
    )


def _are_displaced(alignment: Alignment, told: Sequence[Number]) -> bool:
    """Whether for some number the nearest number of the evidence, as encoded where it stands, is another."""
    columns: list[int] = []
    there: list[Number] = []
    for sentence, first in zip(alignment.evidence.sentences, alignment.evidence.firsts.tolist(), strict=True):
        for number in numbers(sentence.text):
            inside = np.flatnonzero((sentence.starts >= number.start) & (sentence.starts < number.end))
            columns += (first + inside).tolist()
            there += [number] * len(inside)
    if not columns:
        return False
    for number in told:
        rows = (alignment.claim.token_starts >= number.start) & (alignment.claim.token_starts < number.end)
        if rows.any():
            nearest = int(alignment.cosines[rows][:, columns].mean(axis=0).argmax())
            if not there[nearest].is_same(number):
                return True
    return False


def _names(alignment: Alignment) -> tuple[tuple[str, ...], float, float]:
    known = KnownNames("\n".join(sentence.text for sentence in alignment.evidence.sentences))
    found, missing, unlike = [], [], []
    for run in runs(alignment.claim.text):
        whole = [name.group() for name in run]
        found += run
        for at, name in enumerate(run):
            if known.has(name.group()):
                continue
            missing.append(name)
            if _match(alignment, name.start(), name.end()) < ALIKE and not known.completes(whole, at):
                unlike.append(name.group())
    least = min((_match(alignment, name.start(), name.end()) for name in found), default=1.0)
    return tuple(unlike), len(missing) / len(found) if found else 0.0, least


def _polarity(alignment: Alignment) -> tuple[tuple[str, ...], tuple[str, ...], float, bool, tuple[str, ...]]:
    """What is negated by one alone, how well negations are matched, and what is turned round without one.

    "Forbidden" says what "not allowed" does, so then a negation that one has and the other lacks is none.
    """
    claim = alignment.claim
    nearest = alignment.evidence.sentences[alignment.best_sentence].text
    turned = direction(claim.text, nearest)
    added, lost = ([], []) if turned.is_turned_twice else _negated_by_one(alignment, nearest)
    least = min((_match(alignment, n.start(), n.end()) for n in negations(claim.text)), default=1.0)
    is_otherwise = not turned.is_turned_twice and negated_otherwise(claim.text, nearest) is not None
    return tuple(added), tuple(lost), least, is_otherwise, turned.opposite


def _negated_by_one(alignment: Alignment, nearest: str) -> tuple[list[str], list[str]]:
    """Each content word of the claim beside the word that it is matched with: does a negation reach both, or none?

    Other words for the same put other ones near a negation: "no ransom was paid", "a ransom was not paid". So where the
    claim and the nearest sentence negate equally often, one word that both negate is enough.
    """
    claim, evidence = alignment.claim, alignment.evidence
    reached = negated(claim.text)
    reached_there = {s: negated(evidence.sentences[s].text) for s in alignment.best_chunk.tolist()}
    added, lost, is_shared = [], [], False
    for place, word in enumerate(claim.words):
        counterpart = alignment.counterpart(place) if claim.content[place] else None
        if counterpart is None or counterpart[2] < SAME:
            continue
        sentence, offset, _ = counterpart
        whole = next((w for w in words(evidence.sentences[sentence].text) if w.start() <= offset < w.end()), None)
        is_there = whole is not None and whole.start() in reached_there[sentence]
        is_here = word.start() in reached
        is_shared |= is_here and is_there
        if is_here and not is_there:
            added.append(word.group())
        elif is_there and not is_here:
            lost.append(word.group())
    is_same = is_shared and len(negations(claim.text)) == len(negations(nearest))
    return ([], []) if is_same else (added, lost)


def _match(alignment: Alignment, start: int, end: int) -> float:
    """The least of the best cosines, in all evidence, of the tokens between two offsets of the claim."""
    starts = alignment.claim.token_starts
    inside = (starts >= start) & (starts < end)
    return float(alignment.by_sentence.max(axis=1)[inside].min()) if inside.any() else 1.0

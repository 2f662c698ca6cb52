"""A claim -> the fewest words of the documents that support it, wherever it says that they stand.

An answerer only proposes. The words that it names are tried first, one by one and then together, and after them the
sentences that share most words with the claim: a true sentence with a wrong mark is cited rightly, an untrue one not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from index.splitting import leans_on_previous
from index.term_weights import TermWeights
from index.words import content_stems, stem, stems
from qa.citing import Claim, Support
from qa.verifying import Judgement, Verifier
from qa.verifying.differences import difference
from qa.verifying.framing import states_nothing, unframed
from qa.verifying.names import names
from qa.verifying.numbers import numbers
from qa.verifying.protocol import NOTHING

# Of the words that a claim names; a claim that names more names none in earnest.
MOST_NAMED = 6
NEAREST = 4
# Sentences that can support a claim together: with more of them nearly any words are found somewhere.
MOST_TOGETHER = 3
MOST_TRIED = 4  # others beside the nearest
# Content words of a claim that says enough to be looked for: "It was in 1974." is true of something, somewhere.
TELLING = 3

# Words like "the" and "in" that a claim has in common with what is said in its language; another may have one of them.
BUILT_ALIKE = 2

# Characters of a claim: about what the encoder reads at once. What it does not read it cannot judge.
LONGEST = 1_000

_TOO_LONG = "It is too long to be checked."
_NOTHING_SUPPORTS = "No sentence that bears on the question supports it."
_NOTHING_SHARED = "It has no more than names and numbers in common with the cited words."

Supports = tuple[Support, ...]


@dataclass(frozen=True, slots=True)
class Grounding:
    """What is cited for a claim and how well it supports it; where it does not at all, nothing is, and why."""

    supports: Supports
    judgement: Judgement
    reason: str | None = None


def ground(claim: Claim, verifier: Verifier) -> Grounding:
    """Looks for what supports a claim. Partial support counts only where no number, name or negation differs."""
    if [support.quote for support in claim.supports] == [claim.text]:
        return Grounding(claim.supports, verifier.verify(claim.text, [claim.supports[0].placed]))
    text = unframed(claim.text) or claim.text
    if reason := states_nothing(text, claim.asked):
        return Grounding((), NOTHING, reason)
    if len(text) > LONGEST:
        return Grounding((), NOTHING, _TOO_LONG)
    tried: list[Grounding] = []
    for alternatives in _attempts(claim, text):
        tried += [_judged(text, claim.asked, supports, verifier) for supports in alternatives]
        if any(grounding.judgement.verdict == "supported" for grounding in tried):
            break
    return max(tried, key=_rank, default=Grounding((), NOTHING, _NOTHING_SUPPORTS))  # the first of equals


def _rank(grounding: Grounding) -> tuple[bool, float]:
    return grounding.reason is None, grounding.judgement.score


def _judged(text: str, asked: str, supports: Supports, verifier: Verifier) -> Grounding:
    if reason := difference(text, [support.quote for support in supports], asked):
        return Grounding((), NOTHING, reason)
    if not _share_a_word(text, supports):
        return Grounding((), NOTHING, _NOTHING_SHARED)
    judgement = verifier.verify(text, [support.placed for support in supports])
    if judgement.verdict == "unsupported":
        return Grounding((), judgement, _NOTHING_SUPPORTS)
    return Grounding(supports, judgement)


def _share_a_word(text: str, supports: Supports) -> bool:
    """Whether both have a telling word other than names and numbers, or two that say how a sentence is built.

    Names and numbers are the same in two languages, and of a claim in another language a verifier that knows one cannot
    tell whether it says the same. A claim of nothing but names and numbers has to have one of them in common.
    """
    there = {stem for support in supports for stem in stems(support.quote)}
    particular = _particular(text)
    telling = set(content_stems(text)) - particular
    if not telling:
        return not particular or not particular.isdisjoint(there)
    return not telling.isdisjoint(there) or len((set(stems(text)) - particular) & there) >= BUILT_ALIKE


def _particular(text: str) -> set[str]:
    return {stem(text[n.start : n.end]) for n in numbers(text)} | {stem(name.group()) for name in names(text)}


def _attempts(claim: Claim, text: str) -> Iterator[Iterable[Supports]]:
    """Sets of words to try, the fewest words first; the best of the alternatives that are tried together counts."""
    named = claim.supports[:MOST_NAMED]
    nearest = _nearest(text, claim.elsewhere) if len(set(content_stems(text))) >= TELLING else []
    yield _alone(named)
    yield _alone(support for support in nearest if support not in named)
    if nearest:
        yield from _together(text, nearest[0], [*named, *nearest[1:]])


def _alone(supports: Iterable[Support]) -> list[Supports]:
    return [(support,) for support in supports]


def _together(text: str, nearest: Support, others: Sequence[Support]) -> Iterator[Iterable[Supports]]:
    """The nearest words with others, where each adds something.

    Words that add numbers or names alone would lend them to another's fact; and if the nearest words say otherwise,
    others that are not about it do not make the claim true.
    """
    telling = set(content_stems(text)) - _particular(text)
    distinct = [other for place, other in enumerate(others) if other != nearest and other not in others[:place]]
    for count in range(1, MOST_TOGETHER):
        together = [(nearest, *some) for some in combinations(distinct[:MOST_TRIED], count)]
        yield [some for some in together if _each_adds(some, telling)]


def _each_adds(supports: Supports, telling: set[str]) -> bool:
    """Whether each has a telling word of the claim that the others lack, or names what the next one leans on."""
    having = [telling & set(content_stems(support.quote)) for support in supports]
    return all(
        own.difference(*(had for at, had in enumerate(having) if at != place))
        or any(_leans_on(other, supports[place]) for other in supports)
        for place, own in enumerate(having)
    )


def _leans_on(support: Support, before: Support) -> bool:
    retrieved = support.passage.retrieved
    if retrieved != before.passage.retrieved or not before.end <= support.start:
        return False
    between = retrieved.text[before.end - retrieved.start : support.start - retrieved.start]
    return not between.strip() and leans_on_previous(support.quote)


def _nearest(text: str, supports: Sequence[Support]) -> list[Support]:
    """The words that share most of the claim's, rare words counting more; none that share nothing."""
    weights = TermWeights()
    wanted = {stem: weights.idf(stem) for stem in content_stems(text)}
    shared = [
        (sum(wanted[stem] for stem in set(content_stems(support.quote)) & wanted.keys()), support)
        for support in supports
    ]
    shared = [(weight, support) for weight, support in shared if weight > 0]
    return [support for _, support in sorted(shared, key=lambda pair: -pair[0])[:NEAREST]]

"""Claim + quotes -> verdict: do the quoted words support what is claimed?

The first verifier looks at words, numbers, names and negation. It knows nothing of meaning: a paraphrase in other
words comes out as partial. Another one takes its place behind the same Protocol.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.splitting import split_sentences
from index.words import content_stems, function_stems, stem, words
from qa.answer import Verdict

# Share of a claim's content words that the quotes must have; chosen by eye, to be fitted on human labels.
SUPPORTED = 0.75
PARTIAL = 0.4
# What is left of the score when a number, a name or the negation differs: such a claim is never "supported".
CONFLICT = 0.5

_NEGATION = re.compile(r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot)\b|n['’]t\b", re.I)
_NUMBER_WORDS = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """How well quotes support a claim; score is support in [0, 1]."""

    verdict: Verdict
    score: float


class Verifier(Protocol):
    """Judges one claim against the words that are cited for it."""

    def verify(self, claim: str, quotes: Sequence[str]) -> Judgement:
        """Without a quote nothing is supported."""
        ...


class LexicalVerifier:
    """Words, numbers, names and negation."""

    def verify(self, claim: str, quotes: Sequence[str]) -> Judgement:
        """Verbatim is supported with 1.0; a number, name or negation that differs is at best partial."""
        if any(_folded(claim) in _folded(quote) for quote in quotes):
            return Judgement("supported", 1.0)
        evidence = " ".join(quotes)
        score = _containment(claim, evidence)
        if _conflicts(claim, evidence):
            score = min(score * CONFLICT, SUPPORTED - 0.01)
        verdict: Verdict = "supported" if score >= SUPPORTED else "partial" if score >= PARTIAL else "unsupported"
        return Judgement(verdict, score)


def _containment(claim: str, evidence: str) -> float:
    """Share of the claim's content words whose stem the evidence has; numbers are judged apart."""
    found = set(content_stems(evidence))
    wanted = [s for s in content_stems(claim) if not s[0].isdigit() and s not in _NUMBER_WORDS]
    return sum(s in found for s in wanted) / len(wanted) if wanted else 0.0


def _conflicts(claim: str, evidence: str) -> bool:
    return bool(
        set(_numbers(claim)) - set(_numbers(evidence))
        or set(_names(claim)) - {stem(match.group()) for match in words(evidence)}
        or _is_negated(claim) != _is_negated(_closest(claim, evidence))
    )


def _numbers(text: str) -> Iterable[str]:
    """Numbers with their separators removed, spelled-out small ones as digits."""
    for match in words(text):
        word = match.group().casefold()
        if word[0].isdigit():
            yield word.replace(",", "").rstrip(".")
        elif word in _NUMBER_WORDS:
            yield _NUMBER_WORDS[word]


def _names(text: str) -> Iterable[str]:
    """Stems of capitalised words, the claim's first word left out."""
    for position, match in enumerate(words(text)):
        word = match.group()
        if position and word[0].isupper() and stem(word) not in function_stems():
            yield stem(word)


def _closest(claim: str, evidence: str) -> str:
    """The sentence of the evidence that shares most words with the claim: the one to compare negation with."""
    wanted = set(content_stems(claim))
    sentences = [evidence[s.start : s.end] for s in split_sentences(evidence)]
    return max(sentences, key=lambda s: len(wanted & set(content_stems(s))), default="")


def _is_negated(text: str) -> bool:
    return len(_NEGATION.findall(text)) % 2 == 1


def _folded(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!?")

"""The verifier that needs no model at all: words, numbers, names and negation.

It knows nothing of meaning: a paraphrase in other words comes out as partial.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.negation import negations
from index.splitting import split_sentences
from index.words import content_stems
from qa.answer import Verdict
from qa.verifying.composing import composed
from qa.verifying.names import KnownNames, names
from qa.verifying.numbers import KnownNumbers, numbers
from qa.verifying.protocol import Judgement, settled

# Share of a claim's content words that the quotes must have; chosen by eye (`FittedVerifier` is fitted).
SUPPORTED = 0.75
PARTIAL = 0.4
# What is left of the score when a number, a name or the negation differs: such a claim is never "supported".
CONFLICT = 0.5


class LexicalVerifier:
    """Words, numbers, names and negation."""

    def verify(self, claim: str, quotes: Sequence[str]) -> Judgement:
        """A number, name or negation that differs makes it partial at best."""
        if (known := settled(claim, quotes)) is not None:
            return known
        claim, evidence = composed(claim), composed(" ".join(quotes))
        score = _containment(claim, evidence)
        if _conflicts(claim, evidence):
            score = min(score * CONFLICT, SUPPORTED - 0.01)
        verdict: Verdict = "supported" if score >= SUPPORTED else "partial" if score >= PARTIAL else "unsupported"
        return Judgement(verdict, score)


def _containment(claim: str, evidence: str) -> float:
    """Share of the claim's content words whose stem the evidence has; numbers are judged apart."""
    found = set(content_stems(evidence))
    told = numbers(claim)
    wanted = [
        s for s in content_stems(claim) if not s[0].isdigit() and not any(s == claim[n.start : n.end] for n in told)
    ]
    return sum(s in found for s in wanted) / len(wanted) if wanted else 0.0


def _conflicts(claim: str, evidence: str) -> bool:
    known, numbers_there = KnownNames(evidence), KnownNumbers(evidence)
    return (
        not all(numbers_there.has(number) for number in numbers(claim))
        or not all(known.has(name.group()) for name in names(claim))
        or len(negations(claim)) % 2 != len(negations(_closest(claim, evidence))) % 2
    )


def _closest(claim: str, evidence: str) -> str:
    """The sentence of the evidence that shares most words with the claim: the one to compare negation with."""
    wanted = set(content_stems(claim))
    sentences = [evidence[s.start : s.end] for s in split_sentences(evidence)]
    return max(sentences, key=lambda s: len(wanted & set(content_stems(s))), default="")

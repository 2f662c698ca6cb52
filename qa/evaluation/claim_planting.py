"""Faults, planted into claims that people found supported by their evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from index.splitting import split_sentences
from qa.evaluation.planting import TextChange

# A claim that people found supported, with its evidence.
SupportedClaim = tuple[str, Sequence[str]]
# A fault in one of several claims; None where it has no room for it.
ClaimPlant = Callable[[int, Sequence[SupportedClaim], Random], SupportedClaim | None]


def evidence_of_another(at: int, claims: Sequence[SupportedClaim], random: Random) -> SupportedClaim | None:
    """The claim with the evidence of another one."""
    evidence = _of_another(at, claims, random)
    return (claims[at][0], evidence) if evidence else None


def sentence_of_another(at: int, claims: Sequence[SupportedClaim], random: Random) -> SupportedClaim | None:
    """The claim with one sentence of another's evidence."""
    evidence = " ".join(_of_another(at, claims, random))
    sentences = [evidence[s.start : s.end] for s in split_sentences(evidence)]
    return (claims[at][0], [random.choice(sentences)]) if sentences else None


def in_text(change: TextChange) -> ClaimPlant:
    """A change of the claim's words as a fault."""

    def plant(at: int, claims: Sequence[SupportedClaim], random: Random) -> SupportedClaim | None:
        claim, evidence = claims[at]
        changed = change(claim, random)
        return None if changed is None or changed == claim else (changed, evidence)

    return plant


EVIDENCE: dict[str, ClaimPlant] = {
    "another claim's evidence": evidence_of_another,
    "a sentence of another claim's evidence": sentence_of_another,
}


def _of_another(at: int, claims: Sequence[SupportedClaim], random: Random) -> Sequence[str]:
    own = claims[at][1]
    for _ in range(len(claims)):
        evidence = random.choice(claims)[1]
        if not set(own) & set(evidence):
            return evidence
    return ()

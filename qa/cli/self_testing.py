"""`footnote evaluate --self-test`: how many planted faults the evaluator catches."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from qa.evaluation.claim_planting import SupportedClaim
    from qa.evaluation.faults import Change
    from qa.evaluation.planting import TextChange
    from qa.evaluation.running import Progress
    from qa.evaluation.selftest import SelfTest
    from qa.verifying import Verifier


def run_self_test(documents: Path | None, claims: Path | None, *, as_json: bool) -> int:
    """Plants, counts and prints; 1 if a structural fault got through or a good answer gave alarm.

    Raises:
        WrongUse: there is only one document, so that no quote can name another one.
    """
    from dataclasses import asdict

    from qa.cli.printing import print_json
    from qa.errors import WrongUse
    from qa.evaluation.documents import Shelf
    from qa.evaluation.selftest import own_shelf
    from qa.evaluation.selftest import self_test as steps

    shelf = own_shelf() if documents is None else Shelf.of_folder(documents)
    if len([*shelf]) < 2:
        raise WrongUse(f"--documents {documents} holds one document: add another, for quotes to name wrongly.")
    supported = _supported(claims) if claims else []
    tested = _last(steps(shelf, _verifier(), supported, _changes(supported)))
    if as_json:
        print_json([asdict(outcome) for outcome in tested.outcomes])
    else:
        _print(tested)
    return 0 if tested.passed else 1


def _verifier() -> Verifier:
    from index.encoding import load_encoder
    from index.late_encoding import LateEncoder
    from index.remembering import RememberingEncoder
    from qa.verifying import FittedVerifier

    return FittedVerifier(RememberingEncoder(LateEncoder(load_encoder)))


def _supported(claims: Path) -> list[SupportedClaim]:
    """The claims that people found supported and that do not stand in their evidence word for word."""
    from qa.evaluation.claims import read_claims
    from qa.verifying.protocol import stands_in

    return [
        (claim.claim, claim.evidence)
        for claim in read_claims(claims)
        if claim.label == "supported" and not stands_in(claim.claim, claim.evidence)
    ]


def _changes(claims: Sequence[SupportedClaim]) -> dict[str, TextChange]:
    """The changes of a text that can be planted; another name comes from another claim."""
    from qa.evaluation.faults import FAULTS, whole_names

    names = sorted({name for claim, _ in claims for name in whole_names(claim)})
    return {kind: partial(_changed, change, names) for kind, change in FAULTS.items()}


def _changed(change: Change, names: Sequence[str], text: str, random: Random) -> str | None:
    return change(text, random, names)


def _last(steps: Iterator[Progress | SelfTest]) -> SelfTest:
    from qa.cli.printing import progress_bar
    from qa.evaluation.running import Progress

    with progress_bar("Planting", 100) as advance:
        for step in steps:
            if not isinstance(step, Progress):
                return step
            advance(100 * step.done / step.total)
    raise RuntimeError("The self-test ended without an outcome.")


def _print(tested: SelfTest) -> None:
    from qa.cli.printing import print_table
    from qa.evaluation.statistics import wilson

    rows = []
    for outcome in tested.outcomes:
        low, high = wilson(outcome.caught / outcome.of, outcome.of) if outcome.of else (0.0, 1.0)
        rows.append(
            (
                outcome.family,
                outcome.name,
                f"{outcome.caught} of {outcome.of}",
                f"{100 * outcome.caught / outcome.of:.1f} %" if outcome.of else "–",
                f"[{100 * low:.1f}, {100 * high:.1f}]",
                "" if outcome.named is None else f"{outcome.named}",
            )
        )
    print_table(("FAMILY", "FAULT", "CAUGHT#", "RATE#", "95 %#", "NAMED RIGHT#"), rows)

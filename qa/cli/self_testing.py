"""`footnote evaluate --self-test`: how many planted faults the evaluator catches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.evaluation.running import Progress
    from qa.evaluation.selftest import SelfTest


def run_self_test(documents: Path | None, *, as_json: bool) -> int:
    """Plants, counts and prints; 1 if a structural fault got through or a good answer gave alarm."""
    from dataclasses import asdict

    from qa.cli.printing import print_json
    from qa.evaluation.documents import Shelf
    from qa.evaluation.selftest import own_shelf
    from qa.evaluation.selftest import self_test as steps
    from qa.verifying import LexicalVerifier

    shelf = own_shelf() if documents is None else Shelf.of_folder(documents)
    tested = _last(steps(shelf, LexicalVerifier()))
    if as_json:
        print_json([asdict(outcome) for outcome in tested.outcomes])
    else:
        _print(tested)
    return 0 if tested.passed else 1


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

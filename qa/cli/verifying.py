"""`footnote verify`: a file of claims with their evidence -> a verdict for each, and how far labels agree with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.evaluation.claims import LabelledClaim
    from qa.verifying import Judgement, Verifier

UNDEFINED = "undefined: the labels are all supported, or none is"


def verify(
    claims: Annotated[
        Path,
        typer.Argument(
            metavar="CLAIMS",
            readable=False,
            help='A JSON object {"id", "claim", "evidence": \\[text], "label"?} on each line.',
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", readable=False, help='Where {"id", "verdict", "score"} go, one a line.'),
    ] = None,
    nli: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="Judge with this sentence-transformers CrossEncoder, a path or hub name."),
    ] = None,
) -> int:
    """Judge whether evidence supports claims. With labels in the file, prints how well they agree."""
    from qa.cli.options import read_settings
    from qa.evaluation.claims import read_claims

    read_settings()
    read = read_claims(claims)
    if out is not None:
        _check(out, claims)
    judgements = _judge(_verifier(nli), read)
    if out is not None:
        _write(out, read, judgements)
    _report(read, judgements)
    return 0


def _verifier(nli: str | None) -> Verifier:
    if nli is not None:
        from qa.verifying.nli import NLIVerifier

        return NLIVerifier.load(nli)
    from index.encoding import load_encoder
    from qa.verifying import FittedVerifier

    return FittedVerifier(load_encoder())


def _judge(verifier: Verifier, claims: Sequence[LabelledClaim]) -> list[Judgement]:
    from qa.cli.printing import progress_bar

    judgements = []
    with progress_bar("Judging", len(claims), 0) as advance:
        for number, claim in enumerate(claims, 1):
            judgements.append(verifier.verify(claim.claim, claim.evidence))
            advance(number)
    return judgements


def _check(out: Path, claims: Path) -> None:
    """Says before the work, not after it, that the verdicts cannot be written there."""
    from qa.errors import WrongUse

    if out.exists() and (not out.is_file() or out.samefile(claims)):
        raise WrongUse(f"--out {out} is no file of verdicts: name another, or one that is not there yet.")
    try:
        out.open("ab").close()
    except OSError as error:
        raise WrongUse(f"--out {out} cannot be written: {error.strerror or error}.") from None


def _write(out: Path, claims: Sequence[LabelledClaim], judgements: Sequence[Judgement]) -> None:
    import json

    from qa.errors import CannotWrite

    lines = [
        json.dumps({"id": claim.id, "verdict": judgement.verdict, "score": round(judgement.score, 4)})
        for claim, judgement in zip(claims, judgements, strict=True)
    ]
    try:
        out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise CannotWrite(str(out), error.strerror or str(error)) from None


def _report(claims: Sequence[LabelledClaim], judgements: Sequence[Judgement]) -> None:
    from qa.cli.printing import print_table
    from qa.evaluation.claims import agreement, verdict_counts

    rows: list[tuple[str, str]] = [
        (verdict, f"{count} of {len(claims)}") for verdict, count in verdict_counts(judgements).items()
    ]
    measured = agreement(claims, judgements)
    if measured.claims:
        rows += [
            ("labelled", f"{measured.claims}, {measured.supported} of them supported"),
            ("balanced accuracy", _percent(measured.balanced_accuracy)),
            ("macro F1", _percent(measured.macro_f1)),
            ("AUROC", UNDEFINED if measured.auroc is None else f"{measured.auroc:.3f}"),
        ]
    print_table(("", ""), rows)


def _percent(value: float | None) -> str:
    return UNDEFINED if value is None else f"{100 * value:.1f} %"

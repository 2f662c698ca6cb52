"""What `footnote evaluate` takes, and which of its options have no use beside, or without, another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Judge = Literal["verifier", "labels"]
Half = Literal["all", "development", "reported"]
IndexKind = Literal["one", "each"]

Datasets = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="DATASET...",
        help="Questions: our JSONL, SQuAD's or ALCE's JSON; those about the bundled article if left out.",
        show_default=False,
        readable=False,
    ),
]
Answers = Annotated[
    Path | None,
    typer.Option(metavar="FILE", readable=False, help="Score these answers, of any system, instead of asking."),
]
Documents = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        readable=False,
        help="The documents, by their paths below it; else (not for --answers) the library.",
    ),
]
Indexes = Annotated[
    IndexKind, typer.Option(help="One index over the documents around, or one for each question's own.")
]
Chosen = Annotated[Half, typer.Option(help="Only the groups to develop on, or the others.")]
JudgedBy = Annotated[Judge, typer.Option(help="Who says what is supported: the verifier, or the labels in --answers.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", readable=False, help="Where report.json and report.html go.")]
Floors = Annotated[
    list[str] | None,
    typer.Option(metavar="[SLICE/]METRIC=VALUE", help="End with 1 if a metric is worse than this; repeatable."),
]
Baseline = Annotated[
    Path | None,
    typer.Option(metavar="REPORT", readable=False, help="End with 1 if significantly worse than this report.json."),
]
MinimumDrop = Annotated[float, typer.Option(min=0, help="A drop that is put up with, of 1.")]
Compared = Annotated[
    list[str] | None, typer.Option(metavar="METRIC", help="Compare this one, too, though it takes a judge.")
]
Planting = Annotated[
    bool, typer.Option("--self-test", help="Plant faults into good answers and say how many are caught.")
]
Claims = Annotated[
    Path | None,
    typer.Option(metavar="FILE", readable=False, help="For --self-test: labelled claims, to change some words of."),
]
ImportFeedback = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        readable=False,
        help="Ask nothing; append the answers that readers rated to this question set, for somebody to review.",
    ),
]

# What has no use beside an option.
IGNORES = {
    "--import-feedback": (
        "DATASET",
        "--answers",
        "--documents",
        "--index",
        "--half",
        "--judge",
        "--out",
        "--floor",
        "--baseline",
        "--self-test",
        "--claims",
        "--json",
    ),
    "--self-test": ("DATASET", "--answers", "--index", "--half", "--judge", "--out", "--floor", "--baseline", "--data"),
    "--answers": ("--index", "--data"),
}
# What an option has no use without, and what that is.
NEEDS = {
    "--claims": ("--self-test", "which changes words of them"),
    "--judge": ("--answers", "where the labels stand"),
    "--compare": ("--baseline", "which it is compared with"),
    "--minimum-drop": ("--baseline", "which it drops from"),
}


def refuse_ignored(context: typer.Context) -> None:
    """Looks whether every option that was given has a use.

    Raises:
        WrongUse: the first that has not.
    """
    from qa.errors import WrongUse

    given = {
        # The only argument has a name without dashes.
        parameter.opts[0] if parameter.opts[0].startswith("-") else "DATASET": None
        for parameter in context.command.params
        if (context.params.get(parameter.name or "") or None) != (parameter.default or None)
    }
    for option in given:
        for other in given:
            if option in IGNORES.get(other, ()):
                raise WrongUse(f"{option} has no use beside {other}: leave one of them out.")
        needed, why = NEEDS.get(option, (option, ""))
        if needed not in given:
            raise WrongUse(f"{option} has no use without {needed}, {why}: name that too, or leave {option} out.")

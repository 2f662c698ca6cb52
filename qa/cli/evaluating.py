"""`footnote evaluate`: how far the footnotes of answers can be trusted, ours or anybody's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from qa.cli import evaluate_options as options
from qa.cli.options import Data, Json, opened, read_settings

if TYPE_CHECKING:
    from qa.evaluation.documents import Shelf
    from qa.evaluation.evaluating import Evaluation, Step
    from qa.evaluation.floors import Floor, Report
    from qa.evaluation.records import Dataset


@dataclass(frozen=True)
class Gate:
    """What a run has to hold up to."""

    floors: tuple[Floor, ...]
    baseline: Report | None
    minimum: float
    metrics: tuple[str, ...]

    def check(self, dataset: Dataset, shelf: Shelf | None) -> None:
        """Looks whether the baseline is of these questions and documents, before anything is run.

        Raises:
            CannotCompare: it is not.
            BadRecord: evidence of the questions is not in the documents.
        """
        from qa.evaluation.documents import check
        from qa.evaluation.gate import same_questions
        from qa.evaluation.running import fingerprint

        if self.baseline is not None:
            if shelf is not None:
                check(dataset, shelf)
            same_questions(fingerprint(dataset, shelf), self.baseline)

    def exit_code(self, report: Report, *, as_json: bool) -> int:
        """0 if it does, 1 if not, 2 if that cannot be told; says of everything how it came out, beside the JSON if that
        is printed.

        Raises:
            CannotCompare: questions are unanswered.
        """
        from qa.cli.printing import print_verdicts
        from qa.evaluation.gate import check

        verdicts = check(report, self.floors, self.baseline, self.minimum, self.metrics)
        print_verdicts([(verdict.passed, verdict.message) for verdict in verdicts], stderr=as_json)
        if any(verdict.passed is None for verdict in verdicts):
            return 2
        return 0 if all(verdict.passed for verdict in verdicts) else 1


def evaluate(
    context: typer.Context,
    datasets: options.Datasets = None,
    answers: options.Answers = None,
    documents: options.Documents = None,
    index: options.Indexes = "one",
    half: options.Chosen = "all",
    judge: options.JudgedBy = "verifier",
    out: options.Out = None,
    floor: options.Floors = None,
    baseline: options.Baseline = None,
    minimum_drop: options.MinimumDrop = 0.01,
    compare: options.Compared = None,
    self_test: options.Planting = False,
    claims: options.Claims = None,
    import_feedback: options.ImportFeedback = None,
    json: Json = False,
    data: Data = None,
) -> int:
    """Measure the footnotes of answers. Ends with 1 if a floor or baseline is not held, 2 if it can't be compared."""
    options.refuse_ignored(context)
    if import_feedback is not None:
        from qa.cli.importing import import_feedback as append_rated

        return append_rated(import_feedback, data)
    if self_test:
        from qa.cli.self_testing import run_self_test

        return run_self_test(documents, claims, as_json=json)
    gate = _gate(floor or [], baseline, minimum_drop, compare or [])
    dataset = _dataset(datasets or [], half, is_scoring=answers is not None)
    if dataset is not None and dataset.notice:
        from qa.cli.printing import complain

        complain(dataset.notice)
    if out is not None:
        from qa.evaluation.writing import prepare

        prepare(out)
    with ExitStack() as stack:
        if answers is not None:
            steps = _scored(answers, dataset, documents, judge, gate)
        else:
            steps = _asked(stack, dataset, documents, index, data, gate)
        report = _reported(steps, out, as_json=json)
    return gate.exit_code(report, as_json=json)


def _reported(steps: Iterator[Step], out: Path | None, *, as_json: bool) -> Report:
    """Runs to the end, then writes and prints what came of it."""
    from qa.cli.printing import print_exactly, print_report
    from qa.evaluation.summary import as_report, summarise
    from qa.evaluation.writing import latency, report_text, write

    evaluation = _watched(steps)
    report = as_report(evaluation, summarise(evaluation))
    if out is not None:
        from qa.evaluation.page import render

        write(out, evaluation, report, render(evaluation, report))
    if as_json:
        print_exactly(report_text(report))
    else:
        print_report(report, latency(evaluation.cases))
    return report


def _gate(floors: list[str], baseline: Path | None, minimum: float, metrics: list[str]) -> Gate:
    """Read before anything is run."""
    from qa.evaluation.floors import Floor
    from qa.evaluation.gate import comparable, read_report

    return Gate(
        tuple(map(Floor.parse, floors)),
        None if baseline is None else read_report(baseline),
        minimum,
        tuple(comparable(name).name for name in metrics),
    )


def _dataset(paths: list[Path], half: options.Half, *, is_scoring: bool) -> Dataset | None:
    from qa.errors import WrongUse
    from qa.evaluation.datasets.bundled import bundled
    from qa.evaluation.datasets.reading import read_dataset
    from qa.evaluation.records import half_of, join

    if is_scoring and not paths:
        if half != "all":
            raise WrongUse(f"--half {half} has no use without DATASET, the questions that --answers are split with.")
        return None
    return join([half_of(dataset, half) for dataset in map(read_dataset, paths)] or [half_of(bundled(), half)])


def _asked(
    stack: ExitStack,
    dataset: Dataset | None,
    documents: Path | None,
    index: options.IndexKind,
    data: Path | None,
    gate: Gate,
) -> Iterator[Step]:
    from qa.evaluation.documents import Shelf, shelf_of
    from qa.evaluation.evaluating import run
    from qa.service import chain_maker, encoder_for
    from qa.verifying import FittedVerifier

    if dataset is None:
        raise RuntimeError("There is nothing to ask.")
    settings = read_settings(data)
    library, shelf = None, shelf_of(dataset, documents)
    if shelf is None:
        library = stack.enter_context(opened(data)).library
        shelf = Shelf.of_library(library)
    gate.check(dataset, shelf)
    encoder = encoder_for(settings)
    return run(
        dataset,
        shelf,
        encoder=encoder,
        make_chain=chain_maker(settings, encoder),
        verifier=FittedVerifier(encoder, library),
        index=index,
        library=library,
    )


def _scored(
    answers: Path, dataset: Dataset | None, documents: Path | None, judge: options.Judge, gate: Gate
) -> Iterator[Step]:
    from index.encoding import load_encoder
    from index.late_encoding import LateEncoder
    from index.remembering import RememberingEncoder
    from qa.errors import WrongUse
    from qa.evaluation.documents import Shelf, shelf_of
    from qa.evaluation.evaluating import score
    from qa.evaluation.reading import read_answers
    from qa.verifying import FittedVerifier

    if dataset is None and gate.baseline is not None:
        raise WrongUse("--baseline has no use without DATASET, the questions of both runs: name it before --answers.")
    shelf = shelf_of(dataset, documents)
    if dataset is not None:
        gate.check(dataset, shelf)
    responses = read_answers(answers, shelf or Shelf.of_names(dataset.document_names if dataset else ()))
    encoder = RememberingEncoder(LateEncoder(load_encoder))
    verifier = FittedVerifier(encoder) if judge == "verifier" else None
    return score(answers.name, responses, dataset=dataset, shelf=shelf, verifier=verifier)


def _watched(steps: Iterator[Step]) -> Evaluation:
    """Runs to the end, with a bar for each part of the way."""
    from qa.cli.printing import progress_bar
    from qa.evaluation.running import Progress

    part, advance = ExitStack(), None
    shown = ""
    with part:
        for step in steps:
            if not isinstance(step, Progress):
                return step
            if step.what != shown:
                part.close()
                advance = part.enter_context(progress_bar(step.what, step.total))
                shown = step.what
            if advance:
                advance(step.done)
    raise RuntimeError("The steps ended without an evaluation.")

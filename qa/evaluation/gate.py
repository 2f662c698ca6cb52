"""Pass or not: floors that a metric must reach, and a baseline that a run must not fall behind.

A run falls behind if, for a metric, the upper end of the difference's interval is below 0, the drop is larger than a
minimum, and it is significant among all metrics that are compared (Holm). Only metrics that need no judgement are
compared, unless others are named. Groups are what is exchanged and resampled; questions where the groups are too few
for any drop to be significant.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Literal, Self

import numpy as np
from pydantic import Field, FiniteFloat, model_validator

from qa.errors import BadRecord, CannotCompare, WrongUse
from qa.evaluation.datasets.lines import parse, read_bytes, record
from qa.evaluation.floors import Floor, Report, Verdict, check_floor, known
from qa.evaluation.metrics.all import MEASURES
from qa.evaluation.metrics.measure import Measure
from qa.evaluation.records import Record
from qa.evaluation.statistics import Difference, Groups, Rows, compare, holm, least_p, resampled_by

MINIMUM_DROP = 0.01
ALPHA = 0.05
CHUNKING = "chunking"


@dataclass(frozen=True, slots=True)
class Compared:
    """A metric in two runs."""

    measure: Measure
    difference: Difference
    p: float  # corrected for all metrics that were compared
    unit: str  # what was exchanged: "group" or "question", or that these are too few

    def is_regression(self, minimum: float) -> bool:
        """Whether it fell, by more than a minimum, and not by chance."""
        return self.difference.high < 0 and -self.difference.value > minimum and self.p < ALPHA


class _Case(Record):
    id: str
    group: str
    rows: dict[str, tuple[FiniteFloat, ...]]


class _Baseline(Record):
    """What a comparison needs of a report."""

    schema_: Literal[1] = Field(alias="schema")
    fingerprint: dict[str, str] = Field(min_length=1)
    cases: tuple[_Case, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_rows_that_can_be_summed(self) -> Self:
        widths: dict[str, int] = {}
        for case in self.cases:
            for metric, row in case.rows.items():
                if len(row) != widths.setdefault(metric, len(row)):
                    raise ValueError(f"{case.id!r} has another number of figures for {metric} than the cases before it")
        return self


def comparable(name: str) -> Measure:
    """The measure of this name, which two runs can be compared by.

    Raises:
        WrongUse: there is none, or it comes from the order of all questions.
    """
    measure = known(name)
    if measure.total is None:
        names = ", ".join(m.name for m in MEASURES.values() if m.total)
        raise WrongUse(f"--compare {name}: it comes from the order of all questions. These can be compared: {names}.")
    return measure


def read_report(path: Path) -> Report:
    """A report that was written before.

    Raises:
        WrongUse: the file cannot be read.
        CannotCompare: it is none, or something that a comparison needs is missing or wrong.
    """
    place = f"--baseline {path} is no report.json of an evaluation"
    try:
        report = parse(place, read_bytes(path))
        if isinstance(report, dict) and report.get("cases") and report.get("fingerprint") == {}:
            raise CannotCompare(f"--baseline {path} was made without DATASET, the questions: make it anew with them.")
        record(_Baseline, place, report)
    except BadRecord as error:
        raise CannotCompare(str(error)) from None
    return dict(report)


def check(
    report: Report, floors: Sequence[Floor], baseline: Report | None, minimum: float, metrics: Sequence[str]
) -> list[Verdict]:
    """What became of everything that a run has to hold up to; without a value, that it cannot be told.

    Raises:
        CannotCompare: questions are unanswered.
    """
    if (floors or baseline is not None) and (missing := report.get("unanswered")):
        asked = report["questions"] + len(missing)
        some = f"{report['questions']} of {asked} questions are answered, {missing[0]!r} is not"
        raise CannotCompare(f"{some}: what holds for these says nothing of all. Add answers or refusals to the others.")
    verdicts: list[Verdict] = []
    for floor in floors:
        try:
            verdicts.append(check_floor(report, floor))
        except CannotCompare as error:
            verdicts.append(Verdict(None, str(error)))
    try:
        verdicts += check_baseline(report, baseline, minimum, metrics) if baseline is not None else []
    except CannotCompare as error:
        verdicts.append(Verdict(None, str(error)))
    return verdicts


def check_baseline(
    report: Report, baseline: Report, minimum: float = MINIMUM_DROP, metrics: Sequence[str] = ()
) -> list[Verdict]:
    """Whether a run falls behind an earlier one; one verdict a metric. Of one that has no value any more, nobody knows.

    Args:
        report: of the run.
        baseline: of the earlier one.
        minimum: the drop that is put up with.
        metrics: names of those to compare besides the ones that gate by themselves.

    Raises:
        CannotCompare: they are not of the same questions, documents and passages.
    """
    same_data(report, baseline)
    lost = [_lost(measure, was) for measure, was in _without_value(report, baseline, metrics)]
    try:
        return lost + [_verdict(compared, minimum) for compared in compare_all(report, baseline, metrics)]
    except CannotCompare as error:
        if not lost:
            raise
        return [*lost, Verdict(None, str(error))]


def same_data(report: Report, baseline: Report) -> None:
    """Looks whether two reports are of the same data.

    Raises:
        CannotCompare: they are not; it says in what they differ.
    """
    here, there = report["fingerprint"], baseline["fingerprint"]
    parts = here.keys() | there.keys()
    if not (CHUNKING in here and CHUNKING in there):
        parts -= {CHUNKING}  # answers that were there already were not cut by us
    _refuse_other(sorted(part for part in parts if here.get(part) != there.get(part)))
    if _groups(report) != _groups(baseline):
        _refuse_other(["questions"])


def same_questions(fingerprint: Mapping[str, str], baseline: Report) -> None:
    """Looks whether what is to be run, as far as its fingerprint is known before, is what a baseline is of.

    Raises:
        CannotCompare: it is not; it says in what it differs.
    """
    _refuse_other(sorted(part for part, digest in fingerprint.items() if baseline["fingerprint"].get(part) != digest))


def compare_all(report: Report, baseline: Report, metrics: Sequence[str] = ()) -> list[Compared]:
    """Every gating metric, and those named, that both runs have a value of.

    Raises:
        CannotCompare: there are too few questions for any drop to be significant.
    """
    both = [(m, rows(baseline, m.name), rows(report, m.name)) for m in _chosen(metrics)]
    both = [one for one in both if one[1] and one[2]]
    groups = _groups(report)
    scored = {m.name: before.keys() | after.keys() for m, before, after in both}
    units = {name: _exchanged(groups, ids, len(both)) for name, ids in scored.items()}
    if both and not any(units.values()):
        few = f"{len(groups)} questions are too few to compare {len(both)} metrics"
        raise CannotCompare(f"{few}: no drop would be significant. Ask more.")
    found = [
        (measure, difference)
        for measure, before, after in both
        if (difference := compare(measure, before, after, units[measure.name] or groups)) is not None
    ]
    # What cannot be significant takes no room from what can.
    ps = holm({measure.name: difference.p for measure, difference in found if units[measure.name]})
    return [
        Compared(m, difference, ps.get(m.name, 1.0), _unit(units[m.name], scored[m.name])) for m, difference in found
    ]


def rows(report: Report, metric: str) -> Rows:
    """What each case of a report says to a metric."""
    return {case["id"]: tuple(case["rows"][metric]) for case in report["cases"] if metric in case["rows"]}


def _exchanged(groups: Groups, ids: Collection[str], compared: int) -> Groups | None:
    """The groups, or each question as one where a drop in all groups that have a say would not be significant among so
    many metrics; None where one in all questions would not."""
    for units in (groups, {id: id for id in groups}):
        if least_p(units, ids) * compared < ALPHA:
            return units
    return None


def _unit(units: Groups | None, scored: Collection[str]) -> str:
    return resampled_by(units, scored) if units else "question, too few to tell"


def _chosen(metrics: Sequence[str]) -> list[Measure]:
    return [m for m in MEASURES.values() if m.total and (m.gates or m.name in metrics)]


def _without_value(report: Report, baseline: Report, metrics: Sequence[str]) -> Iterator[tuple[Measure, float]]:
    """The metrics that had a value in the baseline and have none now, with that value."""
    for measure in _chosen(metrics):
        was, now = (_sum_up(measure, rows(one, measure.name)) for one in (baseline, report))
        if was is not None and now is None:
            yield measure, was


def _sum_up(measure: Measure, rows: Rows) -> float | None:
    if measure.total is None or not rows:
        return None
    value = float(measure.total(np.sum([*rows.values()], axis=0)))
    return None if isnan(value) else value


def _lost(measure: Measure, was: float) -> Verdict:
    return Verdict(
        None, f"{measure.name}: {was:.4g} before, no value now: nothing to divide by. Look why, or make a new baseline."
    )


def _refuse_other(parts: Sequence[str]) -> None:
    if parts:
        what = " and ".join(parts)
        raise CannotCompare(f"The baseline has other {what}: make a new one with --out, and compare with that.")


def _verdict(compared: Compared, minimum: float) -> Verdict:
    d, name = compared.difference, compared.measure.name
    sign = 1 if compared.measure.more_is_better else -1
    low, high = sorted((sign * d.low, sign * d.high))
    moved = f"{name}: {d.before:.4g} before, {d.after:.4g} now"
    by = f"{_signed(sign * d.value)} [{_signed(low)}, {_signed(high)}] by {compared.unit}; p {compared.p:.3g}"
    shown = "" if d.detectable is None else f"; a drop of {d.detectable:.2g} could be shown"
    return Verdict(not compared.is_regression(minimum), f"{moved} ({by}{shown})")


def _signed(number: float) -> str:
    """With its sign; what sums of floats are off by is 0, and that is not negative."""
    return f"{round(number, 9) + 0.0:+.4g}"


def _groups(report: Report) -> dict[str, str]:
    return {case["id"]: case["group"] for case in report["cases"]}

"""Pass or not: floors that a metric must reach, and a baseline that a run must not fall behind.

A run falls behind if, for a metric, the upper end of the difference's interval is below 0, the drop is larger than a
minimum, and it is significant among all metrics that are compared (Holm). Only metrics that need no judgement are
compared, unless others are named. Groups are what is exchanged and resampled; questions where the groups are too few
for any drop to be significant.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, FiniteFloat, model_validator

from qa.errors import BadRecord, CannotCompare, WrongUse
from qa.evaluation.datasets.lines import parse, read_bytes, record
from qa.evaluation.metrics.all import MEASURES
from qa.evaluation.metrics.measure import Measure
from qa.evaluation.records import Record
from qa.evaluation.statistics import Difference, Groups, Rows, compare, holm, least_p, resampled_by

MINIMUM_DROP = 0.01
ALPHA = 0.05

Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Floor:
    """The least (or, where less is better, the most) that a metric may be; on a slice if one is named."""

    metric: str
    bound: float
    slice: str | None = None

    @classmethod
    def parse(cls, text: str) -> Floor:
        """Reads `metric=value` or `slice/metric=value`.

        Raises:
            WrongUse: it is neither.
        """
        left, equals, number = text.rpartition("=")
        slice_, _, metric = left.rpartition("/")
        try:
            bound = float(number)
        except ValueError:
            equals = ""
        if not equals:
            raise WrongUse(f"--floor {text}: write metric=value or slice/metric=value, as in evidence_hit=0.8.")
        return cls(known(metric).name, bound, slice_ or None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one floor or comparison."""

    passed: bool
    message: str


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


def known(name: str) -> Measure:
    """The measure of this name.

    Raises:
        WrongUse: there is none.
    """
    if name not in MEASURES:
        raise WrongUse(f"No metric {name!r}: there are {', '.join(MEASURES)}.")
    return MEASURES[name]


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


def check_floor(report: Report, floor: Floor) -> Verdict:
    """Whether a floor is reached.

    Raises:
        CannotCompare: the metric has no value, or there is no such slice.
    """
    name = f"{floor.slice}/{floor.metric}" if floor.slice else floor.metric
    value = _values(report, floor.slice).get(floor.metric, {}).get("value")
    if value is None:
        raise CannotCompare(f"{name} has no value here: nothing to divide by. Take its --floor away.")
    more = MEASURES[floor.metric].more_is_better
    passed = value >= floor.bound if more else value <= floor.bound
    relation = "at least" if more else "at most"
    return Verdict(passed, f"{name} is {value:.4g}; it is to be {relation} {floor.bound:.4g}")


def check_baseline(
    report: Report, baseline: Report, minimum: float = MINIMUM_DROP, metrics: Sequence[str] = ()
) -> list[Verdict]:
    """Whether a run falls behind an earlier one; one verdict a metric.

    Args:
        report: of the run.
        baseline: of the earlier one.
        minimum: the drop that is put up with.
        metrics: names of those to compare besides the ones that gate by themselves.

    Raises:
        CannotCompare: they are not of the same questions, documents and passages.
    """
    same_data(report, baseline)
    return [_verdict(compared, minimum) for compared in compare_all(report, baseline, metrics)]


def same_data(report: Report, baseline: Report) -> None:
    """Looks whether two reports are of the same data.

    Raises:
        CannotCompare: they are not; it says in what they differ.
    """
    here, there = report["fingerprint"], baseline["fingerprint"]
    _refuse_other(sorted(part for part in here.keys() | there.keys() if here.get(part) != there.get(part)))
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
    chosen = [m for m in MEASURES.values() if m.total and (m.gates or m.name in metrics)]
    both = [(m, rows(baseline, m.name), rows(report, m.name)) for m in chosen]
    both = [one for one in both if one[1] and one[2]]
    groups = _groups(report)
    units = {m.name: _exchanged(groups, before.keys() | after.keys(), len(both)) for m, before, after in both}
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
        Compared(measure, difference, ps.get(measure.name, 1.0), _unit(units[measure.name]))
        for measure, difference in found
    ]


def rows(report: Report, metric: str) -> Rows:
    """What each case of a report says to a metric."""
    return {case["id"]: tuple(case["rows"][metric]) for case in report["cases"] if metric in case["rows"]}


def _exchanged(groups: Groups, ids: Collection[str], compared: int) -> Groups | None:
    """The groups, or each question as one where a drop in all groups that have a say would not be significant among so
    many metrics; None where one in all questions would not."""
    for units in (groups, {id: id for id in groups}):
        if least_p({id: units[id] for id in ids}) * compared < ALPHA:
            return units
    return None


def _unit(units: Groups | None) -> str:
    return resampled_by(units) if units else "question, too few to tell"


def _refuse_other(parts: Sequence[str]) -> None:
    if parts:
        what = " and ".join(parts)
        raise CannotCompare(f"The baseline has other {what}: make a new one with --out, and compare with that.")


def _verdict(compared: Compared, minimum: float) -> Verdict:
    d, name = compared.difference, compared.measure.name
    sign = 1 if compared.measure.more_is_better else -1
    low, high = sorted((sign * d.low, sign * d.high))
    moved = f"{name}: {d.before:.4g} before, {d.after:.4g} now"
    by = f"{sign * d.value:+.4g} [{low:+.4g}, {high:+.4g}]"
    return Verdict(
        not compared.is_regression(minimum),
        f"{moved} ({by}, p {compared.p:.3g} by {compared.unit}; a drop of {d.detectable:.2g} could be shown)",
    )


def _values(report: Report, slice: str | None) -> Mapping[str, Any]:
    if slice is None:
        return dict(report["measures"])
    slices = {name: found for by in report["slices"].values() for name, found in by.items()}
    if slice not in slices:
        raise CannotCompare(f"There is no slice {slice!r}: there are {', '.join(sorted(slices)) or 'none'}.")
    return dict(slices[slice])


def _groups(report: Report) -> dict[str, str]:
    return {case["id"]: case["group"] for case in report["cases"]}

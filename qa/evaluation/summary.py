"""Evaluation -> every figure: each measure on all cases and on each slice, with intervals. The report's content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.evaluation.cases import Case
from qa.evaluation.evaluating import Evaluation
from qa.evaluation.metrics import abstention
from qa.evaluation.metrics.all import MEASURES
from qa.evaluation.metrics.measure import Measure, Row, Value
from qa.evaluation.statistics import RESAMPLES, SEED, Groups, Rows, resampled_by, values

SCHEMA = 1
DIGITS = 6  # of what is written down: the last ones differ between processors
CELLS = ("answerable_answered", "answerable_declined", "unanswerable_answered", "unanswerable_declined")


@dataclass(frozen=True)
class Summary:
    """The figures of an evaluation."""

    values: Mapping[str, Value]  # by measure
    slices: Mapping[str, Mapping[str, Mapping[str, Value]]]  # by what they slice by, slice, measure
    rows: Mapping[str, Rows]  # by measure and case id: what the figures come from
    groups: Groups


def summarise(evaluation: Evaluation) -> Summary:
    """Works out every figure; some seconds for thousands of cases."""
    cases = evaluation.cases
    rows = {name: rows_of(measure, cases) for name, measure in MEASURES.items()}
    groups = {case.id: case.group for case in cases}
    return Summary(_values(rows, groups), _slices(cases, rows, groups), rows, groups)


def rows_of(measure: Measure, cases: Sequence[Case]) -> dict[str, Row]:
    """What each case says to a measure, by id."""
    return {case.id: row for case in cases if (row := measure.rows(case)) is not None}


def as_report(evaluation: Evaluation, summary: Summary) -> dict[str, Any]:
    """The report as JSON: the same for the same answers, without times and trace ids."""
    cases = evaluation.cases
    tenths = abstention.reliability(cases)
    return {
        "schema": SCHEMA,
        "name": evaluation.name,
        "system": evaluation.system,
        "judge": evaluation.judge,
        "fingerprint": dict(evaluation.fingerprint),
        "questions": len(cases),
        "unanswered": list(evaluation.unanswered),
        "statistics": {
            "groups": len(set(summary.groups.values())),
            "resampled": resampled_by(summary.groups),
            "resamples": RESAMPLES,
            "seed": SEED,
        },
        "measures": {name: _value(value, len(evaluation.unanswered)) for name, value in summary.values.items()},
        "slices": {
            by: {name: _slice_report(evaluation, by, name, found) for name, found in slices.items()}
            for by, slices in summary.slices.items()
        },
        "confusion": confusion(cases),
        "faults": dict(Counter(fault.kind for case in cases for fault in case.faults)),
        "refusals": dict(Counter(case.response.refusal for case in cases if case.response.refusal)),
        "risk_coverage": _rounded(abstention.risk_curve(cases)),
        "reliability": [{"questions": n, "confidence": _round(c), "answerable": _round(a)} for n, c, a in tenths],
        "cases": [_case(case, summary.rows) for case in cases],
    }


def confusion(cases: Sequence[Case]) -> dict[str, int]:
    """How many answerable and unanswerable questions were answered and declined."""
    rows = [row for case in cases if (row := abstention.confusion(case))]
    return {cell: int(sum(row[i] for row in rows)) for i, cell in enumerate(CELLS)}


def _values(rows: Mapping[str, Rows], groups: Groups) -> dict[str, Value]:
    return values(list(MEASURES.values()), rows, groups)


def _slices(cases: Sequence[Case], rows: Mapping[str, Rows], groups: Groups) -> dict[str, dict[str, dict[str, Value]]]:
    members: dict[str, dict[str, list[str]]] = {}
    for case in cases:
        for by, name in case.slices.items():
            members.setdefault(by, {}).setdefault(name, []).append(case.id)
    return {
        by: {name: _slice(ids, rows, groups) for name, ids in sorted(slices.items())}
        for by, slices in sorted(members.items())
        if len(slices) > 1
    }


def _slice(ids: Sequence[str], rows: Mapping[str, Rows], groups: Groups) -> dict[str, Value]:
    inside = set(ids)
    own = {name: {id: row for id, row in found.items() if id in inside} for name, found in rows.items()}
    return _values(own, {id: groups[id] for id in ids})


def _case(case: Case, rows: Mapping[str, Rows]) -> dict[str, Any]:
    response = case.response
    return {
        "id": case.id,
        "group": case.group,
        "slices": case.slices,
        "kind": response.kind,
        "confidence": None if response.confidence is None else _round(response.confidence),
        "statements": [
            {"text": sentence.text, "citations": list(sentence.numbers), "verdict": support.verdict}
            for sentence, support in zip(response.sentences, case.supports, strict=True)
        ],
        "citations": [
            {"number": r.number, "document": r.place.document, "start": r.place.start, "end": r.place.end}
            for r in response.references
            if r.is_quote or any(r.number in sentence.numbers for sentence in response.sentences)
        ],
        "faults": [{"kind": fault.kind, "number": fault.number} for fault in case.faults],
        "rows": {name: [_round(x) for x in found[case.id]] for name, found in rows.items() if case.id in found},
    }


def _slice_report(evaluation: Evaluation, by: str, name: str, found: Mapping[str, Value]) -> dict[str, Any]:
    missing = sum(slices.get(by) == name for slices in evaluation.unanswered.values())
    return {measure: _value(value, missing) for measure, value in found.items() if value.scored}


def _value(value: Value, missing: int) -> dict[str, Any]:
    """A value as it is written down, among all questions with those missing an answer."""
    return {
        "value": None if value.value is None else _round(value.value),
        "low": None if value.low is None else _round(value.low),
        "high": None if value.high is None else _round(value.high),
        "detectable_drop": None if value.detectable is None else _round(value.detectable),
        "scored": value.scored,
        "of": value.of + missing,
    }


def _rounded(points: Sequence[tuple[float, float]]) -> list[list[float]]:
    return [[_round(x), _round(y)] for x, y in points]


def _round(number: float) -> float:
    return round(number, DIGITS) + 0.0  # no -0.0

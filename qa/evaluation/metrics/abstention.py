"""Refusing: who is refused, who should be, and how far the confidence can be trusted.

Whether a response declined is read from its own field, never from a phrase. Asking back counts as declining, and is
right by itself where the set expects it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from qa.evaluation.cases import Case
from qa.evaluation.metrics.measure import Doubles, Measure, Row, ratio, yes

FIXED_RECALL = 0.9  # of refusals, at which false refusals are counted
BINS = 10


def refusal_precision(case: Case) -> Row | None:
    """Unanswerable questions declined / questions declined."""
    return yes(not case.answerable) if case.answerable is not None and case.declined else None


def refusal_recall(case: Case) -> Row | None:
    """Unanswerable questions declined / unanswerable questions."""
    return yes(case.declined) if case.answerable is False else None


def answering_precision(case: Case) -> Row | None:
    """Answerable questions answered / questions answered."""
    return yes(case.answerable) if not case.declined else None


def answering_recall(case: Case) -> Row | None:
    """Answerable questions answered / answerable questions."""
    return yes(not case.declined) if case.answerable else None


def confusion(case: Case) -> Row | None:
    """Answerable and answered, answerable and declined, unanswerable and answered, unanswerable and declined."""
    if case.answerable is None:
        return None
    cell = 2 * (not case.answerable) + case.declined
    return tuple(float(cell == i) for i in range(4))


def refusal_f1(sums: Doubles) -> Doubles:
    """2TP / (2TP + FP + FN) of declining, from `confusion`; no value without an unanswerable question."""
    declined, false_alarms, missed = sums[..., 3], sums[..., 1], sums[..., 2]
    return _f1(declined, false_alarms, missed)


def answering_f1(sums: Doubles) -> Doubles:
    """2TP / (2TP + FP + FN) of answering, from `confusion`; no value without an answerable question."""
    return _f1(sums[..., 0], sums[..., 2], sums[..., 1])


def grounded_refusal(sums: Doubles) -> Doubles:
    """Mean of the F1 of refusing and that of answering (Trust-Score's GR)."""
    return (refusal_f1(sums) + answering_f1(sums)) / 2


def false_refusal(case: Case) -> Row | None:
    """Answerable questions declined / answerable questions."""
    return yes(case.declined) if case.answerable else None


def false_refusal_without_hit(case: Case) -> Row | None:
    """Answerable questions declined while no retrieved passage is gold / answerable questions: retrieval's fault."""
    return _false_refusal(case, hit=False)


def false_refusal_despite_hit(case: Case) -> Row | None:
    """Answerable questions declined although a retrieved passage is gold / answerable questions: the threshold's."""
    return _false_refusal(case, hit=True)


def asked_back(case: Case) -> Row | None:
    """Questions asked back / questions that leave open what is meant (expected: clarify)."""
    if case.question is None or case.question.expected != "clarify":
        return None
    return yes(case.response.kind == "clarification")


def confidence(case: Case) -> Row | None:
    """The confidence that the documents answer, and whether they do."""
    if case.response.confidence is None or case.answerable is None:
        return None
    return (case.response.confidence, float(case.answerable))


def risk(case: Case) -> Row | None:
    """The confidence, and whether the answer is right: its citations or, had it not declined, its best sentence."""
    if case.response.confidence is None or case.is_right is None:
        return None
    return (case.response.confidence, float(case.is_right))


def auroc(rows: Doubles, weights: Doubles) -> Doubles:
    """Probability that an answerable question has more confidence than an unanswerable one; ties count half.

    The Mann-Whitney statistic over n1 n2 (Hanley and McNeil 1982), with weights.
    """
    _, yes_, no = _by_confidence(rows, weights)
    below = np.cumsum(no, axis=1) - no / 2
    return ratio(np.stack([(yes_ * below).sum(axis=1), yes_.sum(axis=1) * no.sum(axis=1)], axis=-1))


def false_refusal_at_recall(rows: Doubles, weights: Doubles) -> Doubles:
    """Share of answerable questions below the lowest threshold that declines 90 % of the unanswerable ones."""
    _, yes_, no = _by_confidence(rows, weights)
    enough = np.cumsum(no, axis=1) >= FIXED_RECALL * no.sum(axis=1, keepdims=True) - 1e-9
    at = enough.argmax(axis=1)[:, None]
    below = np.take_along_axis(np.cumsum(yes_, axis=1), at, axis=1)[:, 0]
    rate = ratio(np.stack([below, yes_.sum(axis=1)], axis=-1))
    return np.where(no.sum(axis=1) > 0, rate, np.nan)


def risk_coverage_area(rows: Doubles, weights: Doubles) -> Doubles:
    """Mean over coverages of the share that is wrong among the most confident (Geifman and El-Yaniv 2017)."""
    _, right, wrong = (values[..., ::-1] for values in _by_confidence(rows, weights))
    covered = right + wrong
    risks = ratio(np.stack([np.cumsum(wrong, axis=1), np.cumsum(covered, axis=1)], axis=-1))
    return ratio(np.stack([(np.nan_to_num(risks) * covered).sum(axis=1), covered.sum(axis=1)], axis=-1))


def calibration_row(case: Case) -> Row | None:
    """Confidence less truth, in the confidence's tenth; and 1 to count by."""
    if (row := confidence(case)) is None:
        return None
    gaps = [0.0] * BINS
    gaps[bin_of(row[0])] = row[0] - row[1]
    return (*gaps, 1.0)


def calibration_error(sums: Doubles) -> Doubles:
    """Expected calibration error: mean over questions of |mean confidence - share answerable| of their tenth.

    Naeini et al. 2015, ten bins of equal width.
    """
    return ratio(np.stack([np.abs(sums[..., :BINS]).sum(axis=-1), sums[..., BINS]], axis=-1))


def bin_of(value: float) -> int:
    """Which tenth of [0, 1] a confidence is in."""
    return min(int(value * BINS), BINS - 1)


def risk_curve(cases: Iterable[Case]) -> list[tuple[float, float]]:
    """(coverage, risk) as the confidence asked for falls; equal confidences come in together."""
    rows = [row for case in cases if (row := risk(case))]
    if not rows:
        return []
    _, right, wrong = _by_confidence(np.array(rows), np.ones((1, len(rows))))
    rights, wrongs = (np.cumsum(values[0, ::-1]) for values in (right, wrong))
    return [(float((r + w) / len(rows)), float(w / (r + w))) for r, w in zip(rights, wrongs, strict=True)]


def reliability(cases: Iterable[Case]) -> list[tuple[int, float, float]]:
    """Of each tenth that has some: how many questions, their mean confidence, and the share that is answerable."""
    tenths: list[list[Row]] = [[] for _ in range(BINS)]
    for case in cases:
        if row := confidence(case):
            tenths[bin_of(row[0])].append(row)
    return [(len(rows), _mean(rows, 0), _mean(rows, 1)) for rows in tenths if rows]


def _by_confidence(rows: Doubles, weights: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """The different confidences, rising, and at each the weight (r, m) of what is true and of what is not."""
    order = np.argsort(rows[:, 0], kind="stable")
    values, starts = np.unique(rows[order, 0], return_index=True)
    truth = rows[order, 1]
    true = np.add.reduceat(weights[:, order] * truth, starts, axis=1)
    false = np.add.reduceat(weights[:, order] * (1 - truth), starts, axis=1)
    return values, true, false


def _false_refusal(case: Case, *, hit: bool) -> Row | None:
    if not case.answerable or not case.gold or case.retrieved is None:
        return None
    return yes(case.declined and any(map(case.is_gold, case.retrieved)) is hit)


def _f1(right: Doubles, too_many: Doubles, missed: Doubles) -> Doubles:
    f1 = ratio(np.stack([2 * right, 2 * right + too_many + missed], axis=-1))
    return np.where(right + missed > 0, f1, np.nan)


def _mean(rows: Sequence[Row], column: int) -> float:
    return sum(row[column] for row in rows) / len(rows)


MEASURES = (
    Measure("refusal_precision", "refusals that are right", "abstention", refusal_precision, ratio, gates=True),
    Measure("refusal_recall", "unanswerable refused", "abstention", refusal_recall, ratio, gates=True, headline=True),
    Measure("refusal_f1", "refusal F1", "abstention", confusion, refusal_f1, gates=True),
    Measure("answering_precision", "answers that should be", "abstention", answering_precision, ratio, gates=True),
    Measure("answering_recall", "answerable answered", "abstention", answering_recall, ratio, gates=True),
    Measure("answering_f1", "answering F1", "abstention", confusion, answering_f1, gates=True),
    Measure("grounded_refusal", "mean of both F1", "abstention", confusion, grounded_refusal, gates=True),
    Measure(
        "false_refusal",
        "answerable refused",
        "abstention",
        false_refusal,
        ratio,
        more_is_better=False,
        gates=True,
        headline=True,
    ),
    Measure(
        "false_refusal_without_hit",
        "… evidence not retrieved",
        "abstention",
        false_refusal_without_hit,
        ratio,
        more_is_better=False,
        gates=True,
    ),
    Measure(
        "false_refusal_despite_hit",
        "… evidence retrieved",
        "abstention",
        false_refusal_despite_hit,
        ratio,
        more_is_better=False,
        gates=True,
    ),
    Measure("asked_back", "asked back where it should", "abstention", asked_back, ratio, gates=True),
    Measure("auroc", "AUROC of the confidence", "abstention", confidence, ranked=auroc),
    Measure(
        "false_refusal_at_recall",
        "answerable refused at 90 % refusal recall",
        "abstention",
        confidence,
        ranked=false_refusal_at_recall,
        more_is_better=False,
    ),
    Measure(
        "risk_coverage_area",
        "area under risk and coverage",
        "abstention",
        risk,
        ranked=risk_coverage_area,
        more_is_better=False,
    ),
    Measure(
        "calibration_error",
        "expected calibration error",
        "abstention",
        calibration_row,
        calibration_error,
        more_is_better=False,
    ),
)

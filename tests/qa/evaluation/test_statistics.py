"""Intervals and comparisons against SciPy, scikit-learn and numbers worked out by hand."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

from qa.evaluation.metrics.abstention import auroc, false_refusal_at_recall, risk_coverage_area
from qa.evaluation.metrics.all import MEASURES
from qa.evaluation.metrics.measure import Row
from qa.evaluation.statistics import Groups, Rows, compare, holm, values, wilson

HIT = MEASURES["evidence_hit"]


def shares(seed: int, groups: int = 30, each: int = 8, rate: float = 0.6) -> tuple[dict[str, Row], dict[str, str]]:
    """Hits of cases that share their group's luck."""
    random = Random(seed)
    rows: dict[str, Row] = {}
    of: dict[str, str] = {}
    for group in range(groups):
        luck = random.gauss(rate, 0.2)
        for case in range(each):
            rows[f"{group}-{case}"] = (float(random.random() < luck), 1.0)
            of[f"{group}-{case}"] = str(group)
    return rows, of


def test_the_interval_is_scipys_bootstrap_of_group_means() -> None:
    rows, groups = shares(1)
    means = [np.mean([rows[id][0] for id in rows if groups[id] == g]) for g in sorted(set(groups.values()))]

    found = values([HIT], {"evidence_hit": rows}, groups)["evidence_hit"]
    theirs = stats.bootstrap((means,), np.mean, n_resamples=10_000, method="percentile", rng=5).confidence_interval

    assert found.value == pytest.approx(np.mean(means))
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=0.006)


def test_groups_make_the_interval_wider_than_questions_do() -> None:
    rows, groups = shares(2, groups=12, each=40)
    alone = {id: id for id in groups}

    by_group = values([HIT], {"evidence_hit": rows}, groups)["evidence_hit"]
    by_question = values([HIT], {"evidence_hit": rows}, alone)["evidence_hit"]

    assert by_group.high is not None and by_group.low is not None
    assert by_question.high is not None and by_question.low is not None
    assert by_group.high - by_group.low > 1.3 * (by_question.high - by_question.low)


def test_the_order_of_the_cases_changes_nothing() -> None:
    rows, groups = shares(3)
    backwards = dict(reversed(rows.items()))

    assert values([HIT], {"evidence_hit": rows}, groups) == values(
        [HIT], {"evidence_hit": backwards}, dict(reversed(groups.items()))
    )


def test_at_100_percent_the_interval_is_wilsons() -> None:
    rows: Rows = {str(i): (1.0, 1.0) for i in range(31)}

    found = values([HIT], {"evidence_hit": rows}, {str(i): str(i) for i in range(31)})["evidence_hit"]

    # Wilson at n of n: n / (n + z²), here 31 / (31 + 3.8415).
    assert (found.low, found.high) == pytest.approx((31 / 34.8415, 1.0), abs=1e-4)
    assert wilson(0.0, 31) == pytest.approx((0.0, 3.8415 / 34.8415), abs=1e-4)
    assert found.detectable is not None and found.detectable > 0.05


def test_what_is_scored_in_one_group_alone_is_resampled_by_question() -> None:
    rows: Rows = {f"a{i}": (float(i % 3 > 0), 1.0) for i in range(12)}
    groups = {**dict.fromkeys(rows, "a"), **dict.fromkeys(["b0", "b1"], "b")}

    found = values([HIT], {"evidence_hit": rows}, groups)["evidence_hit"]
    alone = values([HIT], {"evidence_hit": rows}, {**{id: id for id in groups}})["evidence_hit"]

    assert found.low is not None and found.high is not None
    assert found.low < 8 / 12 < found.high
    assert found == alone


def test_a_single_question_has_no_interval() -> None:
    found = values([HIT], {"evidence_hit": {"a": (1.0, 1.0)}}, {"a": "a", "b": "b"})["evidence_hit"]

    assert (found.value, found.low, found.high, found.detectable) == (1, None, None, None)


def test_no_drop_can_be_shown_where_nothing_varies_or_can_fall() -> None:
    same: Rows = {str(i): (1.0, 3.0) for i in range(7)}  # sums of thirds are off by some 1e-17
    worst: Rows = {str(i): (0.0, 1.0) for i in range(7)}
    groups = {str(i): str(i) for i in range(7)}

    assert values([HIT], {"evidence_hit": same}, groups)["evidence_hit"].detectable is None
    assert values([HIT], {"evidence_hit": worst}, groups)["evidence_hit"].detectable is None


@pytest.mark.parametrize(("name", "room"), [("evidence_hit", 1 / 4), ("false_refusal", 3 / 4)])
def test_no_larger_drop_is_named_than_there_is_to_fall(name: str, room: float) -> None:
    rows: Rows = {str(i): (float(i == 0), 1.0) for i in range(4)}

    found = values([MEASURES[name]], {name: rows}, {str(i): str(i) for i in range(4)})[name]

    assert found.detectable is not None
    assert found.detectable <= room


def test_auroc_is_scikit_learns_with_and_without_weights() -> None:
    random = np.random.default_rng(4)
    scores, labels = random.integers(0, 20, 300) / 20, random.integers(0, 2, 300)  # with ties
    weights = random.integers(0, 4, (3, 300)).astype(float)
    rows = np.stack([scores, labels], axis=1)

    assert auroc(rows, np.ones((1, 300)))[0] == pytest.approx(roc_auc_score(labels, scores))
    assert auroc(rows, weights) == pytest.approx([roc_auc_score(labels, scores, sample_weight=w) for w in weights])


def test_without_an_unanswerable_question_there_is_no_auroc() -> None:
    rows = np.array([[0.2, 1.0], [0.4, 1.0]])

    assert math.isnan(auroc(rows, np.ones((1, 2)))[0])
    assert math.isnan(false_refusal_at_recall(rows, np.ones((1, 2)))[0])


def test_false_refusals_at_a_fixed_recall_as_worked_out_by_hand() -> None:
    # Ten unanswerable at .1 to .55; nine of them are declined below .52, as are the answerable ones at .3 and .5.
    unanswerable = [(x, 0.0) for x in (0.1, 0.15, 0.2, 0.25, 0.32, 0.35, 0.4, 0.45, 0.51, 0.55)]
    answerable = [(x, 1.0) for x in (0.3, 0.5, 0.6, 0.9)]
    rows = np.array(unanswerable + answerable)

    assert false_refusal_at_recall(rows, np.ones((1, len(rows))))[0] == pytest.approx(2 / 4)


def test_a_weight_is_as_good_as_a_copy() -> None:
    rows = np.array([[0.9, 1.0], [0.5, 0.0], [0.3, 1.0]])
    copied = rows[[0, 0, 1, 2, 2, 2]]

    weighted = risk_coverage_area(rows, np.array([[2.0, 1.0, 3.0]]))
    assert weighted == pytest.approx(risk_coverage_area(copied, np.ones((1, 6))))


class TestCompare:
    def test_a_clear_drop_has_an_interval_below_nothing_and_a_small_p(self) -> None:
        before, groups = shares(5, rate=0.8)
        after = {id: (row[0] * (hash_of(id) % 3 != 0), 1.0) for id, row in before.items()}

        found = compare(HIT, before, after, groups)

        assert found is not None
        assert found.high < 0
        assert found.p < 0.001

    def test_the_same_run_twice_differs_by_nothing(self) -> None:
        before, groups = shares(6)

        found = compare(HIT, before, dict(before), groups)

        assert found is not None
        assert (found.value, found.low, found.high, found.p, found.detectable) == (0, 0, 0, 1, None)

    def test_what_is_scored_in_one_group_alone_is_exchanged_by_question(self) -> None:
        before: Rows = {f"a{i}": (1.0, 1.0) for i in range(8)}
        after: Rows = {f"a{i}": (float(i < 4), 1.0) for i in range(8)}
        groups = {**dict.fromkeys(before, "a"), **dict.fromkeys(["b0", "b1"], "b")}

        found = compare(HIT, before, after, groups)

        assert found is not None
        assert found.low < found.value < found.high
        assert found.p == 2 / 2**4  # the four that differ, all one way or all the other

    def test_few_groups_are_exchanged_in_every_way(self) -> None:
        before: Rows = {str(i): (0.0, 1.0) for i in range(8)}
        after: Rows = {str(i): (1.0, 1.0) for i in range(8)}

        found = compare(HIT, before, after, {str(i): str(i) for i in range(8)})

        assert found is not None
        assert found.p == 2 / 2**8  # all one way, or all the other

    def test_p_is_scipys_sign_flip_where_each_case_counts_once(self) -> None:
        random = Random(7)
        before: dict[str, Row] = {str(i): (float(random.random() < 0.7), 1.0) for i in range(40)}
        after: dict[str, Row] = {str(i): (float(random.random() < 0.5), 1.0) for i in range(40)}
        groups: Groups = {str(i): str(i) for i in range(40)}

        found = compare(HIT, before, after, groups)
        differences = ([after[i][0] - before[i][0] for i in sorted(before)],)
        theirs = stats.permutation_test(differences, np.mean, permutation_type="samples", n_resamples=20_000, rng=8)

        assert found is not None
        assert found.p == pytest.approx(theirs.pvalue, abs=0.02)

    def test_less_is_better_where_it_is(self) -> None:
        measure = MEASURES["false_refusal"]
        before: Rows = {str(i): (0.0, 1.0) for i in range(20)}
        after: Rows = {str(i): (1.0, 1.0) for i in range(20)}

        found = compare(measure, before, after, {str(i): str(i) for i in range(20)})

        assert found is not None
        assert found.value == -1


def test_holm_as_worked_out_by_hand() -> None:
    # .01 * 4, .02 * 3, .03 * 2, then no less than the one before: .06, and .5 * 1.
    assert holm({"a": 0.01, "b": 0.02, "c": 0.03, "d": 0.5}) == pytest.approx(
        {"a": 0.04, "b": 0.06, "c": 0.06, "d": 0.5}
    )


def hash_of(id: str) -> int:
    """A number that is the same on every run."""
    return sum(map(ord, id))

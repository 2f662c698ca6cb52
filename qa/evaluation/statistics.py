"""Intervals and comparisons: percentile bootstrap by group, Wilson, sign-flip permutation, Holm.

Groups (articles, conversations) are resampled, not questions: questions about one article are right or wrong together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, norm

from qa.evaluation.metrics.measure import Doubles, Measure, Row, Value

RESAMPLES = 10_000
SEED = 0
LEVEL = 0.95
NOTHING = 1e-9  # what sums of floats are off by is no spread
POWER = 0.8  # at which a drop counts as detectable
AT_ONCE = 2_000_000  # numbers drawn at a time
MOST_ENUMERATED = 13  # groups of which every flip of signs is tried: 8,192

Rows = Mapping[str, Row]  # by case id
Groups = Mapping[str, str]  # case id -> group


@dataclass(frozen=True, slots=True)
class Difference:
    """How a second run on the same cases differs from the first, for the better if positive."""

    before: float
    after: float
    value: float
    low: float
    high: float
    p: float  # two-sided; by itself, not corrected for others
    detectable: float | None  # None: nothing varies, or nothing can fall


def resampled_by(groups: Groups, scored: Collection[str] | None = None) -> str:
    """What is resampled: groups, or questions if each is a group, or all are one and nothing could be drawn from it.

    Args:
        groups: of all cases.
        scored: the cases that say something, if not all do.
    """
    found = {groups[id] for id in (groups if scored is None else scored)}
    return "group" if len(found) > 1 and len(set(groups.values())) < len(groups) else "question"


def least_p(groups: Groups, scored: Collection[str]) -> float:
    """The smallest p that exchanging two runs' rows can have: with few groups, every one that differs is too few."""
    by = _units(groups, scored)
    units = len({by[id] for id in scored})
    return 2.0 / 2**units if units <= MOST_ENUMERATED else 1.0 / (RESAMPLES + 1)


def values(measures: Sequence[Measure], rows: Mapping[str, Rows], groups: Groups) -> dict[str, Value]:
    """Each measure on all cases, with its interval.

    Args:
        measures: what to work out.
        rows: by measure, then by case id; a case that says nothing is left out.
        groups: the group of every case, also of those that say nothing.
    """
    return {m.name: _value(m, rows[m.name], groups) for m in measures}


def compare(measure: Measure, before: Rows, after: Rows, groups: Groups) -> Difference | None:
    """A measure that comes from sums, on two runs over the same cases; None where one of them has no value.

    Paired bootstrap by group; the p is that of exchanging the two runs' rows group by group (Smucker et al. 2007).
    """
    if measure.total is None or not before or not after:
        return None
    width = len(next(iter(before.values())))
    names, (old, new) = _sums([before, after], _units(groups, before.keys() | after.keys()), width)
    sign = 1.0 if measure.more_is_better else -1.0
    was, now = (float(measure.total(sums.sum(axis=0))) for sums in (old, new))
    value = sign * (now - was)
    if np.isnan(value):
        return None
    drawn = np.concatenate(
        [sign * (measure.total(draws @ new) - measure.total(draws @ old)) for draws in _draws(len(names))]
    )
    low, high = _percentiles(drawn)
    detectable = _detectable(float(np.nanstd(drawn)), _room(measure, was))
    return Difference(was, now, value, low, high, _exchanged(measure, old, new, value), detectable)


def holm(ps: Mapping[str, float]) -> dict[str, float]:
    """p-values that hold for all of them together (Holm 1979)."""
    adjusted: dict[str, float] = {}
    largest = 0.0
    for rank, (name, p) in enumerate(sorted(ps.items(), key=lambda item: (item[1], item[0]))):
        largest = max(largest, min(1.0, (len(ps) - rank) * p))
        adjusted[name] = largest
    return adjusted


def wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's interval of a share of n."""
    found = binomtest(round(share * n), n).proportion_ci(LEVEL, method="wilson")
    return float(found.low), float(found.high)


def _value(measure: Measure, rows: Rows, groups: Groups) -> Value:
    of = len(groups)
    if not rows:
        return Value(None, 0, of)
    ids = sorted(rows)
    table = np.array([rows[id] for id in ids])
    if measure.total:
        value = float(measure.total(table.sum(axis=0)))
    else:
        value = float(_ranked(measure, table, np.ones((1, len(ids))))[0])
    if np.isnan(value):
        return Value(None, len(rows), of)
    units = _units(groups, ids)
    if len({units[id] for id in ids}) < 2:
        return Value(value, len(rows), of)
    drawn = _resampled(measure, rows, ids, table, units)
    low, high = _percentiles(drawn)
    spread = float(np.nanstd(drawn))
    if measure.unit == "share" and value in (0.0, 1.0):
        # Every resample is the same there, which says nothing of how sure it is.
        low, high = wilson(value, len(rows))
        spread = (high - low) / (2 * float(norm.ppf((1 + LEVEL) / 2)))
    # The difference of two runs spreads by at most the root of 2 more than one run does; paired, by less.
    return Value(value, len(rows), of, low, high, _detectable(spread * 2**0.5, _room(measure, value)))


def _resampled(measure: Measure, rows: Rows, ids: Sequence[str], table: Doubles, units: Groups) -> Doubles:
    if measure.total:
        names, (sums,) = _sums([rows], units, table.shape[1])
        return np.concatenate([measure.total(draws @ sums) for draws in _draws(len(names))])
    names = sorted(set(units.values()))
    at = {name: i for i, name in enumerate(names)}
    columns = np.array([at[units[id]] for id in ids])
    # Of cases in the same group every draw takes all or none: their weights are one column, read several times.
    return np.concatenate(
        [_ranked(measure, table, draws[:, columns]) for draws in _draws(len(names), max(len(names), len(ids)))]
    )


def _ranked(measure: Measure, table: Doubles, weights: Doubles) -> Doubles:
    if measure.ranked is None:
        raise ValueError(f"{measure.name} has no way to be worked out.")
    return measure.ranked(table, weights)


def _units(groups: Groups, scored: Collection[str]) -> Groups:
    return groups if resampled_by(groups, scored) == "group" else {id: id for id in groups}


def _sums(runs: Sequence[Rows], units: Groups, width: int) -> tuple[list[str], list[Doubles]]:
    """The names of what is resampled, and each run's rows summed up by it: (units, width)."""
    names = sorted(set(units.values()))
    at = {name: i for i, name in enumerate(names)}
    tables = [np.zeros((len(names), width)) for _ in runs]
    for rows, table in zip(runs, tables, strict=True):
        for id in sorted(rows):  # in the same order always, or the last digits differ
            table[at[units[id]]] += rows[id]
    return names, tables


def _draws(units: int, width: int | None = None) -> Iterator[Doubles]:
    """How often each unit is drawn, (r, units), in pieces of all resamples; always the same ones."""
    drawn = _drawn(units)
    at_once = max(1, AT_ONCE // (width or units))
    for first in range(0, RESAMPLES, at_once):
        yield drawn[first : first + at_once].astype(np.float64)


@lru_cache(maxsize=1)
def _drawn(units: int) -> NDArray[np.int16]:
    """(RESAMPLES, units); kept since all metrics of a slice have the same."""
    random = np.random.default_rng(SEED)
    at_once = max(1, AT_ONCE // units)
    shares = np.full(units, 1 / units)
    sizes = [min(at_once, RESAMPLES - first) for first in range(0, RESAMPLES, at_once)]
    return np.concatenate([random.multinomial(units, shares, size=size).astype(np.int16) for size in sizes])


def _exchanged(measure: Measure, old: Doubles, new: Doubles, value: float) -> float:
    """Share of exchanges, of those tried, whose difference is as large."""
    if measure.total is None:
        return 1.0
    is_exact = len(old) <= MOST_ENUMERATED
    as_large = tried = 0
    for flips in [_every_flip(len(old))] if is_exact else _flips(len(old)):
        shift = flips @ (new - old)
        differences = measure.total(new.sum(axis=0) - shift) - measure.total(old.sum(axis=0) + shift)
        as_large += int((np.abs(differences) >= abs(value) - 1e-12).sum())
        tried += len(flips)
    return as_large / tried if is_exact else (as_large + 1) / (tried + 1)


def _every_flip(units: int) -> NDArray[np.float64]:
    return np.array(list(product((0.0, 1.0), repeat=units)))


def _flips(units: int) -> Iterator[NDArray[np.float64]]:
    random = np.random.default_rng(SEED)
    at_once = max(1, AT_ONCE // units)
    for first in range(0, RESAMPLES, at_once):
        yield random.integers(0, 2, size=(min(at_once, RESAMPLES - first), units)).astype(np.float64)


def _percentiles(drawn: Doubles) -> tuple[float, float]:
    tail = (1 - LEVEL) / 2
    low, high = np.nanquantile(drawn, [tail, 1 - tail])
    return float(low), float(high)


def _room(measure: Measure, value: float) -> float:
    """How far a metric can get worse from a value."""
    if measure.more_is_better:
        return value
    return 1.0 - value if measure.unit == "share" else float("inf")


def _detectable(spread: float, room: float) -> float | None:
    """The drop that is found significant with a probability of 80 %, where a difference spreads like this; at most all
    that can fall, and None where nothing can or nothing varies."""
    if min(spread, room) < NOTHING:
        return None
    return min(float((norm.ppf(1 - (1 - LEVEL) / 2) + norm.ppf(POWER)) * spread), room)

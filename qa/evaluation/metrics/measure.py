"""Measure and Value: what a metric is, and what comes of it.

A metric that has nothing to divide by has no value: never 0, never NaN. The cases that it could be worked out for are
counted beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from qa.evaluation.cases import Case

Doubles = NDArray[np.float64]
Family = Literal["structural", "retrieval", "gold", "support", "answers", "abstention"]
Unit = Literal["share", "number"]

# What a case adds to a metric; None where the metric has nothing to say of the case.
Row = tuple[float, ...]
Rows = Callable[[Case], Row | None]


@dataclass(frozen=True, slots=True)
class Value:
    """A metric on some cases, with its interval of 95 %."""

    value: float | None
    scored: int  # cases that it comes from
    of: int
    low: float | None = None
    high: float | None = None
    detectable: float | None = None  # the smallest drop that a second run on these cases could show, if one could


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric.

    `total` works a value out of sums over cases, (…, k) -> (…), so that a resample is one multiplication; `ranked`
    does so from each case's row and weight, (n, k) and (r, n) -> (r,), where the order of the cases counts. NaN says
    that there is nothing to divide by.
    """

    name: str
    title: str
    family: Family
    rows: Rows
    total: Callable[[Doubles], Doubles] | None = None
    ranked: Callable[[Doubles, Doubles], Doubles] | None = None
    unit: Unit = "share"
    more_is_better: bool = True
    gates: bool = False  # whether a release may depend on it: it takes no judgement
    headline: bool = False

    @property
    def formula(self) -> str:
        """How it is worked out, in words: what its function says of itself."""
        own: Any = self.ranked or (None if self.total in (ratio, harmonic) else self.total)
        said = own or getattr(self.rows, "func", self.rows)
        return " ".join((said.__doc__ or "").split())


def ratio(sums: Doubles) -> Doubles:
    """First sum / second sum."""
    with np.errstate(invalid="ignore", divide="ignore"):
        quotient: Doubles = np.where(sums[..., 1] > 0, sums[..., 0] / sums[..., 1], np.nan)
    return quotient


def harmonic(sums: Doubles) -> Doubles:
    """Harmonic mean of two ratios: of the first and second sum, and the third and fourth. 0 where both are 0."""
    one, other = ratio(sums[..., :2]), ratio(sums[..., 2:])
    return harmonic_of(one, other)


def harmonic_of(one: Doubles, other: Doubles) -> Doubles:
    """2ab / (a + b); 0 where both are 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Doubles = np.where(one + other == 0, 0.0, 2 * one * other / (one + other))
    return np.where(np.isnan(one) | np.isnan(other), np.nan, mean)


def share(part: float, whole: float) -> Row | None:
    """A row of a pooled (micro) ratio: the case adds to both sums."""
    return (part, whole) if whole else None


def each(part: float, whole: float) -> Row | None:
    """A row of a mean over cases (macro) of their own ratios."""
    return (part / whole, 1.0) if whole else None


def yes(is_so: bool | None) -> Row | None:
    """A row of a share of cases."""
    return None if is_so is None else (float(is_so), 1.0)


def by_name(measures: Sequence[Measure]) -> dict[str, Measure]:
    """The measures by name."""
    return {measure.name: measure for measure in measures}

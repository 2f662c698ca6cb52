"""Floors: what a metric must at least be, or at most where less is better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from qa.errors import CannotCompare, WrongUse
from qa.evaluation.metrics.all import MEASURES
from qa.evaluation.metrics.measure import Measure

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
            WrongUse: it is neither, or the metric can never have that value.
        """
        left, equals, number = text.rpartition("=")
        slice_, _, metric = left.rpartition("/")
        try:
            bound = float(number)
        except ValueError:
            equals = ""
        if not equals:
            raise WrongUse(f"--floor {text}: write metric=value or slice/metric=value, as in evidence_hit=0.8.")
        measure = known(metric)
        if measure.unit == "share" and not 0 <= bound <= 1:
            raise WrongUse(f"--floor {text}: {measure.name} is a share; write a value from 0 to 1.")
        if not isfinite(bound):
            raise WrongUse(f"--floor {text}: nothing is compared with that; write a number.")
        return cls(measure.name, bound, slice_ or None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one floor or comparison."""

    passed: bool | None  # None: it cannot be told
    message: str


def known(name: str) -> Measure:
    """The measure of this name.

    Raises:
        WrongUse: there is none.
    """
    if name not in MEASURES:
        raise WrongUse(f"No metric {name!r}: there are {', '.join(MEASURES)}.")
    return MEASURES[name]


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


def _values(report: Report, slice: str | None) -> Mapping[str, Any]:
    if slice is None:
        return dict(report["measures"])
    slices = {name: found for by in report["slices"].values() for name, found in by.items()}
    if slice not in slices:
        raise CannotCompare(f"There is no slice {slice!r}: there are {', '.join(sorted(slices)) or 'none'}.")
    return dict(slices[slice])

"""Boosted trees as a small JSON file: read here, fitted by `qa.verifying.training`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

# A tree is a number (what it adds to the log-odds), or [feature, threshold, tree if at most that, tree if above].
Tree = Any


@dataclass(frozen=True)
class SupportModel:
    """From features to the calibrated probability of support, and where the verdicts part."""

    features: tuple[str, ...]
    intercept: float  # log-odds
    trees: Sequence[Tree]
    slope: float  # calibration: probability = logistic(slope * log-odds + offset)
    offset: float
    supported: float  # from this probability on
    partial: float  # from this one on; below it, unsupported
    # The thresholds that would part each set it was fitted on best; nothing is judged by them, figures are told with.
    by_set: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def from_json(cls, text: str) -> SupportModel:
        """Reads what `to_json` wrote."""
        fields = json.loads(text)
        return cls(
            tuple(fields["features"]),
            fields["intercept"],
            fields["trees"],
            fields["calibration"]["slope"],
            fields["calibration"]["offset"],
            fields["thresholds"]["supported"],
            fields["thresholds"]["partial"],
            fields["thresholds"]["by set"],
        )

    def to_json(self, about: Mapping[str, Any]) -> str:
        """As a file to review: one tree a line."""
        head = {
            **about,
            "thresholds": {"supported": self.supported, "partial": self.partial, "by set": dict(self.by_set)},
            "calibration": {"slope": self.slope, "offset": self.offset},
            "features": self.features,
            "intercept": self.intercept,
        }
        trees = ",\n".join(f"    {json.dumps(tree)}" for tree in self.trees)
        return json.dumps(head, indent=2)[:-2] + f',\n  "trees": [\n{trees}\n  ]\n}}\n'

    def log_odds(self, values: Mapping[str, float]) -> float:
        """Before calibration."""
        return self.intercept + sum(_leaf(tree, values) for tree in self.trees)

    def probability(self, values: Mapping[str, float]) -> float:
        """That the evidence supports the claim, in [0, 1]."""
        return 1.0 / (1.0 + math.exp(-(self.slope * self.log_odds(values) + self.offset)))


@lru_cache(maxsize=1)
def fitted_model() -> SupportModel:
    """The reviewed one that is part of this package."""
    return SupportModel.from_json(files("qa.verifying").joinpath("weights/support.json").read_text("utf-8"))


def _leaf(tree: Tree, values: Mapping[str, float]) -> float:
    while not isinstance(tree, float | int):
        feature, threshold, at_most, above = tree
        tree = at_most if values[feature] <= threshold else above
    return float(tree)

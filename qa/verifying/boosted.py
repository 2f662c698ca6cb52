"""Boosted trees as a small JSON file: read here, fitted by `qa.verifying.training`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from qa.verifying.protocol import Judgement

# A tree is a number (what it adds to the log-odds), or [feature, threshold, tree if at most that, tree if above].
Tree = Any


@dataclass(frozen=True)
class Boosted:
    """Trees whose leaves add up to log-odds."""

    intercept: float
    trees: Sequence[Tree]

    def log_odds(self, values: Mapping[str, float]) -> float:
        """Before any calibration."""
        return self.intercept + sum(_leaf(tree, values) for tree in self.trees)


@dataclass(frozen=True)
class SupportModel:
    """From features to the probability of support, and where the verdicts part.

    One model scores support; what has enough of it is supported. Of the rest, the other one tells what says something
    else than the evidence, another number or name, or a negation more or less, from what only says more than it.
    """

    support: Boosted
    soundness: Boosted  # that nothing in the claim stands against the evidence
    conflicting: float  # below these log-odds of soundness something does
    slope: float  # calibration: probability of support = logistic(slope * log-odds + offset)
    offset: float
    supported: float  # from this probability on
    partial: float  # from this one on, if nothing stands against the evidence; else unsupported
    # The thresholds that would part each set it was fitted on best; nothing is judged by them, figures are told with.
    by_set: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def from_json(cls, text: str) -> SupportModel:
        """Reads what `to_json` wrote."""
        fields = json.loads(text)
        return cls(
            Boosted(fields["support"]["intercept"], fields["support"]["trees"]),
            Boosted(fields["soundness"]["intercept"], fields["soundness"]["trees"]),
            fields["thresholds"]["conflicting"],
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
            "thresholds": {
                "supported": self.supported,
                "partial": self.partial,
                "conflicting": self.conflicting,
                "by set": dict(self.by_set),
            },
            "calibration": {"slope": self.slope, "offset": self.offset},
        }
        models = ",\n".join(
            f'  "{name}": {{\n    "intercept": {model.intercept},\n    "trees": [\n{_lines(model.trees)}\n    ]\n  }}'
            for name, model in (("support", self.support), ("soundness", self.soundness))
        )
        return f"{json.dumps(head, indent=2)[:-2]},\n{models}\n}}\n"

    def judge(self, values: Mapping[str, float]) -> Judgement:
        """The verdict; the score is the calibrated probability of support."""
        score = 1.0 / (1.0 + math.exp(-(self.slope * self.support.log_odds(values) + self.offset)))
        if score >= self.supported:
            return Judgement("supported", score)
        is_partial = score >= self.partial and self.soundness.log_odds(values) >= self.conflicting
        return Judgement("partial" if is_partial else "unsupported", score)


@lru_cache(maxsize=1)
def fitted_model() -> SupportModel:
    """The reviewed one that is part of this package."""
    return SupportModel.from_json(files("qa.verifying").joinpath("weights/support.json").read_text("utf-8"))


def _leaf(tree: Tree, values: Mapping[str, float]) -> float:
    while not isinstance(tree, float | int):
        feature, threshold, at_most, above = tree
        tree = at_most if values[feature] <= threshold else above
    return float(tree)


def _lines(trees: Sequence[Tree]) -> str:
    return ",\n".join(f"      {json.dumps(tree)}" for tree in trees)

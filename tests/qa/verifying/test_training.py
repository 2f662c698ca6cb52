"""The fit: deterministic, and read back as it was written."""

import json
from collections import Counter
from dataclasses import asdict, replace
from random import Random

import numpy as np
import pytest

from qa.evaluation.claims import LabelledClaim
from qa.verifying import FittedVerifier
from qa.verifying.boosted import Boosted, SupportModel, Tree, fitted_model
from qa.verifying.cases import Case, cases_of
from qa.verifying.features import Features
from qa.verifying.training import (
    AGAINST,
    CONFLICT,
    FOR,
    SOUNDNESS,
    SUPPORT,
    Fit,
    _bag,
    _groups,
    _soundness_weights,
    _support_weights,
    fit,
)
from tests.standin import StandInEncoder

NAMES = ("Rossi", "Marlow", "Holm", "Keller", "Brandt")


def _claims() -> list[LabelledClaim]:
    random = Random(0)
    claims = []
    for number in range(120):
        name, year, colour = random.choice(NAMES), random.randint(1900, 1999), random.choice(("red", "grey"))
        evidence = f"In {year} the bridge was opened by Mayor {name}, who had it painted {colour} by local people."
        supported = number % 2 == 0
        opened = f"Mayor {name} opened the bridge in {year}" if supported else f"Ferries of {name} carried wheat"
        label = "supported" if supported else "unsupported"
        claims.append(LabelledClaim(str(number), f"{opened} again.", (evidence,), label, f"g{number % 30}"))
    return claims


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    verifier = FittedVerifier(StandInEncoder(token_dimension=16))
    return [case for name in ("attributionbench", "begin") for case in cases_of(verifier, name, _claims())]


@pytest.fixture(scope="module")
def model(cases: list[Case]) -> SupportModel:
    return fit(cases)


def test_each_supported_claim_is_fitted_on_with_its_faults(cases: list[Case]) -> None:
    planted = [case for case in cases if case.made]

    assert len(cases) - len(planted) == 240
    assert Counter(case.made for case in planted) == {"changed number": 120, "changed name": 120, "opposite": 120}
    assert not any(case.supported for case in planted)


def test_the_same_cases_give_the_same_model(cases: list[Case], model: SupportModel) -> None:
    assert fit(cases).to_json({}) == model.to_json({})


@pytest.mark.parametrize(("part", "how"), [("support", SUPPORT), ("soundness", SOUNDNESS)])
def test_the_file_says_what_the_trees_say(cases: list[Case], model: SupportModel, part: str, how: Fit) -> None:
    read = getattr(SupportModel.from_json(model.to_json({"made by": "a test"})), part)
    weights = {"support": _support_weights, "soundness": _soundness_weights}[part](cases)

    x = np.array([case.features.row(how.features) for case in cases])
    y = np.array([case.supported for case in cases])
    theirs = np.mean([one.decision_function(x) for one in _bag(how, x, y, weights, _groups(cases))], axis=0)

    assert [read.log_odds(asdict(case.features)) for case in cases] == pytest.approx(theirs.tolist(), abs=0.01)


def test_the_file_says_where_verdicts_part(model: SupportModel) -> None:
    read = SupportModel.from_json(model.to_json({"made by": "a test"}))

    assert read == replace(model, support=_as_in_a_file(model.support), soundness=_as_in_a_file(model.soundness))


def test_what_people_found_supported_is_and_with_a_fault_it_is_not(cases: list[Case], model: SupportModel) -> None:
    right = [(model.judge(asdict(case.features)).verdict == "supported") == case.supported for case in cases]

    assert sum(right) / len(cases) > 0.95


def test_every_shipped_tree_uses_known_features_and_thresholds_are_in_order() -> None:
    model = fitted_model()
    known = set(Features.__dataclass_fields__)

    assert known >= FOR | AGAINST | CONFLICT
    assert not FOR & AGAINST
    assert _used(model.support) <= known
    assert _used(model.soundness) <= CONFLICT
    assert 0 < model.partial < model.supported < 1


@pytest.mark.parametrize("name", sorted(FOR | AGAINST))
def test_no_shipped_tree_turns_evidence_for_support_against_it(name: str) -> None:
    model = fitted_model()
    base = dict.fromkeys(Features.__dataclass_fields__, 0.5)
    judged = [model.judge({**base, name: value / 10}) for value in range(-10, 60)]

    scores = [judgement.score for judgement in judged]
    ranks = [("unsupported", "partial", "supported").index(judgement.verdict) for judgement in judged]
    assert scores == sorted(scores, reverse=name in AGAINST)
    assert ranks == sorted(ranks, reverse=name in AGAINST)


def _as_in_a_file(model: Boosted) -> Boosted:
    return replace(model, trees=json.loads(json.dumps(model.trees)))


def _used(model: Boosted) -> set[str]:
    """The features that its trees ask for."""

    def of(tree: Tree) -> set[str]:
        return {tree[0]} | of(tree[2]) | of(tree[3]) if isinstance(tree, list) else set()

    return set().union(*map(of, model.trees))

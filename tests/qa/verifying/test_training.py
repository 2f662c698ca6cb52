"""The fit: deterministic, and read back as it was written."""

import json
from dataclasses import asdict, replace
from random import Random

import numpy as np
import pytest

from qa.evaluation.claims import LabelledClaim
from qa.verifying import FittedVerifier
from qa.verifying.boosted import SupportModel, fitted_model
from qa.verifying.cases import Case, cases_of
from qa.verifying.features import Features
from qa.verifying.training import AGAINST, FOR, _bag, _groups, _weights, fit
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
    planted = [case for case in cases if case.planted]

    assert len(cases) - len(planted) == 240
    assert len(planted) == 2 * 60 * 2  # a number and a name each; there is nothing to negate
    assert not any(case.supported for case in planted)


def test_the_same_cases_give_the_same_model(cases: list[Case], model: SupportModel) -> None:
    assert fit(cases).to_json({}) == model.to_json({})


def test_the_file_says_what_the_trees_say(cases: list[Case], model: SupportModel) -> None:
    names = tuple(Features.__dataclass_fields__)
    read = SupportModel.from_json(model.to_json({"made by": "a test"}))
    assert read == replace(model, trees=json.loads(json.dumps(model.trees)))

    x = np.array([case.features.row(names) for case in cases])
    y = np.array([case.supported for case in cases])
    bag = _bag(x, y, _weights(cases), _groups(cases), names)
    theirs = np.mean([model.decision_function(x) for model in bag], axis=0)
    ours = [read.log_odds(asdict(case.features)) for case in cases]
    assert ours == pytest.approx(theirs.tolist(), abs=0.01)  # the file has rounded leaves


def test_the_model_parts_supported_claims_from_others(cases: list[Case], model: SupportModel) -> None:
    said = [model.probability(asdict(case.features)) >= model.supported for case in cases]

    assert sum(s == case.supported for s, case in zip(said, cases, strict=True)) / len(cases) > 0.95


def test_every_shipped_tree_uses_known_features_and_thresholds_are_in_order() -> None:
    model = fitted_model()
    known = set(Features.__dataclass_fields__)

    assert set(model.features) == known
    assert known >= FOR | AGAINST
    assert not FOR & AGAINST
    assert 0 < model.partial < model.supported < 1


@pytest.mark.parametrize("name", sorted(FOR | AGAINST))
def test_no_shipped_tree_turns_evidence_for_support_against_it(name: str) -> None:
    model = fitted_model()
    base = dict.fromkeys(Features.__dataclass_fields__, 0.5)
    scores = [model.probability({**base, name: value / 10}) for value in range(-10, 60)]

    assert scores == sorted(scores, reverse=name in AGAINST)

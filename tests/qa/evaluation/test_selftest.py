"""The evaluator finds what was planted, and nothing where nothing was."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from qa.evaluation.documents import Shelf
from qa.evaluation.planting import STRUCTURAL
from qa.evaluation.selftest import SelfTest, own_shelf, self_test
from qa.verifying import Judgement, LexicalVerifier
from tests.qa.evaluation.made import OTHER, TEXT, shelf


def outcome_of(documents: Shelf, **options: object) -> SelfTest:
    *_, last = self_test(documents, LexicalVerifier(), **options)  # type: ignore[arg-type]
    assert isinstance(last, SelfTest)
    return last


@pytest.fixture(scope="module")
def outcome() -> SelfTest:
    return outcome_of(own_shelf())


@pytest.mark.parametrize("name", STRUCTURAL)
def test_every_structural_fault_is_caught_and_named(outcome: SelfTest, name: str) -> None:
    [found] = [one for one in outcome.outcomes if one.name == name]

    assert found.of >= 200
    assert found.caught == found.of
    assert found.named == found.of


def test_good_answers_give_no_alarm(outcome: SelfTest) -> None:
    clean = outcome.outcomes[0]

    assert (clean.family, clean.caught) == ("clean", 0)
    assert clean.of >= 200
    assert outcome.passed


def test_faults_of_meaning_are_planted_two_hundred_times_each(outcome: SelfTest) -> None:
    semantic = [one for one in outcome.outcomes if one.family == "semantic"]

    assert len(semantic) == 6
    assert all(one.of >= 200 for one in semantic)


def test_structural_faults_are_caught_over_the_public_documents_too(eval_data: Path) -> None:
    public = Shelf.of_folder(eval_data / "docs")
    texts = Random(2).sample(list(public), 60)

    outcome = outcome_of(Shelf(public.get(name) for name in texts))

    assert outcome.passed


def test_documents_without_room_for_a_class_do_not_pass() -> None:
    alone = outcome_of(shelf(only="The bridge opened in 1934 and was then closed again."))

    planted = {one.name: one.of for one in alone.outcomes}
    assert planted["orphan mark"] == planted["quote of another document"] == 0
    assert not alone.passed


def test_an_evaluator_that_is_blind_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.evaluation.selftest.faults_of", lambda response, shelf: ())

    assert not outcome_of(own_shelf()).passed


def test_changes_of_text_are_measured_beside_the_claims_unchanged() -> None:
    claims = [("The bridge opened during 1934.", [TEXT]), ("It was Holm who built the tower.", [OTHER])] * 3

    def later(text: str, random: Random) -> str | None:
        return text.replace("1934", "1935") if "1934" in text else None

    found = {one.name: one for one in outcome_of(own_shelf(), claims=claims, changes={"number": later}).outcomes}

    assert found["claims: number"].of == 3  # the others have none to change
    assert found["claims: number"].caught == 3
    assert found["supported claims as they are, alarms"].of == 6
    assert found["claims: another claim's evidence"].of == 6


def test_a_verifier_that_believes_everything_catches_no_fault_of_meaning() -> None:
    class Believer:
        def verify(self, claim: str, quotes: object) -> Judgement:
            return Judgement("supported", 1.0)

    *_, last = self_test(own_shelf(), Believer())
    assert isinstance(last, SelfTest)

    assert {one.caught for one in last.outcomes if one.family == "semantic"} == {0}
    assert last.passed  # footnotes are looked up, whatever the verifier believes

"""A planted fault changes what is said, and only that."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation.faults import FAULTS, change_name, change_number, negate, turn, whole_names
from qa.evaluation.negating import add_negation, remove_negation
from qa.verifying.numbers import KnownNumbers

CLAIM = "Mayor Angelo Rossi opened the bridge in 1934 after twenty-one months, and it was painted red."


@pytest.mark.parametrize(
    "text", ["It opened in 1934.", "It cost 1,250 dollars.", "It took twenty-one months.", "The third bridge.", "3.5 m"]
)
def test_a_changed_number_has_another_value_and_the_rest_stays(text: str) -> None:
    for seed in range(20):
        changed = change_number(text, Random(seed))

        assert changed is not None
        assert KnownNumbers(changed).values != KnownNumbers(text).values
        assert len(changed.split()) == len(text.split())


def test_a_year_stays_near_itself() -> None:
    changed = {change_number("In 1934.", Random(seed)) for seed in range(50)}

    assert all(text and 1922 <= int(text[3:7]) <= 1946 for text in changed)


def test_a_whole_name_goes_for_one_that_the_text_lacks() -> None:
    changed = {change_name("It was opened by Angelo Rossi.", Random(s), ["Angelo Rossi", "Iv Holm"]) for s in range(9)}

    assert changed == {"It was opened by Iv Holm."}
    assert whole_names(CLAIM) == ["Mayor Angelo Rossi"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It was painted red.", "It was not painted red."),
        ("It was not painted red.", "It was painted red."),
        ("It wasn’t red.", "It was red."),
        ("It can't open.", "It can open."),
        ("It cannot open.", "It can open."),
        ("It ca n't open .", "It can open ."),
        ("It never opened.", "It opened."),
        ("It has been painted.", "It has not been painted."),
    ],
)
def test_negating_turns_the_sense_over(text: str, expected: str) -> None:
    assert negate(text, Random(0)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The committee did not approve it.", "The committee approved it."),
        ("It didn’t stop.", "It stopped."),
        ("It does not rise.", "It rises."),
        ("They don’t carry bikes.", "They carry bikes."),
        ("No ransom was paid.", "A ransom was paid."),
        ("No answer is due.", "An answer is due."),
        ("It has no brakes.", "It has some brakes."),
        ("It failed to open.", "It opened."),
        ("It is no longer sold.", "It is still sold."),
        ("Neither tram nor bus stops.", "Both tram and bus stops."),
        ("It has not been sold yet.", "It has been sold already."),
    ],
)
def test_without_its_negation_a_sentence_is_still_english(text: str, expected: str) -> None:
    assert remove_negation(text, Random(0)) == expected
    assert add_negation(text, Random(0)) is None  # it negates already


@pytest.mark.parametrize("text", ["Not only trams stop.", "Tell me whether or not it opened.", "It has no more of it."])
def test_what_negates_nothing_is_not_taken_out(text: str) -> None:
    assert remove_negation(text, Random(0)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Emissions rose by 11 %.", {"decreased", "fell", "dropped", "declined", "shrank"}),
        ("Bikes were permitted here.", {"forbidden", "prohibited", "banned"}),
        ("It opened before 1934.", {"closed", "after"}),
    ],
)
def test_an_opposite_takes_the_form_of_the_word(text: str, expected: set[str]) -> None:
    turned = {turn(text, Random(seed)) or "" for seed in range(60)}

    assert {word for one in turned for word in one.split() if word not in text} == expected


def test_what_cannot_be_changed_is_none() -> None:
    text = "bridges opened early"

    assert change_number("2. Bridges opened early.", Random(0)) is None  # the mark of a list item says nothing
    assert change_number(text, Random(0)) is None
    assert change_name(text, Random(0), ["Rossi"]) is None
    assert change_name("Opened by Angelo Rossi", Random(0), ["Rossi"]) is None  # no other name at hand
    assert negate(text, Random(0)) is None
    assert turn("It is red.", Random(0)) is None


@given(st.text(), st.integers(0, 1000), st.sampled_from(sorted(FAULTS)))
def test_the_same_seed_plants_the_same_fault_in_any_text(text: str, seed: int, kind: str) -> None:
    pool = ["Edith Marlow", "Ivar Holm"]
    planted = FAULTS[kind](text, Random(seed), pool)

    assert planted == FAULTS[kind](text, Random(seed), pool)
    assert planted is None or planted != text

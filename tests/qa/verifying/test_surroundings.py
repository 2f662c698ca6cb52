"""A number that stands elsewhere in the evidence is not taken for the one that is claimed."""

import pytest

from qa.verifying.surroundings import MOST, misplaced

EVIDENCE = [
    "The Amber Bridge opened to traffic in 1934. ",
    "It has two steel towers. ",
    "Its twelve granite piers were damaged by floods, and so it was closed for repairs in 1962.",
]


@pytest.mark.parametrize(
    ("claim", "number"),
    [
        pytest.param("The Amber Bridge opened to traffic in 1962.", "1962", id="year of another event"),
        pytest.param("The bridge has twelve steel towers.", "twelve", id="count of other things"),
        pytest.param("It was closed for repairs in 1934.", "1934", id="the other way round"),
    ],
)
def test_a_number_of_something_else_is_found(claim: str, number: str) -> None:
    found = misplaced(claim, EVIDENCE)

    assert found is not None
    assert claim[found.start : found.end] == number


@pytest.mark.parametrize(
    ("claim", "is_misplaced"),
    [
        ("Tessera needs 4 weeks.", True),
        ("Tessera needs 9 weeks.", False),
        ("Nordlicht needs 4 weeks.", False),
    ],
)
def test_of_two_things_in_one_sentence_each_has_its_number(claim: str, is_misplaced: bool) -> None:
    assert (misplaced(claim, ["Tessera needs nine weeks, Nordlicht four."]) is not None) == is_misplaced


@pytest.mark.parametrize(
    "claim",
    [
        "The Amber Bridge opened to traffic in 1934.",
        "In 1934 the Amber Bridge opened to traffic.",
        "The Amber Bridge, closed for repairs in 1962, opened to traffic in 1934.",
        "In 1962 repairs closed it, 28 years after it was opened in 1934.",
        "The bridge has 2 steel towers and 12 granite piers.",
        "2. The bridge has towers of steel.",
        "It has granite piers.",
        "",
    ],
)
def test_a_number_in_its_place_is_none(claim: str) -> None:
    assert misplaced(claim, EVIDENCE) is None


def test_evidence_without_a_number_has_none_in_another_place() -> None:
    assert misplaced("The bridge opened in 1934.", ["The bridge opened.", ""]) is None


@pytest.mark.timeout(60)
def test_two_thousand_numbers_in_a_sentence_take_no_time() -> None:
    many = "; ".join(f"item {place} has cost {place * 7} dollars, and it was" for place in range(1000))

    assert misplaced("Item 5 has cost 35 dollars.", [many]) is None
    assert misplaced(many, [many]) is None


def test_what_stands_in_a_long_list_is_in_no_other_place() -> None:
    listed = "The bridge has twelve steel towers " + " ".join(str(place) for place in range(100, 100 + MOST))

    assert misplaced("The bridge has twelve steel towers.", [listed, "The bridge has two steel towers."]) is None

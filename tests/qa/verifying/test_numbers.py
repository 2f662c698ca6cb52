"""Numbers are compared by value, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.verifying.numbers import numbers, values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,000 or one thousand", {1000.0}),
        ("two hundred and five people", {205.0}),
        ("3.5 million, that is 3,500,000", {3_500_000.0}),
        ("$5m, 12bn and 40k", {5e6, 12e9, 40e3}),
        ("twenty-one of 21", {21.0}),
        ("five hundred thousand two hundred", {500_200.0}),
        ("23% or twenty-three percent", {23.0}),
        ("the 20th century, the twentieth", {20.0}),
        ("a dozen", {12.0}),
        ("1.000.000 inhabitants", {1e6}),
        ("from 1914-18", {1914.0, 18.0, 1918.0}),
        ("October 6, 1973", {6.0, 1973.0}),
        ("F-16 and COVID-19", {16.0, 19.0}),
        ("the 1960s", {1960.0}),
        ("١٩٣٤", {1934.0}),
        ("１９３４年", {1934.0}),
        ("hundreds of people, no number", set()),
        ("three and four", {3.0, 4.0}),
        ("", set()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_text_gives_these_values(text: str, expected: set[float]) -> None:
    assert values(text) == expected


def test_one_and_first_are_marked_as_saying_little() -> None:
    assert [number.is_weak for number in numbers("one of the first two")] == [True, True, False]


def test_only_a_number_that_opens_a_list_item_is_its_mark() -> None:
    found = numbers("2. Add 3 eggs and 1 cup")

    assert [(number.value, number.is_list_mark) for number in found] == [(2, True), (3, False), (1, False)]


@given(st.text())
def test_any_text_has_numbers_at_places_within_it(text: str) -> None:
    for number in numbers(text):
        assert 0 <= number.start < number.end <= len(text)


@given(st.integers(min_value=0, max_value=10**12))
def test_a_thousands_separator_changes_no_value(value: int) -> None:
    assert values(f"{value:,}") == values(str(value)) == {float(value)}

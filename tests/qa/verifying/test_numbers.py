"""Numbers are compared by value, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.verifying.numbers import KnownNumbers, numbers


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
        ("10 000 people", {10_000.0}),
        ("10\u00a0000 or 1\u202f000\u202f000 people", {10_000.0, 1e6}),
        ("10'000 and 10’000,5", {10_000.0, 10_000.5}),
        ("in 2019 300 people", {2019.0, 300.0}),
        ("on May 10 300 people", {10.0, 300.0}),
        ("COVID-19 100 times", {19.0, 100.0}),
        ("12 3456", {12.0, 3456.0}),
        ("10.000 people", {10_000.0}),
        ("10.000 seconds", {10.0, 10_000.0}),
        ("10.500, 0.125 and 3.14", {10.5, 10_500.0, 0.125, 3.14}),
        ("−15 degrees, (-3.5) and -$5m", {-15.0, -3.5, -5e6}),
        ("minus 15", {-15.0}),
        ("10-15, 10 -15 and 2020/−21", {10.0, 15.0, 2020.0, 21.0}),
        ("fell by 15", {15.0, -15.0}),
        ("fell to 15", {15.0}),
        ("three and four", {3.0, 4.0}),
        ("", set()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_text_gives_these_values(text: str, expected: set[float]) -> None:
    assert KnownNumbers(text).values == expected


@pytest.mark.parametrize(
    ("there", "claimed", "expected"),
    [
        ("€500", "$500", False),
        ("€500", "500 euros", True),
        ("€3.5 million", "3.5 million US dollars", False),
        ("£500", "500 pounds", True),
        ("500 lb", "500 pounds", True),
        ("300 miles", "300 kilometres", False),
        ("300-mile", "300 km", False),
        ("300 miles, then 300", "300 km", True),
        ("300 km²", "300 square miles", False),
        ("20 °C", "20 degrees Fahrenheit", False),
        ("20 °C", "20 degrees", True),
        ("5 kg", "5 lb", False),
        ("5 weeks", "5 days", False),
        ("three years", "3-year", True),
        ("10.500", "10,500", True),
        ("−15", "15", False),
        ("15", "−15", False),
        ("−15", "a loss of 15", True),
    ],
)
def test_sign_and_unit_tell_numbers_apart(there: str, claimed: str, expected: bool) -> None:
    assert all(KnownNumbers(there).has(number) for number in numbers(claimed)) is expected


def test_a_number_with_sign_and_unit_says_where_they_stand() -> None:
    text = "a fee of -$5 million, then 3 feet"

    assert [text[n.first : n.last] for n in numbers(text)] == ["-$5 million", "3 feet"]
    assert [text[n.start : n.end] for n in numbers(text)] == ["5 million", "3"]


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
    assert KnownNumbers(f"{value:,}").values == KnownNumbers(str(value)).values == {float(value)}

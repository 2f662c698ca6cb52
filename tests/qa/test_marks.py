"""Marks are read as people and models write them; nothing else in brackets is one."""

from __future__ import annotations

import time

import pytest

from qa.marks import leading, marks, numbers, without_marks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It opened [2].", (2,)),
        ("It opened [1][3].", (1, 3)),
        ("It opened [1, 3].", (1, 3)),
        ("It opened [1-3].", (1, 2, 3)),
        ("It opened [3–1].", (3, 1)),
        ("It opened [[4]].", (4,)),
        ("It opened [[1], [2]].", (1, 2)),
        ("It opened [^7].", (7,)),
        ("It opened ［１］.", (1,)),
        ("It opened 【3】.", (3,)),
        ("It opened 【3†source】.", (3,)),
        ("It opened【1†a】【2†b】.", (1, 2)),
        ("It opened [1，2].", (1, 2)),
    ],
)
def test_every_way_to_write_marks_is_read_and_taken_out(text: str, expected: tuple[int, ...]) -> None:
    assert numbers(text) == expected
    assert without_marks(text) == "It opened."


@pytest.mark.parametrize("text", ["[2024 edition]", "[sic]", "(1)", "[12345]", "[]", "[-1]", "[one]", "a[0"])
def test_other_brackets_are_no_marks(text: str) -> None:
    assert numbers(text) == ()
    assert without_marks(text) == text


def test_a_wide_range_is_no_citation_of_all_in_it() -> None:
    assert numbers("[1-2000]") == (1, 2000)


def test_a_mark_is_found_from_its_first_bracket_to_its_last() -> None:
    text = "It opened. [1] It closed. 【2】[[3], [4]]"

    assert [(text[m.start : m.end], m.numbers) for m in marks(text)] == [
        ("[1]", (1,)),
        ("【2】", (2,)),
        ("[[3], [4]]", (3, 4)),
    ]


def test_the_marks_that_a_text_opens_with_end_where_its_words_begin() -> None:
    assert " [1] [[2]] It closed."[leading(" [1] [[2]] It closed.") :] == " It closed."
    assert leading("It closed. [1]") == 0


@pytest.mark.parametrize("text", ["[1" * 20_000, "[" * 40_000, "[1, " * 10_000, "[1†" * 10_000, " " * 3_000 + "["])
def test_hostile_brackets_take_no_time_to_speak_of(text: str) -> None:
    began = time.process_time()
    numbers(text), without_marks(text), leading(text)
    assert time.process_time() - began < 5

"""Sentences of an answer in one text, each with its marks."""

from __future__ import annotations

import time
from typing import Any

import pytest

from qa.evaluation.marks import needs_citation, sentences_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It opened [1]. It closed [2].", [("It opened.", (1,)), ("It closed.", (2,))]),
        ("It opened. [1] It closed.", [("It opened.", (1,)), ("It closed.", ())]),
        ("It opened.[1][2] It closed.[3]", [("It opened.", (1, 2)), ("It closed.", (3,))]),
        ('He said "It opened." [1] It closed.', [('He said "It opened."', (1,)), ("It closed.", ())]),
        ("It opened [1, 3]. It closed [2-4].", [("It opened.", (1, 3)), ("It closed.", (2, 3, 4))]),
        ("It opened [sic] in [2024 or so].", [("It opened [sic] in [2024 or so].", ())]),
        ("It opened [1-9000].", [("It opened.", (1, 9000))]),
        ("", []),
        ("It opened. [1] It closed. 【2】", [("It opened.", (1,)), ("It closed.", (2,))]),
        ("The U.S. [1] Census counted 300.", [("The U.S. Census counted 300.", (1,))]),
        ("St. [1] John built it.", [("St. John built it.", (1,))]),
        ("It is approx. [1] 300 m long.", [("It is approx. 300 m long.", (1,))]),
        ("J. R. R. [1] Tolkien wrote it.", [("J. R. R. Tolkien wrote it.", (1,))]),
        ("桥于1934年开放。[1] 它是红色的。[2]", [("桥于1934年开放。", (1,)), ("它是红色的。", (2,))]),
        ("桥于1934年开放[1]。它是红色的[2]。", [("桥于1934年开放。", (1,)), ("它是红色的。", (2,))]),
        ("It opened.[1]It closed.", [("It opened.", (1,)), ("It closed.", ())]),
        ("It opened.\n[1] It closed.", [("It opened.", ()), ("It closed.", (1,))]),
        ("- It opened. [1]\n- It closed. [2]", [("- It opened.", (1,)), ("- It closed.", (2,))]),
        ("It opened.\n\n[1]", [("It opened.", (1,))]),
    ],
    ids=[
        *("before", "after", "behind", "quoted", "lists", "no marks", "too wide", "empty", "other brackets", "U.S."),
        *("St.", "approx.", "initials", "Chinese", "Chinese, before", "no space", "next line", "bullets", "own line"),
    ],
)
def test_marks_belong_to_the_sentence_before_them(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(s.text, s.numbers) for s in sentences_of(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Call `items[1]` first [2].", [("Call `items[1]` first.", (2,))]),
        ("```\nitems[1]\n```\nIt returns one [2].", [("```\nitems[1]", ()), ("It returns one.", (2,))]),
        ("See https://a.test/a[1]?q=[2] there [3].", [("See https://a.test/a[1]?q=[2] there.", (3,))]),
        ("See [it](https://a.test)[1].", [("See [it](https://a.test).", (1,))]),
        ("So a[3]?q=[2] is one [1].", [("So a[3]?q=[2] is one.", (1,))]),
        ("So items[1].name is one [2].", [("So items[1].name is one.", (2,))]),
        ("So items[0] is one [1].", [("So items[0] is one.", (1,))]),
        ("So a[7][8] is one [1].", [("So a[7][8] is one.", (1,))]),
        ("It is [0, 10] metres [1].", [("It is [0, 10] metres.", (1,))]),
        ("In [2021] it opened [1].", [("In [2021] it opened.", (1,))]),
        ("It opened[1] (late)[2], they say[3].", [("It opened (late), they say.", (1, 2, 3))]),
        ("It opened[1]. It closed[9].", [("It opened.", (1,)), ("It closed.", (9,))]),
    ],
)
def test_brackets_of_code_addresses_and_numbers_are_no_marks(text: str, expected: list[tuple[str, Any]]) -> None:
    assert [(s.text, s.numbers) for s in sentences_of(text, frozenset({1, 2, 3}))] == expected


def test_a_year_and_a_zero_are_marks_where_a_passage_has_that_number() -> None:
    assert [s.numbers for s in sentences_of("It opened [0]. It closed [2021].", frozenset({0, 2021}))] == [
        (0,),
        (2021,),
    ]


@pytest.mark.parametrize(
    "sources",
    [
        "Sources:\n[1] City archive\n[2] Paint log. Volume 2.",
        "**References**\n\n- [1] City archive\n\n- [2] Paint log\n",
        "## Sources\n[1]: City archive",
        "Sources: [1] City archive",
        "[^1]: City archive. Box 3.\n    Second shelf.\n[^2]: Paint log.",
    ],
)
def test_a_list_of_sources_is_no_part_of_the_answer(sources: str) -> None:
    said = sentences_of(f"It opened [1]. It is red [2].\n\n{sources}")

    assert [(s.text, s.numbers) for s in said] == [("It opened.", (1,)), ("It is red.", (2,))]


@pytest.mark.parametrize(
    "text", ["Sources [1] say it opened.", "Sources:\nthe city archive.", "Notes on it [1] are lost."]
)
def test_a_sentence_about_sources_is_one(text: str) -> None:
    assert sentences_of(text)


@pytest.mark.parametrize(
    ("sentence", "needs"),
    [
        ("The bridge opened in 1934.", True),
        ("The bridge: a short history", False),
        ("Do you mean the bridge?", False),
        ("# The bridge", False),
        ("There are three reasons:", False),
        ("Thanks!", False),
        ("The bridge, which is forty metres long and red, opened in 1934", True),
        ("东京是日本的首都。", True),
        ("यह पुल १९३४ में खुला।", True),
        ("東京は日本の首都ですか？", False),
    ],
)
def test_only_what_claims_something_needs_a_citation(sentence: str, needs: bool) -> None:
    assert needs_citation(sentence) is needs


def test_what_has_a_mark_claims_something() -> None:
    assert [s.needs_citation for s in sentences_of("It opened in 1934 [1]\n\nMore")] == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "[1]" * 20_000,
        "x[1]" * 20_000,
        "`[1] " * 20_000,
        "[1]:\n" * 20_000,
        "Sources:\n\n" * 10_000,
        "https://" * 10_000,
    ],
)
def test_hostile_answers_take_no_time_to_speak_of(text: str) -> None:
    began = time.process_time()
    sentences_of(text, frozenset({1}))
    assert time.process_time() - began < 5

"""What a claim says otherwise than its evidence is found by its words alone."""

from __future__ import annotations

import pytest

from qa.verifying.differences import difference, differs
from qa.verifying.framing import states_nothing, unframed

EVIDENCE = ["The Amber Bridge opened in 1934 and was not designed by Ivar Holm.", "It is 1,200 m long."]


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("The Amber Bridge opened in 1935.", "1935"),
        ("The Amber Bridge is 1,300 m long.", "1,300"),
        ("It is 1934 m long.", "1934"),
        ("The Silver Bridge opened in 1934.", "Silver"),
        ("The Amber Bridge was designed by Ivar Holm.", "designed"),
        ("The Amber Bridge did not open in 1934.", "open"),
        ("The Amber Bridge did not open in 1934 and was not designed by Ivar Holm.", "open"),
        ("The Amber Bridge opened in 1934: see https://evil.example/?q=bridge.", "https://evil.example"),
        ("The Amber Bridge opened in 1934: see evil.example.", "evil.example"),
        ("The Amber Bridge opened in 1934, says a@evil.example.", "a@evil.example"),
        ("The Amber Bridge opened in 1934, woof.", "woof"),
        ("The Amber Bridge <b>opened</b> in 1934.", "<b>"),
        ("The Amber Bridge ![](x?q=1) opened in 1934.", "!["),
        ("The Amber Bridge opened in 1934 (javascript:alert(1)).", "javascript:"),
    ],
)
def test_a_difference_is_named(claim: str, expected: str) -> None:
    assert expected in (difference(claim, EVIDENCE) or "")


@pytest.mark.parametrize(
    "claim",
    [
        "In 1934 the Amber Bridge was opened.",
        "The bridge is 1200 m long.",
        "Ivar Holm didn't design the Amber Bridge.",
        "It has a length of 1,200 m, e.g. for cars.",
    ],
)
def test_other_words_for_the_same_are_no_difference(claim: str) -> None:
    assert difference(claim, EVIDENCE) is None


def test_a_rare_word_is_looked_at_where_it_is_set_off_and_may_come_from_the_question() -> None:
    claim = "The Amber Bridge opened in 1934, as a cantilever."
    assert "cantilever" in (difference(claim, EVIDENCE) or "")
    assert difference(claim, EVIDENCE, "When did the cantilever open?") is None
    assert difference("The cantilever of the Amber Bridge opened in 1934.", EVIDENCE) is None


def test_no_word_of_another_language_is_rare() -> None:
    there = ["Die Bernsteinbrücke wurde nach vier Jahren Bauzeit feierlich eröffnet."]
    assert difference("Die Bernsteinbrücke wurde nach vier Jahren festlich eingeweiht.", there) is None


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("The bridge opened in 1935.", True),
        ("It is 1934 m long.", True),
        ("It was designed by Edith Marlow.", True),
        ("Munich opened in 1934.", True),
        ("Ivar Holm designed the Amber Bridge.", True),
        ("1. One amber bridge opened in 1934.", False),
        ("However, it was not Ivar Holm who designed the Amber Bridge.", False),
    ],
)
def test_what_a_verifier_weighs_leaves_out_what_tells_little(claim: str, expected: bool) -> None:
    assert differs(claim, EVIDENCE) is expected


def test_an_address_of_the_document_itself_may_be_said() -> None:
    assert difference("It is at https://bridge.example/a.", ["See https://bridge.example/a for tolls."]) is None


@pytest.mark.parametrize(
    "claim",
    [
        "According to the document, it opened in 1934.",
        "The text states that it opened in 1934.",
        "As stated in the passage, it opened in 1934.",
        "It opened in 1934, according to the document.",
    ],
)
def test_where_something_is_said_is_no_part_of_what_is_claimed(claim: str) -> None:
    assert unframed(claim).casefold() == "it opened in 1934."


@pytest.mark.parametrize(
    "claim",
    [
        "This evidence provides detailed information about the Amber Bridge.",
        "This is a list of facts about the bridge.",
        "This information is related to the Amber Bridge.",
        "The Amber Bridge opened.",
        "This is a collection of details about the Amber Bridge.",
    ],
)
def test_what_is_about_the_evidence_or_repeats_the_question_is_no_answer(claim: str) -> None:
    assert states_nothing(claim, "When did the Amber Bridge open?")


@pytest.mark.parametrize(
    ("claim", "asked"),
    [
        ("1934.", "When did the Amber Bridge open?"),
        ("The Amber Bridge opened in 1934.", "When did the Amber Bridge open?"),
        ("The Amber Bridge is open.", "Is the Amber Bridge open?"),
        ("The Amber Bridge is longer.", "Which is longer, the Amber Bridge or the Silver Bridge?"),
        ("It contains the genetic information of the cell.", "What does DNA contain?"),
        ("It is a list of landholders made in 1086.", "What is the Domesday Book?"),
        ("The report contains data on 1,200 patients.", "What does the report contain?"),
        ("You can't carry over vacation days.", "When can I carry over vacation days?"),
        ("As an intern you are entitled to leave.", "Am I entitled to leave as an intern?"),
        ("The document was signed in 1934.", "When was it signed?"),
        ("This list of bridges was printed in 1934.", ""),
        ("The article contains 28 sections.", "How many sections does it have?"),
    ],
)
def test_what_tells_something_may_be_one(claim: str, asked: str) -> None:
    assert states_nothing(claim, asked) is None

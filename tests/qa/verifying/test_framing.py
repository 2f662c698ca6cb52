"""Words about the answer itself are told from what is claimed."""

from __future__ import annotations

import pytest

from qa.verifying.framing import states_nothing, unframed


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

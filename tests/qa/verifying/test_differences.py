"""What a claim says otherwise than its evidence is found by its words alone."""

from __future__ import annotations

import unicodedata

import pytest

from qa.verifying.differences import difference, differs

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


def test_accents_in_two_code_points_are_no_difference() -> None:
    claim = "The café of Zoë Müller opened in 1934."
    apart = unicodedata.normalize("NFD", claim)

    assert difference(claim, [apart]) is None
    assert difference(apart, [claim]) is None
    assert not differs(claim, [apart])


def test_a_number_is_named_with_its_sign_and_unit() -> None:
    assert "number −15 °C." in (difference("It was −15 °C.", ["It was 15 °C."]) or "")

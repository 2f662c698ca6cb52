"""A claim is cited with the fewest words that support it, whatever it says they are, or with none."""

from __future__ import annotations

import pytest

from index.document import Document
from index.encoding import load_encoder
from index.splitting import split_sentences
from qa.aligning import LONGEST, ground
from qa.answer import PassageScores, RetrievedPassage
from qa.citing import Claim, SourcePassage, Support
from qa.verifying import FittedVerifier

TEXT = (
    "The Amber Bridge opened in 1934 after four years of work. It was designed by Edith Marlow. "
    "The Round Tower was built by Ivar Holm in 1642. The tower was never used as a prison. "
    "Halden lies on the river Lind. Painters keep the Amber Bridge green with paint from Norway."
)


@pytest.fixture(scope="module")
def verifier() -> FittedVerifier:
    return FittedVerifier(load_encoder())


@pytest.fixture(scope="module")
def sentences() -> tuple[Support, ...]:
    document = Document.from_text(TEXT, source="halden")
    retrieved = RetrievedPassage(
        document_id=document.id,
        title="halden",
        source="halden",
        start=0,
        end=len(TEXT),
        text=TEXT,
        scores=PassageScores(dense=None, lexical=None, fused=None),
    )
    passage = SourcePassage(retrieved, document.content_hash)
    return tuple(Support(passage, s.start, s.end) for s in split_sentences(TEXT))


def cited(text: str, named: list[int], sentences: tuple[Support, ...], verifier: FittedVerifier) -> list[int]:
    grounding = ground(Claim(text, tuple(sentences[n] for n in named), sentences), verifier)
    assert (grounding.reason is None) == bool(grounding.supports)
    return [sentences.index(support) for support in grounding.supports]


def test_its_own_mark_is_kept_where_it_is_right(sentences: tuple[Support, ...], verifier: FittedVerifier) -> None:
    assert cited("In 1934 the Amber Bridge was opened.", [0], sentences, verifier) == [0]


@pytest.mark.parametrize("named", [[], [4], [1, 2, 3, 4], [5, 4]])
def test_a_wrong_mark_gives_way_to_the_right_one(
    named: list[int], sentences: tuple[Support, ...], verifier: FittedVerifier
) -> None:
    assert cited("In 1934 the Amber Bridge was opened.", named, sentences, verifier) == [0]


def test_of_many_marks_one_that_is_enough_stays(sentences: tuple[Support, ...], verifier: FittedVerifier) -> None:
    assert cited("Ivar Holm built the Round Tower in 1642.", [0, 2, 4], sentences, verifier) == [2]


def test_two_sentences_are_cited_together_where_it_takes_both(
    sentences: tuple[Support, ...], verifier: FittedVerifier
) -> None:
    said = "The Amber Bridge opened in 1934 and the Round Tower was built by Ivar Holm."
    assert sorted(cited(said, [0], sentences, verifier)) == [0, 2]


def test_the_sentence_that_names_what_another_leans_on_is_cited_with_it(
    sentences: tuple[Support, ...], verifier: FittedVerifier
) -> None:
    assert sorted(cited("The Amber Bridge was designed by Edith Marlow.", [1], sentences, verifier)) == [0, 1]


@pytest.mark.parametrize(
    "text",
    [
        "The Amber Bridge opened in 1642 after four years of work.",  # the tower's number
        "The Amber Bridge opened in 1935.",
        "The Round Tower was built by Edith Marlow in 1642.",  # the bridge's name
        "The tower was used as a prison.",
        "The Amber Bridge was not opened in 1934.",
        "The moon is made of green cheese.",
        "Die Bernsteinbrücke wurde von Außerirdischen gesprengt.",
        "这座桥于一九八七年被外星人炸毁。",
        "The Amber Bridge opened in 1934, see http://evil.example/?q=bridge.",
        "",
    ],
)
@pytest.mark.parametrize("named", [[0], [2], [0, 2], [3]])
def test_what_nothing_supports_is_cited_with_nothing(
    text: str, named: list[int], sentences: tuple[Support, ...], verifier: FittedVerifier
) -> None:
    assert cited(text, named, sentences, verifier) == []


def test_the_difference_is_the_reason(sentences: tuple[Support, ...], verifier: FittedVerifier) -> None:
    grounding = ground(Claim("The Amber Bridge opened in 1935.", (sentences[0],)), verifier)
    assert grounding.reason == "The cited words don’t have the number 1935."


def test_what_is_too_little_to_look_for_needs_a_mark_of_its_own(
    sentences: tuple[Support, ...], verifier: FittedVerifier
) -> None:
    assert cited("In 1934.", [], sentences, verifier) == []
    assert cited("In 1934.", [0], sentences, verifier) == [0]


def test_what_is_too_long_to_be_read_at_once_is_not_believed(
    sentences: tuple[Support, ...], verifier: FittedVerifier
) -> None:
    assert cited(sentences[0].quote + " And so on" * LONGEST, [0], sentences, verifier) == []


@pytest.mark.parametrize(
    "text", ["Amber Bridge invigdes 1934.", "Amber Bridge öffnete in 1934.", "Amber Bridge 1934 yılında açıldı."]
)
def test_names_and_numbers_alone_do_not_make_words_of_another_language_true(
    text: str, sentences: tuple[Support, ...], verifier: FittedVerifier
) -> None:
    assert cited(text, [0], sentences, verifier) == []
    assert cited("Amber Bridge opened 1934.", [0], sentences, verifier) == [0]
    assert cited("Edith Marlow.", [1], sentences, verifier) == [1]

"""Sentences to fit on: in other words they say the same, with a fault they do not."""

from random import Random

import pytest

from index.negation import negations
from qa.verifying.cases import TURNS, drawn_sentences, said
from qa.verifying.differences import difference
from qa.verifying.rewording import reworded

TEXT = "The tram is late today. No dogs were allowed on the tram. It stopped before the bridge, but it was not full."


@pytest.mark.parametrize("kind", TURNS)
def test_sentences_are_drawn_with_evidence_that_has_them(kind: str) -> None:
    drawn = drawn_sentences([("g", TEXT)], kind, 9)

    assert drawn
    assert all(group == "g" and sentence in evidence for group, evidence, sentence in drawn)
    assert {bool(negations(sentence)) for _, _, sentence in drawn} == {kind == "negation removed"}


@pytest.mark.parametrize("kind", TURNS)
def test_each_sentence_is_supported_once_and_turned_round_by_every_fault(kind: str) -> None:
    for _, _, sentence in drawn_sentences([("g", TEXT)], kind, 9):
        claims = {fault: claim for claim, fault in said(sentence, kind)}

        assert None in claims
        assert TURNS[kind][0] in claims
        assert len(set(claims.values())) == len(claims)


@pytest.mark.parametrize(
    "sentence",
    [
        "However, no ransom was paid (in 2019).",
        "In 2019, the board did not approve the budget.",
        "Dogs are not allowed, because they bark.",
        "The staff cannot open it.",
        "If you no longer have it, do not call.",
    ],
)
def test_other_words_keep_the_negation(sentence: str) -> None:
    for seed in range(40):
        assert difference(reworded(sentence, Random(seed)), [sentence, "Dogs are forbidden."]) is None

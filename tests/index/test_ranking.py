"""Scores that can be worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from index.document import Passage, Sentence
from index.encoding import PassageEncoding, QuestionEncoding
from index.expecting import expected
from index.ranking import NAMED_COSINE, Candidate, Question, SentenceRanker, late_interaction
from index.term_weights import TermWeights, background

A, B, C = np.eye(3, dtype=np.float32)


def rows(*vectors: np.ndarray) -> np.ndarray:
    return np.stack(vectors).astype(np.float32)


def test_late_interaction_takes_each_question_tokens_best_match() -> None:
    # a finds a (1), b finds (a+b)/sqrt 2 (0.7071); weights 1 and 3: (1 + 3 * 0.7071) / 4 = 0.7803
    sentence = rows(A, (A + B) / np.sqrt(2))
    assert late_interaction(rows(A, B), sentence, np.array([1, 3], np.float32)) == pytest.approx(0.7803, abs=1e-4)


def test_late_interaction_of_an_empty_sentence_is_zero() -> None:
    assert late_interaction(rows(A), np.empty((0, 3), np.float32), np.ones(1, np.float32)) == 0.0


@pytest.mark.parametrize(("width", "weights"), [(2, 1), (3, 2)], ids=["other width", "other count"])
def test_late_interaction_refuses_shapes_that_do_not_fit(width: int, weights: int) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        late_interaction(rows(A), np.ones((1, width), np.float32), np.ones(weights, np.float32))


def question(text: str, *vectors: np.ndarray) -> Question:
    starts = np.array([i * 2 for i in range(len(vectors))], np.int32)
    return Question.of(text, QuestionEncoding(A, rows(*vectors), starts), TermWeights())


def candidate(text: str, tokens: np.ndarray, token_starts: list[int], *sentences: tuple[int, int]) -> Candidate:
    passage = Passage("d", 0, len(text), text, tuple(Sentence(a, b) for a, b in sentences))
    encoded = np.rint(tokens * 127).astype(np.int8)
    return Candidate(passage, PassageEncoding(A, encoded, np.array(token_starts, np.int32)))


def test_the_sentence_whose_tokens_match_comes_first() -> None:
    text = "x y. z w."
    two = candidate(text, rows(B, B, A, C), [0, 2, 5, 7], (0, 4), (5, 9))
    ranker = SentenceRanker({"intercept": 0.0, "late_interaction": 1.0})
    first, second = ranker.rank(question("a c", A, C), [two])
    assert (first.text, second.text) == ("z w.", "x y.")
    assert first.signals.late_interaction == pytest.approx(1.0, abs=0.01)
    assert second.signals.late_interaction == pytest.approx(0.0, abs=0.01)


def test_another_number_is_not_the_one_that_is_asked_about() -> None:
    # All tokens are alike, as those of numbers nearly are; the second sentence stands under its own number.
    text = "# v2.3.0\nx y.\n# 2.40.1\nx z."
    one = candidate(text, rows(A, A, A, A, A, A), [2, 9, 11, 16, 23, 25], (0, 8), (9, 13), (14, 22), (23, 27))
    asked = {"2.3.0": "x y.", "2.3": "x y.", "v2.3": "x y.", "2.40.1": "x z.", "2.40": "x z."}
    found = {number: SentenceRanker().rank(question(f"x {number}", A, A), [one])[0].text for number in asked}
    assert found == asked


def test_a_sentence_is_carried_by_the_one_before_it_in_its_passage_alone() -> None:
    # "x y." has a, "z w." has c: together they have both. "v u." opens the next passage, so nothing is before it.
    two = candidate("x y. z w.", rows(A, B, B, C), [0, 2, 5, 7], (0, 4), (5, 9))
    next_passage = candidate("v u.", rows(B, C), [0, 2], (0, 4))
    scored = {s.text: s.signals for s in SentenceRanker().rank(question("a c", A, C), [two, next_passage])}
    assert scored["z w."].context_interaction == pytest.approx(1.0, abs=0.01)
    for alone in ("x y.", "v u."):
        assert scored[alone].context_interaction == pytest.approx(scored[alone].late_interaction)


def test_a_heading_carries_all_sentences_under_it_and_is_none_itself() -> None:
    # "H" has a, "u." has b and "x." has c. The sentence right before "x." lacks a; the heading has it.
    one = candidate("H\n\nu. x.", rows(A, B, C), [0, 3, 6], (0, 1), (3, 5), (6, 8))
    scored = {s.text: s.signals for s in SentenceRanker().rank(question("a c", A, C), [one])}
    assert set(scored) == {"u.", "x."}
    assert scored["x."].context_interaction == pytest.approx(1.0, abs=0.01)
    assert scored["u."].context_interaction < 1.0
    assert scored["x."].late_interaction < 1.0


def test_what_a_document_is_called_is_matched_by_all_its_sentences() -> None:
    # "u." has neither b nor c; c is what its document is called, and counts as matched there.
    one = candidate("u.", rows(A), [0], (0, 2))
    asked = question("b c", B, C)
    [alone] = SentenceRanker().rank(asked, [one])
    [named] = SentenceRanker().rank(asked, [replace(one, called=frozenset({"c", "other"}))])
    of_b, of_c = asked.token_weights
    assert alone.signals.document_interaction == alone.signals.context_interaction == pytest.approx(0.0, abs=0.01)
    assert named.signals.document_interaction == pytest.approx(NAMED_COSINE * of_c / (of_b + of_c), abs=0.01)
    assert named.signals.context_interaction == alone.signals.context_interaction
    assert named.score > alone.score


@pytest.mark.parametrize(
    ("asked", "text", "kind", "has"),
    [
        ("Who runs the mill?", "It is run by Ada Brown.", "name", 1.0),
        ("Who runs the mill?", "Ada runs it.", "name", 0.0),
        ("Who is Ada Brown?", "The mill is run by Ada Brown.", "name", 0.0),
        ("What does Ada run?", "The mill of Norwick is run by her.", "name", 0.0),
        ("When was it built?", "The mill dates from 1934.", "date", 1.0),
        ("When was it built?", "The mill is old.", "date", 0.0),
        ("How many mills are there?", "There are three mills.", "number", 1.0),
        ("Why is it closed?", "It is closed because it leaks.", "reason", 1.0),
    ],
)
def test_a_sentence_has_the_kind_of_answer_that_is_asked_for(asked: str, text: str, kind: str, has: float) -> None:
    assert expected(kind, asked, [text]).tolist() == [has]


def test_stored_and_direct_late_interaction_agree() -> None:
    random = np.random.default_rng(0)
    tokens = random.normal(size=(6, 3)).astype(np.float32)
    tokens /= np.linalg.norm(tokens, axis=1, keepdims=True)
    asked = question("q w", tokens[0], tokens[3])
    [scored] = SentenceRanker().rank(asked, [candidate("abcdef", tokens, list(range(6)), (0, 6))])
    direct = late_interaction(asked.encoding.tokens, tokens, asked.token_weights)
    assert scored.signals.late_interaction == pytest.approx(direct, abs=0.01)  # int8 rounds


def test_a_sentence_without_word_pieces_is_left_out() -> None:
    scored = SentenceRanker().rank(question("a", A), [candidate("abc \u200b", rows(B), [0], (0, 3), (4, 5))])
    assert [s.text for s in scored] == ["abc"]


def test_rare_words_weigh_more_than_common_ones() -> None:
    weights = TermWeights()
    assert weights.idf("the") < weights.idf("govern") < weights.idf("zyzzyva")
    assert 0 < background()["the"] <= 1


def test_a_librarys_own_counts_outweigh_the_background() -> None:
    # "zyzzyva" in every one of 10,000 passages: ln(1 + 11000 / (10000 + 0.5)) = 0.7419
    weights = TermWeights.of(["zyzzyva"], [10_000], 10_000)
    assert weights.idf("zyzzyva") == pytest.approx(0.7419, abs=1e-3)

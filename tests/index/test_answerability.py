"""What speaks for an answer, and against a sentence that only looks like one."""

from dataclasses import replace
from pathlib import Path

import pytest

from index.answerability import Outlook, answerability, default_threshold
from index.document import Document, Passage, Sentence
from index.encoding import Encoder
from index.library import Library
from index.ranking import ScoredSentence, Signals
from index.retrieval import EvidenceRetriever

TEXT = "The Amber Bridge opened in 1934. Rents rose because the larger mills moved, and 11,000 people were not paid."
OPENED, ROSE = (0, 32), (33, len(TEXT))
PASSAGE = Passage("d", 0, len(TEXT), TEXT, (Sentence(*OPENED), Sentence(*ROSE)))
# About those of the sentence that answers "When did the Amber Bridge open?".
SIGNALS = Signals(
    late_interaction=0.9,
    context_interaction=0.9,
    document_interaction=0.9,
    passage_interaction=0.9,
    passage_similarity=0.7,
    passage_coverage=1.0,
    coverage=1.0,
    weakest=0.8,
    expected_number=0.0,
    expected_date=1.0,
    expected_reason=0.0,
    expected_name=0.0,
    without_kind=0.0,
)


def found(span: tuple[int, int], score: float = 2.0) -> ScoredSentence:
    return ScoredSentence(PASSAGE, Sentence(*span), SIGNALS, score, 0.5)


@pytest.mark.parametrize(
    ("question", "span", "against"),
    [
        ("When did the Amber Bridge open?", OPENED, 0.0),
        ("When did the Amber Bridge not open?", OPENED, 1.0),
        ("Which bridge didn’t open in 1934?", OPENED, 1.0),
        ("Who were not paid?", ROSE, 0.0),
        ("Why were 11000 people not paid?", ROSE, 0.0),
        # Whether something is so, a sentence says by saying what is.
        ("Isn’t the Amber Bridge open?", OPENED, 0.0),
        # Why and how something is not so, a sentence may say without denying anything.
        ("Why didn’t rents fall for 12 years?", ROSE, 0.0),
        ("Why is my card not working?", OPENED, 0.0),
        ("What happens to parcels that are not delivered?", OPENED, 0.0),
        ("Who pays if the bridge is not open?", OPENED, 0.0),
    ],
)
def test_a_near_miss_is_told_by_the_word_that_counts(question: str, span: tuple[int, int], against: float) -> None:
    assert Outlook.of(question, [found(span)]).negated == against


@pytest.mark.parametrize("near_miss", ["When did it not open?", "Which bridge never opened?"])
def test_a_near_miss_is_far_less_likely_answered_than_what_the_sentence_says(near_miss: str) -> None:
    def odds(question: str) -> float:
        probability = answerability(question, [found(OPENED)])
        return probability / (1.0 - probability)

    assert odds(near_miss) < odds("When did it open?") / 4


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("When did the Amber Bridge open?", 0.0),
        ("When did the Eiffel Bridge open?", 0.5),
        ("How tall is the Eiffel Tower in metres?", 1.0),
        ("What happened in 1935 at the bridge?", 1.0),
        ("What happened in 1934 at the Mill?", 0.0),  # "mills"
        ("Eiffel opened when?", 0.0),  # whatever begins a question has a capital
        ("WHEN DID THE EIFFEL TOWER OPEN?", 0.0),
        ("How tall is the eiffel tower?", 0.0),
    ],
)
def test_names_that_stand_nowhere_in_what_was_found_are_told(question: str, unknown: float) -> None:
    assert Outlook.of(question, [found(OPENED)]).unknown_names == unknown


def test_a_sentence_without_the_kind_of_answer_is_less_likely_one() -> None:
    best = found(OPENED)
    without = replace(best, signals=replace(SIGNALS, without_kind=1.0))
    assert answerability("When did the Amber Bridge open?", [without]) < answerability(
        "When did the Amber Bridge open?", [best]
    )


def test_a_question_about_another_name_is_less_likely_answered() -> None:
    asked, other = "When did the Amber Bridge open?", "When did the Eiffel Bridge open?"
    assert answerability(other, [found(OPENED)]) < answerability(asked, [found(OPENED)])


@pytest.mark.parametrize("question", ["\u200b", "?", "…"])
def test_a_question_without_a_word_is_answered_by_nothing(question: str) -> None:
    assert answerability(question, [found(OPENED)]) == 0.0


def test_the_best_sentence_is_judged_whatever_their_order() -> None:
    both = [found(ROSE, score=1.0), found(OPENED, score=2.0)]
    assert Outlook.of("Who was not paid?", both) == Outlook.of("Who was not paid?", both[::-1])
    assert Outlook.of("Who was not paid?", both).negated == 1.0


def test_nothing_found_answers_nothing() -> None:
    assert answerability("When did the bridge open?", []) == 0.0


def test_the_threshold_is_a_probability_that_neither_answers_nor_refuses_all() -> None:
    assert 0.0 < default_threshold() < 1.0


@pytest.mark.parametrize(
    ("question", "near_miss"),
    [
        ("Who paid the builders of the Amber Bridge?", "Who did not pay the builders of the Amber Bridge?"),
        ("What was green?", "What was never green?"),
    ],
)
def test_of_a_library_what_it_says_is_answered_and_the_near_miss_refused(
    encoder: Encoder, data: Path, question: str, near_miss: str
) -> None:
    text = (
        "The Amber Bridge opened in 1934 and was painted green. Its builders were paid by the city council of Norwick."
        "\n\nThe ferry between Norwick and Easton stopped in the winter of 1951."
    )
    with Library.open(data, encoder) as library:
        library.add(Document("/bridge.txt", "Bridge", text))
        retriever = EvidenceRetriever(library=library, encoder=encoder)

        def probability(asked: str) -> float:
            return answerability(asked, [s for d in retriever.invoke(asked) for s in d.metadata["sentences"]])

        assert probability(near_miss) < default_threshold() < probability(question)

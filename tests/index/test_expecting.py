"""Whether a sentence has the kind of answer that is asked for."""

import pytest

from index.expecting import expected, lacking

JOURNEYS = "The tram would take about 5,000 car journeys a day off the ring road."
GUARD = "The only guard on duty, a 63-year-old man employed by an outside firm, was on the ground floor."


@pytest.mark.parametrize(
    ("question", "has", "lacks"),
    [
        ("How much will a ticket cost?", "A ticket will be £2.40.", JOURNEYS),
        ("How much will a ticket cost?", "Children travel free.", JOURNEYS),
        ("How much does lunch cost?", "| Lunch | 30 |", "| Lunch | in the hall |"),
        ("What was the price of the club?", "They paid two million for it.", "They bought it in 2019."),
        ("How old are her sons?", "Her sons are 7 and 12.", "She has two sons, who sleep late."),
        ("How old is the church?", "The church was built in 1204.", "The church stands on the hill."),
        (
            "What time did the meeting end?",
            "It ended at half past nine.",
            "He will meet ministers in London on 3 June.",
        ),
        ("What is the name of the guard?", "The guard, Paul Brandt, was on the ground floor.", GUARD),
        ("What is the name of the guard?", "The guard does not want to be named.", GUARD),
        ("Which party does Pell belong to?", "Pell is a member of the Greens.", "Pell was not against trams."),
        ("Which country rationed petrol?", "Sweden, which had no oil, rationed it.", "Drivers rationed it."),
        ("What is the dish called?", "The dish is called gulai.", "The dish is cooked in spicy coconut milk."),
        ("How many objects were stolen?", "The thieves took seven objects.", "The gold was found in 1958."),
        ("How many guests came?", "It was attended by 2000 guests.", "It was attended by guests in May 2000."),
        ("How long did it last?", "It lasted three weeks.", "It was a success."),
        # The last question is the one that is asked.
        ("How much did it cost? And how old is it?", "It is 12 years old.", "It cost £12,000."),
    ],
)
def test_a_sentence_without_the_kind_of_answer_is_told_from_one_with_it(question: str, has: str, lacks: str) -> None:
    assert lacking(question, [has, lacks]).tolist() == [False, True]


@pytest.mark.parametrize(
    "question", ["Why did the mills move?", "Who paid for it?", "What time of year is best?", "What is the name for?"]
)
def test_what_may_be_put_in_any_words_is_not_missed(question: str) -> None:
    assert lacking(question, [JOURNEYS, GUARD]).tolist() == [False, False]


def test_the_questions_own_words_are_no_reason() -> None:
    sentences = ["Students have to learn to knit.", "It keeps the fingers warm, because they move."]
    assert expected("reason", "Why do students have to learn to knit?", sentences).tolist() == [0.0, 1.0]

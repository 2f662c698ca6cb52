"""A sentence becomes the questions that it answers, or none."""

from __future__ import annotations

import pytest

from qa.wording.questions import questions
from qa.wording.spelling import Lexicon


def asked(sentence: str, context: str = "") -> list[str]:
    """What a sentence makes, in a document that also says the context."""
    return [wording.question for wording in questions(sentence, Lexicon(f"{context} {sentence}"))]


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The Amber Bridge was opened on 5 May 1934.", "When was the Amber Bridge opened?"),
        ("The Round Tower fell in 1642, in a storm.", "When did the Round Tower fall?"),
        ("In 1902, Edith Marlow joined the Bridge Company.", "When did Edith Marlow join the Bridge Company?"),
        ("The Round Tower is located in the north of Lund.", "Where is the Round Tower located?"),
        ("The Amber Bridge was closed because of rust.", "Why was the Amber Bridge closed?"),
        ("The Amber Bridge was designed by Edith Marlow.", "Who designed the Amber Bridge?"),
        ("Edith Marlow founded the Bridge Company.", "Who founded the Bridge Company?"),
        ("The Amber Bridge is 40 m long.", "How long is the Amber Bridge?"),
        ("Oslo still has two botanic gardens.", "How many botanic gardens does Oslo have?"),
        ("Over 200 people were killed in the Great Fire.", "How many people were killed in the Great Fire?"),
        ("There are two bridges in Lund.", "How many bridges in Lund are there?"),
        ("The capital of Norway is Oslo.", "What is the capital of Norway?"),
        ("Ben Nevis is the highest mountain in Scotland.", "What is the highest mountain in Scotland?"),
        ("Prime numbers are used for keys.", "What are prime numbers used for?"),
        ("Mars is made up of rock and iron.", "What is Mars made up of?"),
        ("Oxidation is a loss of electrons by a molecule.", "What is oxidation?"),
        ("Edith Marlow was an engineer from Lund.", "Who was Edith Marlow?"),
        ("To reset your password, open the menu.", "How can I reset my password?"),
        ("If you lose your card, please call the bank.", "What should I do if I lose my card?"),
        ("You can pay your fees by sending a cheque.", "How can I pay my fees?"),
    ],
)
def test_a_plain_sentence_is_turned_into_its_question(sentence: str, question: str) -> None:
    assert question in asked(sentence, context="They saw prime numbers, and oxidation, near Mars, Oslo, and Lund.")


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("It was opened in 1934.", id="a pronoun"),
        pytest.param("The bridge was opened in 1934.", id="which bridge?"),
        pytest.param("The Amber Bridge lost the spire in 1934.", id="which spire?"),
        pytest.param("The Commission was founded in 1934.", id="which commission?"),
        pytest.param("Credit Suisse published a study in 1934.", id="which study?"),
        pytest.param("The Amber Bridge was hit in 1934.", id="an event by half"),
        pytest.param("The Amber Bridge was used in 1934.", id="a state"),
        pytest.param("Edith Marlow bought 30 acres and began a farm in 1934.", id="two verbs before the date"),
        pytest.param("The Amber Bridge [see <b>here</b>] was opened in 1934.", id="markup"),
        pytest.param("The Amber Bridge was opened in 1934", id="no end"),
        pytest.param("Die Brücke wurde 1934 in Lund eröffnet.", id="German"),
        pytest.param("橋は1934年に開通した。", id="Japanese"),
        pytest.param("Jane is a teacher from Lund.", id="which Jane?"),
    ],
)
def test_nothing_is_asked_where_the_question_would_not_stand_alone(sentence: str) -> None:
    assert asked(sentence) == []


def test_a_name_keeps_its_capital_and_a_common_noun_loses_it() -> None:
    context = "She likes cake, and trains of Lund."

    assert asked("Cake is a sweet food from flour.", context) == ["What is cake?"]
    assert asked("Food and Nutrition Service's main goal is to feed people.", "food") == [
        "What is Food and Nutrition Service's main goal?"
    ]


def test_marks_and_asides_of_the_sentence_are_left_out() -> None:
    assert asked("The Amber Bridge (also called the Old One) was opened [12] in 1934.") == [
        "When was the Amber Bridge opened?"
    ]

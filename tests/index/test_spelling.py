"""Misspelt words of a question, beside the words of real documents."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index.document import Document
from index.encoding import Encoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from index.spelling import spelled
from qa.chain import build_chain

ARTICLE = "Blinken received the memo. It says that Israeli forces retaliated, and that 11,000 Palestinians were killed."
LEASE = "The licensor may end the agreement after 30 days. Miriam Zhelnova signed it."


@pytest.fixture(scope="module")
def library(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Of two short documents."""
    with Library.open(tmp_path_factory.mktemp("spelling"), encoder) as library:
        library.add(Document.from_text(ARTICLE, source="/article.txt"))
        library.add(Document.from_text(LEASE, source="/lease.txt"))
        yield library


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("How did Isreali forces retaliate?", "How did Israeli forces retaliate?"),
        ("How many Palestinans were killed?", "How many Palestinians were killed?"),
        ("What did Blinkin receive?", "What did Blinken receive?"),
        ("who got the meno", "who got the memo"),
        ("when did it recieve the memo", "when did it receive the memo"),
        ("waht happened to the memo?", "what happened to the memo?"),
        ("where is the buiding", "where is the building"),
    ],
)
def test_a_misspelt_word_is_read_as_the_nearest_one(library: Library, typed: str, meant: str) -> None:
    assert spelled(typed, library) == meant


@pytest.mark.parametrize(
    "question",
    [
        "What did Blinken receive?",
        "What may the licensee do?",  # not the licensor
        "Who is Johansson?",
        "Does the memo name NIST or BLNKEN?",
        "What does “Isreali” mean?",
        "Is isreali@example.com in notes_isreali.txt?",
        "x" * 20_000 + " isreali@" + "“" * 5_000,
        "Was macht der Abgeordnete Müller heute?",
        "",
    ],
)
def test_a_word_that_may_be_what_it_says_is_left_alone(library: Library, question: str) -> None:
    assert spelled(question, library) == question


def test_words_come_from_the_documents_that_are_asked_alone(library: Library) -> None:
    lease = library.ids(["/lease.txt"])

    assert spelled("What did Zhelnovva sign?", library, lease) == "What did Zhelnova sign?"
    assert spelled("What did Blinkin receive?", library, lease) == "What did Blinkin receive?"
    assert spelled("What did Blinkin receive?", library, []) == "What did Blinkin receive?"


def test_a_misspelt_question_is_answered_and_says_how_it_was_understood(library: Library, encoder: Encoder) -> None:
    chain = build_chain(EvidenceRetriever(library=library, encoder=encoder))

    answer = chain.invoke("How many Palestinans were killed?")
    right = chain.invoke("How many Palestinians were killed?")

    assert answer.kind == "answer"
    assert answer.question == "How many Palestinans were killed?"
    assert answer.standalone_question == "How many Palestinians were killed?"
    assert (answer.text, answer.citations) == (right.text, right.citations)
    assert right.standalone_question is None

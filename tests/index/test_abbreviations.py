"""Abbreviations of a question, beside documents that write them out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index.abbreviations import written_out
from index.document import Document
from index.encoding import Encoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from qa.chain import build_chain

TEAM = """| Name | Role |
|---|---|
| Priya Raman | Chief executive |
| Marcus Oyelaran | Chief financial officer |

Write to human resources for a form. Revenue is part of the gross domestic product. The EU was told.

Robert
Alice
Mary

The hourly rate is 12 euros."""


@pytest.fixture(scope="module")
def retriever(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EvidenceRetriever]:
    """Over a team."""
    with Library.open(tmp_path_factory.mktemp("abbreviations"), encoder) as library:
        library.add(Document.from_text(TEAM, source="/team.md"))
        yield EvidenceRetriever(library=library, encoder=encoder)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Who is the CFO?", "Who is the Chief financial officer?"),
        ("What is the CFO’s name?", "What is the Chief financial officer’s name?"),
        ("Where is HR?", "Where is human resources?"),
        ("What is part of GDP?", "What is part of gross domestic product?"),
    ],
)
def test_is_read_as_the_documents_write_it_out(retriever: EvidenceRetriever, asked: str, meant: str) -> None:
    assert retriever.spelled(asked) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Who is the CTO?",
        "Was the EU told?",  # stands there
        "Is there a PDF?",
        "WHO IS THE CFO?",
        "Who is the cfo?",
        "What is A.CFO or CFO-2?",
        "Is http://intra/HR up?",
        "How much RAM has the laptop?",
    ],
)
def test_is_left_as_it_is(retriever: EvidenceRetriever, question: str) -> None:
    assert retriever.spelled(question) == question


def test_the_answer_says_how_the_question_was_understood(retriever: EvidenceRetriever) -> None:
    answer = build_chain(retriever).invoke("Who is the CFO?")

    assert answer.standalone_question == "Who is the Chief financial officer?"
    assert [c.quote for c in answer.citations] == ["| Marcus Oyelaran | Chief financial officer |"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("They ask the chief financial officer.", "chief financial officer"),
        ("Chief, Financial Officer", "CFO"),  # a comma parts it
        ("CFO is chief financial officer.", "CFO"),
        ("The chief fire officer left.", "CFO"),  # nothing that it means
        ("The chief fire officer is no chief financial officer. Carl found Olga.", "chief financial officer"),
        ("Chief\nFinancial\nOfficer", "CFO"),
        ("", "CFO"),
    ],
)
def test_initials_are_those_of_words_beside_each_other(encoder: Encoder, text: str, meant: str) -> None:
    assert written_out("CFO", ["CFO"], [text], encoder) == meant

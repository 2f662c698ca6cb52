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

Write to human resources for a form. The World Health Organization was told. The EU was not."""


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
        ("Was the WHO told?", "Was the World Health Organization told?"),
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
        ("They pay value added tax.", "value added tax"),
        ("Value, Added Tax", "VAT"),  # a comma parts it
        ("VAT is value added tax.", "VAT"),
        ("Villagers ate turnips.", "VAT"),  # nothing that it means
        ("Value-added\ntax", "Value-added tax"),
        ("", "VAT"),
    ],
)
def test_initials_are_those_of_words_beside_each_other(encoder: Encoder, text: str, meant: str) -> None:
    assert written_out("VAT", ["VAT"], [text], encoder) == meant

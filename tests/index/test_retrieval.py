"""What is retrieved for a question, with the real encoder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.conversing import Conversation
from index.document import Document
from index.encoding import Encoder, QuestionEncoding
from index.late_encoding import LateEncoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from tests.benchmarks.shelf import document, marker

SHORT, LONG = range(4), range(4, 16)


@pytest.fixture(scope="module")
def retriever(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EvidenceRetriever]:
    """Over texts in which words mean nothing: only that one of them stands somewhere tells a passage from another."""
    with Library.open(tmp_path_factory.mktemp("retrieval"), encoder) as library:
        for number in [*SHORT, *LONG]:
            library.add(document(number, 1, 1 if number in SHORT else 6))
        yield EvidenceRetriever(library=library, encoder=encoder)


@pytest.mark.parametrize("number", SHORT)
def test_the_one_passage_with_the_word_that_is_asked_for_is_there(retriever: EvidenceRetriever, number: int) -> None:
    asked = marker(number, 1)

    found = retriever.invoke(f"What does {asked} say?")

    assert asked in found[0].page_content
    assert sum(asked in passage.page_content for passage in found) == 1
    assert len(found) == retriever.passages


def test_a_conversation_brings_what_the_question_alone_does_not_find(retriever: EvidenceRetriever) -> None:
    question = "What does it say?"
    alone = " ".join(passage.page_content for passage in retriever.invoke(question))
    missed = [asked for asked in (marker(number, 1) for number in [*SHORT, *LONG]) if asked not in alone]
    assert missed

    for asked in missed:
        found = retriever.invoke(question, conversation=Conversation(question, f"Where is {asked}? {question}"))
        assert any(asked in passage.page_content for passage in found)
        assert len(found) == retriever.passages


def test_a_conversation_stays_within_the_documents_that_are_asked(retriever: EvidenceRetriever) -> None:
    [here] = [record for record in retriever.library.documents() if record.source == document(0, 1, 1).source]
    conversation = Conversation("What does it say?", f"Where is {marker(1, 1)}? What does it say?")

    found = retriever.invoke("What does it say?", documents=[here.id], conversation=conversation)

    assert {passage.metadata["document_id"] for passage in found} == {here.id}


def test_a_document_that_is_named_is_preferred(encoder: Encoder, tmp_path: Path) -> None:
    with Library.open(tmp_path, encoder) as library:
        library.add(Document("/lease.txt", "lease", "The lease ends with a notice of three months. Rent is due."))
        library.add(Document("/letter.txt", "letter", "The notice that ends it is three months. I am moving."))
        retriever = EvidenceRetriever(library=library, encoder=encoder)

        found = [retriever.invoke(f"How long is the notice in the {kind}?") for kind in ("lease", "letter")]

    assert [passages[0].metadata["title"] for passages in found] == ["lease", "letter"]
    assert all(len(passages) == 2 for passages in found)


def test_a_question_that_names_a_document_is_encoded_once(encoder: Encoder, tmp_path: Path) -> None:
    asked: list[str] = []

    class Counting(LateEncoder):
        def encode_question(self, question: str) -> QuestionEncoding:
            asked.append(question)
            return super().encode_question(question)

    with Library.open(tmp_path, encoder) as library:
        library.add(Document("/lease.txt", "lease", "The lease ends with a notice of three months. Rent is due."))
        retriever = EvidenceRetriever(library=library, encoder=Counting(lambda: encoder))
        retriever.invoke("How long is the notice in the lease?")

    assert asked == ["How long is the notice in the lease?"]

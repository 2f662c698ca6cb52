"""What is retrieved for a question, with the real encoder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index.encoding import Encoder
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

"""A quote's address says where it stands, and of which version of the document."""

from __future__ import annotations

from typing import Any

import pytest

from qa.answer import Citation, Evidence
from qa.links import permalink

PLACE: dict[str, Any] = {"document_id": "d1", "title": "t", "source": "s", "start": 3, "end": 9}
CITATION = Citation(**PLACE, number=1, quote="quoted", content_hash="abc")


@pytest.mark.parametrize("public", ["https://a.example/footnote", "https://a.example/footnote/"])
def test_a_citation_is_linked_with_its_version(public: str) -> None:
    assert permalink(public, CITATION) == "https://a.example/footnote/d/d1?start=3&end=9&hash=abc"


def test_evidence_is_linked_as_it_stands_now() -> None:
    evidence = Evidence(**PLACE, text="quoted", score=0.5)

    assert permalink("https://a.example", evidence) == "https://a.example/d/d1?start=3&end=9"


def test_an_id_of_any_kind_is_one_part_of_the_path() -> None:
    odd = CITATION.model_copy(update={"document_id": "https://b.example/a b?c#d"})

    link = permalink("https://a.example", odd)

    assert link == "https://a.example/d/https%3A%2F%2Fb.example%2Fa%20b%3Fc%23d?start=3&end=9&hash=abc"


def test_without_an_address_that_people_know_there_is_none() -> None:
    assert permalink(None, CITATION) is None


def test_one_that_is_too_long_is_none() -> None:
    assert permalink("https://a.example", CITATION.model_copy(update={"document_id": "d" * 3_000})) is None

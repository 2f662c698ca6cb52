"""A quote's address says where it stands, and of which version of the document."""

from __future__ import annotations

from typing import Any

import pytest

from qa.answer import Citation, Evidence
from qa.linking import links_under

PLACE: dict[str, Any] = {"document_id": "d1", "title": "t", "source": "s", "start": 3, "end": 9}
CITATION = Citation(**PLACE, number=1, quote="quoted", content_hash="abc")


@pytest.mark.parametrize("address", ["https://a.example/footnote", "https://a.example/footnote/"])
def test_a_citation_is_linked_with_its_version(address: str) -> None:
    assert links_under(address)(CITATION) == "https://a.example/footnote/d/d1?start=3&end=9&hash=abc#quote"


def test_evidence_is_linked_as_it_stands_now() -> None:
    evidence = Evidence(**PLACE, text="quoted", score=0.5)

    assert links_under("https://a.example")(evidence) == "https://a.example/d/d1?start=3&end=9#quote"


def test_an_id_of_any_kind_is_one_part_of_the_path() -> None:
    odd = CITATION.model_copy(update={"document_id": "https://b.example/a b?c#d"})

    link = links_under("https://a.example")(odd)

    assert link == "https://a.example/d/https%3A%2F%2Fb.example%2Fa%20b%3Fc%23d?start=3&end=9&hash=abc#quote"

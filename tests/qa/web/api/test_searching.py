"""`POST /api/v1/search`: the sentences that an answer would draw on."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa.service import Footnote

QUERY = "Who organised the memo?"
PATH = "/api/v1/search"


def test_finds_exact_words_with_the_address_where_they_can_be_read(client: TestClient, service: Footnote) -> None:
    found = client.post(PATH, json={"query": QUERY, "limit": 3}).json()["sentences"]

    best = service.ask({"question": QUERY}).result().evidence[0]
    assert (found[0]["quote"], found[0]["score"]) == (best.text, best.score)
    assert [sentence["number"] for sentence in found] == [1, 2, 3]
    for sentence in found:
        assert service.library.text(sentence["document_id"], sentence["start"], sentence["end"]) == sentence["quote"]
        assert client.get(sentence["url"]).status_code == 200


def test_looks_in_the_documents_that_are_named_by_id_or_source(client: TestClient, service: Footnote) -> None:
    [article] = [one for one in service.library.documents() if one.source == "sample:article.txt"]

    for name in (article.id, article.source):
        found = client.post(PATH, json={"query": QUERY, "documents": [name]}).json()["sentences"]
        assert {sentence["document_id"] for sentence in found} == {article.id}
    assert client.post(PATH, json={"query": QUERY, "documents": []}).json() == {"sentences": []}
    assert client.post(PATH, json={"query": QUERY, "documents": ["none"]}).status_code == 404


@pytest.mark.parametrize("query", ["\u200b", "?", "🌉", "the"], ids=ascii)
def test_a_query_without_a_word_is_no_accident(client: TestClient, query: str) -> None:
    found = client.post(PATH, json={"query": query, "limit": 50})

    assert found.status_code == 200
    assert all(0 <= sentence["score"] < 0.5 for sentence in found.json()["sentences"])


@pytest.mark.parametrize("query", ["", " ", "\r\n\t ", "\u00a0\u3000"], ids=ascii)
def test_an_empty_query_is_told_to_be_one(client: TestClient, query: str) -> None:
    refused = client.post(PATH, json={"query": query})

    assert refused.status_code == 422
    assert refused.json()["detail"] == "body.query: is empty: say what to look for."


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"query": None},
        {"query": QUERY, "limit": 0},
        {"query": QUERY, "limit": 51},
        {"query": QUERY, "limit": "3"},
        {"query": QUERY, "top": 3},
        {"query": "x" * 2_001},
        {"query": "\x07"},
    ],
    ids=["none", "null", "too few", "too many", "a text", "another field", "long", "a control character"],
)
def test_anything_else_is_refused(client: TestClient, fields: dict[str, Any]) -> None:
    assert client.post(PATH, json=fields).status_code == 422


def test_a_question_of_an_invisible_character_is_told_to_be_none(client: TestClient) -> None:
    answer = client.post("/api/v1/ask", json={"question": "\u200b"}).json()
    assert (answer["kind"], answer["citations"]) == ("smalltalk", [])
    assert "no question" in answer["text"]

"""Claims over HTTP, judged by quotes and by stretches of documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from index.document import Document
from qa.limits import LONGEST_CLAIM, LONGEST_QUOTE, MOST_QUOTES
from qa.service import Footnote

SAID = "The Amber Bridge opened in 1934."
TEXT = f"🌉🌉 Notes\r\n\r\n{SAID} It is 40 m long. " + "It was painted again. " * 1_200
START = TEXT.index(SAID)


@pytest.fixture(scope="module")
def bridge(service: Footnote) -> Iterator[Document]:
    document = Document.from_text(TEXT, source="/papers/verified.txt")
    service.library.add(document)
    yield document
    service.library.erase(document.id)


def judged(client: TestClient, **sent: Any) -> dict[str, Any]:
    response = client.post("/api/v1/verify", json=sent)
    assert response.status_code == 200, response.text
    return dict(response.json())


def span(document: Document, start: int = START, end: int = START + len(SAID), **more: Any) -> dict[str, Any]:
    return {"document_id": document.id, "start": start, "end": end, **more}


def test_a_claim_is_judged_by_a_place_as_by_its_words(client: TestClient, bridge: Document) -> None:
    for claim, verdict in ((SAID, "supported"), ("The Amber Bridge opened in 1951.", "unsupported")):
        by_place = judged(client, claim=claim, spans=[span(bridge)])
        by_words = judged(client, claim=claim, quotes=[SAID])

        assert by_place["verdict"] == by_words["verdict"] == verdict
        assert by_place["quotes"] == by_words["quotes"] == [SAID]
    assert judged(client, claim=SAID, spans=[span(bridge)])["score"] == 1


def test_what_was_looked_at_is_told_the_quotes_first(client: TestClient, bridge: Document) -> None:
    spans = [span(bridge, 0, 2), span(bridge)]

    assert judged(client, claim="Anything.", quotes=["One.", "Two."], spans=spans)["quotes"] == [
        "One.",
        "Two.",
        "🌉🌉",
        SAID,
    ]


def test_without_anything_cited_it_is_unsupported(client: TestClient) -> None:
    assert judged(client, claim=SAID) == {"verdict": "unsupported", "score": 0, "quotes": []}


@pytest.mark.parametrize(
    ("start", "end", "status", "code"),
    [
        (0, len(TEXT) + 1, 404, "no_such_place"),
        (len(TEXT), len(TEXT) + 1, 404, "no_such_place"),
        (9, 9, 404, "no_such_place"),
        (9, 3, 404, "no_such_place"),
        (0, LONGEST_QUOTE + 1, 422, "too_long"),
        (-1, 3, 422, "invalid_request"),
        (0, 0, 422, "invalid_request"),
        (0.5, 3, 422, "invalid_request"),
        (False, True, 422, "invalid_request"),
        ("0", "3", 422, "invalid_request"),
    ],
)
def test_a_place_that_is_none_is_told(
    client: TestClient, bridge: Document, start: Any, end: Any, status: int, code: str
) -> None:
    response = client.post("/api/v1/verify", json={"claim": SAID, "spans": [span(bridge, start, end)]})

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.headers["content-type"] == "application/problem+json"


def test_a_document_that_is_not_there_is_told(client: TestClient) -> None:
    sent = {"claim": SAID, "spans": [{"document_id": "gone", "start": 0, "end": 1}]}

    response = client.post("/api/v1/verify", json=sent)

    assert (response.status_code, response.json()["code"]) == (404, "unknown_document")


def test_other_words_than_were_cited_are_not_judged_in_their_place(
    client: TestClient, service: Footnote, bridge: Document
) -> None:
    cited = span(bridge, content_hash=bridge.content_hash)
    assert judged(client, claim=SAID, spans=[cited])["verdict"] == "supported"
    service.library.add(replace(bridge, text=TEXT.replace("1934", "1951")))

    response = client.post("/api/v1/verify", json={"claim": SAID, "spans": [cited]})
    without = judged(client, claim=SAID, spans=[span(bridge)])

    service.library.add(bridge)
    assert (response.status_code, response.json()["code"]) == (409, "source_changed")
    assert without["quotes"] == [SAID.replace("1934", "1951")]
    assert judged(client, claim=SAID, spans=[cited])["verdict"] == "supported"


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"claim": ""},
        {"claim": "x" * (LONGEST_CLAIM + 1)},
        {"claim": "x\0"},
        {"claim": "x", "quotes": ["x"] * (MOST_QUOTES + 1)},
        {"claim": "x", "quotes": ["x" * (LONGEST_QUOTE + 1)]},
        {"claim": "x", "quotes": "x"},
        {"claim": "x", "quotes": [None]},
        {"claim": "x", "spans": [{"document_id": "x"}]},
        {"claim": "x", "spans": [{"document_id": "x", "start": 0, "end": 1, "text": "y"}]},
    ],
)
def test_a_claim_that_makes_no_sense_is_refused(client: TestClient, sent: dict[str, Any]) -> None:
    response = client.post("/api/v1/verify", json=sent)

    assert (response.status_code, response.json()["code"]) == (422, "invalid_request")

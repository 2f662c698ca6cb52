"""Uploads: taken at once, followed until they are searchable, and given up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from index.retrieval import EvidenceRetriever
from qa.chain import build_chain
from qa.service import DataFolder, Footnote
from qa.settings import Settings
from qa.web.app import create_app
from qa.work import WorkQueue
from tests.index.small_library import BRIDGE, OWL, wait_until
from tests.standin import Slow


@pytest.fixture
def encoder() -> Slow:
    made = Slow()
    made.go_on.set()
    return made


@pytest.fixture
def client(data: Path, encoder: Slow) -> Iterator[TestClient]:
    folder = DataFolder.open(Settings(data=data), encoder)
    with Footnote(
        folder, encoder, lambda library: build_chain(EvidenceRetriever(library=library, encoder=encoder)), WorkQueue()
    ) as service:
        with TestClient(create_app(service)) as started:
            yield started
        encoder.go_on.set()


def upload(client: TestClient, name: str, text: str) -> dict[str, Any]:
    response = client.post("/api/v1/documents", files={"file": (name, text.encode())})
    assert response.status_code == 202
    assert response.headers["location"] == response.json()["url"]
    told: dict[str, Any] = response.json()
    return told


def status(client: TestClient, upload: dict[str, Any]) -> str:
    return str(client.get(upload["url"]).json()["status"])


def sources(client: TestClient) -> list[str]:
    return [one["source"] for one in client.get("/api/v1/documents").json()["documents"]]


def test_an_upload_is_followed_until_its_document_is_there(client: TestClient) -> None:
    taken = upload(client, "bridge.txt", BRIDGE.text)

    wait_until(lambda: status(client, taken) == "added")

    document = client.get(taken["url"]).json()["document"]
    assert document == client.get(f"/api/v1/documents/{document['id']}").json()
    assert sources(client) == ["upload:bridge.txt"]


def test_one_that_is_given_up_while_it_is_encoded_says_so_until_it_has_stopped(
    client: TestClient, encoder: Slow
) -> None:
    encoder.go_on.clear()
    taken = upload(client, "bridge.txt", BRIDGE.text)
    assert encoder.begun.wait(20)
    assert status(client, taken) == "adding"

    told = client.delete(taken["url"]).json()

    assert told["status"] == "cancelling"
    encoder.go_on.set()
    wait_until(lambda: status(client, taken) == "cancelled")
    assert sources(client) == []


def test_one_that_waits_is_given_up_at_once(client: TestClient, encoder: Slow) -> None:
    encoder.go_on.clear()
    first, second = upload(client, "bridge.txt", BRIDGE.text), upload(client, "owl.txt", OWL.text)
    assert status(client, second) == "waiting"

    assert client.delete(second["url"]).json()["status"] == "cancelled"

    encoder.go_on.set()
    wait_until(lambda: status(client, first) == "added")
    assert sources(client) == ["upload:bridge.txt"]

"""The page that evaluates, over HTTP: a run with its progress, its report, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa.service import Footnote
from qa.settings import Settings
from qa.web.app import create_app

QUESTION = {"id": "one", "question": "Who organized the memo?", "answerable": True, "document_id": "article"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with (
        Footnote.open(Settings(data=tmp_path_factory.mktemp("web") / "data")) as service,
        TestClient(create_app(service)) as started,
    ):
        yield started


def run(client: TestClient, dataset: bytes | None = None, name: str = "set.jsonl") -> list[dict[str, Any]]:
    """The lines that come back."""
    response = client.post("/evaluations", params={"name": name} if dataset is not None else {}, content=dataset)
    assert response.status_code == 200
    return [json.loads(line) for line in response.text.splitlines()]


def test_the_page_needs_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/evaluate")

    assert page.status_code == 200
    assert "http://" not in page.text and "https://" not in page.text
    assert "/* scripts */" not in page.text and "/* styles */" not in page.text


def test_the_bundled_set_is_asked_with_progress_and_its_report_shown(client: TestClient) -> None:
    *progress, last = run(client)

    assert {step["what"] for step in progress} == {"Indexing", "Asking", "Judging"}
    assert max(step["total"] for step in progress) == 50
    report = client.get("/" + last["report"])
    assert report.headers["content-type"].startswith("text/html")
    assert "Who organized it?" in report.text or "organized" in report.text
    assert "default-src 'self'" in report.headers["content-security-policy"]


def test_a_set_of_ones_own_is_asked_of_ones_own_documents(client: TestClient) -> None:
    *_, last = run(client, json.dumps(QUESTION).encode())

    report = client.get("/" + last["report"]).text
    assert "set.jsonl" in report


def test_candidates_that_nobody_has_reviewed_are_told_of_and_not_asked(client: TestClient) -> None:
    candidate = {**QUESTION, "id": "two", "answerable": None, "reviewed": False}
    *steps, last = run(client, "\n".join(map(json.dumps, (QUESTION, candidate))).encode())

    assert {step["total"] for step in steps if step["what"] == "Asking"} == {1}
    assert last["notice"].startswith("set.jsonl, line 2: left out, not reviewed yet.")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("set.jsonl", b"{", "set.jsonl, line 1"),
        ("set.jsonl", json.dumps({**QUESTION, "document_id": "moon"}).encode(), "there is no document 'moon'"),
        ("set.json", b"{}", "neither SQuAD"),
        ("set.jsonl", b"", "set.jsonl"),
    ],
    ids=["no JSON", "no such document", "no known format", "empty"],
)
def test_a_bad_set_is_named_in_one_line_and_nothing_is_run(
    client: TestClient, name: str, content: bytes, reason: str
) -> None:
    [line] = run(client, content, name)

    assert reason in line["problem"]
    assert "\n" not in line["problem"]


def test_only_the_last_reports_are_kept(client: TestClient) -> None:
    reports = [run(client, json.dumps(QUESTION).encode())[-1]["report"] for _ in range(9)]

    assert client.get("/" + reports[0]).status_code == 404
    assert client.get("/" + reports[-1]).status_code == 200

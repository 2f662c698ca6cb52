"""Uploads over HTTP, and what the page's scripts can ask of the documents; everything behind them is real."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa.service import Footnote
from qa.settings import Settings
from qa.web import documents
from qa.web.access.callers import LOCAL, acting_as
from qa.web.app import create_app

OPENED, CLOSED = b"The bridge opened in 1934.", b"The bridge closed in 1999."


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footnote]:
    with Footnote.open(Settings(data=tmp_path_factory.mktemp("web") / "data", max_upload_mb=1)) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(service: Footnote) -> Iterator[TestClient]:
    with TestClient(create_app(service)) as started:
        yield started


@pytest.fixture
def functions(service: Footnote) -> Iterator[dict[str, Any]]:
    """The page's functions, on a library without any upload."""
    with acting_as(LOCAL):
        yield {function.__name__: function for function in documents.server_functions(service)}
    for record in service.library.documents():
        if record.source.startswith("upload:"):
            service.library.remove(record.id)
    service.library.purge(everything=True)


def upload(client: TestClient, name: str, data: bytes, **options: str) -> list[dict[str, Any]]:
    """The lines that come back."""
    response = client.post("/uploads", params={"name": name, **options}, content=data)
    assert response.status_code == 200
    return [json.loads(line) for line in response.text.splitlines()]


def titles(functions: dict[str, Any]) -> list[str]:
    return [one["title"] for one in functions["documents"](None)["documents"]]


Functions = dict[str, Any]


def test_a_file_is_added_with_progress_and_listed(client: TestClient, functions: Functions) -> None:
    *progress, last = upload(client, "bridge.txt", OPENED)

    assert progress[-1] == {"done": 1, "total": 1}
    assert last["outcome"] == "added"
    [listed] = [one for one in functions["documents"](None)["documents"] if one["source"] == "upload:bridge.txt"]
    assert last["document"] == listed
    assert (listed["title"], listed["characters"]) == ("bridge", len(OPENED))


def test_the_same_name_with_other_words_asks_then_replaces_or_keeps_both(
    client: TestClient, functions: Functions
) -> None:
    upload(client, "bridge.txt", OPENED)
    assert upload(client, "bridge.txt", OPENED)[-1]["outcome"] == "unchanged"

    [asked] = upload(client, "bridge.txt", CLOSED)
    assert asked == {
        "problem": "There is already a bridge.txt: replace it, or keep both.",
        "name_taken": "bridge.txt",
    }

    kept = upload(client, "bridge.txt", CLOSED, if_exists="keep")[-1]
    assert (kept["outcome"], kept["document"]["source"]) == ("added", "upload:bridge (2).txt")
    assert upload(client, "bridge.txt", CLOSED, if_exists="replace")[-1]["outcome"] == "replaced"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.txt", b"", "empty; there is nothing to index."),
        ("blank.txt", b" \r\n\t", "empty; there is nothing to index."),
        ("picture.png", b"\x89PNG", "unsupported type; add .txt, .md, .markdown."),
        ("binary.txt", b"a\0b", "a binary file, not text; export it as .txt or .md."),
        ("large.txt", b"x" * ((1 << 20) + 1), "larger than 1 MB; split it into parts."),
    ],
    ids=["empty", "blank", "type", "binary", "large"],
)
def test_a_file_that_cannot_be_added_is_told_why_and_nothing_changes(
    client: TestClient, functions: Functions, name: str, data: bytes, reason: str
) -> None:
    before = functions["documents"](None)

    assert upload(client, name, data) == [{"problem": reason}]

    assert functions["documents"](None) == before


def test_a_file_of_the_largest_size_is_taken(client: TestClient, functions: Functions) -> None:
    words = b"The bridge opened in 1934. ".ljust(1 << 20, b"\n")

    assert upload(client, "full.txt", words)[-1]["outcome"] == "added"


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("../../etc/passwd.txt", "upload:passwd.txt"),
        ("C:\\secret\\plan.txt", "upload:plan.txt"),
        ("<script>alert(1)<.txt", "upload:<script>alert(1)<.txt"),
        ("${alert(1)} {{x}}.md", "upload:${alert(1)} {{x}}.md"),
        ("gpj.\u202etxt.txt", "upload:gpj.txt.txt"),
        ("e\u0301te\u0301.txt", "upload:\u00e9t\u00e9.txt"),
    ],
    ids=["folders", "backslashes", "markup", "template", "turned around", "composed"],
)
def test_a_name_is_kept_as_text_without_folders(
    client: TestClient, functions: Functions, name: str, source: str
) -> None:
    assert upload(client, name, OPENED)[-1]["document"]["source"] == source


@pytest.mark.parametrize("query", ["", "?name=a.txt&if_exists=destroy"])
def test_a_request_that_makes_no_sense_is_refused(client: TestClient, functions: Functions, query: str) -> None:
    assert client.post(f"/uploads{query}", content=OPENED).status_code == 422


def test_a_removed_document_can_be_brought_back_for_ten_seconds(client: TestClient, functions: Functions) -> None:
    added = upload(client, "bridge.txt", OPENED)[-1]["document"]

    assert functions["remove"](added["id"]) == {"document": added, "undo_seconds": 10}
    assert "bridge" not in titles(functions)
    assert functions["restore"](added["id"])["document"] == added
    assert "bridge" in titles(functions)


@pytest.mark.parametrize("sent", [None, "nothing", 7, {"id": 1}, ["x"], "' OR 1=1 --"])
@pytest.mark.parametrize("name", ["remove", "restore"])
def test_a_document_that_is_not_there_is_said_so(functions: Functions, name: str, sent: object) -> None:
    assert functions[name](sent) == {"problem": documents.GONE}


def test_the_list_comes_again_only_after_a_change(client: TestClient, functions: Functions) -> None:
    first = functions["documents"](None)

    assert functions["documents"](first["generation"])["documents"] is None
    upload(client, "bridge.txt", OPENED)
    assert functions["documents"](first["generation"])["documents"] is not None


def test_the_page_is_told_what_it_can_send(functions: Functions) -> None:
    told = functions["documents"](None)

    assert told["accepted"] == [".txt", ".md", ".markdown"]
    assert (told["largest"], told["too_large"]) == (1 << 20, "larger than 1 MB; split it into parts.")


def test_uploads_are_no_part_of_the_public_api(client: TestClient) -> None:
    assert "/uploads" not in client.get("/openapi.json").json()["paths"]

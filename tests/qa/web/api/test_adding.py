"""Files that are added over HTTP, replaced, refused, or fail midway; nothing is left of what did not end well."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import httpx
import pytest
from fastapi.testclient import TestClient

from index.encoding import MiniLMEncoder, PassageEncoding
from qa.service import Footnote

OPENED, CLOSED = "The Amber Bridge opened in 1934. 🌉", "The Amber Bridge closed in 1999."
BOOK = "".join(
    f"The {number}th bridge of the river was painted red in the year of its opening. " for number in range(5_000)
)
SOON = 60.0


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def tidy(service: Footnote) -> Iterator[None]:
    """Leaves the documents as they were."""
    before = {record.id for record in service.library.documents()}
    yield
    for record in service.library.documents():
        if record.id not in before:
            service.library.erase(record.id)
    service.library.purge(everything=True)


def state(service: Footnote) -> tuple[Any, ...]:
    """All that an upload could change."""
    return service.library.generation(), *service.library.documents()


def upload(client: TestClient | httpx.Client, name: str, content: str | bytes, **query: str) -> httpx.Response:
    data = content.encode() if isinstance(content, str) else content
    return cast("httpx.Response", client.post("/api/v1/documents", params=query, files={"file": (name, data)}))


def followed(client: TestClient, response: httpx.Response) -> dict[str, Any]:
    """What became of an upload."""
    assert response.status_code == 202, response.text
    url = response.headers["location"]
    wait_until(lambda: client.get(url).json()["status"] not in ("waiting", "adding"))
    return dict(client.get(url).json())


def added(client: TestClient, name: str, content: str, **query: str) -> dict[str, Any]:
    """The document that an upload became."""
    told = followed(client, upload(client, name, content, **query))
    assert told["problem"] is None
    return dict(told["document"])


def test_it_is_taken_at_once_and_told_of_until_it_is_there(client: TestClient) -> None:
    response = upload(client, "bridge.txt", OPENED)

    assert response.status_code == 202
    taken = response.json()
    assert taken["status"] in ("waiting", "adding", "added")
    assert response.headers["location"] == taken["url"] == f"/api/v1/uploads/{taken['id']}"
    told = followed(client, response)
    assert (told["status"], told["done"], told["total"], told["problem"]) == ("added", 1, 1, None)
    assert (told["document"]["source"], told["document"]["characters"]) == ("upload:bridge.txt", len(OPENED))
    assert client.get(f"/api/v1/documents/{told['document']['id']}").json() == told["document"]
    answer = client.post("/api/v1/ask", json={"question": "When did the Amber Bridge open?"}).json()
    assert [citation["quote"] for citation in answer["citations"]] == ["The Amber Bridge opened in 1934."]


def test_a_name_that_is_taken_is_refused_unless_it_may_be_replaced(client: TestClient) -> None:
    first = added(client, "bridge.txt", OPENED)

    refused = upload(client, "bridge.txt", CLOSED)
    assert (refused.status_code, refused.json()["code"]) == (409, "name_taken")
    words = "There is already a bridge.txt: send replace=true to replace it, or choose another name."
    assert refused.json()["detail"] == words
    assert upload(client, "bridge.txt", CLOSED, replace="false").status_code == 409
    assert client.get(f"/api/v1/documents/{first['id']}").json() == first
    again = followed(client, upload(client, "bridge.txt", OPENED))
    assert (again["status"], again["document"]) == ("unchanged", first)

    told = followed(client, upload(client, "bridge.txt", CLOSED, replace="true"))
    assert told["status"] == "replaced"
    assert told["document"]["id"] == first["id"]
    assert told["document"]["content_hash"] != first["content_hash"]
    assert client.get(f"/api/v1/documents/{first['id']}/text").json()["text"] == CLOSED


@pytest.mark.parametrize(
    ("name", "content", "status", "code", "detail"),
    [
        ("binary.txt", b"a\0b", 422, "unreadable_file", "binary.txt: a binary file, not text"),
        ("empty.txt", b"", 422, "unreadable_file", "empty.txt: empty"),
        ("blank.md", b" \r\n\t", 422, "unreadable_file", "blank.md: empty"),
        ("damaged.txt", "Brücke ".encode() * 9 + b"\xff", 422, "unreadable_file", "damaged.txt: "),
        ("picture.png", b"\x89PNG", 415, "unsupported_type", "picture.png: unsupported type"),
        ("upload:x.pdf", b"words", 415, "unsupported_type", "upload:x.pdf: unsupported type"),
        ("noname", b"words", 415, "unsupported_type", "noname: unsupported type"),
        (".txt", b"words", 415, "unsupported_type", ".txt: unsupported type"),
        ("/", b"words", 415, "unsupported_type", "The file has no name: send one that ends in .txt, .md"),
        ("\u202e", b"words", 415, "unsupported_type", "The file has no name: send one that ends in .txt, .md"),
        ("large.txt", b"x" * ((1 << 20) + 1), 413, "too_large", "large.txt: larger than 1 MB"),
        ("far-too-large.txt", b"x" * (3 << 20), 413, "too_large", "The body of the request is larger"),
    ],
)
def test_a_file_that_cannot_be_added_is_refused_at_once_and_changes_nothing(
    client: TestClient, service: Footnote, name: str, content: bytes, status: int, code: str, detail: str
) -> None:
    before = state(service)

    response = upload(client, name, content)

    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert response.json()["code"] == code
    assert response.json()["detail"].startswith(detail)
    assert state(service) == before


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"files": {"other": ("a.txt", b"words")}}, 422),
        ({"files": {"file": ("a.txt", b"words")}, "params": {"replace": "maybe"}}, 422),
        ({"files": {"file": ("a.txt", b"words")}, "data": {"source": "relative/a.txt"}}, 422),
        ({"files": {"file": ("a.txt", b"words")}, "data": {"source": "/a/\x1b.txt"}}, 422),
        ({"data": {"file": "words"}}, 415),
        ({"content": b"words"}, 415),
        ({"content": b"--x\r\nwrong", "headers": {"content-type": "multipart/form-data; boundary=x"}}, 422),
        ({"content": b"words", "headers": {"content-type": "multipart/form-data"}}, 400),
    ],
)
def test_what_is_no_upload_is_refused(client: TestClient, service: Footnote, sent: Any, status: int) -> None:
    before = state(service)

    response = client.post("/api/v1/documents", **sent)

    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert state(service) == before


def test_giving_up_what_is_done_changes_nothing(client: TestClient) -> None:
    done = upload(client, "bridge.txt", OPENED)
    told = followed(client, done)

    assert client.delete(done.headers["location"]).json() == told
    assert client.get(f"/api/v1/documents/{told['document']['id']}").status_code == 200


def test_one_that_fails_midway_leaves_the_old_content_and_no_word_of_why(
    client: TestClient, service: Footnote, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(client, "bridge.txt", OPENED)
    before = state(service)
    encode = MiniLMEncoder.encode

    def encode_some(self: MiniLMEncoder, passages: Sequence[Any]) -> list[PassageEncoding]:
        if any("4000th" in passage.text for passage in passages):
            raise RuntimeError("secret of the house")
        return encode(self, passages)

    with monkeypatch.context() as patch:
        patch.setattr(MiniLMEncoder, "encode", encode_some)
        failing = "The 4000th bridge is new. " + CLOSED
        told = followed(client, upload(client, "bridge.txt", failing, replace="true"))

    assert told["status"] == "failed"
    assert (told["problem"]["status"], told["problem"]["code"]) == (500, "internal")
    assert "secret" not in str(told)
    assert state(service) == before
    assert added(client, "bridge.txt", CLOSED, replace="true")["passages"] == 1


def test_a_client_that_goes_away_in_mid_upload_leaves_nothing(
    address: str, service: Footnote, caplog: pytest.LogCaptureFixture
) -> None:
    before = state(service)
    host, port = address.removeprefix("http://").split(":")
    head = (
        "POST /api/v1/documents?replace=true HTTP/1.1\r\n"
        f"Host: {host}:{port}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 900000\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="file"; filename="bridge.txt"\r\n\r\n'
    )
    for sent in (b"", OPENED.encode(), BOOK.encode()[:400_000]):
        with socket.create_connection((host, int(port))) as leaving:
            leaving.sendall(head.encode() + sent)
            time.sleep(0.1)  # in which the server reads it

    with httpx.Client(base_url=address, timeout=SOON) as client:
        wait_until(lambda: 'method="POST",route="/api/v1/documents"' in client.get("/metrics").text)
    assert state(service) == before
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_an_upload_that_nobody_knows_is_said_so(client: TestClient) -> None:
    for ask in (client.get, client.delete):
        response = ask("/api/v1/uploads/nothing")
        assert (response.status_code, response.json()["code"]) == (404, "unknown_upload")

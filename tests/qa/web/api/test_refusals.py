"""What is not served is told in one form, with a code; nothing that was sent brings the server down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa.service import Footnote

JSON = {"content-type": "application/json"}
PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("GET", "/api/v1/documents/nothing", 404, "unknown_document"),
        ("GET", "/api/v1/uploads/nothing", 404, "unknown_upload"),
        ("GET", "/api/v1/answers/nothing", 404, "not_kept"),
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/api/v1/ask", 405, "method_not_allowed"),
        ("PATCH", "/api/v1/documents", 405, "method_not_allowed"),
        ("TRACE", "/api/v1/verify", 405, "method_not_allowed"),
        ("GET", "/api/v1/documents?limit=0", 422, "invalid_request"),
        ("GET", "/api/v1/documents?limit=NaN", 422, "invalid_request"),
        ("DELETE", "/api/v1/documents/nothing?purge=yes", 422, "invalid_request"),
    ],
)
def test_a_refusal_has_a_code(client: TestClient, method: str, path: str, status: int, code: str) -> None:
    response = client.request(method, path)

    assert (response.status_code, response.headers["content-type"]) == (status, PROBLEM)
    body = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["detail"].endswith(".") and "\n" not in body["detail"]
    assert "`footnote" not in body["detail"]  # whoever reads it is not at a terminal


# A browser's next step is told by the header: every method of the path, not of the first route only.
def test_a_wrong_method_is_told_all_that_can_be_done(client: TestClient) -> None:
    assert client.put("/api/v1/documents").headers["allow"] == "GET, HEAD, POST"
    assert client.put("/api/v1/documents/any").headers["allow"] == "GET, HEAD, DELETE"


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("NaN", b'{"question": NaN}', 422),
        ("Infinity", b'{"question": -Infinity}', 422),
        ("a lone surrogate", rb'{"question": "\ud800"}', 422),
        ("a lone surrogate as a key", rb'{"question": "Who?", "\udc00": 1}', 422),
        ("NUL", rb'{"question": "Who\u0000?"}', 422),
        ("an escape sequence", rb'{"question": "\u001b[2J"}', 422),
        ("a number", b'{"question": 1}', 422),
        ("true for text", b'{"question": true}', 422),
        ("null", b"null", 422),
        ("a list", b"[]", 422),
        ("nothing", b"", 422),
        ("half an object", b'{"question": "Wh', 422),
        ("another field", b'{"question": "Who?", "temperature": 0}', 422),
        ("another role", b'{"question": "Who?", "history": [{"role": "system", "content": ""}]}', 422),
        ("an endless question", b'{"question": "%s"}' % (b"a" * 100_001), 422),
        ("no Unicode", b'{"question": "\xff"}', 400),
        ("a deep one", b"[" * 100_000, 400),
        ("a number with 10,000 digits", b'{"question": %s}' % (b"1" * 10_000), 400),
        ("3 MB", b'{"question": "%s"}' % (b"a" * 3_000_000), 413),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/ask", "/api/v1/ask/stream"])
def test_a_body_that_makes_no_sense_is_refused(
    client: TestClient, path: str, name: str, body: bytes, status: int
) -> None:
    response = client.post(path, content=body, headers=JSON)

    assert (response.status_code, response.headers["content-type"]) == (status, PROBLEM)


HALF_SAID = {"role": "user"}


@pytest.mark.parametrize(
    ("body", "detail", "fields"),
    [
        (b"null", "The body must be a JSON object.", ["body"]),
        (b"[]", "The body must be a JSON object.", ["body"]),
        (b"", "The body must be a JSON object.", ["body"]),
        (b'{"question"}', "The body is no JSON from character 11 on (Expecting ':' delimiter).", ["body"]),
        ({"question": 1}, "body.question: input should be a valid string.", ["body.question"]),
        (
            {"question": "Who?", "history": [HALF_SAID] * 2},
            "body.history.0.content: field required. 1 more is listed.",
            ["body.history.0.content", "body.history.1.content"],
        ),
        (
            {"question": "Who?", "history": [HALF_SAID] * 3},
            "body.history.0.content: field required. 2 more are listed.",
            [f"body.history.{number}.content" for number in range(3)],
        ),
        (
            {"question": "Who?", "history": [HALF_SAID] * 30},
            "body.history.0.content: field required. 19 more are listed.",
            [f"body.history.{number}.content" for number in range(20)],
        ),
    ],
    ids=["null", "a list", "nothing", "no JSON", "one", "two", "three", "thirty"],
)
def test_what_is_wrong_is_named_and_the_rest_is_listed(
    client: TestClient, body: bytes | dict[str, Any], detail: str, fields: list[str]
) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body)

    problem = client.post("/api/v1/ask", content=content, headers=JSON).json()

    assert problem["detail"] == detail
    assert [one["field"] for one in problem["errors"]] == fields


def test_line_breaks_and_tabs_are_words(client: TestClient) -> None:
    assert client.post("/api/v1/ask", json={"question": "Who\tor what\r\norganised it?"}).status_code == 200


def test_what_was_sent_is_not_sent_back(client: TestClient) -> None:
    body = {"question": "secret\x00", "history": [{"role": "secret", "content": "secret"}]}

    response = client.post("/api/v1/ask", json=body)

    assert [one["field"] for one in response.json()["errors"]] == ["body.question", "body.history.0.role"]
    assert "secret" not in response.text


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
@pytest.mark.parametrize("path", ["/api/v1/ask", "/api/v1/ask/stream", "/api/v1/verify", "/api/v1/feedback"])
def test_another_content_type_is_told_which_to_send(client: TestClient, path: str, content_type: str | None) -> None:
    headers = {"content-type": content_type} if content_type else {}

    response = client.post(path, content=b'{"question": "Who?"}', headers=headers)

    assert (response.status_code, response.headers["content-type"]) == (415, PROBLEM)
    assert "application/json" in response.json()["detail"]


def in_chunks(size: int) -> Iterator[bytes]:
    yield b'{"question": "'
    for _ in range(size // 1_000):
        yield b"a" * 1_000
    yield b'"}'


@pytest.mark.parametrize("path", ["/api/v1/ask", "/chat/gradio_api/queue/join", "/nothing"])
@pytest.mark.parametrize("is_chunked", [False, True])
def test_too_large_a_body_is_refused_also_where_something_is_mounted(
    client: TestClient, path: str, is_chunked: bool
) -> None:
    content: Any = in_chunks(3_000_000) if is_chunked else b"".join(in_chunks(3_000_000))

    response = client.post(path, content=content, headers=JSON)

    if path == "/nothing" and is_chunked:
        assert response.status_code == 404  # nobody read it
    else:
        assert (response.status_code, response.headers["content-type"]) == (413, PROBLEM)
        assert response.json()["code"] == "too_large"


def test_what_nobody_expected_is_logged_and_not_told(
    client: TestClient, service: Footnote, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(service.library, "documents", fail)

    response = client.get("/api/v1/documents")

    assert (response.status_code, response.headers["content-type"]) == (500, PROBLEM)
    assert response.json()["code"] == "internal"
    assert "secret" not in response.text
    seen = client.get("/api/v1/documents", headers={"accept": "text/html"})
    assert (seen.status_code, seen.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert "Something went wrong" in seen.text and "secret" not in seen.text
    assert "content-security-policy" in response.headers
    assert "A request failed" in caplog.text


def test_below_v1_the_form_is_openais(client: TestClient) -> None:
    response = client.get("/v1/nothing")

    assert (response.status_code, response.headers["content-type"]) == (404, "application/json")
    assert response.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    ("body", "message", "param"),
    [
        (b"null", "The body must be a JSON object.", None),
        (b"[]", "The body must be a JSON object.", None),
        (
            b'{"messages": [{"role": "user", "content": 5}]}',
            "messages.0.content: input should be a valid string, or a valid list.",
            "messages.0.content",
        ),
        (
            b'{"messages": [{"role": "user", "content": [{"text": "x"}]}]}',
            "messages.0.content.0.type: field required.",
            "messages.0.content.0.type",
        ),
        (
            b'{"messages": [{"role": "user", "content": "\\u0000"}]}',
            "messages.0.content: has control characters in it: leave them out.",
            "messages.0.content",
        ),
        (b'{"messages": [{"content": "x"}]}', "messages.0.role: field required.", "messages.0.role"),
        (b'{"messages": 1, "n": 1}', "messages: input should be a valid list.", "messages"),
        (b'{"messages": 1, "n": "1"}', "messages: input should be a valid list. 1 more is wrong, too.", "messages"),
        (
            b'{"messages": 1, "n": "1", "stream": 1}',
            "messages: input should be a valid list. 2 more are wrong, too.",
            "messages",
        ),
    ],
    ids=[
        "null",
        "a list",
        "a number as content",
        "a part without a type",
        "control characters",
        "no role",
        "one",
        "two",
        "three",
    ],
)
def test_below_v1_what_is_wrong_is_named_as_openais_clients_know_it(
    client: TestClient, body: bytes, message: str, param: str | None
) -> None:
    response = client.post("/v1/chat/completions", content=body, headers=JSON)

    told = response.json()["error"]
    assert (response.status_code, told["message"], told["param"]) == (422, message, param)

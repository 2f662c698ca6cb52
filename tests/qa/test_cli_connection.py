"""Commands that a server answers badly, late or not at all: one clear line each, and patience where it helps."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from index.ownership import Ownership
from qa.answer import Answer, PassageScores, Refusal, RetrievedPassage
from tests.qa.conftest import Run
from tests.server import free_port

CANNOT_RUN, WRONG = 3, 2
Reply = tuple[int, str, dict[str, str]]

REFUSED = Answer(kind="refusal", question="Who?", refusal=Refusal(code="no_documents", message="None."), model="test")
LOADING: Reply = (503, json.dumps({"code": "loading", "detail": "Footnote is still loading."}), {"retry-after": "0"})
LIST: Reply = (200, json.dumps({"documents": [], "total": 0, "offset": 0, "limit": 100}), {})


class Scripted:
    """A server that has the data folder, and answers each request with the next of its replies."""

    def __init__(self, data: Path) -> None:
        self.replies: list[Reply] = []
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []  # method, path, headers, body
        handler = type("Handler", (BaseHTTPRequestHandler,), {"log_message": lambda *_: None})
        for method in ("GET", "POST", "DELETE"):
            setattr(handler, f"do_{method}", self._answerer())
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._owner = Ownership(data, self.address)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._owner.release()

    def _answerer(self) -> Callable[[BaseHTTPRequestHandler], None]:
        def answer(request: BaseHTTPRequestHandler) -> None:
            body = request.rfile.read(int(request.headers.get("content-length", 0)))
            self.requests.append((request.command, request.path, dict(request.headers), body))
            status, text, headers = self.replies.pop(0)
            content = text.encode()
            request.send_response(status)
            for name, value in {"content-length": str(len(content)), **headers}.items():
                request.send_header(name, value)
            request.end_headers()
            request.wfile.write(content)

        return answer


@pytest.fixture
def server(data: Path) -> Iterator[Scripted]:
    with closing(Scripted(data)) as scripted:
        yield scripted


def problem(status: int, code: str, detail: str, **headers: str) -> Reply:
    return status, json.dumps({"status": status, "code": code, "detail": detail}), headers


BUSY = problem(429, "busy", "Too much is waiting: try again in 1 s.", **{"retry-after": "0"})


class TestWaits:
    def test_for_a_server_that_is_loading(self, run: Run, server: Scripted) -> None:
        server.replies = [LOADING, LOADING, LIST]

        ended = run("list", "--json")

        assert (ended.code, ended.out, ended.err) == (0, "[]\n", "")
        assert len(server.requests) == 3

    def test_for_a_server_that_is_busy(self, run: Run, server: Scripted) -> None:
        server.replies = [BUSY, BUSY, (200, REFUSED.to_json(), {})]

        assert run("ask", "Who?", "--json").out == f"{REFUSED.to_json()}\n"

    @pytest.mark.parametrize(
        ("reply", "words"),
        [
            (problem(429, "busy", "Too much is waiting.", **{"retry-after": "86400"}), "Too much is waiting."),
            (problem(429, "too_many", "100 an hour are enough."), "100 an hour are enough."),
            ((503, LOADING[1], {"retry-after": "86400"}), "is still loading after 180 s"),
            (problem(503, "shutting_down", "It is shutting down.", **{"retry-after": "5"}), "It is shutting down."),
            (problem(503, "unavailable", "Cannot use the data folder."), "Cannot use the data folder."),
        ],
        ids=["for a day", "for who knows how long", "for a day's loading", "for one that ends", "for a broken folder"],
    )
    def test_not(self, run: Run, server: Scripted, reply: Reply, words: str) -> None:
        server.replies = [reply]

        ended = run("ask", "Who?")

        assert ended.code == CANNOT_RUN
        assert ended.says(words), ended.err


class TestKey:
    @pytest.fixture(autouse=True)
    def wanted(self, server: Scripted) -> None:
        server.replies = [problem(401, "unauthorized", "No valid key.")]

    def test_is_sent(self, run: Run, server: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FOOTNOTE_API_KEY", "open-sesame")
        server.replies = [LIST]

        run("list")

        assert server.requests[0][2]["authorization"] == "Bearer open-sesame"

    def test_that_is_missing_is_asked_for(self, run: Run) -> None:
        ended = run("list")

        assert ended.code == CANNOT_RUN
        assert ended.says("wants a key", "FOOTNOTE_API_KEY is not set")

    def test_that_is_wrong_is_not_told(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FOOTNOTE_API_KEY", "open-sesame")

        ended = run("list")

        assert ended.code == CANNOT_RUN
        assert ended.says("FOOTNOTE_API_KEY is not one of its keys")
        assert "sesame" not in ended.err

    def test_that_no_header_can_hold_is_told(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        for key in ("schlüssel", "two\nlines"):
            monkeypatch.setenv("FOOTNOTE_API_KEY", key)

            ended = run("list")

            assert ended.code == WRONG
            assert ended.says("FOOTNOTE_API_KEY")
            assert "schl" not in ended.err

    def test_that_may_not_do_it_is_told_why(self, run: Run, server: Scripted, papers: Path) -> None:
        server.replies = [problem(404, "unknown_document", "None."), problem(403, "forbidden", "alice may only ask.")]

        ended = run("add", "bridge.txt")

        assert ended.code == CANNOT_RUN
        assert ended.says("alice may only ask.")


class TestBroken:
    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (200, "<html>A router's page</html>"),
            (200, "[]"),
            (200, '{"documents": [{"id": 1}], "total": 1}'),
            (200, '{"documents": [], "total": "many"}'),
            (302, ""),
            (404, "Not found"),
            (404, '{"detail": "Not Found"}'),
            (500, "Internal Server Error"),
            (401, '{"error": 5}'),
        ],
    )
    def test_replies_are_told_in_one_line(self, run: Run, server: Scripted, status: int, body: str) -> None:
        server.replies = [(status, body, {"content-type": "text/html"})]

        ended = run("list")

        assert ended.code == CANNOT_RUN
        assert ended.says(server.address)

    def test_answers_do_not_reach_the_reader(self, run: Run, server: Scripted) -> None:
        place: dict[str, Any] = {"document_id": "d", "title": "t", "source": "/t.txt", "start": 0, "end": 5}
        passage = RetrievedPassage(**place, text="Words", scores=PassageScores(dense=1, lexical=1, fused=1))
        wire = json.loads(REFUSED.model_copy(update={"passages": (passage,)}).to_json())
        wire |= {"kind": "answer", "refusal": None}
        wire["statements"] = [{"text": "Invented.", "citations": [1], "verdict": "supported", "score": 1}]
        wire["citations"] = [{**place, "number": 1, "quote": "Other", "content_hash": ""}]
        server.replies = [(200, json.dumps(wire), {})]

        ended = run("ask", "Who?", "--json")

        assert (ended.code, ended.out) == (CANNOT_RUN, "")
        assert ended.says("Citation 1 does not quote its source")

    @pytest.mark.parametrize(
        "bytes_sent",
        [
            b"",
            b"SSH-2.0-OpenSSH_9.2\r\n",
            b"\x15\x03\x01\x00\x02\x02\x46",
            b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{",
        ],
        ids=["closed at once", "another protocol", "TLS", "gone in the middle"],
    )
    def test_connections_are_told_in_one_line(self, run: Run, data: Path, bytes_sent: bytes) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as listener:
            threading.Thread(target=send_and_close, args=(listener, bytes_sent), daemon=True).start()
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            owner = Ownership(data, address)
            ended = run("list")
            owner.release()

        assert ended.code == CANNOT_RUN
        assert ended.says(address)

    def test_by_nobody_listening_is_told(self, run: Run, data: Path) -> None:
        address = f"http://127.0.0.1:{free_port()}"
        owner = Ownership(data, address)

        ended = run("ask", "Who?")
        owner.release()

        assert ended.code == CANNOT_RUN
        assert ended.says(address, "cannot be reached", "restart it")

    def test_by_no_proxy_of_the_environment(self, run: Run, server: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
        server.replies = [LIST]

        assert run("list", "--json").out == "[]\n"


class TestBatch:
    def test_notes_a_question_that_is_not_taken_and_goes_on(self, run: Run, server: Scripted, tmp_path: Path) -> None:
        batch, out = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
        batch.write_text("".join(json.dumps({"id": name, "question": "Who?"}) + "\n" for name in "ab"))
        server.replies = [problem(422, "invalid", "Questions are shorter."), (200, REFUSED.to_json(), {})]

        ended = run("ask", "--batch", batch, "--out", out)

        first, second = map(json.loads, out.read_text().splitlines())
        assert ended.code == 0
        assert first == {"id": "a", "error": {"line": 1, "message": "Questions are shorter."}}
        assert second == {"id": "b", **json.loads(REFUSED.to_json())}

    def test_stops_where_the_server_goes_away_and_goes_on_there(
        self, run: Run, server: Scripted, tmp_path: Path
    ) -> None:
        batch, out = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
        batch.write_text("".join(json.dumps({"id": name, "question": "Who?"}) + "\n" for name in "ab"))
        fine: Reply = (200, REFUSED.to_json(), {})
        server.replies = [fine, (200, "{", {"content-length": "99", "connection": "close"})]

        broken = run("ask", "--batch", batch, "--out", out)
        server.replies = [fine]
        again = run("ask", "--batch", batch, "--out", out)

        assert broken.code == CANNOT_RUN
        assert broken.says("went away before it answered")
        assert (again.code, len(out.read_text().splitlines())) == (0, 2)


def send_and_close(listener: socket.socket, data: bytes) -> None:
    connection, _ = listener.accept()
    connection.recv(1000)
    connection.sendall(data)
    connection.close()

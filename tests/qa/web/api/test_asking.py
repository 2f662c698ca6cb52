"""Questions over HTTP: the same answer as elsewhere, whole or as it grows, and work that ends with its client."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import httpx
import pytest
from fastapi.testclient import TestClient

from index.document import Document
from qa.answer import Answer
from qa.service import Footnote
from qa.web.app import create_app
from tests.qa.web.scripted import DOCUMENT, FIRST, Script
from tests.qa.web.serving import serving

QUESTION = "Who organised the memo?"
SOON = 10.0


def same(answer: dict[str, Any]) -> dict[str, Any]:
    """What does not differ from one time to the next."""
    return {name: value for name, value in answer.items() if name not in ("trace_id", "timings_ms")}


def read(stream: str) -> list[tuple[str, Any]]:
    """The events of a stream, by the rules of server-sent events."""
    events = []
    for block in stream.replace("\r\n", "\n").split("\n\n"):
        lines = [line.partition(": ") for line in block.splitlines() if not line.startswith(":")]
        fields = {name: value for name, _, value in lines}
        if "data" in fields:
            events.append((fields["event"], json.loads(fields["data"])))
    return events


class TestAsking:
    def test_gives_the_answer_that_everyone_gets(self, client: TestClient, service: Footnote) -> None:
        response = client.post("/api/v1/ask", json={"question": QUESTION})

        assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
        answer = Answer.from_json(response.content)
        assert "junior diplomat" in answer.text
        assert same(response.json()) == same(json.loads(service.ask({"question": QUESTION}).result().to_json()))

    def test_refuses_as_an_answer(self, client: TestClient) -> None:
        response = client.post("/api/v1/ask", json={"question": "How many moons does Jupiter have?"})

        assert response.status_code == 200
        assert response.json()["refusal"]["code"] == "not_in_documents"

    def test_understands_a_follow_up(self, client: TestClient) -> None:
        history = [
            {"role": "user", "content": QUESTION},
            {"role": "assistant", "content": "A junior diplomat\n organised it."},
        ]

        answer = client.post("/api/v1/ask", json={"question": "And who obtained it?", "history": history}).json()

        assert "memo" in answer["standalone_question"]

    @pytest.mark.parametrize("name", ["id", "source"])
    def test_keeps_to_the_documents_that_are_named(self, client: TestClient, service: Footnote, name: str) -> None:
        bridge = Document.from_text("The bridge was painted red in 1951.", source="/papers/bridge.txt")
        service.add(bridge).result()

        asked = {"question": QUESTION, "documents": [getattr(bridge, name)]}
        elsewhere = client.post("/api/v1/ask", json=asked).json()
        asked["question"] = "When was the bridge painted?"
        there = client.post("/api/v1/ask", json=asked).json()

        assert elsewhere["kind"] == "refusal"
        assert {passage["document_id"] for passage in elsewhere["passages"]} <= {bridge.id}
        assert [citation["document_id"] for citation in there["citations"]] == [bridge.id]
        service.library.erase(bridge.id)

    def test_knows_no_document_that_is_not_there(self, client: TestClient) -> None:
        response = client.post("/api/v1/ask", json={"question": QUESTION, "documents": ["nothing"]})

        assert (response.status_code, response.json()["code"]) == (404, "unknown_document")


class TestStreaming:
    def test_tells_each_citation_before_its_statement_and_last_the_answer(self, client: TestClient) -> None:
        whole = client.post("/api/v1/ask", json={"question": QUESTION}).json()

        response = client.post("/api/v1/ask/stream", json={"question": QUESTION})

        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert response.headers["x-accel-buffering"] == "no"
        events = read(response.text)
        assert [name for name, _ in events] == ["retrieved", "citation", "text", "done"]
        told = [data for _, data in events]
        assert told[0]["passages"] == whole["passages"]
        assert [told[1]] == whole["citations"]
        assert [told[2]] == whole["statements"]
        assert same(told[3]) == same(whole)

    def test_a_refusal_shows_the_passages_and_states_nothing(self, client: TestClient) -> None:
        events = read(client.post("/api/v1/ask/stream", json={"question": "How many moons does Jupiter have?"}).text)

        assert [name for name, _ in events] == ["retrieved", "done"]
        assert events[-1][1]["refusal"]["code"] == "not_in_documents"


@dataclass(frozen=True)
class Served:
    """A client of a real server, and the scripted service behind it."""

    script: Script
    client: httpx.Client


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    script = Script()
    with (
        serving(create_app(cast("Footnote", script))) as address,
        httpx.Client(base_url=address, timeout=SOON) as client,
    ):
        yield Served(script, client)
        script.go_on.set()
    script.queue.close()


@pytest.fixture
def script(served: Served) -> Iterator[Script]:
    script = served.script
    script.go_on.clear()
    script.ended.clear()
    script.finished.clear()
    yield script
    script.go_on.set()
    wait_until(lambda: script.queue.running == script.queue.waiting == 0)


class TestAFullQueue:
    @pytest.mark.parametrize("path", ["/api/v1/ask", "/api/v1/ask/stream"])
    def test_says_when_to_come_back_before_anything_else(self, served: Served, path: str) -> None:
        response = served.client.post(path, json={"question": "Are you busy?"})

        assert (response.status_code, response.headers["retry-after"]) == (429, "7")
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["code"] == "busy"


class TestAFailure:
    def test_is_told_without_the_reason(self, served: Served, script: Script) -> None:
        response = served.client.post("/api/v1/ask", json={"question": "Will you fail?"})

        assert (response.status_code, response.headers["content-type"]) == (500, "application/problem+json")
        assert response.json()["code"] == "internal"
        assert "secret" not in response.text

    def test_in_a_stream_is_its_last_event(self, served: Served, script: Script) -> None:
        response = served.client.post("/api/v1/ask/stream", json={"question": "Will you fail?"})

        assert response.status_code == 200
        name, problem = read(response.text)[-1]
        assert (name, problem["status"], problem["code"]) == ("error", 500, "internal")
        assert "secret" not in response.text


class TestAClientThatLeaves:
    def test_stops_the_work_on_a_stream(self, served: Served, script: Script) -> None:
        with served.client.stream("POST", "/api/v1/ask/stream", json={"question": "slow"}) as response:
            lines = response.iter_lines()
            assert any(FIRST in line for line in lines)
        wait_until(lambda: script.last is not None and script.last.cancelled)
        script.go_on.set()

        assert script.ended.wait(SOON)
        assert not script.finished.is_set()

    def test_stops_the_work_on_an_answer(self, served: Served, script: Script) -> None:
        with pytest.raises(httpx.ReadTimeout):
            served.client.post("/api/v1/ask", json={"question": "slow"}, timeout=0.5)
        wait_until(lambda: script.queue.running == 1)
        wait_until(lambda: script.last is not None and script.last.cancelled)
        script.go_on.set()

        assert script.ended.wait(SOON)
        assert not script.finished.is_set()

    @pytest.mark.parametrize("path", ["/api/v1/ask", "/api/v1/ask/stream"])
    def test_frees_its_place_in_the_queue(self, served: Served, script: Script, path: str) -> None:
        ahead = script.queue.submit(lambda: iter([script.go_on.wait(SOON)]))
        for _ in range(3):
            with (
                pytest.raises(httpx.ReadTimeout),
                served.client.stream("POST", path, json={"question": "slow"}, timeout=0.3) as response,
            ):
                response.read()

        wait_until(lambda: script.queue.waiting == 0)
        script.go_on.set()
        ahead.result()
        assert not script.ended.is_set()  # none of them was ever begun


def test_documents_of_the_script_are_named_by_id(served: Served, script: Script) -> None:
    answer = served.client.post("/api/v1/ask", json={"question": "When?", "documents": [DOCUMENT.id]}).json()

    assert answer["kind"] == "answer"

"""The log of the real server, at its most talkative, while every route is asked: no words of anybody's are in it."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
from gradio_client import Client as GradioClient  # type: ignore[import-untyped]
from mcp import Client as MCPClient
from mcp import MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from openai import OpenAI

from tests.qa.web.routes import TABLE
from tests.server import Server

EDITOR, ASKER, NO_KEY = "editorskey-wmqzu-01", "askerskey-wmqzu-02", "nobodyskey-wmqzu-03"
# Words that stand nowhere else, each where a person's or a document's words are sent. All have this in them.
MARKER = "wmqzu"
SOON = 60.0
PAGES = (
    "/sign-in",
    "/docs",
    "/openapi.json",
    "/evaluate",
    "/favicon.ico",
    "/metrics",
    "/v1/models",
    "/v1/models/footnote",
)
OWN_ID = "own-id.of_a-client-1"
HOSTILE_IDS = ["", "a b", 'a","level":"error', "x" * 65, "a\tb", "é", "../../etc", "a;b", "<script>"]


def said(what: str) -> str:
    """A sentence with a word that is searched for afterwards."""
    return f"The {what}{MARKER} bridge opened in 1934 🗼."


@dataclass(frozen=True)
class Logged:
    """What was answered, by request id, and what was logged meanwhile."""

    statuses: dict[str, int]
    text: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logged]:
    folder = tmp_path_factory.mktemp("logs")
    settings = {
        "FOOTNOTE_LOG_LEVEL": "debug",
        "FOOTNOTE_LOG_FORMAT": "json",
        "FOOTNOTE_API_KEYS": f"ann:edit:{EDITOR},bob:ask:{ASKER}",
        "FOOTNOTE_MAX_UPLOAD_MB": "1",
    }
    server = Server(folder / "data", settings=settings, log=folder / "log")
    try:
        server.start()
        statuses = ask_everything(server.address)
    finally:
        if server.process:
            server.stop()
    yield Logged(statuses, (folder / "log").read_text("utf-8"))


def ask_everything(address: str) -> dict[str, int]:
    """Asks every route with words in it, rightly and wrongly; the status of each request by its id."""
    statuses: dict[str, int] = {}

    def note(response: httpx.Response) -> None:
        statuses[response.headers["x-request-id"]] = response.status_code

    headers = {"authorization": f"Bearer {EDITOR}"}
    with httpx.Client(base_url=address, headers=headers, timeout=SOON, event_hooks={"response": [note]}) as client:
        document_id = add_documents(client)
        ask_questions(client, document_id)
        ask_wrongly(client)
        ask_the_page(client, document_id)
        client.delete(f"/api/v1/documents/{document_id}")
        client.post(f"/api/v1/documents/{document_id}/restore")
        client.delete(f"/api/v1/documents/{document_id}?purge=true")
        client.delete("/api/v1/answers", params={"before": "2026-01-01"})
        for page in ("/", *PAGES):
            client.get(page)
    with httpx.Client(base_url=address, timeout=SOON, event_hooks={"response": [note]}) as client:
        sign_in(client)
    ask_with_clients(address)
    return statuses


def add_documents(client: httpx.Client) -> str:
    """Adds one, replaces it, and fails to add others; its id."""
    for name, words, query in (
        ("bridge.txt", said("first"), ""),
        ("bridge.txt", said("second"), ""),
        ("bridge.txt", f"{said('third')} {said('heading')}", "?replace=true"),
        ("binary.txt", said("nul") + "\0", ""),
        ("picture.png", said("picture"), ""),
        ("large.txt", said("large") * 40_000, ""),
    ):
        added = client.post(f"/api/v1/documents{query}", files={"file": (name, words.encode())})
        if added.status_code == 202:
            followed = wait(client, added.json()["url"])
            assert followed["status"] in ("added", "replaced")
    client.post("/uploads", params={"name": "page.txt"}, content=said("page").encode())
    client.post("/uploads", params={"name": "binary.txt"}, content=said("page").encode() + b"\0")
    client.post("/evaluations", params={"name": "set.jsonl"}, content=said("nojson").encode())
    record = {"id": "1", "question": said("evaluated"), "answerable": False}
    client.post("/evaluations", params={"name": "set.jsonl"}, content=json.dumps(record).encode())
    client.get(f"/evaluations/{MARKER}")
    client.delete(followed["url"])
    document_id: str = followed["document"]["id"]
    return document_id


def wait(client: httpx.Client, url: str) -> dict[str, Any]:
    end = time.monotonic() + SOON
    while (followed := client.get(url).json())["status"] in ("waiting", "adding"):
        assert time.monotonic() < end
        time.sleep(0.05)
    return dict(followed)


def ask_questions(client: httpx.Client, document_id: str) -> None:
    history = [{"role": "user", "content": said("earlier")}, {"role": "assistant", "content": said("reply")}]
    question = f"When did the third{MARKER} bridge open?"
    answer = client.post("/api/v1/ask", json={"question": question, "history": history}).json()
    assert said("third") in answer["text"]
    client.post("/api/v1/ask/stream", json={"question": question})
    client.get(f"/api/v1/answers/{answer['trace_id']}")
    rated = {"trace_id": answer["trace_id"], "helpful": False, "comment": said("comment")}
    assert client.post("/api/v1/feedback", json=rated).status_code == 204
    assert said("comment") in client.get("/api/v1/feedback").text
    assert client.post("/api/v1/search", json={"query": said("query")}).status_code == 200
    span = {"document_id": document_id, "start": 0, "end": 9}
    judged = client.post("/api/v1/verify", json={"claim": said("claim"), "quotes": [said("quote")], "spans": [span]})
    assert judged.status_code == 200
    client.get("/api/v1/documents")
    client.get(f"/api/v1/documents/{document_id}")
    client.get(f"/api/v1/documents/{document_id}/text")
    client.get(f"/d/{document_id}", params={"start": 0, "end": 9, "hash": MARKER})
    client.get(f"/d/{MARKER}", params={"hash": MARKER})
    for is_streamed in (False, True):
        messages = [{"role": "user", "content": question}]
        client.post("/v1/chat/completions", json={"model": "footnote", "messages": messages, "stream": is_streamed})


def ask_wrongly(client: httpx.Client) -> None:
    for body in (
        b'{"question": "%s' % MARKER.encode(),
        json.dumps({"question": f"{MARKER}\0", MARKER: MARKER}).encode(),
        json.dumps({"question": MARKER, "documents": [MARKER]}).encode(),
        b'{"question": "%s \\ud800"}' % MARKER.encode(),
        b'{"question": "%s \xff"}' % MARKER.encode(),
        b'{"question": "%s"}' % (MARKER.encode() * 500_000),
    ):
        for path in ("/api/v1/ask", "/api/v1/ask/stream", "/v1/chat/completions", "/mcp"):
            client.post(path, content=body, headers={"content-type": "application/json"})
    client.get(f"/{MARKER}", params={MARKER: MARKER})
    client.get("/api/v1/documents", params={"limit": MARKER})
    client.delete("/api/v1/answers", params={"before": MARKER})
    client.get("/chat/", headers={"x-request-id": OWN_ID})
    for one in HOSTILE_IDS:
        client.get("/healthz", headers=[(b"x-request-id", one.encode())])
    client.get("/api/v1/documents", headers={"authorization": f"Bearer {NO_KEY}"})


def sign_in(client: httpx.Client) -> None:
    """As a browser does, with cookies."""
    for key in (NO_KEY, ASKER):
        client.post("/sign-in", params={"next": f"/d/{MARKER}?hash={MARKER}"}, data={"key": key})
    assert client.get(f"/d/{MARKER}?hash={MARKER}", headers={"accept": "text/html"}).status_code == 410
    client.post("/api/v1/ask", json={"question": said("foreign")}, headers={"origin": f"http://{MARKER}.example"})
    client.post("/sign-out", headers={"origin": str(client.base_url).rstrip("/")})


def ask_the_page(client: httpx.Client, document_id: str) -> None:
    """Runs what the page's own scripts run."""
    config = client.get("/chat/config").json()
    [page] = [part["id"] for part in config["components"] if part["type"] == "html"]
    place = {"document_id": document_id, "start": 0, "end": 9, "content_hash": MARKER}
    rating = {"trace_id": MARKER, "helpful": True, "comment": said("rating")}
    for name, sent in (
        ("source", place),
        ("standings", [place]),
        ("rate", rating),
        ("rate", said("nonsense")),
        ("documents", None),
        ("suggestions", None),
        ("nothing", MARKER),
    ):
        asked = {"data": sent, "component_id": page, "session_hash": "s", "fn_name": name}
        client.post("/chat/gradio_api/component_server", json=asked)
    [asking] = [one["id"] for one in config["dependencies"] if [page, "ask"] in one["targets"]]
    turn = {"question": said("chat"), "index": 0, "run": uuid4().hex, "history": []}
    joined = {"data": [], "fn_index": asking, "session_hash": "s", "event_data": turn, "trigger_id": page}
    client.post("/chat/gradio_api/queue/join", json=joined)
    assert "process_completed" in client.get("/chat/gradio_api/queue/data", params={"session_hash": "s"}).text


def ask_with_clients(address: str) -> None:
    """As programs do that other people wrote."""
    client = OpenAI(base_url=f"{address}/v1", api_key=ASKER)
    client.chat.completions.create(model="footnote", messages=[{"role": "user", "content": said("openai")}])
    GradioClient(f"{address}/chat/", headers={"authorization": f"Bearer {ASKER}"}, verbose=False).predict(
        said("gradio"), api_name="/ask"
    )
    asyncio.run(ask_over_mcp(address))


async def ask_over_mcp(address: str) -> None:
    headers = {"authorization": f"Bearer {ASKER}"}
    async with (
        create_mcp_http_client(headers=headers) as http,
        MCPClient(streamable_http_client(f"{address}/mcp", http_client=http)) as client,
    ):
        for name, arguments in (
            ("ask", {"question": said("mcp")}),
            ("search", {"question": said("searched")}),
            ("verify", {"claim": said("claim"), "quotes": [said("quote")]}),
            ("verify", {"claim": said("claim"), "places": MARKER}),
            ("documents", {}),
            (MARKER, {MARKER: MARKER}),
        ):
            with suppress(MCPError):
                await client.call_tool(name, arguments)


def test_every_line_is_json(logged: Logged) -> None:
    for line in logged.lines:
        assert {"time", "level", "logger", "message"} <= line.keys()


def test_no_words_of_a_question_a_document_or_a_key_are_logged(logged: Logged) -> None:
    assert [line for line in logged.text.splitlines() if MARKER in line] == []


def test_every_route_of_ours_was_asked(logged: Logged) -> None:
    rows = re.findall(r"^\| `(.*)` \| (.*) \| .* \|$", TABLE.read_text("utf-8"), re.MULTILINE)
    ours = {(method, path) for path, methods in rows for method in methods.split(", ") if path[:6] != "/chat/"}

    asked = {(line["method"], line["route"]) for line in logged.lines if "route" in line}

    assert len(ours) > 30
    # FastAPI's own says nothing of itself; Slack is not set up here and has a log test of its own.
    assert ours - asked == {("GET", "/openapi.json"), ("POST", "/slack/events")}
    assert {("POST", f"/chat/gradio_api/{path}") for path in ("component_server", "queue/join")} <= asked


def test_every_request_leaves_one_line_with_the_id_that_its_client_got(logged: Logged) -> None:
    told = {line["request_id"]: line["status"] for line in logged.lines if "status" in line}
    lines = [line["request_id"] for line in logged.lines if "status" in line]

    assert len(lines) == len(set(lines))
    assert logged.statuses.items() <= told.items()


def test_a_plain_id_of_a_clients_is_kept_and_any_other_replaced(logged: Logged) -> None:
    assert OWN_ID in logged.statuses
    assert len(logged.statuses) > 60
    for one in logged.statuses.keys() - {OWN_ID}:
        assert re.fullmatch("[0-9a-f]{32}", one), one


def test_it_says_no_more_than_that_something_was_refused(logged: Logged) -> None:
    assert [line for line in logged.lines if line["level"] == "error"] == []

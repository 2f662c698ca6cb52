"""The official MCP client against a real server, over HTTP."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Awaitable, Callable, Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import httpx
import pytest
from markdown_it import MarkdownIt
from mcp import Client
from mcp.types import CallToolResult, TextContent

from index.document import Document
from index.encoding import Encoder
from qa.answer import Answer
from qa.mcp.backend import FootnoteBackend
from qa.mcp.server import make_server
from qa.service import Footnote
from qa.settings import Settings
from qa.web.app import create_app
from qa.work import Job
from tests.article import QUESTIONS, history_of
from tests.qa.web.scripted import BRIDGE, DOCUMENT, FIRST, HOSTILE, SECOND, Script
from tests.qa.web.serving import serving

if TYPE_CHECKING:
    from mcp.types import Tool

MODES: list[Literal["auto", "legacy"]] = ["auto", "legacy"]
HEADERS = {"content-type": "application/json", "accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def real(service: Footnote) -> Iterator[str]:
    with serving(create_app(service)) as address:
        yield f"{address}/mcp"


@pytest.fixture(scope="module")
def served(script: Script) -> Iterator[str]:
    with serving(create_app(cast("Footnote", script))) as address:
        yield f"{address}/mcp"


@pytest.fixture
def scripted(script: Script, served: str) -> str:
    for event in (script.go_on, script.ended, script.finished):
        event.clear()
    return served


def with_client(address: Any, use: Callable[[Client], Awaitable[Any]], mode: Any = "auto") -> Any:
    async def run() -> Any:
        async with Client(address, mode=mode) as client:
            return await use(client)

    return asyncio.run(run())


def call(address: str, name: str, arguments: dict[str, Any], mode: Any = "auto") -> CallToolResult:
    result = with_client(address, lambda client: client.call_tool(name, arguments), mode)
    assert isinstance(result, CallToolResult)
    return result


def text_of(result: CallToolResult) -> str:
    [content] = result.content
    assert isinstance(content, TextContent)
    return content.text


class TestRealAnswers:
    def test_are_the_services(self, service: Footnote, real: str) -> None:
        asked = [{"question": q["question"], "history": history_of(q)} for q in QUESTIONS]
        expected: list[Answer] = [service.ask(cast("Any", question)).result() for question in asked]

        async def ask_all(client: Client) -> list[Any]:
            return [await client.call_tool("ask", question) for question in asked]

        results = with_client(real, ask_all)

        for answer, result in zip(expected, results, strict=True):
            told = result.structured_content
            assert told["statements"] == [s.model_dump(mode="json") for s in answer.statements]
            assert [without_url(c) for c in told["citations"]] == [c.model_dump(mode="json") for c in answer.citations]
            assert told["refusal"] == (answer.refusal.model_dump(mode="json") if answer.refusal else None)
            for citation in told["citations"]:
                assert f"[{citation['number']}] {citation['title']}" in text_of(result)
                assert f"<{citation['url']}>" in text_of(result)
        assert len(results) == 50

    def test_a_search_finds_exact_words(self, service: Footnote, real: str) -> None:
        result = call(real, "search", {"query": "Who organised the memo?", "limit": 3})

        found = (result.structured_content or {})["sentences"]
        assert len(found) == 3
        assert [sentence["number"] for sentence in found] == [1, 2, 3]
        for sentence in found:
            assert (
                service.library.text(sentence["document_id"], sentence["start"], sentence["end"]) == sentence["quote"]
            )
            assert 0 <= sentence["score"] <= 1
        answer = service.ask({"question": "Who organised the memo?"}).result()
        assert found[0]["quote"] == answer.evidence[0].text
        assert httpx.get(found[0]["url"]).status_code == 200

    def test_a_claim_is_judged_by_quotes_and_by_places(self, service: Footnote, real: str) -> None:
        citation = service.ask({"question": "Who organised the memo?"}).result().citations[0]
        span = {"document_id": citation.document_id, "start": citation.start, "end": citation.end}

        by_place = call(real, "verify", {"claim": citation.quote, "spans": [span]})
        by_quote = call(
            real, "verify", {"claim": "The bridge opened in 1932.", "quotes": ["The bridge opened in 1934."]}
        )
        by_nothing = call(real, "verify", {"claim": "The bridge opened in 1932."})

        assert by_place.structured_content == {"verdict": "supported", "score": 1.0, "quotes": [citation.quote]}
        assert text_of(by_place) == "supported (100 %)"
        assert (by_quote.structured_content or {})["verdict"] != "supported"
        assert by_nothing.structured_content == {"verdict": "unsupported", "score": 0.0, "quotes": []}

    def test_a_hostile_document_is_only_text(self, tmp_path: Path, encoder: Encoder) -> None:
        with Footnote.open(Settings(data=tmp_path / "hostile")) as service, serving(create_app(service)) as address:
            service.library.add(Document.from_text(HOSTILE, source="/<b>x</b>.txt", title="[x](http://evil.example)"))
            answer = call(f"{address}/mcp", "ask", {"question": "Who designed the Amber Bridge?"})
            found = call(f"{address}/mcp", "search", {"query": "Who designed the Amber Bridge?", "limit": 1})

        [citation] = (answer.structured_content or {})["citations"]
        assert citation["quote"] == HOSTILE
        renderer = MarkdownIt("gfm-like", {"html": True, "linkify": True})
        for result in (answer, found):
            html = renderer.render(text_of(result))
            assert set(re.findall(r"<([^/ >]+)", html)) == {"p", "a"}
            assert set(re.findall(r'href="([^"]*)"', html)) == {escape(citation["url"])}
            assert escape(HOSTILE, quote=False) in html.replace("&quot;", '"')

    def test_a_place_that_is_none_is_told_in_one_line(self, service: Footnote, real: str) -> None:
        [record] = service.library.documents()
        span = {"document_id": record.id, "start": 5, "end": 10_000_000}

        result = call(real, "verify", {"claim": "x", "spans": [span]})

        assert result.is_error
        assert text_of(result).startswith(f"The document {record.id} has no characters 5 to 10000000")


class TestTools:
    @pytest.mark.parametrize("mode", MODES)
    def test_they_are_typed_and_only_read(self, scripted: str, mode: str) -> None:
        tools: list[Tool] = with_client(scripted, lambda client: client.list_tools(), mode).tools

        assert [tool.name for tool in tools] == ["ask", "search", "verify", "documents"]
        for tool in tools:
            assert tool.description
            assert tool.title
            assert tool.output_schema
            assert tool.annotations
            assert tool.annotations.read_only_hint
            assert not tool.annotations.open_world_hint
        ask = tools[0]
        assert set(ask.input_schema["properties"]) == {"question", "history", "documents"}
        assert ask.input_schema["required"] == ["question"]
        assert "citations" in (ask.output_schema or {})["required"]

    @pytest.mark.parametrize("mode", MODES)
    def test_an_answer_is_told_to_people_and_to_programs(self, scripted: str, mode: str) -> None:
        result = call(scripted, "ask", {"question": BRIDGE}, mode)

        told = result.structured_content or {}
        assert [citation["quote"] for citation in told["citations"]] == [FIRST, SECOND]
        assert text_of(result).startswith(f"{FIRST} [1] {SECOND} [2]\n\n[1] Bridges: “{FIRST}” <http://127.0.0.1:")

    def test_documents_restrict_what_is_drawn_on(self, scripted: str) -> None:
        chosen = call(scripted, "ask", {"question": BRIDGE, "documents": [DOCUMENT.source]})
        unknown = call(scripted, "ask", {"question": BRIDGE, "documents": ["elsewhere"]})

        assert text_of(chosen).startswith(FIRST)
        assert unknown.is_error
        assert text_of(unknown) == "No document 'elsewhere' in the library: list the documents to see what there is."

    def test_documents_are_listed_in_parts(self, scripted: str) -> None:
        first = call(scripted, "documents", {})
        beyond = call(scripted, "documents", {"offset": 1, "limit": 5})

        [listed] = (first.structured_content or {})["documents"]
        assert (listed["id"], listed["title"], listed["characters"]) == (DOCUMENT.id, "Bridges", len(DOCUMENT.text))
        assert beyond.structured_content == {"documents": [], "total": 1, "offset": 1, "limit": 5}

    @pytest.mark.parametrize(
        ("name", "arguments", "said"),
        [
            ("ask", {"question": "busy"}, "Too much is waiting: try again in 7 s."),
            ("ask", {}, "question: Field required."),
            ("ask", {"question": 7}, "question: Input should be a valid string."),
            ("ask", {"question": "a\x00b"}, "question: has control characters in it: leave them out."),
            ("ask", {"question": "x" * 2_001}, "question: String should have at most 2000 characters."),
            ("ask", {"question": "x", "history": [{"role": "system", "content": "x"}]}, "history.0.role: Input should"),
            (
                "ask",
                {"question": "x", "history": [{"role": "user", "content": "x" * 8_001}]},
                "history.0.content: String",
            ),
            (
                "ask",
                {"question": "x", "history": [{"role": "user", "content": "\0"}]},
                "history.0.content: has control",
            ),
            ("verify", {"claim": "x", "spans": [{"start": 1}]}, "spans.0.document_id: Field required; spans.0.end"),
            ("search", {"query": ""}, "query: is empty: say what to look for."),
            ("search", {"query": " \n\t"}, "query: is empty: say what to look for."),
            ("documents", {"limit": 0}, "limit: Input should be greater than or equal to 1."),
            ("nothing", {}, "Unknown tool: nothing"),
        ],
    )
    def test_errors_are_one_line(self, scripted: str, name: str, arguments: dict[str, Any], said: str) -> None:
        result = call(scripted, name, arguments)

        assert result.is_error
        assert text_of(result).startswith(said)
        assert "\n" not in text_of(result)

    def test_what_goes_wrong_stays_in_the_log(self, scripted: str, caplog: pytest.LogCaptureFixture) -> None:
        result = call(scripted, "ask", {"question": "fail"})

        assert result.is_error
        assert text_of(result) == "Something went wrong, and the log says what. Try again."
        assert "secret of the house" in caplog.text


class TestConnections:
    def test_posts_need_no_redirect_and_no_session(self, scripted: str) -> None:
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "documents", "arguments": {}}}

        response = httpx.post(scripted, json=body, headers=HEADERS, follow_redirects=False)

        assert response.status_code == 200
        assert response.headers["content-type"] == "application/json"
        assert response.json()["result"]["structuredContent"]["total"] == 1

    def test_requests_are_counted_under_its_path(self, real: str) -> None:
        call(real, "documents", {})

        assert 'route="/mcp",status="200"' in httpx.get(real.replace("/mcp", "/metrics")).text

    @pytest.mark.parametrize("method", ["GET", "DELETE"])
    def test_there_is_nothing_to_listen_to(self, scripted: str, method: str) -> None:
        response = httpx.request(method, scripted, headers=HEADERS)

        assert response.status_code == 405
        assert response.headers["content-type"] == "application/problem+json"

    def test_it_is_reached_by_any_name(self, scripted: str) -> None:
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}

        response = httpx.post(scripted, json=body, headers={**HEADERS, "host": "footnote.example"})

        assert response.status_code == 200

    @pytest.mark.parametrize("version", ["2025-06-18", "2026-07-28"])
    def test_a_client_that_leaves_frees_its_place(
        self, scripted: str, script: Script, version: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cancelled = threading.Event()
        cancel = Job.cancel

        def cancel_and_tell(job: Job[Any]) -> None:
            cancel(job)
            cancelled.set()

        monkeypatch.setattr(Job, "cancel", cancel_and_tell)
        meta = {
            "io.modelcontextprotocol/protocolVersion": version,
            "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {},
        }
        params = {"name": "ask", "arguments": {"question": f"slow {BRIDGE}"}, "_meta": meta}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        headers = {**HEADERS, "mcp-protocol-version": version, "mcp-method": "tools/call", "mcp-name": "ask"}
        with pytest.raises(httpx.ReadTimeout), httpx.Client(timeout=0.7) as leaving:
            print(leaving.post(scripted, json=body, headers=headers).text)
        assert cancelled.wait(10)

        script.go_on.set()

        assert script.ended.wait(5)
        assert not script.finished.is_set()

    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b"[]",
            b"7",
            b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": NaN}',
            b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "ask", "arguments": '
            b'{"question": NaN}}}',
            b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "ask", "arguments": '
            b'{"question": "\\ud800"}}}',
            b'{"jsonrpc": "2.0", "id": 1, "method": "\\ud800"}',
            b'{"jsonrpc": "2.0", "id": 1, "method": "x", "params": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}",
            b"\xff\xfe",
            b"",
        ],
        ids=[
            "cut",
            "array",
            "number",
            "NaN",
            "NaN argument",
            "surrogate",
            "surrogate method",
            "deep",
            "bytes",
            "empty",
        ],
    )
    def test_no_body_is_an_accident(self, scripted: str, body: bytes) -> None:
        response = httpx.post(scripted, content=body, headers=HEADERS)

        assert response.status_code < 500
        told = response.json()
        assert "error" in told or told["result"]["isError"]

    @pytest.mark.parametrize("is_chunked", [False, True], ids=["told", "chunked"])
    def test_too_large_a_body_is_told(self, scripted: str, is_chunked: bool) -> None:
        parts = [b"x" * (1 << 20)] * 3

        response = httpx.post(scripted, content=iter(parts) if is_chunked else b"".join(parts), headers=HEADERS)

        assert response.status_code == 413

    @pytest.mark.parametrize("mode", MODES)
    def test_a_call_that_is_cancelled_frees_its_place(self, script: Script, mode: str) -> None:
        for event in (script.go_on, script.ended, script.finished):
            event.clear()

        async def cancel_it(client: Client) -> None:
            call = asyncio.create_task(client.call_tool("ask", {"question": f"slow {BRIDGE}"}))
            while not script.queue.running:
                await asyncio.sleep(0.01)
            call.cancel()
            await asyncio.wait([call])
            await client.call_tool("documents", {})  # what was sent before has arrived
            script.go_on.set()

        with_client(make_server(FootnoteBackend(cast("Footnote", script))), cancel_it, mode)

        assert script.ended.wait(5)
        assert not script.finished.is_set()

    def test_an_app_can_be_started_after_another(self, script: Script) -> None:
        for _ in range(2):
            with serving(create_app(cast("Footnote", script))) as address:
                assert call(f"{address}/mcp", "documents", {}).structured_content


def without_url(citation: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in citation.items() if name != "url"}

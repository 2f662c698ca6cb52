"""`footnote mcp`: the official MCP client starts the real command and speaks with it over its streams.

With a server that has the data folder, and without one.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import CallToolResult, TextContent

from index.document import Document
from index.encoding import Encoder
from qa.cli import main
from qa.cli.tools import ServerBackend
from qa.mcp.server import make_server
from qa.service import Footnote
from qa.settings import Settings
from qa.web.app import create_app
from tests.qa.conftest import BRIDGE, TOWER
from tests.qa.web.scripted import BRIDGE as SLOW_QUESTION
from tests.qa.web.scripted import Script
from tests.qa.web.serving import serving
from tests.server import ROOT, Server

COMMAND = (sys.executable, "-m", "qa.cli", "mcp")
QUESTION = "Who organised the memo?"
ASKER = "staple-correct-horse"
FOLLOW_UP = [{"role": "user", "content": "Who built the Round Tower?"}, {"role": "assistant", "content": "Ivar Holm."}]


@pytest.fixture
def environment(data: Path) -> dict[str, str]:
    return {**os.environ, "FOOTNOTE_DATA": str(data)}


def test_the_tools_answer_over_the_commands_streams(data: Path, environment: dict[str, str], encoder: Encoder) -> None:
    with Footnote.open(Settings(data=data)) as footnote:
        expected = footnote.ask({"question": QUESTION}).result()
    command, *arguments = COMMAND
    server = StdioServerParameters(command=command, args=arguments, env=environment, cwd=ROOT)

    async def use() -> tuple[Any, Any, Any]:
        async with Client(server) as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            return tools, await client.call_tool("ask", {"question": QUESTION}), await client.call_tool("documents", {})

    tools, answer, documents = asyncio.run(use())

    assert tools == ["ask", "search", "verify", "documents"]
    told = answer.structured_content
    assert told["statements"] == [statement.model_dump(mode="json") for statement in expected.statements]
    citations = [citation.model_dump(mode="json") for citation in expected.citations]
    assert told["citations"] == [{**citation, "url": None} for citation in citations]
    [text] = answer.content
    assert isinstance(text, TextContent)
    assert f"[1] article: “{expected.citations[0].quote}”" in text.text.replace("\\", "")
    assert documents.structured_content["total"] == 1


def test_nothing_but_messages_goes_to_stdout(data: Path, environment: dict[str, str]) -> None:
    Footnote.open(Settings(data=data)).close()
    for vectors in data.glob("vectors-*"):  # which the log tells of
        shutil.rmtree(vectors)
    version = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    lines = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": version},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
    ]
    ended = subprocess.run(
        COMMAND,
        input="".join(json.dumps(line) + "\n" for line in lines) + "no JSON\n",
        env={**environment, "FOOTNOTE_LOG_LEVEL": "debug"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert ended.returncode == 0, ended.stderr
    messages = [json.loads(line) for line in ended.stdout.splitlines()]
    assert all(message["jsonrpc"] == "2.0" for message in messages)
    assert {1} <= {message.get("id") for message in messages}
    assert "made again from the catalog" in ended.stderr


def test_a_folder_that_is_in_use_is_told_in_one_line(data: Path, environment: dict[str, str]) -> None:
    with Footnote.open(Settings(data=data)):
        ended = subprocess.run(
            COMMAND, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
        )

    assert ended.returncode == 3
    assert ended.stdout == ""
    assert ended.stderr.startswith("footnote: ")
    assert ended.stderr.count("\n") == 1


def test_a_client_can_leave_at_once(environment: dict[str, str]) -> None:
    async def leave() -> None:
        command, *arguments = COMMAND
        server = StdioServerParameters(command=command, args=arguments, env=environment, cwd=ROOT)
        async with stdio_client(server):
            pass

    asyncio.run(leave())


def calls(papers: Path) -> list[tuple[str, dict[str, Any]]]:
    """Of every tool, those that it serves and those that it refuses."""
    bridge = str(papers / "bridge.txt")
    start = BRIDGE.index("It is")
    span = {"document_id": Document(source=bridge, title="", text="").id, "start": start, "end": start + 50}
    return [
        ("ask", {"question": "Who built the Round Tower?"}),
        ("ask", {"question": "And when was it built?", "history": FOLLOW_UP}),
        ("ask", {"question": "Who built the Round Tower?", "documents": [bridge]}),
        ("ask", {"question": "Who?", "documents": ["none.txt"]}),
        ("ask", {"question": "Hello!"}),
        ("ask", {"question": "What are these documents about?"}),
        ("ask", {"question": "  "}),
        ("search", {"query": "Who designed the bridge?", "limit": 3}),
        ("search", {"query": "Who designed the bridge?", "documents": [str(papers / "tower.md")]}),
        ("search", {"query": "Who?", "documents": ["none.txt"]}),
        ("search", {"query": ""}),
        ("verify", {"claim": "Edith Marlow designed it.", "quotes": ["It was designed by Edith Marlow."]}),
        ("verify", {"claim": "It is 41 m long.", "spans": [span]}),
        ("verify", {"claim": "It is 41 m long.", "spans": [{**span, "end": 9_999}]}),
        ("verify", {"claim": "It is 41 m long.", "spans": [{**span, "document_id": "none"}]}),
        ("verify", {"claim": "It is 41 m long.", "spans": [{**span, "content_hash": "0" * 64}]}),
        ("verify", {"claim": "It is 41 m long."}),
        ("documents", {}),
        ("documents", {"offset": 1, "limit": 1}),
        ("documents", {"limit": 0}),
    ]


@dataclass(frozen=True)
class Twice:
    """What the same calls resulted in, with a server that has the folder and without one."""

    data: Path
    asked: Sequence[tuple[str, dict[str, Any]]]
    through_server: Sequence[CallToolResult]
    without: Sequence[CallToolResult]


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twice]:
    root = tmp_path_factory.mktemp("stdio")
    data, papers = root / "data", root / "papers"
    papers.mkdir()
    (papers / "bridge.txt").write_bytes(BRIDGE.encode())
    (papers / "tower.md").write_text(TOWER)
    assert main(["add", str(papers), "--data", str(data)]) == 0
    asked = calls(papers)
    without = called(data, asked)
    server = Server(data, settings={"FOOTNOTE_API_KEYS": f"bob:ask:{ASKER}"})
    try:
        server.start()
        yield Twice(data, asked, called(data, asked), without)
    finally:
        if server.process:
            server.stop()


def called(data: Path, asked: Sequence[tuple[str, dict[str, Any]]]) -> list[CallToolResult]:
    """What a client gets that starts the command."""
    command, *arguments = COMMAND
    environment = {**os.environ, "FOOTNOTE_DATA": str(data), "FOOTNOTE_API_KEY": ASKER}
    server = StdioServerParameters(command=command, args=arguments, env=environment, cwd=ROOT)

    async def use() -> list[CallToolResult]:
        async with Client(server) as client:
            return [await client.call_tool(name, given) for name, given in asked]

    return asyncio.run(use())


class TestWithAServer:
    def test_every_call_results_in_the_same(self, twice: Twice) -> None:
        for (name, given), through_server, without in zip(
            twice.asked, twice.through_server, twice.without, strict=True
        ):
            assert timeless(through_server) == timeless(without), (name, given)

    def test_the_calls_are_of_every_kind(self, twice: Twice) -> None:
        refused = [name for (name, _), result in zip(twice.asked, twice.without, strict=True) if result.is_error]
        kinds = {(result.structured_content or {}).get("kind") for result in twice.without}

        assert refused == ["ask", "search", "search", "verify", "verify", "verify", "documents"], refused
        assert kinds == {"answer", "refusal", "smalltalk", "overview", None}

    @pytest.mark.parametrize(
        ("key", "words"),
        [
            ("correct-horse-battery", "FOOTNOTE_API_KEY is not one of its keys"),
            (None, "FOOTNOTE_API_KEY is not set"),
            ("schlüssel", "FOOTNOTE_API_KEY holds characters that no key has"),
        ],
        ids=["wrong", "missing", "impossible"],
    )
    def test_a_key_that_opens_nothing_is_told_in_one_line(self, twice: Twice, key: str | None, words: str) -> None:
        environment = {**os.environ, "FOOTNOTE_DATA": str(twice.data)} | ({"FOOTNOTE_API_KEY": key} if key else {})

        ended = subprocess.run(
            COMMAND, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
        )

        assert ended.returncode in (2, 3)
        assert ended.stdout == ""
        assert ended.stderr.startswith("footnote: ") and words in ended.stderr
        assert ended.stderr.count("\n") == 1

    def test_no_model_is_loaded(self) -> None:
        script = (
            "import sys, qa.cli.mcp, qa.cli.tools, qa.mcp.server; "
            "print([m for m in ('torch', 'transformers', 'chromadb', 'tantivy') if m in sys.modules])"
        )
        ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120)

        assert ended.stdout == "[]\n", ended.stderr


class TestServerBackend:
    @pytest.fixture
    def script(self) -> Iterator[Script]:
        made = Script()
        yield made
        made.queue.close()

    def test_gives_up_what_is_cancelled(self, script: Script) -> None:
        async def cancel(address: str) -> None:
            async with ServerBackend(address, None) as backend:
                call = asyncio.create_task(backend.ask({"question": f"slow {SLOW_QUESTION}"}))
                while not script.queue.running:
                    await asyncio.sleep(0.01)
                call.cancel()
                await asyncio.wait([call])
                for _ in range(1_000):
                    if script.last and script.last.cancelled:
                        return
                    await asyncio.sleep(0.01)

        with serving(create_app(cast("Footnote", script))) as address:
            asyncio.run(cancel(address))
            assert script.last and script.last.cancelled
            script.go_on.set()

            assert script.ended.wait(5)
            assert not script.finished.is_set()

    def test_tells_the_client_in_one_line_that_its_server_is_gone(self, script: Script) -> None:
        async def outlive() -> Any:
            with serving(create_app(cast("Footnote", script))) as address:
                backend = await ServerBackend(address, None).__aenter__()
            async with Client(make_server(backend)) as client:
                result = await client.call_tool("documents", {})
            await backend.__aexit__(None, None, None)
            return result

        result = asyncio.run(outlive())

        assert result.is_error
        [text] = result.content
        assert "cannot be reached" in text.text and "\n" not in text.text


def timeless(result: CallToolResult) -> tuple[Any, ...]:
    """A result without what is another each time."""
    structured = {name: value for name, value in (result.structured_content or {}).items() if name != "trace_id"}
    return result.is_error, structured, [content.model_dump() for content in result.content]

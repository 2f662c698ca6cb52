"""`footnote mcp`: the official MCP client starts the real command and speaks with it over its streams."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import TextContent

from index.encoding import Encoder
from qa.service import Footnote
from qa.settings import Settings
from tests.server import ROOT

COMMAND = (sys.executable, "-m", "qa.cli", "mcp")
QUESTION = "Who organised the memo?"


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


def test_nothing_but_messages_goes_to_stdout(environment: dict[str, str]) -> None:
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
    assert "footnote: " in ended.stderr  # the log is there


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

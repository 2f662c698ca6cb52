"""Fifty questions have the same answer on the command line, over HTTP, as events, in OpenAI's form and over MCP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client
from openai import OpenAI

from qa.answer import Answer
from qa.cli import main
from tests.article import QUESTIONS, history_of
from tests.benchmarks.http_client import said
from tests.server import Server

ASKED: list[dict[str, Any]] = [{"question": one["question"], "history": history_of(one)} for one in QUESTIONS]
Said = list[tuple[Any, ...]]
Cited = list[tuple[int, str, int, int, str]]  # the second part of what is said: number, source, start, end, quote


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("same")


@pytest.fixture(scope="module")
def by_command(folder: Path) -> list[dict[str, Any]]:
    """What `footnote ask` says, with nothing serving."""
    batch, out = folder / "questions.jsonl", folder / "answers.jsonl"
    batch.write_text("".join(json.dumps({"id": str(n), **asked}) + "\n" for n, asked in enumerate(ASKED)))
    assert main(["ask", "--batch", str(batch), "--out", str(out), "--data", str(folder / "data")]) == 0
    answers = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert len(answers) == 50
    assert sum(answer["kind"] == "answer" for answer in answers) > 25
    return answers


@pytest.fixture(scope="module")
def address(folder: Path, by_command: list[dict[str, Any]]) -> Iterator[str]:
    server = Server(folder / "data")
    try:
        server.start()
        yield server.address
    finally:
        if server.process:
            server.stop()


def test_over_http(address: str, by_command: list[dict[str, Any]]) -> None:
    answers = [httpx.post(f"{address}/api/v1/ask", json=asked, timeout=60).json() for asked in ASKED]

    assert list(map(said, answers)) == list(map(said, by_command))
    assert [answer["evidence"] for answer in answers] == [answer["evidence"] for answer in by_command]


def test_as_events_of_which_the_last_says_it_all_again(address: str, by_command: list[dict[str, Any]]) -> None:
    for asked, expected in zip(ASKED, by_command, strict=True):
        response = httpx.post(f"{address}/api/v1/ask/stream", json=asked, timeout=60)
        blocks = [
            dict(line.split(": ", 1) for line in block.split("\n")) for block in response.text.split("\n\n") if block
        ]
        events = [(block["event"], json.loads(block["data"])) for block in blocks]

        assert events[-1][0] == "done"
        assert said(events[-1][1]) == said(expected)
        assert [data for name, data in events if name == "text"] == expected["statements"]
        assert [data for name, data in events if name == "citation"] == expected["citations"]


def test_in_openai_s_form_whole_and_streamed(address: str, by_command: list[dict[str, Any]]) -> None:
    client = OpenAI(base_url=f"{address}/v1", api_key="none")
    for asked, expected in zip(ASKED, by_command, strict=True):
        messages: Any = [*asked["history"], {"role": "user", "content": asked["question"]}]
        whole = client.chat.completions.create(model="footnote", messages=messages).choices[0].message
        streamed = ""
        for chunk in client.chat.completions.create(model="footnote", messages=messages, stream=True):
            streamed += chunk.choices[0].delta.content or ""

        assert cited((whole.model_extra or {})["citations"]) == cited(expected["citations"])
        assert streamed == whole.content


def test_over_mcp(address: str, by_command: list[dict[str, Any]]) -> None:
    async def ask() -> list[Any]:
        async with Client(f"{address}/mcp") as client:
            return [await client.call_tool("ask", asked) for asked in ASKED]

    for result, expected in zip(asyncio.run(ask()), by_command, strict=True):
        told = result.structured_content
        assert [(s["text"], s["citations"]) for s in told["statements"]] == [
            (s["text"], s["citations"]) for s in expected["statements"]
        ]
        assert cited(told["citations"]) == cited(expected["citations"])


def test_each_answer_can_be_looked_up_and_checked_again(address: str) -> None:
    answer = httpx.post(f"{address}/api/v1/ask", json=ASKED[0], timeout=60).json()
    kept = httpx.get(f"{address}/api/v1/answers/{answer['trace_id']}").json()

    assert kept.pop("feedback") is None
    assert Answer.model_validate(kept) == Answer.model_validate(answer)


def cited(citations: list[dict[str, Any]]) -> Cited:
    return [(c["number"], c["source"], c["start"], c["end"], c["quote"]) for c in citations]

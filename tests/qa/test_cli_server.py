"""The same commands with a server that has the data folder and without one, compared through the real program."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from index.ownership import NOTE, server_of
from qa.cli import main
from tests.qa.conftest import BRIDGE, TOWER, Ended, Run
from tests.server import Server, free_port, start_app

FOLLOW_UP = [{"role": "user", "content": "Who built the Round Tower?"}, {"role": "assistant", "content": "Ivar Holm."}]
LATIN = "Die Brücke wurde 1934 eröffnet.".encode("latin-1")


@dataclass(frozen=True)
class Twins:
    """Two data folders with the same documents, one of which a server has."""

    served: Path
    own: Path
    papers: Path


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    root = tmp_path_factory.mktemp("twins")
    papers = root / "papers"
    (papers / "more").mkdir(parents=True)
    (papers / "bridge.txt").write_bytes(BRIDGE.encode())
    (papers / "tower.md").write_text(TOWER)
    (papers / "more" / "brücke.txt").write_bytes(LATIN)
    (papers / "history.json").write_text(json.dumps(FOLLOW_UP))
    (papers / "empty.txt").touch()
    (papers / "picture.txt").write_bytes(b"\x89PNG\0\0")
    assert main(["add", "--data", str(root / "own"), *map(str, [papers / "bridge.txt", papers / "tower.md"])]) == 0
    shutil.copytree(root / "own", root / "served")
    server = Server(root / "served")
    server.start()
    yield Twins(root / "served", root / "own", papers)
    server.stop()


Both = Callable[..., tuple[Ended, Ended]]


@pytest.fixture
def both(twins: Twins, run: Run, monkeypatch: pytest.MonkeyPatch) -> Both:
    """Runs a command through the server, then on the other folder."""
    monkeypatch.chdir(twins.papers)

    def both(*arguments: object) -> tuple[Ended, Ended]:
        return run(*arguments, "--data", twins.served), run(*arguments, "--data", twins.own)

    return both


def comparable(ended: Ended, *, as_json: bool) -> tuple[int, Any, str]:
    """What has to be equal; ids of questions and times never are."""
    return ended.code, _timeless(json.loads(ended.out)) if as_json and ended.out else ended.out, ended.err


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _timeless(field) for name, field in value.items() if name not in ("trace_id", "timings_ms")}
    return [_timeless(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["ask", "Who built the Round Tower?"], 0),
        (["ask", "Who built the Round Tower?", "--json"], 0),
        (["ask", "How tall is the Eiffel Tower in metres?"], 1),
        (["ask", "How tall is the Eiffel Tower in metres?", "--json"], 1),
        (["ask", "And when was it built?", "--history", "history.json", "--json"], 0),
        (["ask", "What are these documents about?", "--json"], 0),
        (["ask", "Hello!"], 0),
        (["ask", "Who built the Round Tower?", "-d", "tower.md", "--json"], 0),
        (["ask", "Who built the Round Tower?", "-d", "bridge.txt", "--json"], 1),
        (["ask", "Who?", "-d", "none.txt"], 2),
        (["ask", "", "--json"], 2),
        (["ask", "   "], 2),
        (["ask", "Why? " * 2000], 2),
        (["ask", "Why? " * 2000, "--json"], 2),
        (["list"], 0),
        (["list", "--json"], 0),
        (["show", "bridge.txt"], 0),
        (["show", "bridge.txt", "--start", "40", "--end", "46", "--json"], 0),
        (["show", "bridge.txt", "--start", "5", "--end", "5"], 0),
        (["show", "tower.md", "--start", "5", "--end", "1000"], 2),
        (["show", "none.txt"], 2),
        (["show", "ffffff"], 2),
        (["remove", "none.txt"], 2),
        (["add", "none.txt"], 2),
        (["forget", "--before", "2020-01-01"], 0),
        (["forget", "--before", "tomorrow"], 2),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, list) else "",
)
def test_a_command_looks_the_same(both: Both, arguments: list[str], code: int) -> None:
    through_server, without = both(*arguments)

    as_json = "--json" in arguments
    assert comparable(through_server, as_json=as_json) == comparable(without, as_json=as_json)
    assert through_server.code == code


def test_documents_come_and_go_in_the_same_way(both: Both, twins: Twins) -> None:
    changed = twins.papers / "changing.txt"
    steps: list[tuple[list[str], str | None]] = [
        (["add", "."], "The Velvet Theatre opened in 1911."),
        (["add", "changing.txt", "more"], "The Velvet Theatre opened in 1911."),
        (["add", "changing.txt"], "The Velvet Theatre closed in 1950."),
        (["list", "--json"], None),
        (["ask", "When did the Velvet Theatre close?", "--json"], None),
        (["show", "more/brücke.txt"], None),
        (["remove", "changing.txt"], None),
        (["remove", "more/brücke.txt"], None),
        (["show", "changing.txt"], None),
        (["list"], None),
    ]
    for arguments, content in steps:
        if content is not None:
            changed.write_text(content)
        through_server, without = both(*arguments)
        as_json = "--json" in arguments
        assert comparable(through_server, as_json=as_json) == comparable(without, as_json=as_json), arguments


def test_what_is_removed_or_forgotten_leaves_no_word(both: Both, twins: Twins) -> None:
    (twins.papers / "secret.txt").write_text("The Quicksilver Vault was sealed by Ottoline Frost.")
    both("add", "secret.txt")
    both("ask", "Who sealed the Quicksilver Vault?")
    both("remove", "secret.txt")
    for ended in both("forget", "--before", time.strftime("%Y-%m-%dT%H:%M:%S")):
        assert ended.code == 0
        assert ended.out.startswith("Forgot ")

    for folder in (twins.served, twins.own):
        for file in folder.glob("answers.sqlite3*"):
            assert b"Ottoline" not in file.read_bytes()
        for file in folder.glob("catalog.sqlite3*"):
            assert b"Ottoline" not in file.read_bytes()


def test_a_batch_writes_the_same_records(both: Both, twins: Twins, tmp_path: Path) -> None:
    lines: list[object] = [
        {"id": "a", "question": "Who built the Round Tower?"},
        {"id": "b", "question": "And when was it built?", "history": FOLLOW_UP},
        {"id": "c", "question": "Who built it?", "documents": ["none.txt"]},
        {"id": "d", "question": ""},
        {"id": "e"},
        {"id": "f", "question": "Who designed the Amber Bridge?", "documents": ["bridge.txt"]},
    ]
    batch = tmp_path / "questions.jsonl"
    batch.write_text("\n".join(map(json.dumps, lines)))
    answers = []
    for name in ("served", "own"):
        out = tmp_path / f"{name}.jsonl"
        arguments = ["ask", "--batch", str(batch), "--out", str(out), "--data", str(getattr(twins, name))]
        assert main(arguments) == 0
        answers.append([_timeless(json.loads(line)) for line in out.read_text().splitlines()])

    assert answers[0] == answers[1]
    assert [record["id"] for record in answers[0]] == list("abcdef")


def test_rebuilding_is_not_the_servers_work(both: Both, twins: Twins) -> None:
    ended, _ = both("rebuild")

    assert ended.code == 3
    assert ended.says("in use by the page at http://127.0.0.1:", "stop it")


def test_a_question_to_a_server_loads_no_model(twins: Twins) -> None:
    heavy = ("torch", "sentence_transformers", "chromadb", "transformers", "tantivy", "langchain_core", "gradio")
    asked = f"main(['--data', {str(twins.served)!r}, 'ask', 'Who built the Round Tower?'])"
    script = (
        f"import sys; from qa.cli import main; code = {asked}; print([m for m in {heavy} if m in sys.modules], code)"
    )

    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)

    assert ended.stdout.splitlines()[-1] == "[] 0"


@pytest.fixture
def starting(data: Path) -> Iterator[subprocess.Popen[str]]:
    """A server that has just begun to load."""
    process = start_app(data, free_port())
    deadline = time.monotonic() + 60
    while not (data / NOTE).exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    yield process
    process.kill()
    process.wait()
    for stream in (process.stdout, process.stderr):
        assert stream
        stream.close()


def test_a_server_that_is_loading_is_waited_for(starting: subprocess.Popen[str], data: Path, run: Run) -> None:
    ended = run("ask", "Who organised the memo?")

    assert (ended.code, ended.err) == (0, "")
    assert "junior diplomat" in ended.out
    assert server_of(data)


def test_a_killed_servers_folder_is_opened(starting: subprocess.Popen[str], data: Path, run: Run) -> None:
    os.kill(starting.pid, 9)
    starting.wait()

    ended = run("list", "--json")

    assert (ended.code, json.loads(ended.out)) == (0, [])

"""Whatever goes wrong: one clear line, the right exit code, nothing lost. Never a traceback."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index.document import Document
from index.library import Library
from index.ownership import Ownership
from qa.cli.app import explain
from tests.qa.conftest import Ended, Run
from tests.rights import without_rights
from tests.standin import StandInEncoder

NO, WRONG, CANNOT_RUN, INTERRUPTED = 1, 2, 3, 130


class TestWrongUse:
    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["frobnicate"], "frobnicate"),
            (["ask"], "no question"),
            (["ask", "Who?", "--jsn"], "--jsn"),
            (["ask", "Who?", "--out", "a.jsonl"], "--batch"),
            (["ask", "--batch", "q.jsonl"], "--out"),
            (["ask", "Who?", "--batch", "q.jsonl", "--out", "a.jsonl"], "--batch"),
            (["ask", "--batch", "none.jsonl", "--out", "a.jsonl"], "none.jsonl cannot be read"),
            (["ask", "--batch", "tower.md", "--out", "."], "--out"),
            (["ask", "--batch", "tower.md", "--out", "none/a.jsonl"], "cannot be written"),
            (["ask", "--batch", "tower.md", "--out", "tower.md"], "name another"),
            (["ask", "Who?", "--history", "none.json"], "none.json cannot be read"),
            (["ask", "Who?", "--history", "tower.md"], "not JSON"),
            (["add"], "PATH"),
            (["show", "tower.md", "--start", "three"], "--start"),
            (["show", "tower.md"], "footnote list"),
            (["remove", "0123456789abcdef"], "footnote list"),
            (["serve", "--port", "70000"], "--port is 70000"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_is_told_in_one_line(self, run: Run, papers: Path, arguments: list[str], words: str) -> None:
        ended = run(*arguments)

        assert ended.code == WRONG
        assert ended.says(words), ended.err
        assert (papers / "tower.md").exists()

    def test_of_a_setting_names_it(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FOOTNOTE_WORKERS", "many")

        ended = run("list")

        assert ended.code == WRONG
        assert ended.says("FOOTNOTE_WORKERS is 'many'")

    @pytest.mark.parametrize(
        "history", ['{"role": "user"}', '["Who?"]', '[{"role": "narrator", "content": "x"}]'], ids=repr
    )
    def test_of_a_history(self, run: Run, papers: Path, history: str) -> None:
        (papers / "history.json").write_text(history)

        ended = run("ask", "Who?", "--history", "history.json")

        assert ended.code == WRONG
        assert ended.says("history.json", '"role"')

    @pytest.mark.parametrize("question", ["", "   ", "Why? " * 2000], ids=["empty", "blank", "10,000 characters"])
    def test_of_a_question(self, run: Run, question: str) -> None:
        ended = run("ask", question)

        assert (ended.code, ended.out) == (WRONG, "")
        assert ended.says("question")
        as_json = run("ask", question, "--json")
        assert as_json.code == WRONG
        assert json.loads(as_json.out)["refusal"]["code"] == "invalid_question"

    def test_of_offsets_says_how_long_the_text_is(self, run: Run, papers: Path) -> None:
        run("add", "tower.md")

        for offsets in (("--start", 5, "--end", 3), ("--end", 1000)):
            ended = run("show", "tower.md", *offsets)
            assert ended.code == WRONG
            assert ended.says("has 67")

    def test_of_a_document_for_one_question(self, run: Run, papers: Path) -> None:
        ended = run("ask", "Who?", "-d", "none.txt")

        assert ended.code == WRONG
        assert ended.says("none.txt")


class TestFiles:
    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("picture.txt", b"\x89PNG\0\0", "binary"),
            ("empty.txt", b"", "empty"),
            ("paper.docx", b"PK", ".txt, .md"),
        ],
    )
    def test_that_are_no_documents_are_refused(
        self, run: Run, papers: Path, name: str, content: bytes, words: str
    ) -> None:
        (papers / name).write_bytes(content)

        ended = run("add", "bridge.txt", name, "tower.md")

        assert ended.code == NO
        assert ended.says(f"{papers / name}: ", words)
        assert ended.out == "2 added, 0 replaced, 0 unchanged, 1 refused.\n"

    def test_that_are_missing_are_refused_beside_others(self, run: Run, papers: Path) -> None:
        ended = run("add", "none.txt", "tower.md")

        assert ended.code == NO
        assert ended.says("none.txt: no such file")

    def test_of_which_none_exists_are_wrong_use(self, run: Run, papers: Path, data: Path) -> None:
        ended = run("add", "none.txt")

        assert ended.code == WRONG
        assert ended.says("none.txt: no such file")
        assert not data.exists()

    def test_that_may_not_be_read_are_refused(self, papers: Path, data: Path) -> None:
        locked = papers / "locked"
        locked.mkdir()
        (locked / "secret.txt").write_text("words")
        for path in (locked, papers / "bridge.txt"):
            path.chmod(0)

        ended = finished(without_rights(command("--data", data, "add", locked, "bridge.txt")))

        assert (ended.code, ended.out) == (NO, "0 added, 0 replaced, 0 unchanged, 2 refused.\n")
        assert sorted(line.split(": ")[1] for line in ended.err.splitlines()) == [f"{papers}/bridge.txt", str(locked)]
        assert ended.err.count("cannot be read (Permission denied)") == 2


class TestDataFolder:
    def test_of_a_newer_version(self, run: Run, papers: Path, data: Path) -> None:
        run("add", "tower.md")
        version = set_version(data, 99)

        for command in (("list",), ("ask", "Who?"), ("add", "bridge.txt"), ("rebuild",)):
            ended = run(*command)
            assert ended.code == CANNOT_RUN
            assert ended.says("newer Footnote", str(data))

        set_version(data, version)
        assert len(json.loads(run("list", "--json").out)) == 1

    def test_of_another_embedding_model(self, run: Run, papers: Path, data: Path) -> None:
        with Library.open(data, StandInEncoder()) as library:
            library.add(Document.from_text("The Velvet Theatre opened in 1911.", source="/theatre.txt"))

        for command in (("list",), ("ask", "When did the Velvet Theatre open?"), ("add", "bridge.txt")):
            ended = run(*command)
            assert ended.code == CANNOT_RUN
            assert ended.says("stand-in", "footnote rebuild")

        assert run("rebuild").out == "Rebuilt 1 document.\n"
        assert run("ask", "When did the Velvet Theatre open?").code == 0

    def test_in_use_by_another_process_names_its_page(self, data: Path) -> None:
        with Library.open(data, StandInEncoder(), owner=Ownership(data, "http://127.0.0.1:7860")):
            ended = finished(command("--data", data, "rebuild"))

        assert ended.code == CANNOT_RUN
        assert ended.says("in use", "http://127.0.0.1:7860")

    def test_that_may_not_be_written(self, papers: Path) -> None:
        (papers / "locked").mkdir(mode=0o500)

        ended = finished(without_rights(command("--data", papers / "locked" / "data", "list")))

        assert ended.code == CANNOT_RUN
        assert ended.says("locked/data", "Permission denied")

    def test_that_is_a_file(self, run: Run, papers: Path) -> None:
        ended = run("list", "--data", papers / "tower.md")

        assert ended.code == CANNOT_RUN
        assert ended.says("tower.md")


class TestRunning:
    def test_on_a_port_that_is_in_use(self, run: Run) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as taken:
            port = taken.getsockname()[1]

            ended = run("serve", "--port", port)

        assert ended.code == CANNOT_RUN
        assert ended.says(str(port), "in use")

    def test_with_a_model_that_is_not_there(self, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / "model").mkdir()
        monkeypatch.setenv("FOOTNOTE_EMBEDDING_MODEL", str(tmp_path / "model"))

        ended = run("ask", "Who?")

        assert ended.code == CANNOT_RUN
        assert ended.says(str(tmp_path / "model"))

    def test_when_the_answers_find_no_room(self, run: Run, papers: Path) -> None:
        run("add", ".")
        questions, out = papers / "questions.jsonl", papers / "answers.jsonl"
        lines: list[dict[str, Any]] = [{"id": str(n), "question": "Who built the Round Tower?"} for n in range(4)]
        questions.write_text("".join(json.dumps(line) + "\n" for line in lines))
        room = 8 << 20  # more than any file of the data folder takes
        out.write_text(json.dumps({"id": "0", "padding": "x" * (room - 100)}) + "\n")

        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, most))
        try:
            full = run("ask", "--batch", questions, "--out", out)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        again = run("ask", "--batch", questions, "--out", out)

        assert full.code == CANNOT_RUN
        assert full.says("answers.jsonl cannot be written", "goes on there")
        assert again.code == 0
        assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == ["0", "1", "2", "3"]

    def test_until_interrupted_ends_quietly(self, data: Path) -> None:
        process = subprocess.Popen(
            command("--data", data, "ask", "Who?"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        deadline = time.monotonic() + 60
        while not (data / "catalog.sqlite3").exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)

        assert process.communicate(timeout=60) == ("", "")
        assert process.returncode == INTERRUPTED

    def test_into_a_pipe_that_is_closed_ends_quietly(self, data: Path) -> None:
        process = subprocess.Popen(
            command("--data", data, "list", "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stdout and process.stderr
        process.stdout.close()

        assert process.stderr.read() == ""
        assert process.wait(60) == 0
        process.stderr.close()

    def test_into_a_fault_of_our_own_says_what_it_was(self) -> None:
        line, code = explain(KeyError("passage"))

        assert code == CANNOT_RUN
        assert "KeyError" in line
        assert "passage" in line


def set_version(data: Path, version: int) -> int:
    with closing(sqlite3.connect(data / "catalog.sqlite3")) as catalog:
        [before] = catalog.execute("PRAGMA user_version").fetchone()
        catalog.execute(f"PRAGMA user_version = {version}")
    return int(before)


def command(*arguments: object) -> list[str]:
    """The real command, as it was installed."""
    found = shutil.which("footnote", path=str(Path(sys.executable).parent))
    assert found, "the package is not installed"
    return [found, *map(str, arguments)]


def finished(started: list[str]) -> Ended:
    ended = subprocess.run(started, capture_output=True, text=True, timeout=120, check=False)
    return Ended(ended.returncode, ended.stdout, ended.stderr)

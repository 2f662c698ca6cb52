"""`footnote ask --batch`: a record for every line, in order, and none twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.qa.conftest import BRIDGE, Run

QUESTION = "Who organised the memo?"


class TestBatch:
    @pytest.fixture
    def batch(self, papers: Path) -> Callable[..., Path]:
        def write(*lines: dict[str, Any] | bytes) -> Path:
            path = papers / "questions.jsonl"
            path.write_bytes(b"".join(x if isinstance(x, bytes) else json.dumps(x).encode() + b"\n" for x in lines))
            return path

        return write

    def test_answers_every_line_in_order(self, run: Run, batch: Callable[..., Path], papers: Path) -> None:
        run("add", ".")
        bridge, tower = "Who designed the Amber Bridge?", "Who built the Round Tower?"
        questions = batch(
            {"id": "a", "question": bridge},
            {"id": "b", "question": tower, "documents": ["bridge.txt"]},
            {"id": "c", "question": tower, "documents": [str(papers / "tower.md")], "history": []},
            {"id": "ü", "question": "", "note": "fields that mean nothing here are left alone"},
        )

        ended = run("ask", "--batch", questions, "--out", "answers.jsonl")

        assert (ended.code, ended.out) == (0, "")
        records = read(papers / "answers.jsonl")
        assert [record["id"] for record in records] == ["a", "b", "c", "ü"]
        codes = [(record["refusal"] or {}).get("code") for record in records]
        assert codes == [None, "not_in_documents", None, "invalid_question"]
        citation = records[0]["citations"][0]
        assert BRIDGE[citation["start"] : citation["end"]] == citation["quote"]

    def test_gives_a_bad_line_its_record_too(self, run: Run, batch: Callable[..., Path], papers: Path) -> None:
        run("add", ".")
        cases: list[tuple[dict[str, Any] | bytes, str | int | None, str | None]] = [
            (b"{not json\n", None, None),
            (b'{"id": "1", "question": "caf\xe9"}\n', None, None),
            (b"[" * 5000 + b"\n", None, None),
            (b'["a list"]\n', None, None),
            ({"question": "No id?"}, None, "id"),
            ({"id": 6, "question": "A number?"}, 6, "id"),
            ({"id": "7"}, "7", "question"),
            ({"id": "8", "question": ["Who?"]}, "8", "question"),
            ({"id": "9", "question": "\ud800"}, "9", "question"),
            ({"id": "10", "question": "Who?", "documents": ["bridge.txt", "none.txt"]}, "10", "documents"),
            ({"id": "11", "question": "Who?", "documents": "bridge.txt"}, "11", "documents"),
            ({"id": "12", "question": "Who?", "history": [{"role": "system", "content": "x"}]}, "12", "history"),
            ({"id": "13", "question": "Who?", "history": [{"role": "user", "text": "x"}]}, "13", "history"),
            ({"id": "14", "question": "Who designed the Amber Bridge?"}, "14", None),
        ]
        questions = batch(*(line for line, _, _ in cases))

        ended = run("ask", "--batch", questions, "--out", "answers.jsonl")

        assert ended.code == 0
        assert "1 answered, 13 could not be asked (lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …)" in ended.err
        *bad, good = read(papers / "answers.jsonl")
        assert good["citations"]
        for number, (record, (_, id, field)) in enumerate(zip(bad, cases, strict=False), 1):
            assert record.keys() == {"id", "error"}
            assert (record["id"], record["error"]["line"], record["error"].get("field")) == (id, number, field)
            assert "\n" not in record["error"]["message"]

    def test_says_again_which_lines_could_not_be_asked(self, run: Run, batch: Callable[..., Path]) -> None:
        run("add", ".")
        questions = batch({"id": "1", "question": "Who designed the Amber Bridge?"}, b"broken\n")

        ended = [run("ask", "--batch", questions, "--out", "answers.jsonl") for _ in range(2)]

        assert all("1 answered, 1 could not be asked (line 2)" in one.err for one in ended)

    def test_warns_of_an_id_that_two_lines_have(self, run: Run, batch: Callable[..., Path]) -> None:
        run("add", ".")
        line = {"id": "a", "question": "Who designed the Amber Bridge?"}

        ended = run("ask", "--batch", batch(line, {**line, "id": "b"}, line), "--out", "answers.jsonl")

        assert 'Lines 1, 3 have the same id, "a".' in ended.err
        assert ended.code == 0

    def test_goes_on_where_it_was_cut(self, run: Run, batch: Callable[..., Path], papers: Path) -> None:
        run("add", ".")
        questions = batch(
            {"id": "1", "question": "Who designed the Amber Bridge?"},
            b"broken\n",
            b"\n",
            {"id": "3", "question": "Who built the Round Tower?"},
            {"id": "4", "question": "When was the Round Tower built?"},
        )
        out = papers / "answers.jsonl"
        run("ask", "--batch", questions, "--out", out)
        whole = out.read_bytes().splitlines(keepends=True)
        out.write_bytes(b"".join(whole[:3]) + whole[3][:40])

        ended = run("ask", "--batch", questions, "--out", out)

        assert ended.code == 0
        assert "3 of them were there already" in ended.err
        assert out.read_bytes().startswith(b"".join(whole[:3]))  # not asked again: the trace ids are the same
        assert [record["id"] for record in read(out)] == ["1", None, "3", "4"]
        assert read(out)[3]["citations"]

    def test_leaves_other_answers_alone(self, run: Run, batch: Callable[..., Path], papers: Path) -> None:
        out = papers / "answers.jsonl"
        for content in (
            b'{"id": "2"}\n',
            b'{"id": "1", "question": "What did it ask before it was changed?"}\n',
            b"my notes\nof last year\n",
            b"my notes",
            b'{"id": "1"}\n{"id": "2"}\n',
        ):
            out.write_bytes(content)

            ended = run("ask", "--batch", batch({"id": "1", "question": QUESTION}), "--out", out)

            assert ended.code == 2
            assert "name another file" in ended.err
            assert out.read_bytes() == content


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]

"""The `footnote` command, through its entry point: what it prints, where, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa.answer import Answer, Citation, Notice, PassageScores, RetrievedPassage, Statement, Verdict
from qa.cli.printing import print_answer
from tests.qa.conftest import BRIDGE, Run

QUESTION = "Who organised the memo?"


class TestAsk:
    def test_prints_the_answer_with_numbered_quotes(self, run: Run) -> None:
        ended = run("ask", QUESTION)

        assert ended.code == 0
        answer, quotes = ended.out.split("\n\n", 1)
        assert answer.endswith("[1]")
        assert quotes.startswith("[1] article, characters ")
        assert "“The memo, reportedly organized by a junior diplomat" in quotes
        assert "Verdict: quoted word for word." in quotes
        assert ended.err == ""

    def test_prints_a_refusal_as_one(self, run: Run) -> None:
        ended = run("ask", "How tall is the Eiffel Tower in metres?")

        assert ended.code == 1
        assert ended.out.startswith("No answer: ")
        assert "Closest, perhaps not an answer:" in ended.out
        assert "[1]" not in ended.out

    def test_prints_json_that_other_tools_read(self, run: Run) -> None:
        ended = run("ask", QUESTION, "--json")

        assert ended.code == 0
        assert ended.out.count("\n") == 1
        answer = Answer.from_json(ended.out)
        assert answer.citations[0].source == "sample:article.txt"
        assert json.loads(ended.out)["schema"] == 1

    def test_understands_a_follow_up(self, run: Run, tmp_path: Path) -> None:
        history = tmp_path / "history.json"
        turns = [("user", "Who obtained the memo?"), ("assistant", "The memo was obtained by Axios.")]
        history.write_text(json.dumps([{"role": role, "content": content} for role, content in turns]))

        ended = run("ask", "And who organised it?", "--json", "--history", history)

        assert json.loads(ended.out)["standalone_question"]
        assert "junior diplomat" in json.loads(ended.out)["citations"][0]["quote"]

    def test_answers_from_the_documents_named(self, run: Run, papers: Path) -> None:
        run("add", ".")
        question = "Who built the Round Tower?"

        assert run("ask", question, "-d", "tower.md").code == 0
        refused = run("ask", question, "-d", papers / "bridge.txt", "--json")
        assert refused.code == 1
        assert {p["title"] for p in json.loads(refused.out)["passages"]} == {"bridge"}

    def test_shows_the_words_of_documents_literally(self, run: Run, papers: Path) -> None:
        hostile = "The \x1b[31mVelvet\x1b[0m Theatre [bold]opened[/bold] in 1911 :smile: \u202eesrever."
        (papers / "theatre.txt").write_text(hostile)
        run("add", "theatre.txt")

        ended = run("ask", "When did the Velvet Theatre open?")

        assert ended.code == 0
        assert "[bold]opened[/bold] in 1911 :smile:" in ended.out
        assert "\x1b" not in ended.out
        assert "\u202e" not in ended.out
        assert "\ufffd[31mVelvet" in ended.out


class TestVerdict:
    @pytest.mark.parametrize(
        ("judged", "words"),
        [
            ([("Quoted.", "supported")], "Verdict: quoted word for word."),
            ([("Quoted.", "supported"), ("Quoted.", "supported")], "Verdict: every sentence is quoted word for word."),
            ([("Said in other words.", "supported")], "Verdict: supported by the quoted words."),
            (
                [("Quoted.", "supported"), ("Half true.", "partial"), ("Half made up.", "partial")],
                "Verdict: 1 sentence quoted word for word, 2 sentences only partly supported.",
            ),
        ],
    )
    def test_is_put_in_words(
        self, judged: list[tuple[str, Verdict]], words: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        place: dict[str, Any] = {"document_id": "d", "title": "notes", "source": "/notes.txt", "start": 0, "end": 7}
        answer = Answer(
            kind="answer",
            question="Is it?",
            statements=tuple(Statement(text=text, citations=(1,), verdict=verdict) for text, verdict in judged),
            citations=(Citation(**place, number=1, quote="Quoted.", heading="Intro", content_hash=""),),
            passages=(RetrievedPassage(**place, text="Quoted.", scores=PassageScores(dense=1, lexical=1, fused=1)),),
            notices=(Notice(code="unsupported_answer", message="A sentence was left out."),),
            model="test",
        )

        print_answer(answer)

        shown = capsys.readouterr().out
        assert words in shown
        assert "[1] notes, “Intro”, characters 0 to 7" in shown
        assert "Note: A sentence was left out." in shown
        assert shown.count("(only partly supported) [1]") == [verdict for _, verdict in judged].count("partial")


def test_what_nothing_supports_is_labelled_in_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    struck = Statement(text="It sank.", verdict="unsupported", score=0.0)

    print_answer(Answer(kind="answer", question="Did it?", statements=(struck,), model="test"))

    assert capsys.readouterr().out.startswith("It sank. (not supported)\n")


class TestDocuments:
    def test_are_added_kept_replaced_and_refused(self, run: Run, papers: Path) -> None:
        (papers / "empty.txt").write_bytes(b"")

        first = run("add", ".")
        again = run("add", papers / "bridge.txt")
        (papers / "bridge.txt").write_text("The bridge is closed.")
        changed = run("add", "bridge.txt")

        assert (first.code, first.out) == (1, "2 added, 0 replaced, 0 unchanged, 1 refused.\n")
        assert first.err == f"footnote: {papers}/empty.txt: empty; there is nothing to index.\n"
        assert (again.code, again.out) == (0, "0 added, 0 replaced, 1 unchanged, 0 refused.\n")
        assert (changed.code, changed.out) == (0, "0 added, 1 replaced, 0 unchanged, 0 refused.\n")

    def test_are_listed(self, run: Run, papers: Path) -> None:
        run("add", ".")

        table, listed = run("list"), run("list", "--json")

        assert [line.split()[0] for line in table.out.splitlines()] == [
            "ID",
            *(d["id"] for d in json.loads(listed.out)),
        ]
        assert str(papers / "tower.md") in table.out
        by_source = {document["source"]: document for document in json.loads(listed.out)}
        bridge = by_source[str(papers / "bridge.txt")]
        assert bridge.keys() == {"id", "title", "source", "content_hash", "passages", "characters"}
        assert bridge["characters"] == len(BRIDGE)
        assert by_source[str(papers / "tower.md")]["title"] == "The Round Tower"

    def test_none_are_listed_as_none(self, run: Run) -> None:
        assert json.loads(run("list", "--json").out) == []
        assert "footnote add" in run("list").err

    def test_are_shown_exactly(self, run: Run, papers: Path) -> None:
        run("add", ".")

        assert run("show", "bridge.txt").out == BRIDGE
        at = BRIDGE.index("\U0001f309")
        assert run("show", papers / "bridge.txt", "--start", at, "--end", at + 5).out == BRIDGE[at : at + 5]
        shown = json.loads(run("show", "bridge.txt", "--start", at, "--json").out)
        assert (shown["start"], shown["end"], shown["text"]) == (at, len(BRIDGE), BRIDGE[at:])

    def test_are_named_by_the_beginning_of_their_id(self, run: Run, papers: Path) -> None:
        run("add", "bridge.txt")
        [bridge] = json.loads(run("list", "--json").out)

        assert run("show", bridge["id"][:6]).out == BRIDGE
        assert run("show", bridge["id"][:5]).code == 2

    def test_are_named_by_file_name_or_title(self, run: Run, papers: Path, tmp_path: Path) -> None:
        run("add", ".")

        assert run("show", "bridge").out == BRIDGE
        assert run("show", "the round tower").code == 0
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        (papers / "bridge.txt").rename(elsewhere / "bridge.txt")
        run("add", elsewhere / "bridge.txt")
        (elsewhere / "bridge.txt").rename(elsewhere / "gone.txt")
        refused = run("show", "bridge")
        assert refused.code == 2
        assert "2 documents are called bridge" in refused.err
        assert str(papers / "bridge.txt") in refused.err

    def test_with_the_text_of_another_are_added_and_told(self, run: Run, papers: Path) -> None:
        run("add", "bridge.txt")
        (papers / "copy.txt").write_text(BRIDGE, newline="")

        ended = run("add", "copy.txt")

        assert ended.code == 0
        assert "1 added" in ended.out
        assert f"{papers}/copy.txt has the same text as {papers}/bridge.txt" in ended.out

    def test_of_one_title_are_told_apart_where_they_are_cited(self, run: Run, papers: Path) -> None:
        (papers / "new.md").write_text("# The Round Tower\n\nThe Round Tower was painted red in 1990 by Ida Holm.")
        run("add", ".")

        ended = run("ask", "Who painted the Round Tower red in 1990?")

        assert "[1] The Round Tower (new.md), " in ended.out

    def test_that_are_removed_are_gone_with_their_words(self, run: Run, papers: Path, data: Path) -> None:
        run("add", ".")
        asked = run("ask", "Who designed the Amber Bridge?", "--json")
        assert "Marlow" in asked.out

        ended = run("remove", "bridge.txt")

        assert ended.code == 0
        assert f'footnote add "{papers}/bridge.txt"' in ended.out
        assert run("show", "bridge.txt").code == 2
        assert run("ask", "Who designed the Amber Bridge?").code == 1
        for file in (data / "catalog.sqlite3", data / "answers.sqlite3"):
            assert b"Marlow" not in file.read_bytes()

    def test_are_rebuilt(self, run: Run, papers: Path) -> None:
        run("add", ".")

        assert run("rebuild").out == "Rebuilt 2 documents.\n"
        assert run("ask", "Who designed the Amber Bridge?").code == 0


class TestDataFolder:
    @pytest.mark.parametrize("before", [True, False], ids=["before the command", "after the command"])
    def test_is_named_on_the_command_line(self, run: Run, papers: Path, data: Path, *, before: bool) -> None:
        named = ("--data", papers / "mine")

        ended = run(*named, "add", "bridge.txt") if before else run("add", "bridge.txt", *named)

        assert ended.code == 0
        assert len(json.loads(run("list", "--json", *named).out)) == 1
        assert not data.exists()


class TestHelp:
    def test_is_what_nothing_at_all_asks_for(self, run: Run) -> None:
        ended = run()

        assert (ended.code, ended.err) == (2, "")
        assert "Commands" in ended.out

    def test_names_every_command_and_the_exit_codes(self, run: Run) -> None:
        ended = run("--help")

        assert ended.code == 0
        for word in ("ask", "add", "list", "show", "remove", "rebuild", "serve", "Exit codes"):
            assert word in ended.out

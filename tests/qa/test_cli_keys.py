"""Commands at a real server that has keys: each is done, or refused in one line that says what to set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.qa.conftest import TOWER, Ended, Run
from tests.server import Server

EDITOR, ASKER, GONE = "correct-horse-battery", "staple-correct-horse", "never-was-a-key-of-it"
CANNOT_RUN = 3
COMMANDS = [["ask", "Who built the Round Tower?"], ["list"], ["show", "tower.md"], ["add", "."], ["remove", "tower.md"]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    keys = f"ann:edit:{EDITOR},bob:ask:{ASKER}"
    made = Server(tmp_path_factory.mktemp("keys") / "data", settings={"FOOTNOTE_API_KEYS": keys})
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("papers")
    (made / "tower.md").write_text(TOWER)
    return made


@pytest.fixture
def run_as(server: Server, folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command with a key, if it has one."""
    monkeypatch.chdir(folder)

    def run_as(key: str | None, *arguments: object) -> Ended:
        monkeypatch.setenv("FOOTNOTE_API_KEY", key or "")
        return run(*arguments, "--data", server.data)

    return run_as


def test_with_a_key_that_may_edit_everything_is_done(run_as: Run) -> None:
    added, listed = run_as(EDITOR, "add", "."), run_as(EDITOR, "list")
    answered, removed = run_as(EDITOR, "ask", "Who built the Round Tower?"), run_as(EDITOR, "remove", "tower.md")

    assert [ended.code for ended in (added, listed, answered, removed)] == [0, 0, 0, 0]
    assert added.out == "1 added, 0 replaced, 0 unchanged, 0 refused.\n"
    assert "tower.md" in listed.out
    assert "Ivar Holm" in answered.out
    assert "tower.md" not in run_as(EDITOR, "list").out


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
@pytest.mark.parametrize(
    ("key", "advice"),
    [(GONE, "FOOTNOTE_API_KEY is not one of its keys: set another."), (None, "FOOTNOTE_API_KEY is not set: set it to")],
    ids=["wrong", "none"],
)
def test_without_a_key_of_its_own_the_one_to_set_is_named(
    run_as: Run, server: Server, arguments: list[str], key: str | None, advice: str
) -> None:
    ended = run_as(key, *arguments)

    assert ended.code == CANNOT_RUN
    assert ended.says(f"The server at {server.address} wants a key; {advice}"), ended.err
    assert GONE not in ended.err


def test_a_key_that_may_ask_asks_and_lists_and_changes_nothing(run_as: Run) -> None:
    run_as(EDITOR, "add", "tower.md")

    assert "Ivar Holm" in run_as(ASKER, "ask", "Who built the Round Tower?").out
    listed = run_as(ASKER, "list").out
    assert "tower.md" in listed
    Path("more.txt").write_text("The Velvet Theatre opened in 1911.")
    for arguments in (["add", "more.txt"], ["remove", "tower.md"], ["forget", "--before", "2020-01-01"]):
        ended = run_as(ASKER, *arguments)
        assert ended.code == CANNOT_RUN
        assert ended.says("This key may ask, not change anything: use one with the role edit."), ended.err
    assert run_as(ASKER, "list").out == listed

"""What came in is there until it is done, also after a restart; words are there no longer than that."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.errors import NewerDataFolder, StorageFailed
from qa.slack.inbox import FILE, Inbox
from tests.qa.conftest import Run


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    inbox = Inbox(tmp_path / FILE, 30)
    yield inbox
    inbox.close()


def test_what_is_put_twice_is_there_once(inbox: Inbox) -> None:
    assert inbox.put("Ev1", "C1:1", "C1 1", "one")
    assert not inbox.put("Ev1", "C1:2", "C1 1", "same event")
    assert not inbox.put("Ev2", "C1:1", "C1 1", "same message")
    assert inbox.put("Ev3", None, "", "a command")
    assert inbox.put("Ev4", None, "", "another")

    assert [entry.asked for entry in inbox.unanswered()] == ["one", "a command", "another"]


def test_what_is_not_done_is_there_after_a_restart(inbox: Inbox, tmp_path: Path) -> None:
    for number in range(3):
        inbox.put(f"Ev{number}", None, "C", f"{number}")
    zero, one, _ = inbox.unanswered()
    inbox.done(zero)
    inbox.sending(one)
    inbox.close()

    again = Inbox(tmp_path / FILE, 30)

    assert [(entry.asked, entry.is_sending) for entry in again.unanswered()] == [("1", True), ("2", False)]
    assert not again.put("Ev0", None, "C", "0")
    again.close()


def test_a_conversation_has_its_last_turns(inbox: Inbox) -> None:
    for number in range(4):
        inbox.put(f"Ev{number}", None, "C1 1", "?")
        inbox.put(f"Other{number}", None, "C1 2", "?")
    for number, entry in enumerate(inbox.unanswered()):
        inbox.done(entry, f"trace-{number}")

    assert inbox.turns("C1 1", 3) == ["trace-2", "trace-4", "trace-6"]
    assert inbox.turns("C1 3", 3) == []


def test_words_are_overwritten_once_it_is_done(inbox: Inbox, tmp_path: Path) -> None:
    inbox.put("Ev1", None, "C1 1", "Zanzibar")
    assert words_in(tmp_path, b"Zanzibar")

    inbox.done(inbox.unanswered()[0], "trace")

    assert not words_in(tmp_path, b"Zanzibar")


def test_what_is_forgotten_is_neither_answered_nor_a_turn(inbox: Inbox, tmp_path: Path) -> None:
    inbox.put("Ev0", None, "C1 1", "answered")
    inbox.done(inbox.unanswered()[0], "trace")
    inbox.put("Ev1", None, "C1 1", "Zanzibar")

    assert inbox.forget_before(datetime.now(UTC) - timedelta(hours=1)) == 0
    assert inbox.turns("C1 1", 9) == ["trace"]
    assert inbox.forget_before(datetime.now(UTC) + timedelta(seconds=1)) == 1

    assert (inbox.unanswered(), inbox.turns("C1 1", 9)) == ([], [])
    assert not words_in(tmp_path, b"Zanzibar")
    assert not inbox.put("Ev1", None, "C1 1", "again")


def test_forgetting_by_a_date_reaches_the_inbox_too(run: Run, data: Path, caplog: pytest.LogCaptureFixture) -> None:
    with closing(Inbox(data / FILE, 30)) as inbox:
        inbox.put("Ev0", None, "C1 1", "answered")
        inbox.done(inbox.unanswered()[0], "trace")
        inbox.put("Ev1", None, "C1 1", "Zanzibar")
    now = (datetime.now() + timedelta(seconds=0.01)).isoformat()
    time.sleep(0.02)

    assert run("forget", "--before", "2020-01-01").code == 0
    assert words_in(data, b"Zanzibar")
    assert run("forget", "--before", now).code == 0

    assert not words_in(data, b"Zanzibar")
    with closing(Inbox(data / FILE, 30)) as inbox:
        assert (inbox.unanswered(), inbox.turns("C1 1", 9)) == ([], [])
    assert "1 waited for an answer in Slack" in caplog.text


def test_where_slack_never_wrote_forgetting_makes_no_inbox(run: Run, data: Path) -> None:
    assert run("forget", "--before", "2020-01-01").code == 0

    assert not (data / FILE).exists()


def test_what_is_forgotten_while_it_is_answered_stays_forgotten(inbox: Inbox, tmp_path: Path) -> None:
    inbox.put("Ev1", None, "C1 1", "Zanzibar")
    [entry] = inbox.unanswered()
    inbox.forget_before(datetime.now(UTC) + timedelta(seconds=1))

    inbox.sending(entry)

    assert inbox.unanswered() == []
    assert not words_in(tmp_path, b"Zanzibar")


def test_ids_and_turns_go_when_nobody_needs_them(inbox: Inbox, tmp_path: Path) -> None:
    for number in range(2):
        inbox.put(f"Ev{number}", None, "C1 1", "?")
        inbox.done(inbox.unanswered()[0], f"trace-{number}")
    inbox.put("waiting", None, "C1 1", "?")
    inbox.close()
    with sqlite3.connect(tmp_path / FILE) as connection:
        old = time.time() - 31 * 86_400
        connection.execute("UPDATE inbox SET received_at = ? WHERE event_id != 'Ev1'", (old,))
        connection.execute("UPDATE turns SET answered_at = ? WHERE trace_id = 'trace-0'", (old,))

    again = Inbox(tmp_path / FILE, 30)

    assert again.put("Ev0", None, "C1 1", "?")
    assert not again.put("Ev1", None, "C1 1", "?")
    assert not again.put("waiting", None, "C1 1", "?")
    assert again.turns("C1 1", 9) == ["trace-1"]
    again.close()


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("PRAGMA user_version = 99")

    with pytest.raises(NewerDataFolder):
        Inbox(tmp_path / FILE, 30)


def test_a_file_that_is_no_inbox_is_said(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 100)

    with pytest.raises(StorageFailed):
        Inbox(tmp_path / FILE, 30)


def words_in(folder: Path, words: bytes) -> bool:
    return any(words in path.read_bytes() for path in folder.glob(f"{FILE}*"))

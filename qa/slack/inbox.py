"""What Slack sent, kept before it is acknowledged, until it is answered; then only what tells it from what comes again.

No words outlive their answer: a question's text is overwritten in the file when it is answered, and a thread knows its
earlier turns by the trace ids of answers that are kept, or forgotten, elsewhere.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import NewerDataFolder
from index.files import storage_errors

if TYPE_CHECKING:
    from qa.settings import Settings

logger = logging.getLogger(__name__)

FILE = "slack.sqlite3"
VERSION = 1
DAY = 86_400.0
REMEMBERED = 7 * DAY  # ids of what was answered; Slack repeats an event for about an hour

TABLES = """
CREATE TABLE inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL UNIQUE,
    place TEXT UNIQUE,  -- channel and time of the message, which can arrive as two events
    conversation TEXT NOT NULL,
    received_at REAL NOT NULL,
    state TEXT NOT NULL,  -- waiting, sending, done
    asked TEXT  -- JSON; NULL once done
);
CREATE INDEX inbox_unanswered ON inbox (id) WHERE state != 'done';
CREATE TABLE turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT NOT NULL,
    trace_id TEXT NOT NULL,
    answered_at REAL NOT NULL
);
CREATE INDEX turns_by_conversation ON turns (conversation, id);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to answer."""

    id: int
    conversation: str
    received_at: float  # seconds since 1970
    is_sending: bool  # a message of the answer may have been posted
    asked: str


class Inbox:
    """The events in one SQLite file. Thread-safe.

    Raises:
        NewerDataFolder: a later version wrote the file.
        StorageFailed: it cannot be read or written. Any method may raise this.
    """

    def __init__(self, path: Path, keep_days: int) -> None:
        """Opens the file, makes it if need be, and drops what is no longer needed.

        Args:
            path: the file.
            keep_days: how long turns are of use: as long as answers are kept.
        """
        self._path = path
        self._lock = threading.Lock()
        self._keep_seconds = keep_days * DAY
        self._tidied_at = 0.0
        with storage_errors(path.parent):
            self._connection = _connect(path)
        with self._transaction() as transaction:
            self._tidy(transaction)

    def put(self, event_id: str, place: str | None, conversation: str, asked: str) -> bool:
        """Keeps something to answer, durably; False if it is there already."""
        with self._transaction() as transaction:
            if time.time() - self._tidied_at > DAY:
                self._tidy(transaction)
            put = transaction.execute(
                "INSERT OR IGNORE INTO inbox (event_id, place, conversation, received_at, state, asked) "
                "VALUES (?, ?, ?, ?, 'waiting', ?)",
                (event_id, place, conversation, time.time(), asked),
            )
        return put.rowcount > 0

    def unanswered(self) -> list[Entry]:
        """What is not done, oldest first."""
        with self._lock, storage_errors(self._path.parent):
            rows = self._connection.execute(
                "SELECT id, conversation, received_at, state = 'sending', asked FROM inbox "
                "WHERE state != 'done' ORDER BY id"
            ).fetchall()
        return [Entry(id, conversation, at, bool(sending), asked) for id, conversation, at, sending, asked in rows]

    def sending(self, entry: Entry) -> None:
        """Notes that from now on a message of the answer may have been posted."""
        with self._transaction() as transaction:
            transaction.execute("UPDATE inbox SET state = 'sending' WHERE id = ? AND state != 'done'", (entry.id,))

    def done(self, entry: Entry, trace_id: str | None = None) -> None:
        """Forgets the words of what is answered. The answer becomes a turn of its conversation, if one was given."""
        with self._transaction() as transaction:
            transaction.execute("UPDATE inbox SET state = 'done', asked = NULL WHERE id = ?", (entry.id,))
            if trace_id is not None:
                transaction.execute(
                    "INSERT INTO turns (conversation, trace_id, answered_at) VALUES (?, ?, ?)",
                    (entry.conversation, trace_id, time.time()),
                )
        self._empty_log()

    def turns(self, conversation: str, most: int) -> list[str]:
        """Trace ids of a conversation's last answers, oldest first."""
        with self._lock, storage_errors(self._path.parent):
            rows = self._connection.execute(
                "SELECT trace_id FROM turns WHERE conversation = ? ORDER BY id DESC LIMIT ?", (conversation, most)
            ).fetchall()
        return [trace_id for [trace_id] in reversed(rows)]

    def forget_before(self, when: datetime) -> int:
        """Drops what came in before a moment, answered or not, and the turns from before it.

        Args:
            when: with a time zone.

        Returns:
            How many questions went unanswered by it.
        """
        with self._transaction() as transaction:
            [unanswered] = transaction.execute(
                "SELECT COUNT(*) FROM inbox WHERE state != 'done' AND received_at < ?", (when.timestamp(),)
            ).fetchone()
            transaction.execute(
                "UPDATE inbox SET state = 'done', asked = NULL WHERE received_at < ?", (when.timestamp(),)
            )
            transaction.execute("DELETE FROM turns WHERE answered_at < ?", (when.timestamp(),))
        self._empty_log()
        return int(unanswered)

    def close(self) -> None:
        """Closes the file; the inbox must not be used afterwards."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, storage_errors(self._path.parent), self._connection as transaction:
            yield transaction

    def _tidy(self, transaction: sqlite3.Connection) -> None:
        now = self._tidied_at = time.time()
        transaction.execute("DELETE FROM inbox WHERE state = 'done' AND received_at < ?", (now - REMEMBERED,))
        transaction.execute("DELETE FROM turns WHERE answered_at < ?", (now - self._keep_seconds,))

    def _empty_log(self) -> None:
        """The write-ahead log holds the words, too."""
        with self._lock, storage_errors(self._path.parent):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def forget(settings: Settings, when: datetime) -> None:
    """Forgets in a data folder what came in before a moment, as `Inbox.forget_before`; the inbox may be open besides.

    Args:
        settings: name the folder.
        when: with a time zone.
    """
    path = settings.data / FILE
    if not path.exists():
        return
    with closing(Inbox(path, settings.keep_answers)) as inbox:
        unanswered = inbox.forget_before(when)
    if unanswered:
        logger.warning("Of what was forgotten, %d waited for an answer in Slack, which nobody gets now.", unanswered)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30, check_same_thread=False)
    try:
        [version] = connection.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise NewerDataFolder(path.parent, version, VERSION)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        if not version:
            connection.executescript(f"BEGIN; {TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
    except BaseException:
        connection.close()
        raise
    return connection

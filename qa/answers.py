"""The answers that were given, by trace id, for as long as they are kept."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.errors import NewerDataFolder
from index.files import storage_errors
from qa.answer import Answer
from qa.redacting import redacted

VERSION = 2
DAY = 86_400.0

# What each version added.
TABLES = (
    """
CREATE TABLE answers (trace_id TEXT PRIMARY KEY, kept_at REAL NOT NULL, answer TEXT NOT NULL);
CREATE INDEX answers_by_age ON answers (kept_at);
CREATE TABLE mentions (
    document_id TEXT NOT NULL,
    trace_id TEXT NOT NULL REFERENCES answers ON DELETE CASCADE,
    PRIMARY KEY (document_id, trace_id)
) WITHOUT ROWID;
CREATE INDEX mentions_by_answer ON mentions (trace_id);
""",
    """
CREATE TABLE feedback (
    trace_id TEXT PRIMARY KEY REFERENCES answers ON DELETE CASCADE,
    rated_at REAL NOT NULL,
    helpful INTEGER NOT NULL,
    comment TEXT NOT NULL
);
""",
)

QUOTED = """
SELECT json_extract(cited.value, '$.quote') AS quote
FROM mentions JOIN answers USING (trace_id), json_each(answer, '$.citations') AS cited
WHERE mentions.document_id = ?1 AND json_extract(cited.value, '$.document_id') = ?1
AND json_extract(cited.value, '$.content_hash') = ?2
AND json_extract(cited.value, '$.start') = ?3 AND json_extract(cited.value, '$.end') = ?4
AND quote IS NOT NULL LIMIT 1
"""


RATED = """
SELECT trace_id, rated_at, helpful, comment, answer FROM feedback JOIN answers USING (trace_id)
WHERE trace_id > ? AND kept_at > ? ORDER BY trace_id LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader thought of an answer."""

    helpful: bool
    comment: str


@dataclass(frozen=True, slots=True)
class Rated:
    """An answer, in its wire form as `AnswerStore.get` gives it, and what a reader thought of it."""

    trace_id: str
    rated_at: datetime
    feedback: Feedback
    answer: dict[str, Any]


class AnswerStore:
    """Given answers in one SQLite file. Thread-safe; one store per file.

    What has expired, or stood in a document that is forgotten, is overwritten in the file, not only unlinked.
    """

    def __init__(self, path: Path, keep_days: int) -> None:
        """Opens the store, making the file if answers are to be kept, and drops what has expired.

        Raises:
            NewerDataFolder: a later version wrote the file.
            StorageFailed: it cannot be read or written.
        """
        self._path = path
        self._keep_seconds = keep_days * DAY
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._forgetting: list[Callable[[datetime], object]] = []
        if not keep_days and not path.exists():
            return
        try:
            with storage_errors(self._path):
                self._connection = self._connect()
                self._expire()
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except BaseException:
            self.close()
            raise

    def keep(self, answer: Answer, names: Collection[str] = ()) -> None:
        """Keeps an answer under its trace id, and drops what has expired.

        Args:
            answer: what was said.
            names: ids of documents that it names without drawing on them.
        """
        if not self._keep_seconds or self._connection is None:
            return
        drawn_on = (*answer.passages, *answer.citations, *answer.evidence)
        mentioned = {stretch.document_id for stretch in drawn_on}.union(names)
        with self._lock, storage_errors(self._path), self._connection as transaction:
            self._expire()
            transaction.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?)",
                (answer.trace_id, time.time(), answer.to_json()),
            )
            transaction.executemany(
                "INSERT OR IGNORE INTO mentions VALUES (?, ?)", [(id, answer.trace_id) for id in mentioned]
            )

    def get(self, trace_id: str) -> dict[str, Any] | None:
        """An answer in its wire form; None if it is not, or no longer, kept.

        Where a document was forgotten, the words that came from it are null.
        """
        if self._connection is None:
            return None
        with self._lock, storage_errors(self._path):
            row = self._connection.execute(
                "SELECT answer FROM answers WHERE trace_id = ? AND kept_at > ?", (trace_id, self._oldest())
            ).fetchone()
        return json.loads(row[0]) if row else None

    def quoted(self, document_id: str, content_hash: str, start: int, end: int) -> str | None:
        """The words that an answer cited from this place of this content; None if no answer that is kept did."""
        if self._connection is None:
            return None
        with self._lock, storage_errors(self._path):
            row = self._connection.execute(QUOTED, (document_id, content_hash, start, end)).fetchone()
        return str(row[0]) if row else None

    def check(self) -> None:
        """Reads something.

        Raises:
            StorageFailed: it cannot.
        """
        self.get("")

    def rate(self, trace_id: str, *, helpful: bool, comment: str = "") -> bool:
        """Notes what a reader thought of an answer, in place of what was noted before; False if it is not kept."""
        if self._connection is None:
            return False
        with self._lock, storage_errors(self._path), self._connection as transaction:
            found = transaction.execute(
                "INSERT OR REPLACE INTO feedback SELECT trace_id, ?, ?, ? FROM answers WHERE trace_id = ?",
                (time.time(), helpful, comment, trace_id),
            )
        return found.rowcount > 0

    def feedback(self, trace_id: str) -> Feedback | None:
        """What a reader thought of an answer, if they said so."""
        if self._connection is None:
            return None
        with self._lock, storage_errors(self._path):
            row = self._connection.execute(
                "SELECT helpful, comment FROM feedback WHERE trace_id = ?", (trace_id,)
            ).fetchone()
        return Feedback(bool(row[0]), row[1]) if row else None

    def rated(self, after: str = "", limit: int = 100) -> list[Rated]:
        """Answers that were rated, in the order of their trace ids.

        Args:
            after: the last trace id of those that were read before, so that nothing is read twice or passed over while
                others come and go.
            limit: how many at most; all if negative.
        """
        if self._connection is None:
            return []
        with self._lock, storage_errors(self._path):
            rows = self._connection.execute(RATED, (after, self._oldest(), limit)).fetchall()
        return [
            Rated(trace_id, datetime.fromtimestamp(rated_at, UTC), Feedback(bool(helpful), comment), json.loads(answer))
            for trace_id, rated_at, helpful, comment, answer in rows
        ]

    def forget_document(self, document_id: str) -> None:
        """Takes a document's words out of every answer that cites, shows or drew on it.

        Numbers, ids, sources, offsets and scores stay, so that one still sees what was answered from where.
        """
        if self._connection is None:
            return
        with self._lock, storage_errors(self._path):
            with self._connection as transaction:
                rows = transaction.execute(
                    "SELECT trace_id, answer FROM mentions JOIN answers USING (trace_id) WHERE document_id = ?",
                    (document_id,),
                ).fetchall()
                transaction.executemany(
                    "UPDATE answers SET answer = ? WHERE trace_id = ?",
                    [(redacted(answer, document_id), trace_id) for trace_id, answer in rows],
                )
                transaction.execute(
                    "UPDATE feedback SET comment = '' WHERE trace_id IN "
                    "(SELECT trace_id FROM mentions WHERE document_id = ?)",
                    (document_id,),
                )
                transaction.execute("DELETE FROM mentions WHERE document_id = ?", (document_id,))
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the log holds the words, too

    def forget_before(self, when: datetime) -> int:
        """Deletes every answer from before a moment, with its question and rating; returns how many that were.

        Args:
            when: with a time zone.
        """
        for forget in self._forgetting:
            forget(when)
        if self._connection is None:
            return 0
        with self._lock, storage_errors(self._path):
            with self._connection as transaction:
                deleted = transaction.execute("DELETE FROM answers WHERE kept_at < ?", (when.timestamp(),))
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the log holds the words, too
        return deleted.rowcount

    def on_forget(self, callback: Callable[[datetime], object]) -> None:
        """Has a callback told the moment, too, for what is kept elsewhere of the same questions."""
        self._forgetting.append(callback)

    def close(self) -> None:
        """Closes the file; the store must not be used afterwards."""
        if self._connection is not None:
            self._connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, check_same_thread=False)
        try:
            [version] = connection.execute("PRAGMA user_version").fetchone()
            if version > VERSION:
                raise NewerDataFolder(self._path.parent, version, VERSION)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA foreign_keys = ON")
            if version < VERSION:
                added = " ".join(TABLES[version:])
                connection.executescript(f"BEGIN; {added} PRAGMA user_version = {VERSION}; COMMIT;")
        except BaseException:
            connection.close()
            raise
        return connection

    def _oldest(self) -> float:
        return time.time() - self._keep_seconds

    def _expire(self) -> None:
        if self._connection is not None:
            with self._connection as transaction:
                transaction.execute("DELETE FROM answers WHERE kept_at <= ?", (self._oldest(),))

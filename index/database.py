"""SQLite as the catalog uses it: one writer, readers as needed, whole transactions, errors a person understands."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.files import storage_errors
from index.schema import prepare

# Host parameters in one statement; the limit of older SQLites is 999.
PARAMETERS = 900

# page_size: a passage with its token vectors (some 12 kB) lies in one page instead of a chain of four; it counts for a
# new file only. WAL: readers and the writer do not wait for one another. FULL: what was committed survives a power cut.
# secure_delete: what is deleted is overwritten.
PRAGMAS = ("page_size = 16384", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON")


class Database:
    """A file with the catalog's tables, brought to the current schema.

    Reads are thread-safe; writes are for one thread at a time.

    Raises:
        NewerDataFolder: a later version wrote the file.
        StorageFailed: the file cannot be read or written, or is no database. Any method may raise this.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: deque[sqlite3.Connection] = deque()  # readers that nobody uses just now
        with storage_errors(path.parent):
            self._writer = self._connect()
            try:
                prepare(self._writer, path)
            except BaseException:
                self._writer.close()
                raise

    def close(self) -> None:
        """Ends every connection."""
        while self._idle:
            self._idle.pop().close()
        self._writer.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the writes in it, durably, or none."""
        with storage_errors(self._path.parent):
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:  # on a full disk SQLite rolls back by itself
                    self._writer.execute("ROLLBACK")
                raise

    def write(self, statement: str, values: Sequence[object] = ()) -> int:
        """Runs a statement within a transaction; returns the id of the row it inserted, if any."""
        return self._writer.execute(statement, values).lastrowid or 0

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """What a query finds in the last committed state."""
        with storage_errors(self._path.parent):
            try:
                reader = self._idle.pop()
            except IndexError:
                reader = self._connect()
            try:
                return reader.execute(query, values).fetchall()
            finally:
                self._idle.append(reader)

    def rows_in(self, query: str, values: Iterable[object]) -> list[tuple[Any, ...]]:
        """What a query that ends with `IN ` finds for these values, however many."""
        found: list[tuple[Any, ...]] = []
        remaining = list(values)
        for first in range(0, len(remaining), PARAMETERS):
            some = remaining[first : first + PARAMETERS]
            found += self.rows(f"{query}({', '.join('?' * len(some))})", some)
        return found

    def checkpoint(self) -> None:
        """Moves the write-ahead log into the file and empties it, unless a reader holds it back."""
        with storage_errors(self._path.parent):
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=30, isolation_level=None, check_same_thread=False)
        try:
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}").fetchall()
        except BaseException:
            connection.close()
            raise
        return connection

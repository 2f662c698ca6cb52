"""The catalog's tables, and how an older catalog becomes a current one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from index.errors import NewerDataFolder

# Documents and passages keep their short columns apart from, or before, their long ones: listing documents reads
# no text, and filling the derived stores reads no token vectors.
TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    passages INTEGER NOT NULL,
    characters INTEGER NOT NULL,
    removed_at REAL,  -- seconds since 1970; NULL: visible
    added_at REAL  -- seconds since 1970; NULL: before schema 2
);
CREATE VIEW visible AS
    SELECT id, title, source, content_hash, passages, characters, added_at FROM documents WHERE removed_at IS NULL;
CREATE TABLE texts (
    document_id TEXT PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    headings TEXT NOT NULL,  -- JSON: [[start, text], ...]
    text TEXT NOT NULL
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    heading TEXT,
    sentences BLOB NOT NULL,  -- int32 (n, 2): start and end in the document
    text TEXT NOT NULL,
    vector BLOB NOT NULL,  -- float32 (dimension,)
    token_starts BLOB NOT NULL,  -- int32 (t,)
    tokens BLOB NOT NULL,  -- int8 (t, token_dimension)
    UNIQUE (document_id, ordinal)
);
"""


def _remember_when_added(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE documents ADD COLUMN added_at REAL")
    connection.execute("DROP VIEW visible")
    connection.execute(
        "CREATE VIEW visible AS "
        "SELECT id, title, source, content_hash, passages, characters, added_at FROM documents WHERE removed_at IS NULL"
    )


# From each older version, what leads to the next.
MIGRATIONS: dict[int, Callable[[sqlite3.Connection], None]] = {1: _remember_when_added}
VERSION = max(MIGRATIONS) + 1


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Makes the file a catalog of the current version; a failure leaves it as it was.

    Raises:
        NewerDataFolder: a later version wrote it.
    """
    [version] = connection.execute("PRAGMA user_version").fetchone()
    if version == VERSION:
        return
    if version > VERSION:
        raise NewerDataFolder(path.parent, version, VERSION)
    if version:
        back_up(connection, path.with_name(f"{path.stem}-v{version}.backup{path.suffix}"))
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not version:
            for statement in TABLES.split(";\n"):
                connection.execute(statement)
        for step in range(version or VERSION, VERSION):
            MIGRATIONS[step](connection)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def back_up(connection: sqlite3.Connection, copy: Path) -> None:
    """Copies the whole database, what is still in its write-ahead log included."""
    unfinished = copy.with_name(f"{copy.name}.new")
    unfinished.unlink(missing_ok=True)
    target = sqlite3.connect(unfinished)
    try:
        connection.backup(target)
    finally:
        target.close()
    unfinished.replace(copy)

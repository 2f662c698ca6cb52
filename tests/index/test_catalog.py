"""The catalog's file: older ones are migrated after a copy, newer and broken ones are refused in one line."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.catalog import FILE, Catalog
from index.document import Heading
from index.errors import NewerDataFolder, StorageFailed
from index.library import Library
from index.passages import Model
from index.schema import MIGRATIONS, VERSION
from index.splitting import split
from tests.index.small_library import BRIDGE, OWL, found, healed
from tests.standin import StandInEncoder

# The tables as version 1 made them. Never to be changed.
VERSION_1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    passages INTEGER NOT NULL,
    characters INTEGER NOT NULL,
    removed_at REAL
);
CREATE VIEW visible AS
    SELECT id, title, source, content_hash, passages, characters FROM documents WHERE removed_at IS NULL;
CREATE TABLE texts (
    document_id TEXT PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    headings TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    heading TEXT,
    sentences BLOB NOT NULL,
    text TEXT NOT NULL,
    vector BLOB NOT NULL,
    token_starts BLOB NOT NULL,
    tokens BLOB NOT NULL,
    UNIQUE (document_id, ordinal)
);
PRAGMA user_version = 1;
"""


def version_1(folder: Path) -> sqlite3.Connection:
    """A folder as version 1 left it, with the bridge in it; what was written last is still in the log."""
    folder.mkdir()
    connection = sqlite3.connect(folder / FILE)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(VERSION_1)
    model = json.dumps(["stand-in", 32, 8])
    settings = [("catalog_id", "abc"), ("generation", "1"), ("model", model)]
    connection.executemany("INSERT INTO meta VALUES (?, ?)", settings)
    encoder = StandInEncoder()
    passages = split(BRIDGE, encoder.word_pieces, encoder.window)
    record = (BRIDGE.id, BRIDGE.source, BRIDGE.title, BRIDGE.content_hash, len(passages), len(BRIDGE.text), None)
    connection.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)", record)
    connection.execute("INSERT INTO texts VALUES (?, ?, ?)", (BRIDGE.id, '[[0, "Bridges"]]', BRIDGE.text))
    for ordinal, (passage, encoding) in enumerate(zip(passages, encoder.encode(passages), strict=True)):
        sentences = np.array([(s.start, s.end) for s in passage.sentences], dtype=np.int32).tobytes()
        row = (BRIDGE.id, ordinal, passage.start, passage.end, "Bridges", sentences, passage.text)
        blobs = (encoding.vector.tobytes(), encoding.token_starts.tobytes(), encoding.tokens.tobytes())
        columns = "document_id, ordinal, start, end, heading, sentences, text, vector, token_starts, tokens"
        connection.execute(f"INSERT INTO passages ({columns}) VALUES (?,?,?,?,?,?,?,?,?,?)", (*row, *blobs))
    connection.commit()
    return connection


def test_an_older_catalog_still_answers_after_a_copy_was_made(data: Path) -> None:
    still_open = version_1(data)  # so that the log is not yet in the file
    encoder = StandInEncoder()

    with Library.open(data, encoder) as library:
        [record] = library.documents()
        assert (record.source, record.added_at) == ("/bridge.txt", None)
        assert library.document(record.id).text == BRIDGE.text
        assert library.document(record.id).headings == (Heading(0, "Bridges"),)
        healed(library)
        assert found(library, "When did the bridge open?") == {"/bridge.txt"}
        assert encoder.calls == 0
        library.add(OWL)
        assert library.find("/owl.txt").added_at is not None

    still_open.close()
    with sqlite3.connect(data / "catalog-v1.backup.sqlite3") as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (1,)
        assert copy.execute("SELECT text FROM texts").fetchall() == [(BRIDGE.text,)]
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()


def test_a_current_catalog_is_not_copied(data: Path) -> None:
    for _ in range(2):
        Library.open(data, StandInEncoder()).close()

    assert list(data.glob("*backup*")) == []


def test_a_migration_that_fails_leaves_the_old_catalog(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version_1(data).close()
    genuine = MIGRATIONS[1]

    def breaks_down(connection: sqlite3.Connection) -> None:
        genuine(connection)
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setitem(MIGRATIONS, 1, breaks_down)
    with pytest.raises(StorageFailed, match="disk I/O error"):
        Library.open(data, StandInEncoder())

    with sqlite3.connect(data / FILE) as old:
        assert old.execute("PRAGMA user_version").fetchone() == (1,)
        assert "added_at" not in [row[1] for row in old.execute("PRAGMA table_info(documents)")]
    old.close()
    monkeypatch.setitem(MIGRATIONS, 1, genuine)
    with Library.open(data, StandInEncoder()) as library:
        assert [record.source for record in library.documents()] == ["/bridge.txt"]


def test_every_version_has_a_way_to_the_current_one() -> None:
    assert sorted(MIGRATIONS) == list(range(1, VERSION))


def test_a_migrated_catalog_has_the_tables_of_a_new_one(data: Path, tmp_path: Path) -> None:
    version_1(data).close()
    Library.open(data, StandInEncoder()).close()
    Library.open(tmp_path / "new", StandInEncoder()).close()

    def columns(folder: Path) -> list[tuple[str, str, str, int]]:
        connection = sqlite3.connect(folder / FILE)
        tables = "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'"
        query = f"SELECT s.name, c.name, c.type, c.[notnull] FROM ({tables}) s JOIN pragma_table_info(s.name) c"
        found = sorted(connection.execute(query).fetchall())
        connection.close()
        return found

    assert columns(data) == columns(tmp_path / "new")


def test_a_newer_catalog_is_refused_and_left_alone(data: Path) -> None:
    Library.open(data, StandInEncoder()).close()
    connection = sqlite3.connect(data / FILE)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = (data / FILE).read_bytes()

    with pytest.raises(NewerDataFolder, match=r"^The data folder [^\n]* newer Footnote \(schema 99[^\n]*--data\.$"):
        Library.open(data, StandInEncoder())

    assert (data / FILE).read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"not a database" * 1000, b"SQLite format 3\0" + b"\xff" * 5000], ids=["text", "junk"]
)
def test_what_is_no_catalog_is_refused_and_left_alone(data: Path, content: bytes) -> None:
    data.mkdir()
    (data / FILE).write_bytes(content)

    with pytest.raises(StorageFailed, match=r"^Cannot use the data folder [^\n]*\.$"):
        Library.open(data, StandInEncoder())

    assert (data / FILE).read_bytes() == content


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog(tmp_path, Model("stand-in", 32, 8))


def put(catalog: Catalog) -> None:
    encoder = StandInEncoder()
    passages = split(BRIDGE, encoder.word_pieces, encoder.window)
    catalog.put(BRIDGE, passages, encoder.encode(passages))


def put_and_hide(catalog: Catalog) -> None:
    put(catalog)
    catalog.hide(BRIDGE.id)


@pytest.mark.parametrize("change", [put, put_and_hide, Catalog.generation], ids=["put", "put-and-hide", "nothing"])
def test_a_change_is_one_generation(catalog: Catalog, change: Callable[[Catalog], object]) -> None:
    before = catalog.generation()
    with catalog.change():
        change(catalog)

    assert catalog.generation() == before + 1
    catalog.close()


def test_a_change_that_fails_never_was(catalog: Catalog) -> None:
    with pytest.raises(KeyboardInterrupt), catalog.change():
        put(catalog)
        raise KeyboardInterrupt

    assert (catalog.generation(), catalog.records(), catalog.visible_ids()) == (0, [], set())
    catalog.close()


def test_readers_see_nothing_of_a_change_that_is_under_way(catalog: Catalog) -> None:
    with catalog.change():
        put(catalog)
        assert (catalog.records(), catalog.passage_count(), catalog.hidden()) == ([], 0, {})

    assert catalog.passage_count() == 1
    catalog.close()


def test_deleting_a_document_deletes_its_passages_and_text(catalog: Catalog) -> None:
    with catalog.change():
        put(catalog)
    [passage_id] = catalog.visible_ids()
    with catalog.change():
        catalog.delete(BRIDGE.id)

    assert catalog.entries([passage_id]) == []
    assert catalog.passage_ids(BRIDGE.id) == []
    assert catalog.stored_hash(BRIDGE.id) is None
    catalog.close()


def test_many_passages_can_be_read_at_once(catalog: Catalog) -> None:
    with catalog.change():
        put(catalog)

    [entry] = catalog.entries(range(5_000))

    assert (entry.document_id, entry.text) == (BRIDGE.id, BRIDGE.text)
    catalog.close()

"""The catalog: one SQLite file that holds every document, passage and vector. It is the truth.

The derived stores (index/vectors.py, index/lexical.py) can be deleted at any time and are made again from it.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import numpy as np

from index.database import Database
from index.document import Document, Heading, Passage
from index.encoding import Floats, PassageEncoding
from index.errors import UnknownDocument
from index.passages import Entry, Model, StoredPassage
from index.records import DocumentRecord

FILE = "catalog.sqlite3"


class Catalog:
    """Thread-safe reading; writing is for one thread at a time, within `change()`.

    Opening migrates an older file after copying it.

    Raises:
        NewerDataFolder: a later version wrote the file.
        StorageFailed: it cannot be read or written, or is no catalog. Any method may raise this.
    """

    def __init__(self, folder: Path, model: Model) -> None:
        """Opens the folder's catalog; a new one is of this model."""
        self._database = Database(folder / FILE)
        try:
            if self.setting("catalog_id") is None:
                with self._database.transaction():
                    self._set("catalog_id", uuid.uuid4().hex)
                    self._set("generation", "0")
                    self.set_model(model)
            self.id = self.setting("catalog_id") or ""
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        """Ends every connection; the last one moves the log into the file."""
        self._database.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """One transaction, and one generation later; an exception leaves everything as it was."""
        with self._database.transaction():
            yield
            self._database.write("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'")

    def checkpoint(self) -> None:
        """Empties the write-ahead log, so that what was deleted is not in there either."""
        self._database.checkpoint()

    # What only `change()` may enclose.

    def put(
        self,
        document: Document,
        passages: Sequence[Passage],
        encodings: Sequence[PassageEncoding],
        added_at: datetime | None = None,
    ) -> list[int]:
        """Stores a document in place of any earlier content and shows it; returns the ids of its passages."""
        write = self._database.write
        write("DELETE FROM passages WHERE document_id = ?", (document.id,))
        added = added_at.timestamp() if added_at else time.time()
        record = (document.title, document.content_hash, len(passages), len(document.text), added)
        write(
            "INSERT INTO documents (id, source, title, content_hash, passages, characters, added_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET title = excluded.title, "
            "content_hash = excluded.content_hash, passages = excluded.passages, "
            "characters = excluded.characters, added_at = excluded.added_at, removed_at = NULL",
            (document.id, document.source, *record),
        )
        headings = json.dumps([[heading.start, heading.text] for heading in document.headings])
        write(
            "INSERT INTO texts VALUES (?, ?, ?) "
            "ON CONFLICT (document_id) DO UPDATE SET headings = excluded.headings, text = excluded.text",
            (document.id, headings, document.text),
        )
        return [
            self._put_passage(ordinal, passage, encoding, document.heading_at(passage.start))
            for ordinal, (passage, encoding) in enumerate(zip(passages, encodings, strict=True))
        ]

    def _put_passage(self, ordinal: int, passage: Passage, encoding: PassageEncoding, heading: str | None) -> int:
        sentences = np.array([(sentence.start, sentence.end) for sentence in passage.sentences], dtype=np.int32)
        where = (passage.document_id, ordinal, passage.start, passage.end, heading)
        vectors = (
            encoding.vector.astype(np.float32).tobytes(),
            encoding.token_starts.astype(np.int32).tobytes(),
            encoding.tokens.astype(np.int8).tobytes(),
        )
        return self._database.write(
            "INSERT INTO passages (document_id, ordinal, start, end, heading, sentences, text, vector, "
            "token_starts, tokens) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*where, sentences.tobytes(), passage.text, *vectors),
        )

    def hide(self, document_id: str) -> None:
        """Makes a document invisible from now on."""
        self._database.write("UPDATE documents SET removed_at = ? WHERE id = ?", (time.time(), document_id))

    def show(self, document_id: str) -> None:
        """Makes a hidden document visible again."""
        self._database.write("UPDATE documents SET removed_at = NULL WHERE id = ?", (document_id,))

    def delete(self, document_id: str) -> None:
        """Deletes a document for good."""
        self._database.write("DELETE FROM documents WHERE id = ?", (document_id,))

    def set_model(self, model: Model) -> None:
        """Says what the vectors come from."""
        self._set("model", json.dumps([model.name, model.dimension, model.token_dimension]))

    # Reading.

    def generation(self) -> int:
        """How many changes were committed."""
        return int(self.setting("generation") or 0)

    def model(self) -> Model:
        """What the stored vectors came from."""
        return Model(*json.loads(self.setting("model") or "[]"))

    def setting(self, key: str) -> str | None:
        """A value that `note` or a change wrote."""
        rows = self._database.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def note(self, key: str, value: str) -> None:
        """Writes a value that is no part of the documents, so that the generation stays; not within `change()`."""
        with self._database.transaction():
            self._set(key, value)

    def records(self) -> list[DocumentRecord]:
        """The visible documents by title."""
        rows = self._database.rows("SELECT * FROM visible ORDER BY title, source")
        return [DocumentRecord.of(row) for row in rows]

    def find(self, id_or_source: str) -> DocumentRecord:
        """A visible document.

        Raises:
            UnknownDocument: there is none.
        """
        query = "SELECT * FROM visible WHERE id = ? OR source = ?"
        for row in self._database.rows(query, (id_or_source, id_or_source)):
            return DocumentRecord.of(row)
        raise UnknownDocument(id_or_source)

    def document(self, document_id: str) -> Document:
        """A visible document's text and headings.

        Raises:
            UnknownDocument: there is none.
        """
        query = (
            "SELECT v.source, v.title, t.text, t.headings FROM visible v JOIN texts t ON t.document_id = v.id "
            "WHERE v.id = ?"
        )
        for source, title, text, headings in self._database.rows(query, (document_id,)):
            return Document(source, title, text, tuple(Heading(*heading) for heading in json.loads(headings)))
        raise UnknownDocument(document_id)

    def headings(self, document_ids: Iterable[str]) -> dict[str, tuple[Heading, ...]]:
        """The headings of those documents, hidden or not, that have any."""
        rows = self._database.rows_in("SELECT document_id, headings FROM texts WHERE document_id IN ", document_ids)
        found = {document_id: json.loads(headings) for document_id, headings in rows}
        return {id: tuple(Heading(*heading) for heading in headings) for id, headings in found.items() if headings}

    def openings(self, characters: int) -> dict[str, str]:
        """How the visible documents begin, by id: so many characters at most."""
        query = (
            "SELECT v.id, substr(p.text, 1, ?) FROM visible v JOIN passages p ON p.document_id = v.id AND p.ordinal = 0"
        )
        return dict(self._database.rows(query, (characters,)))

    def stored_hash(self, document_id: str) -> str | None:
        """The content hash of a document, hidden or not."""
        rows = self._database.rows("SELECT content_hash FROM documents WHERE id = ?", (document_id,))
        return str(rows[0][0]) if rows else None

    def hidden(self) -> dict[str, float]:
        """The hidden documents' ids, and since when, in seconds since 1970."""
        query = "SELECT id, removed_at FROM documents WHERE removed_at IS NOT NULL"
        return dict(self._database.rows(query))

    def passages(self, ids: Sequence[int]) -> list[StoredPassage]:
        """The visible ones of these passages, in this order."""
        width = self.model().token_dimension
        records: dict[str, DocumentRecord] = {}
        found: dict[int, StoredPassage] = {}
        query = (
            "SELECT v.*, p.id, p.start, p.end, p.heading, p.sentences, p.text, p.vector, p.token_starts, p.tokens "
            "FROM passages p JOIN visible v ON v.id = p.document_id WHERE p.id IN "
        )
        for row in self._database.rows_in(query, ids):
            record = records.setdefault(row[0], DocumentRecord.of(row[:7]))
            stored = StoredPassage.of(row[7:], record, width)
            found[stored.id] = stored
        return [found[passage_id] for passage_id in ids if passage_id in found]

    def vectors(self, ids: Sequence[int]) -> dict[int, Floats]:
        """The vectors of the visible ones of these passages, by id."""
        query = "SELECT p.id, p.vector FROM passages p JOIN visible v ON v.id = p.document_id WHERE p.id IN "
        return {id_: np.frombuffer(vector, dtype=np.float32) for id_, vector in self._database.rows_in(query, ids)}

    def passage_ids(self, document_id: str) -> list[int]:
        """The ids of a document's passages, hidden or not."""
        rows = self._database.rows("SELECT id FROM passages WHERE document_id = ? ORDER BY ordinal", (document_id,))
        return [passage_id for (passage_id,) in rows]

    def passage_ids_within(self, document_id: str, start: int, end: int) -> list[int]:
        """The ids of those that overlap a stretch of the document, hidden or not."""
        query = "SELECT id FROM passages WHERE document_id = ? AND start < ? AND end > ? ORDER BY ordinal"
        return [passage_id for (passage_id,) in self._database.rows(query, (document_id, end, start))]

    def visible_ids(self) -> set[int]:
        """The ids of all visible passages."""
        # The join's order keeps to the index on document_id; the other way round reads every vector.
        query = "SELECT p.id FROM visible v CROSS JOIN passages p ON p.document_id = v.id"
        return {passage_id for (passage_id,) in self._database.rows(query)}

    def passage_count(self) -> int:
        """How many passages are visible."""
        [(count,)] = self._database.rows("SELECT coalesce(sum(passages), 0) FROM visible")
        return int(count)

    def entries(self, ids: Collection[int]) -> list[Entry]:
        """What the derived stores need of these passages, in order of id."""
        rows = self._database.rows_in("SELECT id, document_id, text, vector FROM passages WHERE id IN ", sorted(ids))
        return [
            Entry(passage_id, document_id, text, np.frombuffer(vector, dtype=np.float32))
            for passage_id, document_id, text, vector in rows
        ]

    def _set(self, key: str, value: str) -> None:
        self._database.write(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value)
        )

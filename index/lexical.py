"""Lexical search: BM25 over stems, in a tantivy index."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import ClassVar, Self

from tantivy import (
    Document,
    Index,
    IndexWriter,
    Occur,
    Query,
    Schema,
    SchemaBuilder,
    Searcher,
    TextAnalyzerBuilder,
    Tokenizer,
)

from index.derived import Fingerprint
from index.passages import Entry, Hit
from index.words import stems

# Bytes for one indexing thread; tantivy wants 15 MB, and 100,000 passages need no more than this.
WRITER_MEMORY = 50_000_000


class LexicalStore:
    """A `DerivedStore`. A tantivy commit is all or nothing, and rows are never changed, only added and deleted."""

    kind: ClassVar[str] = "lexical"
    transactional: ClassVar[bool] = True

    def __init__(self, folder: Path, index: Index) -> None:
        self._folder = folder
        self._index = index
        self._index.register_tokenizer("stems", TextAnalyzerBuilder(Tokenizer.whitespace()).build())
        self._schema: Schema = index.schema
        self._writer: IndexWriter = index.writer(heap_size=WRITER_MEMORY, num_threads=1)
        self._refresh()

    @staticmethod
    def lasting(folder: Path) -> list[Path]:
        """The files of the committed segments; others belong to a merge that is under way."""
        segments = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["segments"]
        ids = {segment["segment_id"].replace("-", "") for segment in segments}
        return [path for path in folder.iterdir() if path.name.partition(".")[0] in ids]

    @classmethod
    def create(cls, folder: Path, dimension: int) -> Self:
        """A new index; vectors do not concern it."""
        folder.mkdir()
        builder = SchemaBuilder()
        builder.add_unsigned_field("id", indexed=True, fast=True)
        builder.add_text_field("document_id", tokenizer_name="raw", index_option="basic")
        # Frequencies without positions: enough for BM25, and no way back to the text.
        builder.add_text_field("stems", tokenizer_name="stems", index_option="freq")
        return cls(folder, Index(builder.build(), path=str(folder), reuse=False))

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The index that is in a folder."""
        return cls(folder, Index.open(str(folder)))

    def add(self, entries: Sequence[Entry]) -> None:
        """Takes passages in, findable after `commit`."""
        for entry in entries:
            row = Document()
            row.add_unsigned("id", entry.passage_id)
            row.add_text("document_id", entry.document_id)
            row.add_text("stems", " ".join(stems(entry.text)))
            self._writer.add_document(row)

    def delete(self, ids: Collection[int]) -> None:
        """Drops passages, unfindable after `commit`."""
        if ids:
            self._writer.delete_documents_by_query(Query.term_set_query(self._schema, "id", list(ids)))

    def commit(self) -> None:
        """Makes what was added and deleted since the last commit count, durably."""
        self._files.check(self._folder)
        self._writer.commit()
        self._index.reload()
        self._refresh()

    def ids(self) -> set[int]:
        """The passages it holds."""
        searcher = self._current()
        found = searcher.search(Query.all_query(), limit=max(1, searcher.num_docs), count=False).hits
        return {int(value or 0) for value in searcher.fast_field_values("id", [address for _, address in found])}

    def finds(self, entry: Entry) -> bool:
        """Whether its first words find a passage of its document."""
        words = stems(entry.text)[:8]
        return not words or bool(self.search(words, 1, [entry.document_id]))

    def search(self, words: Sequence[str], k: int, documents: Collection[str] | None = None) -> list[Hit]:
        """The k passages with the highest BM25 for these stems, best first."""
        terms = [(Occur.Should, self._term(part)) for word in words for part in word.split()]
        query = Query.boolean_query(terms)
        if documents is not None:
            allowed = Query.term_set_query(self._schema, "document_id", list(documents))
            query = Query.boolean_query([(Occur.Must, Query.const_score_query(allowed, 0.0)), (Occur.Must, query)])
        searcher = self._current()
        found = searcher.search(query, limit=k, count=False).hits
        ids = searcher.fast_field_values("id", [address for _, address in found])
        return [Hit(int(value or 0), float(score)) for (score, _), value in zip(found, ids, strict=True)]

    def frequencies(self, words: Sequence[str]) -> list[int]:
        """In how many passages each stem stands; recently deleted ones may still count."""
        searcher = self._current()
        return [min(searcher.doc_freq("stems", word), searcher.num_docs) for word in words]

    def terms(self, prefix: str, documents: Collection[str] | None = None) -> list[str]:
        """The stems that begin so, the most frequent first; for all documents, recently deleted ones count, too."""
        within = None if documents is None else Query.term_set_query(self._schema, "document_id", list(documents))
        found = self._current().terms_with_prefix("stems", prefix, within)
        return [term for term, passages in found if passages]

    def count(self) -> int:
        """How many passages it holds."""
        return int(self._searcher.num_docs)  # in memory

    def close(self) -> None:
        """Ends the writer's threads and lets go of its lock; the files follow with the last search."""
        self._writer.wait_merging_threads()

    def _term(self, word: str) -> Query:
        return Query.term_query(self._schema, "stems", word, "freq")

    def _refresh(self) -> None:
        self._searcher = self._index.searcher()
        self._files = Fingerprint.of(self._folder, self.lasting(self._folder))

    def _current(self) -> Searcher:
        # tantivy maps its files: reading past the end of one that was cut short would kill the process.
        self._files.check(self._folder)
        return self._searcher

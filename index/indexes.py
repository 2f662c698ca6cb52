"""The two search indexes of a library as one: told of every change, asked by every question."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from pathlib import Path

from index.catalog import Catalog
from index.encoding import Floats
from index.healing import Replica
from index.lexical import LexicalStore
from index.passages import Hit
from index.vectors import VectorStore

# Seconds a question waits for the lexical index when neither index answers.
PATIENCE = 60.0


class SearchIndexes:
    """Chroma and tantivy, kept in step with a catalog. While one is made again, the other answers."""

    def __init__(self, folder: Path, catalog: Catalog, changing: threading.RLock) -> None:
        """`changing` is held by whoever changes the catalog, until `apply` has returned."""
        self._catalog = catalog
        self._lexical = Replica(LexicalStore, folder, catalog, changing)
        self._vectors = Replica(VectorStore, folder, catalog, changing)

    def open(self) -> None:
        """Opens both. The lexical index answers when this returns; the other may heal in the background."""
        self._lexical.open(wait=True)
        self._vectors.open(wait=False)

    def close(self) -> None:
        """Ends healing and closes both."""
        self._lexical.close()
        self._vectors.close()

    @property
    def ready(self) -> bool:
        """Whether both are in step."""
        return self._lexical.ready and self._vectors.ready

    def apply(self, added: Collection[int], removed: Collection[int]) -> None:
        """Follows a change that the catalog has just committed; the caller holds `changing`."""
        entries = self._catalog.entries(added)
        self._lexical.apply(entries, removed)
        self._vectors.apply(entries, removed)

    def remake(self) -> None:
        """Starts both over from the catalog, in the background."""
        self._lexical.remake()
        self._vectors.remake()

    def wait(self, seconds: float) -> bool:
        """Waits until both are in step or have failed to be, up to so long for each; returns whether they are."""
        return self._lexical.wait(seconds) and self._vectors.wait(seconds)

    def search_dense(self, vector: Floats, k: int, documents: Collection[str] | None) -> list[Hit]:
        """The k passages with the highest cosine, best first; none while this index heals."""
        if k < 1 or (documents is not None and not documents):
            return []
        return self._vectors.ask(lambda store: store.search(vector, k, documents)) or []

    def search_lexical(self, stems: Sequence[str], k: int, documents: Collection[str] | None) -> list[Hit]:
        """The k passages with the highest BM25, best first; none while only this index heals."""
        if k < 1 or not stems or (documents is not None and not documents):
            return []
        hits = self._lexical.ask(lambda store: store.search(stems, k, documents))
        if hits is None and not self._vectors.answers and self._lexical.wait(PATIENCE):
            hits = self._lexical.ask(lambda store: store.search(stems, k, documents))
        return hits or []

    def frequencies(self, stems: Sequence[str]) -> list[int]:
        """In how many passages each stem stands; 0 for all while the lexical index heals."""
        return self._lexical.ask(lambda store: store.frequencies(stems)) or [0] * len(stems)

    def terms(self, prefix: str, documents: Collection[str] | None) -> list[str]:
        """The stems that begin so, the most frequent first; none while the lexical index heals."""
        if documents is not None and not documents:
            return []
        return self._lexical.ask(lambda store: store.terms(prefix, documents)) or []

    def count(self) -> int:
        """How many passages there are."""
        held = self._lexical.ask(lambda store: store.count())
        return self._catalog.passage_count() if held is None else held

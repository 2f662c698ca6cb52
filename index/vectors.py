"""Dense search: Chroma's embedded client, over vectors that the catalog holds too."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from heapq import nlargest
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

import chromadb
import numpy as np
from chromadb.config import Settings

from index.derived import StoreFailed
from index.encoding import Floats
from index.passages import Entry, Hit

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection as ChromaCollection

T = TypeVar("T")

COLLECTION = "passages"

# Chroma's Rust code holds the interpreter's lock while it adds or deletes (it lets go of it in `get` and `query`): for
# some 75 ms with so many of 384 dimensions, for 135 with 200, which is 10 % faster.
CHANGED_AT_ONCE = 100

# Chroma hands each id of a filter to SQLite as a variable, which takes 32,766.
MOST_NAMED = 20_000

# How far a number may be from itself after Chroma has normalised the vector in float32.
SAME = 1e-3

# With Chroma's own settings a passage unlike all others was not found by its own vector in 8 of 400 searches after
# fresh builds of 1,261 passages; with these in none.
HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 64}


class VectorStore:
    """A `DerivedStore`. Chroma's client is thread-safe, within one process.

    Killed while adding, it may stay broken for good (chroma-core/chroma#5366), hence not `transactional`.
    """

    kind: ClassVar[str] = "vectors"
    transactional: ClassVar[bool] = False

    def __init__(self, client: ClientAPI, collection: ChromaCollection) -> None:
        self._client = client
        self._collection = collection

    @staticmethod
    def lasting(folder: Path) -> list[Path]:
        """The files of the HNSW index, which Chroma reads without checking them. Its database checks itself."""
        return [*folder.glob("*/*.bin"), *folder.glob("*/*.pickle")]

    @classmethod
    def create(cls, folder: Path, dimension: int) -> Self:
        """A new collection; Chroma learns the dimension from the first vector."""
        client = _client(folder)
        configuration = {"hnsw": HNSW}
        return cls(client, client.create_collection(COLLECTION, configuration=configuration, embedding_function=None))

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The collection that is in a folder; Chroma would make an empty database where there is none."""
        if not (folder / "chroma.sqlite3").is_file():
            raise StoreFailed("chroma.sqlite3 is missing")
        client = _client(folder)
        try:
            return cls(client, client.get_collection(COLLECTION, embedding_function=None))
        except BaseException:
            client.close()
            raise

    def add(self, entries: Sequence[Entry]) -> None:
        """Takes vectors in; of the document Chroma gets the id only, for filtering."""
        for some in _paced(entries):
            self._collection.upsert(
                ids=[str(entry.passage_id) for entry in some],
                embeddings=np.stack([entry.vector for entry in some]),
                metadatas=[{"document_id": entry.document_id} for entry in some],
            )

    def delete(self, ids: Collection[int]) -> None:
        """Drops vectors, held or not."""
        for some in _paced([str(passage_id) for passage_id in ids]):
            self._collection.delete(ids=list(some))

    def commit(self) -> None:
        """Nothing to do: Chroma answers from what was added at once."""

    def ids(self) -> set[int]:
        """The passages it holds."""
        return {int(passage_id) for passage_id in self._collection.get(include=[])["ids"]}

    def finds(self, entry: Entry) -> bool:
        """Whether its vector is held, and a query with it finds anything: HNSW is approximate and may miss it."""
        held = self._collection.get(ids=[str(entry.passage_id)], include=["embeddings"])["embeddings"]
        return len(held) == 1 and np.allclose(held[0], entry.vector, atol=SAME) and bool(self.search(entry.vector, 1))

    def search(self, vector: Floats, k: int, documents: Collection[str] | None = None) -> list[Hit]:
        """The k passages with the highest cosine, best first."""
        if documents is None:
            return self._nearest(vector, k, None)
        ids = list(documents)
        parts = (ids[first : first + MOST_NAMED] for first in range(0, len(ids), MOST_NAMED))
        return nlargest(k, (hit for part in parts for hit in self._nearest(vector, k, part)), key=lambda hit: hit.score)

    def _nearest(self, vector: Floats, k: int, documents: Sequence[str] | None) -> list[Hit]:
        found = self._collection.query(
            query_embeddings=[vector],
            n_results=k,
            where=None if documents is None else {"document_id": {"$in": list(documents)}},
            include=["distances"],
        )
        return [
            Hit(int(passage_id), 1 - float(distance))
            for passage_id, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def close(self) -> None:
        """Stops Chroma's system for this folder; without that it would be handed out again."""
        self._client.close()


def _paced(every: Sequence[T]) -> Iterator[Sequence[T]]:
    """A few at a time; after each but the last as long a pause as the caller took for them.

    A thread that reads SQLite offers up the interpreter's lock at every row. Without pauses Chroma has it back at once,
    and a question of a hundred rows waits for a hundred additions; with them it waits for one or two.
    """
    for first in range(0, len(every), CHANGED_AT_ONCE):
        begun = time.perf_counter()
        yield every[first : first + CHANGED_AT_ONCE]
        if first + CHANGED_AT_ONCE < len(every):
            time.sleep(time.perf_counter() - begun)


def _client(folder: Path) -> ClientAPI:
    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))

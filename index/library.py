"""The library: documents in, passages out. Keeps the catalog and the two search indexes in step."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from index.catalog import Catalog
from index.document import Document, Heading
from index.encoding import Encoder, Floats
from index.indexes import SearchIndexes
from index.intake import Intake, Progress
from index.ownership import Ownership
from index.passages import Hit, Model, StoredPassage
from index.records import Added, DocumentRecord
from index.removal import UNDO_SECONDS, Removal

# Seconds that `rebuild` waits for each index; one that is not done by then goes on in the background.
REMAKING = 600.0


class Library:
    """The documents of one data folder. A context manager; thread-safe; one owner per folder.

    What a method reports as done is on disk. A document is visible whole or not at all, also after a crash.
    """

    def __init__(self, folder: Path, encoder: Encoder, catalog: Catalog, owner: Ownership, undo_seconds: float) -> None:
        """For `open`, which has taken the folder."""
        self._catalog = catalog
        self._owner = owner
        changing = threading.RLock()  # held from a change in the catalog until the indexes have followed
        self._indexes = SearchIndexes(folder, catalog, changing)
        self._removal = Removal(catalog, self._indexes, changing, undo_seconds)
        self._intake = Intake(encoder, catalog, self._indexes, self._removal, changing)

    @classmethod
    def open(
        cls,
        folder: Path | str,
        encoder: Encoder,
        *,
        owner: Ownership | None = None,
        undo_seconds: float = UNDO_SECONDS,
        rebuilding: bool = False,
        purging: bool = True,
    ) -> Library:
        """Opens or makes a data folder; indexes that are not in step are healed, the lexical one first.

        Args:
            folder: where everything is kept.
            encoder: what passages are encoded with.
            owner: the ownership of the folder, where it was taken before; let go of with this library.
            undo_seconds: how long a removed document can be restored.
            rebuilding: accept a folder that another model indexed. The caller calls `rebuild` next.
            purging: delete in time what was removed before; else from `start_purging` on, once all have called
                `on_purge`.

        Raises:
            FolderInUse: another process, or another `Library`, has it.
            ModelMismatch: another model indexed it.
            NewerDataFolder: a later version wrote it.
            StorageFailed: it cannot be read or written.
        """
        folder = Path(folder)
        owner = owner or Ownership(folder)
        try:
            catalog = Catalog(folder, Model.of(encoder))
        except BaseException:
            owner.release()
            raise
        library = cls(folder, encoder, catalog, owner, undo_seconds)
        try:
            if not rebuilding:
                library._intake.check_model()
            library._indexes.open()
            if purging:
                library.start_purging()
        except BaseException:
            library.close()
            raise
        return library

    def close(self) -> None:
        """Ends healing and lets go of the folder. Closing twice is harmless."""
        self._removal.close()
        self._indexes.close()
        self._catalog.close()
        self._owner.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Changing what there is.

    def add(self, document: Document, progress: Progress | None = None) -> Added:
        """Adds a document, or replaces the content of the one with its source.

        Content that is there already is not encoded again; that of a removed document that can still be restored
        counts as added.

        Args:
            document: what to add.
            progress: told how many passages are encoded, of how many.

        Raises:
            StorageFull, StorageFailed: nothing was changed.
            ModelMismatch: the folder waits for `rebuild`.
        """
        return self._intake.add(document, progress)

    def remove(self, document_id: str) -> DocumentRecord:
        """Makes a document invisible at once; `restore` brings it back until it is purged.

        Raises:
            UnknownDocument: there is none.
            StorageFailed: it is still there.
        """
        return self._removal.hide(document_id)

    def restore(self, document_id: str) -> DocumentRecord:
        """Brings a removed document back, without encoding it again.

        Raises:
            UnknownDocument: it was not removed, or is purged.
        """
        return self._removal.restore(document_id)

    def purge(self, *, everything: bool = False) -> list[str]:
        """Deletes removed documents for good: those whose time to be restored is up, or every one.

        Happens by itself in time. Returns the ids. An error in a callback leaves the document to the next purge.
        """
        return self._removal.purge(everything=everything)

    def erase(self, document_id: str) -> DocumentRecord:
        """Deletes a document for good, with no time to bring it back.

        Raises:
            UnknownDocument: there is none.
            StorageFailed: it is still there, or removed and purged later.
        """
        return self._removal.erase(document_id)

    def start_purging(self) -> None:
        """Deletes, each in its time, documents that were removed before the library was opened."""
        self._removal.start()

    def on_purge(self, callback: Callable[[str], None]) -> None:
        """Has a callback told each document's id just before its text is gone for good."""
        self._removal.on_purge(callback)

    def rebuild(self, encoder: Encoder | None = None, progress: Progress | None = None) -> None:
        """Splits and encodes every document again, then makes both indexes again; interrupted, all is as before.

        Args:
            encoder: from now on used instead of the present one.
            progress: told how many documents are done, of how many.

        Raises:
            StorageFull, StorageFailed: nothing was changed.
        """
        documents = self._intake.encode_again(encoder, progress)
        self._indexes.wait(REMAKING)
        if progress:
            progress(documents, documents)

    # Reading what there is.

    def documents(self) -> list[DocumentRecord]:
        """The documents by title."""
        return self._catalog.records()

    def find(self, id_or_source: str) -> DocumentRecord:
        """One document.

        Raises:
            UnknownDocument: there is none.
        """
        return self._catalog.find(id_or_source)

    def ids(self, names: Iterable[str]) -> list[str]:
        """The ids of documents that are named by id or source.

        Raises:
            UnknownDocument: one of them is not there.
        """
        return [self._catalog.find(name).id for name in names]

    def document(self, document_id: str) -> Document:
        """A document's whole text and headings.

        Raises:
            UnknownDocument: there is none.
        """
        return self._catalog.document(document_id)

    def headings(self, document_ids: Iterable[str]) -> dict[str, tuple[Heading, ...]]:
        """The headings, in order, of those of these documents that have any."""
        return self._catalog.headings(document_ids)

    def openings(self, characters: int) -> dict[str, str]:
        """How the documents begin, by id: so many characters at most; one without any sentence is left out."""
        return self._catalog.openings(characters)

    def text(self, document_id: str, start: int = 0, end: int | None = None) -> str:
        """A stretch of a document's text.

        Raises:
            UnknownDocument: there is none.
        """
        return self._catalog.document(document_id).text[start:end]

    def keeps(self, document_id: str) -> bool:
        """Whether a document is there, or was removed and can still be brought back."""
        return self._catalog.stored_hash(document_id) is not None

    def generation(self) -> int:
        """A number that every change raises; 0 in a new folder."""
        return self._catalog.generation()

    @property
    def health(self) -> Literal["ready", "healing"]:
        """Whether both indexes answer; while healing, the other one does."""
        return "ready" if self._indexes.ready else "healing"

    # Searching.

    def search_dense(self, vector: Floats, k: int, documents: Collection[str] | None = None) -> list[Hit]:
        """The k passages nearest to a question's vector by cosine, best first; none while this index heals.

        Args:
            vector: (dimension,) unit length.
            k: how many at most.
            documents: ids to look in; None: all.
        """
        dimension = self._intake.encoder.dimension
        if len(vector) != dimension:
            raise ValueError(f"The vector has {len(vector)} dimensions, the library {dimension}.")
        return self._indexes.search_dense(vector, k, documents)

    def search_lexical(self, stems: Sequence[str], k: int, documents: Collection[str] | None = None) -> list[Hit]:
        """The k passages with the highest BM25 for these stems, best first; none while only this index heals."""
        return self._indexes.search_lexical(stems, k, documents)

    def passages(self, ids: Sequence[int]) -> list[StoredPassage]:
        """The visible ones of these passages, in this order."""
        return self._catalog.passages(ids)

    def vectors(self, ids: Sequence[int]) -> dict[int, Floats]:
        """The vectors of the visible ones of these passages, by id: (dimension,) unit length each."""
        return self._catalog.vectors(ids)

    def passages_of(self, document_id: str) -> list[StoredPassage]:
        """A document's passages in reading order; none if it is not there."""
        return self._catalog.passages(self._catalog.passage_ids(document_id))

    def passages_within(self, document_id: str, start: int, end: int) -> list[StoredPassage]:
        """The passages of a document that overlap a stretch of it, in reading order; none if it is not there."""
        return self._catalog.passages(self._catalog.passage_ids_within(document_id, start, end))

    def document_frequencies(self, stems: Sequence[str]) -> list[int]:
        """In how many passages each stem stands; 0 for all while the lexical index heals."""
        return self._indexes.frequencies(stems)

    def terms(self, prefix: str, documents: Collection[str] | None = None) -> list[str]:
        """The stems in these documents that begin so, the most frequent first; none while the lexical index heals."""
        return self._indexes.terms(prefix, documents)

    @property
    def passage_count(self) -> int:
        """How many passages there are."""
        return self._indexes.count()

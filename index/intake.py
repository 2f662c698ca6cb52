"""Documents on their way in: split, encoded, stored, and encoded again with another model."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.catalog import Catalog
from index.document import Document, Passage
from index.encoding import Encoder, PassageEncoding, encode_all
from index.errors import ModelMismatch
from index.indexes import SearchIndexes
from index.passages import Model
from index.records import Added, AddOutcome
from index.removal import Removal
from index.splitting import split

Progress = Callable[[int, int], None]  # done, total


@dataclass(frozen=True, slots=True)
class Encoded:
    """A document that is ready to be stored."""

    document: Document
    passages: Sequence[Passage]
    encodings: Sequence[PassageEncoding]

    @classmethod
    def by(cls, encoder: Encoder, document: Document, progress: Progress | None = None) -> Encoded:
        """Split to fit the encoder, and encoded; this is what takes long."""
        passages = split(document, encoder.word_pieces, encoder.window)
        return cls(document, passages, encode_all(encoder, passages, progress))


class Intake:
    """Puts documents into a catalog, and their passages into its indexes. Thread-safe."""

    def __init__(
        self, encoder: Encoder, catalog: Catalog, indexes: SearchIndexes, removal: Removal, changing: threading.RLock
    ) -> None:
        """`changing` is held by whoever changes the catalog, until the indexes have followed."""
        self.encoder = encoder
        self._catalog = catalog
        self._indexes = indexes
        self._removal = removal
        self._changing = changing

    def check_model(self) -> None:
        """Makes sure that what is stored came from the encoder.

        Raises:
            ModelMismatch: it did not.
        """
        stored = self._catalog.model()
        if stored != Model.of(self.encoder):
            raise ModelMismatch(stored.name, self.encoder.name)

    def add(self, document: Document, progress: Progress | None) -> Added:
        """See `Library.add`. The record is read before anybody else can change the document again."""
        while True:
            self.check_model()
            with self._changing:
                self._removal.purge()
                if self._catalog.stored_hash(document.id) == document.content_hash:
                    return self._stored(document.id, self._add_again(document.id))
            encoder = self.encoder
            encoded = Encoded.by(encoder, document, progress)
            with self._changing:
                if encoder is self.encoder:  # else `encode_again` took another meanwhile
                    return self._stored(document.id, self._put(encoded))

    def encode_again(self, encoder: Encoder | None, progress: Progress | None) -> int:
        """See `Library.rebuild`; the indexes are still to be waited for. Returns how many documents there are."""
        encoder = encoder or self.encoder
        with self._changing:
            self._removal.purge(everything=True)
            records = self._catalog.records()
            with self._catalog.change():
                for done, record in enumerate(records):
                    if progress:
                        progress(done, len(records))
                    encoded = Encoded.by(encoder, self._catalog.document(record.id))
                    self._catalog.put(encoded.document, encoded.passages, encoded.encodings, record.added_at)
                self._catalog.set_model(Model.of(encoder))
            self.encoder = encoder
            self._indexes.remake()
        return len(records)

    def _put(self, encoded: Encoded) -> AddOutcome:
        document_id = encoded.document.id
        hidden = self._removal.is_hidden(document_id)
        known = self._catalog.stored_hash(document_id) is not None
        replaced = self._catalog.passage_ids(document_id)
        with self._catalog.change():
            ids = self._catalog.put(encoded.document, encoded.passages, encoded.encodings)
            if hidden:
                self._removal.forget(document_id)
        self._indexes.apply(ids, replaced)
        return "replaced" if known and not hidden else "added"

    def _add_again(self, document_id: str) -> AddOutcome:
        if not self._removal.is_hidden(document_id):
            return "unchanged"
        self._removal.restore(document_id)
        return "added"

    def _stored(self, document_id: str, outcome: AddOutcome) -> Added:
        return Added(outcome, self._catalog.find(document_id))

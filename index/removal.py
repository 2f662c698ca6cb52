"""Removed documents: hidden at once, for a while to be brought back, then gone for good."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from index.alarm import Alarm
from index.catalog import Catalog
from index.errors import UnknownDocument
from index.indexes import SearchIndexes
from index.records import DocumentRecord

logger = logging.getLogger(__name__)

# For so many seconds a removed document can be brought back, unless a library is opened with another number.
UNDO_SECONDS = 10.0


class Removal:
    """Hides, restores and purges the documents of a catalog. Thread-safe."""

    def __init__(
        self, catalog: Catalog, indexes: SearchIndexes, changing: threading.RLock, undo_seconds: float
    ) -> None:
        """`changing` is held by whoever changes the catalog, until the indexes have followed."""
        self._catalog = catalog
        self._indexes = indexes
        self._changing = changing
        self._undo_seconds = undo_seconds
        self._callbacks: list[Callable[[str], None]] = []
        self._alarm = Alarm(self._purge_in_time)
        self._closed = False

    def start(self) -> None:
        """Purges in time, from now on, what was hidden before the library was opened."""
        self._set_alarm()

    def close(self) -> None:
        """Purges nothing any more."""
        with self._changing:
            self._closed = True
            self._alarm.cancel()

    def hide(self, document_id: str) -> DocumentRecord:
        """Makes a document invisible.

        Raises:
            UnknownDocument: there is none.
        """
        with self._changing:
            self.purge()
            record = self._catalog.find(document_id)
            with self._catalog.change():
                self._catalog.hide(record.id)
            self._indexes.apply([], self._catalog.passage_ids(record.id))
            self._set_alarm()
            return record

    def restore(self, document_id: str) -> DocumentRecord:
        """Makes a hidden document visible again.

        Raises:
            UnknownDocument: it was not hidden, or is purged.
        """
        with self._changing:
            self.purge()
            if not self.is_hidden(document_id):
                raise UnknownDocument(document_id)
            with self._catalog.change():
                self._catalog.show(document_id)
            self._indexes.apply(self._catalog.passage_ids(document_id), [])
            return self._catalog.find(document_id)

    def is_hidden(self, document_id: str) -> bool:
        """Whether `restore` would bring it back."""
        return document_id in self._catalog.hidden()

    def purge(self, *, everything: bool = False) -> list[str]:
        """Deletes for good what has been hidden for long enough, or all that is hidden; returns the ids.

        The callbacks come first: were the process to end between them and the deletion, the next purge would call
        them again.
        """
        with self._changing:
            before = float("inf") if everything else time.time() - self._undo_seconds
            due = [document_id for document_id, hidden_at in self._catalog.hidden().items() if hidden_at <= before]
            self._delete(due)
            return due

    def erase(self, document_id: str) -> DocumentRecord:
        """Deletes a document for good at once; the others that are hidden can still be restored.

        Raises:
            UnknownDocument: there is none.
        """
        with self._changing:
            record = self.hide(document_id)
            self._delete([record.id])
            return record

    def on_purge(self, callback: Callable[[str], None]) -> None:
        """Has a callback told each document's id just before its text is gone for good."""
        self._callbacks.append(callback)

    def forget(self, document_id: str) -> None:
        """Tells the callbacks that a hidden document's text will not come back."""
        for callback in self._callbacks:
            callback(document_id)

    def _delete(self, document_ids: Sequence[str]) -> None:
        for document_id in document_ids:
            self.forget(document_id)
            with self._catalog.change():
                self._catalog.delete(document_id)
            self._indexes.apply([], [])
        if document_ids:
            self._catalog.checkpoint()

    def _set_alarm(self) -> None:
        hidden_at = self._catalog.hidden().values()
        if hidden_at:
            self._alarm.set(min(hidden_at) + self._undo_seconds - time.time())

    def _purge_in_time(self) -> None:
        with self._changing:
            if self._closed:
                return
            try:
                self.purge()
                self._set_alarm()
            except Exception:  # whatever a callback or the disk made of it, an alarm has nobody to tell
                logger.exception("Removed documents could not be deleted; the next change tries again.")

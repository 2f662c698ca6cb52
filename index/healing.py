"""Keeps a derived store in step with the catalog, and makes it again when it cannot be trusted."""

from __future__ import annotations

import logging
import shutil
import threading
import uuid
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

from index.catalog import Catalog
from index.derived import DerivedStore, Fingerprint, Stamp, StoreFailed, store_errors
from index.errors import LibraryError
from index.passages import Entry

logger = logging.getLogger(__name__)

S = TypeVar("S", bound=DerivedStore)
T = TypeVar("T")

# Entries read from the catalog at a time, at 2 KB each.
BATCH = 500
# Passages that have to find themselves when a store is opened.
PROBES = 12
# Seconds until a failed healing is tried again, doubled each time.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
# Seconds that opening waits for a store that answers; the lexical one takes 8 for 100,000 passages.
OPENING = 300.0


class Replica(Generic[S]):
    """One derived store of a library: in step, or being made again by a healer in the background.

    Its folder is named in the catalog, so that a new one takes the old one's place in one commit. A store that could
    not follow a change (no room on the disk, say) still answers meanwhile, since the catalog ignores what is gone from
    its hits; one that could not answer is given up, whoever notices.
    """

    def __init__(self, kind: type[S], folder: Path, catalog: Catalog, changing: threading.RLock) -> None:
        """`changing` is held by whoever changes the catalog, until the replicas have been told."""
        self._kind = kind
        self._folder = folder
        self._catalog = catalog
        self._changing = changing
        self._fingerprint = Fingerprint({})  # of the current folder's files
        self._state = threading.Condition()  # over all that follows
        self._store: S | None = None
        self._in_step = False
        self._healer: threading.Thread | None = None
        self._retry = True  # the healer has not failed since the last change
        self._closing = False

    @property
    def ready(self) -> bool:
        """Whether it is in step."""
        return self._in_step

    @property
    def answers(self) -> bool:
        """Whether it can be asked; perhaps it does not know of the last changes."""
        return self._store is not None

    def wait(self, seconds: float) -> bool:
        """Waits until it is in step, or an attempt at that has failed; returns whether it is."""
        with self._state:
            self._state.wait_for(lambda: self._in_step or not self._retry or self._closing, seconds)
            return self._in_step

    def open(self, *, wait: bool) -> None:
        """Opens the store if it can be trusted, else makes it again: at once with `wait`, or in the background."""
        name = self._catalog.setting(self._kind.kind)
        try:
            if name is None:
                self._rebuild()
            else:
                self._trust(self._folder / name)
            return
        except (StoreFailed, LibraryError) as error:
            self._report(error)
        self._heal_from_now_on()
        if wait:
            self.wait(OPENING)

    def ask(self, question: Callable[[S], T]) -> T | None:
        """The store's answer, or None if it has none now."""
        while (store := self._store) is not None:
            try:
                with store_errors():
                    return question(store)
            except StoreFailed as error:
                self._give_up(store, error)
        return None

    def apply(self, added: Sequence[Entry], removed: Collection[int]) -> None:
        """Follows a change that the catalog has just committed; the caller holds `changing`."""
        store = self._store
        if store is None or not self._in_step:
            self._heal_from_now_on()  # from the catalog, so the change needs no telling; there may be room again
            return
        try:
            with store_errors():
                self._fingerprint.check(self._path())
                store.delete(removed)
                store.add(added)
                store.commit()
                self._stamp(self._path())
        except StoreFailed as error:
            self._report(error)
            self._in_step = False
            self._heal_from_now_on()

    def remake(self) -> None:
        """Starts over from the catalog, in the background, whatever there is."""
        if (store := self._store) is not None:
            self._give_up(store, None)
        self._heal_from_now_on()

    def close(self) -> None:
        """Ends healing and lets go of the store."""
        with self._state:
            self._closing, self._in_step = True, False
            healer, store, self._store = self._healer, self._store, None
            self._state.notify_all()
        if healer is not None:
            healer.join()
        _close(store)

    def _path(self) -> Path:
        return self._folder / (self._catalog.setting(self._kind.kind) or "")

    def _stamp(self, path: Path) -> None:
        fingerprint = Fingerprint.of(path, self._kind.lasting(path))
        Stamp(self._catalog.id, self._catalog.generation(), fingerprint).write(path)
        self._fingerprint = fingerprint

    def _trust(self, path: Path) -> None:
        """Opens the current store.

        Raises:
            StoreFailed: it is not there, not ours, not in step, was written to, or does not find what it holds.
        """
        stamp = Stamp.read(path)
        if stamp is None:
            raise StoreFailed(f"{path.name} is missing or incomplete")
        if stamp.catalog != self._catalog.id:
            raise StoreFailed(f"{path.name} belongs to another library")
        behind = self._catalog.generation() - stamp.generation
        if behind < 0 or (behind and not self._kind.transactional):
            raise StoreFailed("its last change was cut off")
        with store_errors():
            stamp.fingerprint.check(path)
            with Stamp.set_aside(path):
                store = self._kind.open(path)
                try:
                    caught_up = self._check(store)
                except BaseException:
                    store.close()
                    raise
            self._fingerprint = Fingerprint.of(path, self._kind.lasting(path))
            if caught_up or behind or self._fingerprint != stamp.fingerprint:  # Chroma writes a file when it opens
                self._stamp(path)
        self._publish(store)
        self._sweep(path.name)

    def _check(self, store: S) -> bool:
        """Makes sure that a store holds and finds what is visible; returns whether it had to catch up."""
        held, visible = store.ids(), self._catalog.visible_ids()
        if held != visible:
            if not self._kind.transactional:
                raise StoreFailed(f"it holds {len(held)} passages instead of {len(visible)}")
            self._bring_in_step(store, held)
        newest_last = sorted(visible)
        sample = {*newest_last[:: max(1, len(newest_last) // (PROBES // 2))], *newest_last[-PROBES // 2 :]}
        if not all(store.finds(entry) for entry in self._catalog.entries(sample)):
            raise StoreFailed("it does not find what it holds")
        return held != visible

    def _rebuild(self) -> None:
        """Makes a new store while changes go on, then catches up with them and puts it in the old one's place.

        Raises:
            StoreFailed, LibraryError: there is no new store; what could be tidied up was.
        """
        path = self._folder / f"{self._kind.kind}-{uuid.uuid4().hex[:12]}"
        model = self._catalog.model()
        try:
            with store_errors():
                store = self._kind.create(path, model.dimension)
                try:
                    held = self._bring_in_step(store, set())
                    with self._changing:
                        if self._catalog.model() != model:
                            raise StoreFailed("the embedding model has changed meanwhile")
                        self._bring_in_step(store, held)
                        self._stamp(path)
                        self._catalog.note(self._kind.kind, path.name)
                        self._publish(store)
                except BaseException:
                    store.close()
                    raise
        except BaseException:
            shutil.rmtree(path, ignore_errors=True)
            raise
        self._sweep(path.name)

    def _bring_in_step(self, store: S, held: set[int]) -> set[int]:
        """Gives a store that holds these passages the visible ones; returns those."""
        visible = self._catalog.visible_ids()
        store.delete(held - visible)
        missing = sorted(visible - held)
        for first in range(0, len(missing), BATCH):
            if self._closing:
                raise StoreFailed("the library is being closed")
            store.add(self._catalog.entries(missing[first : first + BATCH]))
        store.commit()
        return visible

    def _publish(self, store: S) -> None:
        with self._state:
            if self._closing:
                raise StoreFailed("the library is being closed")
            old, self._store = self._store, store
            self._in_step, self._healer, self._retry = True, None, True
            self._state.notify_all()
        _close(old)

    def _give_up(self, store: S, error: StoreFailed | None) -> None:
        """Stops asking a store and starts healing, unless someone else did already."""
        with self._state:
            if self._store is not store:
                return
            self._store, self._in_step = None, False
        if error is not None:
            self._report(error)
        _close(store)
        self._heal_from_now_on()

    def _heal_from_now_on(self) -> None:
        with self._state:
            self._retry = True
            self._state.notify_all()
            if self._healer is None and not self._closing:
                self._healer = threading.Thread(target=self._heal, name=f"heal-{self._kind.kind}", daemon=True)
                self._healer.start()

    def _heal(self) -> None:
        pause = FIRST_PAUSE
        while not self._closing:
            try:
                self._rebuild()
            except (StoreFailed, LibraryError) as error:
                with self._state:
                    if not self._closing:
                        kind = self._kind.kind
                        logger.warning("The %s index was not made, next try in %d s: %s", kind, pause, error)
                    self._retry = False
                    self._state.notify_all()
                    self._state.wait_for(lambda: self._retry or self._closing, pause)
                    self._retry = True
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                logger.info("The %s index is in step again", self._kind.kind)
                return

    def _report(self, error: Exception) -> None:
        logger.warning("The %s index is made again from the catalog: %s", self._kind.kind, error)

    def _sweep(self, current: str) -> None:
        """Deletes the folders of earlier stores."""
        for path in self._folder.glob(f"{self._kind.kind}-*"):
            if path.name != current:
                shutil.rmtree(path, ignore_errors=True)


def _close(store: DerivedStore | None) -> None:
    if store is not None:
        with suppress(StoreFailed), store_errors():
            store.close()

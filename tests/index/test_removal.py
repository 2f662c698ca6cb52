"""Removed documents: gone at once, back if wanted in time, then gone for good."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.catalog import Catalog
from index.document import Document
from index.errors import StorageFailed, UnknownDocument
from index.library import Library
from tests.index.small_library import BRIDGE, OWL, everything_in, found, wait_until
from tests.standin import StandInEncoder


@pytest.fixture
def encoder() -> StandInEncoder:
    return StandInEncoder()


@pytest.fixture
def library(data: Path, encoder: StandInEncoder) -> Iterator[Library]:
    with Library.open(data, encoder) as opened:
        yield opened


def test_a_removed_document_is_neither_listed_nor_found(library: Library) -> None:
    library.add(BRIDGE)
    library.add(OWL)
    [passage] = library.passages_of(BRIDGE.id)

    assert library.remove(BRIDGE.id).source == "/bridge.txt"

    assert [record.source for record in library.documents()] == ["/owl.txt"]
    assert found(library, "bridge") == set()
    assert library.passages([passage.id]) == library.passages_of(BRIDGE.id) == []
    assert library.passage_count == 1
    with pytest.raises(UnknownDocument):
        library.text(BRIDGE.id)


def test_a_removed_document_stays_removed_after_a_restart(data: Path) -> None:
    with Library.open(data, StandInEncoder()) as library:
        library.add(BRIDGE)
        library.remove(BRIDGE.id)
    with Library.open(data, StandInEncoder()) as library:
        assert library.health == "ready"
        assert library.documents() == []
        assert found(library, "bridge") == set()


def test_a_removed_document_comes_back_without_the_encoder(library: Library, encoder: StandInEncoder) -> None:
    library.add(BRIDGE)
    before, calls = library.documents(), encoder.calls
    library.remove(BRIDGE.id)

    assert library.restore(BRIDGE.id).source == "/bridge.txt"

    assert (library.documents(), encoder.calls) == (before, calls)
    assert found(library, "bridge") == {"/bridge.txt"}


def test_adding_a_removed_document_again_brings_it_back(library: Library, encoder: StandInEncoder) -> None:
    library.add(BRIDGE)
    library.remove(BRIDGE.id)
    calls = encoder.calls

    assert library.add(BRIDGE).outcome == "added"

    assert encoder.calls == calls
    assert found(library, "bridge") == {"/bridge.txt"}


def test_other_content_in_a_removed_documents_place_is_added_and_the_old_is_forgotten(library: Library) -> None:
    forgotten: list[str] = []
    library.on_purge(forgotten.append)
    library.add(BRIDGE)
    library.remove(BRIDGE.id)

    assert library.add(Document("/bridge.txt", "Bridge", "The tunnel replaced it.")).outcome == "added"

    assert forgotten == [BRIDGE.id]
    assert found(library, "tunnel") == {"/bridge.txt"}


def test_nothing_is_forgotten_while_a_change_may_still_fail(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten: list[str] = []
    library.on_purge(forgotten.append)
    library.add(BRIDGE)
    library.remove(BRIDGE.id)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Catalog, "put", fail)
    with pytest.raises(StorageFailed):
        library.add(Document("/bridge.txt", "Bridge", "The tunnel replaced it."))

    assert not forgotten
    assert library.keeps(BRIDGE.id)
    assert library.restore(BRIDGE.id).title == BRIDGE.title


def test_a_removed_document_is_purged_in_time_and_its_answers_with_it(data: Path) -> None:
    with Library.open(data, StandInEncoder(), undo_seconds=0.2) as library:
        forgotten: list[str] = []
        library.on_purge(forgotten.append)
        library.add(BRIDGE)
        library.remove(BRIDGE.id)

        wait_until(lambda: forgotten == [BRIDGE.id])

        with pytest.raises(UnknownDocument):
            library.restore(BRIDGE.id)


def test_what_was_due_while_closed_is_purged_after_a_start(data: Path) -> None:
    with Library.open(data, StandInEncoder(), undo_seconds=3600) as library:
        library.add(BRIDGE)
        library.remove(BRIDGE.id)
    with Library.open(data, StandInEncoder(), undo_seconds=0, purging=False) as library:
        forgotten: list[str] = []
        time.sleep(0.2)  # whoever opens it may take long before it listens
        library.on_purge(forgotten.append)
        library.start_purging()

        wait_until(lambda: forgotten == [BRIDGE.id])


def test_purging_everything_does_not_wait(library: Library) -> None:
    library.add(BRIDGE)
    library.remove(BRIDGE.id)

    assert library.purge() == []
    assert library.purge(everything=True) == [BRIDGE.id]
    assert library.purge(everything=True) == []


def test_a_callback_that_fails_leaves_the_document_to_the_next_purge(library: Library) -> None:
    outcomes: Iterator[Exception | None] = iter([OSError("disk full"), None])

    def forget(document_id: str) -> None:
        if outcome := next(outcomes):
            raise outcome

    library.on_purge(forget)
    library.add(BRIDGE)
    library.remove(BRIDGE.id)

    with pytest.raises(OSError, match="disk full"):
        library.purge(everything=True)
    assert library.purge(everything=True) == [BRIDGE.id]


def test_the_text_of_a_purged_document_is_in_no_file(library: Library, data: Path) -> None:
    library.add(OWL)
    library.add(Document("/secret.txt", "Secret", "The password is Rumpelstiltskin, do not tell anyone."))
    assert b"password is Rumpelstiltskin" in everything_in(data)

    library.remove(library.find("/secret.txt").id)
    library.purge(everything=True)

    assert b"Rumpelstiltskin" not in everything_in(data)


def test_passage_ids_are_never_used_again(library: Library) -> None:
    library.add(BRIDGE)
    [old] = library.passages_of(BRIDGE.id)
    library.remove(BRIDGE.id)
    library.purge(everything=True)

    library.add(OWL)

    assert library.passages_of(OWL.id)[0].id > old.id


def test_an_erased_document_is_gone_for_good_and_no_other(library: Library) -> None:
    library.add(BRIDGE)
    library.add(OWL)
    told: list[str] = []
    library.on_purge(told.append)
    library.remove(OWL.id)

    assert library.erase(BRIDGE.id).source == "/bridge.txt"

    assert told == [BRIDGE.id]
    with pytest.raises(UnknownDocument):
        library.restore(BRIDGE.id)
    assert library.restore(OWL.id).source == "/owl.txt"
    with pytest.raises(UnknownDocument):
        library.erase(BRIDGE.id)

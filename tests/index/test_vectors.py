"""Dense search against plain numpy."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.derived import StoreFailed
from index.passages import Entry
from index.vectors import VectorStore
from tests.index.small_library import wait_until

RNG = np.random.default_rng(0)
MATRIX = RNG.normal(size=(300, 24)).astype(np.float32)
MATRIX /= np.linalg.norm(MATRIX, axis=1, keepdims=True)
ENTRIES = [Entry(row + 1, f"d{row // 10}", f"secret {row}", vector) for row, vector in enumerate(MATRIX)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[VectorStore]:
    opened = VectorStore.create(tmp_path / "vectors", 24)
    yield opened
    opened.close()


def test_the_nearest_come_first_with_their_cosines(store: VectorStore) -> None:
    store.add(ENTRIES)
    question = MATRIX[7] + 0.3 * MATRIX[8]
    question /= np.linalg.norm(question)

    hits = store.search(question, 20)

    cosines = MATRIX @ question
    nearest = np.argsort(-cosines)[:20]
    assert [hit.passage_id for hit in hits] == [int(row) + 1 for row in nearest]
    np.testing.assert_allclose([hit.score for hit in hits], cosines[nearest], atol=1e-5)


@pytest.mark.parametrize("documents", [["d3"], ["d3", "d11", "none"], [f"d{n}" for n in range(29)]], ids=len)
def test_a_filter_leaves_only_those_documents(store: VectorStore, documents: list[str]) -> None:
    store.add(ENTRIES)
    allowed = [row for row, entry in enumerate(ENTRIES) if entry.document_id in documents]
    nearest = sorted(allowed, key=lambda row: -float(MATRIX[row] @ MATRIX[0]))[:10]

    hits = store.search(MATRIX[0], 10, documents)

    assert [hit.passage_id for hit in hits] == [row + 1 for row in nearest]


def test_who_often_lets_go_of_the_interpreter_does_not_wait_for_everything_that_is_added(store: VectorStore) -> None:
    added = [replace(entry, passage_id=entry.passage_id + 300 * copy) for copy in range(10) for entry in ENTRIES]
    adding = threading.Thread(target=store.add, args=(added,))  # in 30 parts
    adding.start()

    for _ in range(100):  # as for each row that is read from a disk
        time.sleep(0.0001)

    assert adding.is_alive()
    adding.join()


def test_thousands_of_documents_fit_into_a_filter(store: VectorStore) -> None:
    store.add(ENTRIES)

    for many in (5_000, 40_000):
        hits = store.search(MATRIX[0], 300, [f"d{number}" for number in range(many)][::-1])

        assert len(hits) == 300
        assert hits[0].passage_id == 1


def test_asking_for_more_than_there_is_gives_what_there_is(store: VectorStore) -> None:
    assert store.search(MATRIX[0], 5) == []
    store.add(ENTRIES[:3])

    assert len(store.search(MATRIX[0], 500)) == 3


def test_what_was_deleted_is_gone_and_can_come_back(store: VectorStore) -> None:
    store.add(ENTRIES)
    store.delete([entry.passage_id for entry in ENTRIES[:250]] + [9_999])
    assert store.ids() == set(range(251, 301))
    assert {hit.passage_id for hit in store.search(MATRIX[0], 300)} == set(range(251, 301))

    store.add(ENTRIES[:1])

    assert store.search(MATRIX[0], 1)[0].passage_id == 1
    assert store.finds(ENTRIES[0])
    assert not store.finds(ENTRIES[1])


def test_it_is_all_there_after_opening_it_again(store: VectorStore, tmp_path: Path) -> None:
    store.add(ENTRIES)
    store.close()

    again = VectorStore.open(tmp_path / "vectors")

    assert again.ids() == {entry.passage_id for entry in ENTRIES}
    assert all(again.finds(entry) for entry in ENTRIES)
    again.close()


def test_it_holds_no_text(store: VectorStore, tmp_path: Path) -> None:
    store.add(ENTRIES)
    store.close()

    files = [path for path in (tmp_path / "vectors").rglob("*") if path.is_file()]
    assert files
    assert not any(b"secret" in path.read_bytes() for path in files)


def test_a_folder_without_it_is_not_turned_into_one(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match="missing"):
        VectorStore.open(tmp_path)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts open files in /proc")
def test_closing_lets_go_of_every_file(store: VectorStore, tmp_path: Path) -> None:
    store.add(ENTRIES)
    store.close()

    def held() -> list[str]:
        files = [str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
        return [path for path in files if path.startswith(str(tmp_path))]

    wait_until(lambda: held() == [])  # Chroma's threads are the last to close theirs

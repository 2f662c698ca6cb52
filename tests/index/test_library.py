"""What a `Library` promises, with real Chroma and real tantivy."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.document import Document, Heading, Passage
from index.encoding import PassageEncoding
from index.errors import ModelMismatch, StorageFull, UnknownDocument
from index.library import Library
from index.splitting import split
from tests.index.shelves import BRIDGE, OWL, dense, everything_in, found, healed, lexical, long_document, wait_until
from tests.standin import StandInEncoder


@pytest.fixture
def encoder() -> StandInEncoder:
    return StandInEncoder()


@pytest.fixture
def library(data: Path, encoder: StandInEncoder) -> Iterator[Library]:
    with Library.open(data, encoder) as opened:
        yield opened


class FailsAt(StandInEncoder):
    """Breaks down when it comes to a text."""

    def __init__(self, text: str, name: str = "stand-in") -> None:
        super().__init__(name)
        self._text = text

    def encode(self, passages: Sequence[Passage]) -> list[PassageEncoding]:
        if any(self._text in passage.text for passage in passages):
            raise RuntimeError("out of memory")
        return super().encode(passages)


# Adding and replacing.


def test_a_new_folder_is_empty_ready_and_at_generation_0(library: Library) -> None:
    assert (library.documents(), library.health, library.generation(), library.passage_count) == ([], "ready", 0, 0)
    assert found(library, "bridge") == set()


def test_an_added_document_is_listed_and_found_by_both_searches(library: Library) -> None:
    assert library.add(BRIDGE) == "added"
    library.add(OWL)

    [bridge, owl] = library.documents()
    assert (bridge.id, bridge.source, bridge.title) == (BRIDGE.id, "/bridge.txt", "Bridge")
    assert (bridge.content_hash, bridge.passages, bridge.characters) == (BRIDGE.content_hash, 1, len(BRIDGE.text))
    assert bridge.added_at is not None
    assert owl.source == "/owl.txt"
    assert dense(library, "When did the bridge open?")[0].record == bridge
    assert [passage.record for passage in lexical(library, "When did the bridge open?")] == [bridge]


def test_an_unchanged_document_makes_no_encoder_call(library: Library, encoder: StandInEncoder) -> None:
    library.add(BRIDGE)
    calls, generation = encoder.calls, library.generation()

    assert library.add(BRIDGE) == "unchanged"

    assert (encoder.calls, library.generation()) == (calls, generation)


def test_a_changed_document_replaces_its_passages_and_keeps_its_id(library: Library) -> None:
    library.add(BRIDGE)
    before = library.passages_of(BRIDGE.id)
    changed = Document("/bridge.txt", "New bridge", "The tunnel replaced it in 1990.")

    assert library.add(changed) == "replaced"

    [record] = library.documents()
    assert (record.id, record.title, record.content_hash) == (BRIDGE.id, "New bridge", changed.content_hash)
    assert library.document(record.id) == changed
    assert library.passages([passage.id for passage in before]) == []
    assert found(library, "tunnel") == {"/bridge.txt"}
    assert found(library, "painted") == set()


def test_passages_come_back_as_they_were_split_and_encoded(library: Library, encoder: StandInEncoder) -> None:
    document = long_document(1, passages=5)
    library.add(document)

    stored = library.passages_of(document.id)

    expected = split(document, encoder.word_pieces, encoder.window)
    assert [passage.passage for passage in stored] == expected
    for passage, encoding in zip(stored, StandInEncoder().encode(expected), strict=True):
        np.testing.assert_array_equal(passage.encoding.vector, encoding.vector)
        np.testing.assert_array_equal(passage.encoding.tokens, encoding.tokens)
        np.testing.assert_array_equal(passage.encoding.token_starts, encoding.token_starts)


def test_passages_come_in_the_order_asked_and_unknown_ids_are_left_out(library: Library) -> None:
    library.add(BRIDGE)
    library.add(OWL)
    [bridge], [owl] = library.passages_of(BRIDGE.id), library.passages_of(OWL.id)

    assert [passage.id for passage in library.passages([owl.id, 999, bridge.id])] == [owl.id, bridge.id]
    assert library.passages_of("nothing") == []


def test_a_passage_names_the_heading_it_stands_under(library: Library) -> None:
    text = "# Birds\n\n" + "The owl hunts at night. " * 30 + "\n\n# Bridges\n\n" + "The bridge opened in 1934. " * 30
    library.add(Document("/a.md", "A", text, (Heading(0, "Birds"), Heading(text.index("# Bridges"), "Bridges"))))

    [passage, *_] = lexical(library, "bridge 1934")

    assert passage.heading == "Bridges"


def test_progress_goes_from_none_to_all(library: Library) -> None:
    steps: list[tuple[int, int]] = []

    library.add(long_document(1, passages=200), lambda done, total: steps.append((done, total)))

    total = library.documents()[0].passages
    assert steps == [(0, total), (128, total), (total, total)]


def test_an_add_that_breaks_down_leaves_the_old_content(data: Path) -> None:
    with Library.open(data, FailsAt("tunnel")) as library:
        library.add(BRIDGE)
        before = library.generation()

        with pytest.raises(RuntimeError, match="out of memory"):
            library.add(Document("/bridge.txt", "Bridge", "The tunnel replaced it in 1990."))

        assert library.generation() == before
        assert library.document(BRIDGE.id) == BRIDGE
        assert found(library, "bridge") == {"/bridge.txt"}


def test_documents_outlive_the_library(data: Path) -> None:
    with Library.open(data, StandInEncoder()) as library:
        library.add(BRIDGE)
    again = StandInEncoder()
    with Library.open(data, again) as library:
        assert library.health == "ready"
        assert library.document(BRIDGE.id) == BRIDGE
        assert found(library, "bridge") == {"/bridge.txt"}
        assert again.calls == 0


TEXTS = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=400)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=TEXTS)
@pytest.mark.parametrize("source", ["/any.txt"])
def test_any_text_comes_back_as_it_was(library: Library, source: str, text: str) -> None:
    document = Document(source, "Any", text)
    library.add(document)

    assert library.document(document.id) == document
    assert library.text(document.id, 1, 5) == text[1:5]
    for stored in library.passages_of(document.id):
        assert stored.passage.text == text[stored.passage.start : stored.passage.end]


# Finding.


def test_find_takes_an_id_or_a_source(library: Library) -> None:
    library.add(BRIDGE)

    assert library.find(BRIDGE.id) == library.find("/bridge.txt")


@pytest.mark.parametrize("ask", ["find", "document", "text", "remove", "restore"])
def test_an_unknown_document_is_named_in_one_line(library: Library, ask: str) -> None:
    with pytest.raises(UnknownDocument, match=r"^No document 'x' in the library: .*`footnote list`.*\.$"):
        getattr(library, ask)("x")


def test_a_search_can_be_kept_to_some_documents(library: Library) -> None:
    for number in range(40):
        library.add(long_document(number, passages=3))
    some = [library.find(f"/long/{number}.txt").id for number in (7, 31)]

    assert {passage.record.id for passage in dense(library, "weather", some, k=50)} == set(some)
    assert {passage.record.id for passage in lexical(library, "weather", some, k=50)} == set(some)
    # Nearly all of them, too: each question of an evaluation leaves one document out.
    most = {record.id for record in library.documents()} - set(some)
    assert {passage.record.id for passage in dense(library, "weather", most, k=200)} == most
    assert {passage.record.id for passage in lexical(library, "weather", most, k=200)} == most
    assert dense(library, "weather", []) == lexical(library, "weather", []) == []


def test_searching_for_nothing_finds_nothing(library: Library) -> None:
    library.add(BRIDGE)

    assert library.search_lexical([], 5) == []
    assert library.search_lexical(["bridg"], 0) == []
    assert library.search_dense(StandInEncoder().encode_question("bridge").vector, 0) == []


def test_a_vector_of_another_width_is_refused_and_harms_nothing(library: Library) -> None:
    library.add(BRIDGE)

    with pytest.raises(ValueError, match="5 dimensions, the library 32"):
        library.search_dense(np.ones(5, dtype=np.float32), 3)

    assert library.health == "ready"


def test_frequencies_count_passages(library: Library) -> None:
    library.add(BRIDGE)
    library.add(OWL)

    assert library.document_frequencies(["bridg", "the", "nothing"]) == [1, 2, 0]
    assert library.passage_count == 2


# Removing, restoring, purging.


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

    assert library.add(BRIDGE) == "added"

    assert encoder.calls == calls
    assert found(library, "bridge") == {"/bridge.txt"}


def test_other_content_in_a_removed_documents_place_is_added_and_the_old_is_forgotten(library: Library) -> None:
    forgotten: list[str] = []
    library.on_purge(forgotten.append)
    library.add(BRIDGE)
    library.remove(BRIDGE.id)

    assert library.add(Document("/bridge.txt", "Bridge", "The tunnel replaced it.")) == "added"

    assert forgotten == [BRIDGE.id]
    assert found(library, "tunnel") == {"/bridge.txt"}


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
    with Library.open(data, StandInEncoder(), undo_seconds=0) as library:
        forgotten: list[str] = []
        library.on_purge(forgotten.append)  # called in time, since nothing is purged within the first second

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


# Models and rebuilding.


def test_another_model_is_refused_in_one_line(data: Path) -> None:
    Library.open(data, StandInEncoder("mini")).close()

    with pytest.raises(ModelMismatch, match=r"^Indexed with mini, started with large\. Run `footnote rebuild`\.$"):
        Library.open(data, StandInEncoder("large"))

    Library.open(data, StandInEncoder("mini")).close()  # the refused one has let go of the folder


def test_a_rebuild_takes_another_model_and_another_width(data: Path) -> None:
    with Library.open(data, StandInEncoder("mini")) as library:
        library.add(BRIDGE)
        library.add(OWL)
        before = library.documents()
    large, steps = StandInEncoder("large", dimension=48, token_dimension=4), list[tuple[int, int]]()

    with Library.open(data, large, rebuilding=True) as library:
        with pytest.raises(ModelMismatch):
            library.add(long_document(1))
        library.rebuild(progress=lambda done, total: steps.append((done, total)))
        assert library.health == "ready"

    assert (large.calls, steps) == (2, [(0, 2), (1, 2), (2, 2)])
    with Library.open(data, large) as library:
        assert (library.health, library.documents()) == ("ready", before)
        [hit] = library.search_dense(large.encode_question("Where does the owl nest?").vector, 1)
        [passage] = library.passages([hit.passage_id])
        assert (passage.record.source, passage.encoding.tokens.shape[1]) == ("/owl.txt", 4)


def test_a_rebuild_that_breaks_down_leaves_everything_as_it_was(library: Library) -> None:
    library.add(BRIDGE)
    library.add(OWL)

    with pytest.raises(RuntimeError):
        library.rebuild(FailsAt("owl", name="other"))

    assert found(library, "bridge") == {"/bridge.txt"}
    assert found(library, "owl") == {"/owl.txt"}
    assert library.add(long_document(1)) == "added"  # still with the old model


# At the same time.


def test_questions_can_be_asked_while_documents_come_and_go(library: Library) -> None:
    library.add(OWL)
    stop, failures = threading.Event(), []

    def keep_asking() -> None:
        while not stop.is_set():
            try:
                assert found(library, "owl") == {"/owl.txt"}
                for passage in [*dense(library, "weather", k=50), *lexical(library, "weather", k=50)]:
                    text = passage.passage.text
                    assert text.startswith("Chapter") or passage.record.source == "/owl.txt"
            except Exception as error:
                failures.append(error)
                return

    threads = [threading.Thread(target=keep_asking) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(12):
        library.add(long_document(number % 4, passages=10 + number))
        if number % 3 == 2:
            library.remove(library.find(f"/long/{number % 4}.txt").id)
    stop.set()
    for thread in threads:
        thread.join()

    assert failures == []
    assert library.health == "ready"


def test_documents_can_be_added_by_several_threads(library: Library) -> None:
    threads = [threading.Thread(target=library.add, args=(long_document(n, 4),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(library.documents()) == 8
    assert all(found(library, f"n{n}p0") == {f"/long/{n}.txt"} for n in range(8))


# No room left.


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = hasattr(os, "geteuid") and os.geteuid() == 0
    if mounted:
        command = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)]
        mounted = subprocess.run(command, check=False, capture_output=True).returncode == 0
    if not mounted:
        pytest.skip("mounting a small disk takes rights that this user does not have")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk_refuses_the_document_and_nothing_else(small_disk: Path) -> None:
    data = small_disk / "data"
    with Library.open(data, StandInEncoder()) as library:
        library.add(BRIDGE)
        filler = small_disk / "filler"
        filler.write_bytes(bytes(14 * 1024 * 1024))
        with pytest.raises(StorageFull, match=r"^Cannot use the data folder .* free some disk space and try again\.$"):
            for number in range(100):
                library.add(long_document(number, passages=300))
        added = {record.source for record in library.documents()}

        assert f"/long/{number}.txt" not in added
        assert len(added) == number + 1
        assert found(library, "bridge") == {"/bridge.txt"}
        assert found(library, f"n{number}p3") == set()
        filler.unlink()
        healed(library)
        library.remove(library.find("/long/0.txt").id)
        library.purge(everything=True)
        assert library.add(OWL) == "added"
        assert found(library, "owl") == {"/owl.txt"}
    with Library.open(data, StandInEncoder()) as library:
        assert {record.source for record in library.documents()} == {"/owl.txt", *added} - {"/long/0.txt"}


def fill(disk: Path) -> Path:
    """Leaves no room at all; returns the file that takes it."""
    filler = disk / "filler"
    with pytest.raises(OSError, match="No space"), filler.open("wb") as file:
        while True:
            file.write(bytes(4096))
            file.flush()
    return filler


def test_a_full_disk_keeps_nobody_from_asking(small_disk: Path) -> None:
    with Library.open(small_disk / "data", StandInEncoder()) as library:
        library.add(BRIDGE)
        fill(small_disk)

        with pytest.raises(StorageFull):
            library.add(long_document(1, passages=300))

        assert found(library, "bridge") == {"/bridge.txt"}
        assert [record.source for record in library.documents()] == ["/bridge.txt"]


def test_a_start_on_a_full_disk_says_so_in_one_line_and_loses_nothing(small_disk: Path) -> None:
    data = small_disk / "data"
    with Library.open(data, StandInEncoder()) as library:
        library.add(BRIDGE)
    filler = fill(small_disk)

    with pytest.raises(StorageFull, match=r"^Cannot use the data folder [^\n]* free some disk space and try again\.$"):
        Library.open(data, StandInEncoder())

    filler.unlink()
    with Library.open(data, StandInEncoder()) as library:
        assert found(library, "bridge") == {"/bridge.txt"}

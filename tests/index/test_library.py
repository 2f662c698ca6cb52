"""What a `Library` promises, with real Chroma and real tantivy."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.document import Document, Heading, Passage
from index.encoding import PassageEncoding
from index.errors import ModelMismatch, UnknownDocument
from index.library import Library
from index.splitting import split
from tests.index.small_library import BRIDGE, OWL, dense, found, lexical, long_document
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
    assert library.add(BRIDGE).outcome == "added"
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

    assert library.add(BRIDGE).outcome == "unchanged"

    assert (encoder.calls, library.generation()) == (calls, generation)


def test_a_changed_document_replaces_its_passages_and_keeps_its_id(library: Library) -> None:
    library.add(BRIDGE)
    before = library.passages_of(BRIDGE.id)
    changed = Document("/bridge.txt", "New bridge", "The tunnel replaced it in 1990.")

    assert library.add(changed).outcome == "replaced"

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
    assert library.add(long_document(1)).outcome == "added"  # still with the old model


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

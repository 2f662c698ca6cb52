"""A lost, stale, foreign or damaged index is made again from the catalog, and questions are answered meanwhile."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.library import Library
from tests.benchmarks.soak import soak
from tests.index.small_library import BRIDGE, OWL, dense, found, healed, lexical, long_document
from tests.standin import StandInEncoder

KINDS = ["vectors", "lexical"]
Damage = Callable[[Path], None]


def overwrite_with_zeros(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.write(bytes(file.stat().st_size))


def overwrite_at_random(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.write(os.urandom(file.stat().st_size))


def cut_in_half(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def empty(file: Path) -> None:
    os.truncate(file, 0)


DAMAGES: list[Damage] = [overwrite_with_zeros, overwrite_at_random, cut_in_half, empty, Path.unlink]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of 1,261 passages; more than a thousand, since Chroma writes its HNSW files from then on."""
    folder = tmp_path_factory.mktemp("original") / "data"
    with Library.open(folder, StandInEncoder()) as library:
        library.add(BRIDGE)
        for number in range(21):
            library.add(long_document(number))
    return folder


@pytest.fixture
def folder(original: Path, data: Path) -> Path:
    """A copy of it, with the files' times."""
    shutil.copytree(original, data)
    return data


@pytest.fixture
def encoder() -> StandInEncoder:
    return StandInEncoder()


@pytest.fixture
def heals(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[str]]]:
    """Which indexes the log says are made again."""
    with caplog.at_level(logging.WARNING, "index"):
        yield lambda: [str(record.args[0]) for record in caplog.records if isinstance(record.args, tuple)]


def index_folder(folder: Path, kind: str) -> Path:
    [found] = folder.glob(f"{kind}-*")
    return found


def files_of(folder: Path, kind: str) -> list[Path]:
    """The files of an index without the library's own stamp."""
    every = index_folder(folder, kind).rglob("*")
    return sorted(path for path in every if path.is_file() and path.name != "stamp.json")


def answers_everything(library: Library) -> None:
    """Both searches find a document of each end of the library, and no passage is missing from either."""
    for question, source in {"bridge": "/bridge.txt", "n0p0": "/long/0.txt", "n20p59": "/long/20.txt"}.items():
        assert [passage.record.source for passage in lexical(library, question)] == [source]
        assert source in near(library, library_text(library, question))
    every = sum(record.passages for record in library.documents())
    vector = StandInEncoder().encode_question("weather").vector
    assert len(library.search_dense(vector, 2 * every)) == every == library.passage_count


def near(library: Library, text: str) -> set[str]:
    """The sources of the ten nearest; HNSW, being approximate, does not always put the nearest first."""
    return {passage.record.source for passage in dense(library, text, k=10)}


def library_text(library: Library, question: str) -> str:
    """The words of the passage that has a rare word, which its vector stands for."""
    return lexical(library, question)[0].passage.text


def test_an_unharmed_library_opens_without_making_anything_again(
    folder: Path, encoder: StandInEncoder, heals: Callable[[], list[str]]
) -> None:
    for _ in range(3):  # Chroma writes to its files when it opens them
        with Library.open(folder, encoder) as library:
            assert library.health == "ready"
            answers_everything(library)
    with Library.open(folder, encoder) as library:
        library.add(long_document(99, passages=3))
        assert library.health == "ready"
    assert heals() == []


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_index_is_noticed_at_the_start(
    folder: Path, encoder: StandInEncoder, kind: str, damage: Damage, heals: Callable[[], list[str]]
) -> None:
    for file in files_of(folder, kind):
        damage(file)

    with Library.open(folder, encoder) as library:
        assert found(library, "bridge") == {"/bridge.txt"}
        healed(library)
        answers_everything(library)

    assert (heals(), encoder.calls) == ([kind], 0)
    with Library.open(folder, encoder) as library:
        assert library.health == "ready"
    assert heals() == [kind]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("kind", KINDS)
def test_an_index_damaged_while_open_costs_no_answer(
    folder: Path, encoder: StandInEncoder, kind: str, damage: Damage
) -> None:
    with Library.open(folder, encoder) as library:
        for file in files_of(folder, kind):
            damage(file)

        assert found(library, BRIDGE.text) == {"/bridge.txt"}
        library.add(OWL)
        assert found(library, OWL.text) <= {"/owl.txt"}  # nothing, if neither index could follow
        healed(library)
        assert [passage.record.source for passage in lexical(library, "owl")] == ["/owl.txt"]
        assert "/owl.txt" in near(library, OWL.text)
    with Library.open(folder, encoder) as library:
        healed(library)
        answers_everything(library)


@pytest.mark.parametrize(
    "name", ["header.bin", "length.bin", "link_lists.bin", "data_level0.bin", "index_metadata.pickle"]
)
def test_chroma_is_not_given_hnsw_files_that_something_else_wrote_to(
    folder: Path, encoder: StandInEncoder, name: str, heals: Callable[[], list[str]]
) -> None:
    [file] = [path for path in files_of(folder, "vectors") if path.name == name]
    overwrite_with_zeros(file)  # with some of these Chroma ends the process: segmentation fault

    with Library.open(folder, encoder) as library:
        healed(library)
        answers_everything(library)

    assert heals() == ["vectors"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_start_that_took_the_process_down_is_not_repeated(
    folder: Path, encoder: StandInEncoder, kind: str, heals: Callable[[], list[str]]
) -> None:
    stamp = index_folder(folder, kind) / "stamp.json"
    stamp.rename(stamp.with_name("stamp.json.aside"))  # as it is while an index is being opened

    with Library.open(folder, encoder) as library:
        healed(library)
        answers_everything(library)

    assert heals() == [kind]


@pytest.mark.parametrize("kind", KINDS)
def test_a_deleted_folder_is_made_again(
    folder: Path, encoder: StandInEncoder, kind: str, heals: Callable[[], list[str]]
) -> None:
    shutil.rmtree(index_folder(folder, kind))

    with Library.open(folder, encoder) as library:
        healed(library)
        answers_everything(library)

    assert (heals(), encoder.calls) == ([kind], 0)


def test_without_any_index_the_lexical_one_answers_from_the_start(folder: Path, encoder: StandInEncoder) -> None:
    for kind in KINDS:
        shutil.rmtree(index_folder(folder, kind))

    with Library.open(folder, encoder) as library:
        assert library.health == "healing"
        assert [passage.record.source for passage in lexical(library, "bridge")] == ["/bridge.txt"]
        healed(library)
        answers_everything(library)


@pytest.mark.parametrize("kind", KINDS)
def test_another_librarys_index_is_not_believed(
    folder: Path, encoder: StandInEncoder, tmp_path: Path, kind: str, heals: Callable[[], list[str]]
) -> None:
    with Library.open(tmp_path / "other", encoder) as other:
        for number in range(22):
            other.add(OWL if number == 21 else long_document(100 + number))
    ours = index_folder(folder, kind)
    shutil.rmtree(ours)
    shutil.copytree(index_folder(tmp_path / "other", kind), ours)

    with Library.open(folder, encoder) as library:
        healed(library)
        answers_everything(library)

    assert heals() == [kind]


@pytest.mark.parametrize("kind", KINDS)
def test_an_index_from_before_the_last_change_is_brought_in_step(
    folder: Path, encoder: StandInEncoder, tmp_path: Path, kind: str
) -> None:
    earlier = tmp_path / "earlier"
    shutil.copytree(index_folder(folder, kind), earlier)
    with Library.open(folder, encoder) as library:
        library.add(OWL)
        library.remove(BRIDGE.id)
        library.purge(everything=True)
    ours = index_folder(folder, kind)
    shutil.rmtree(ours)
    shutil.copytree(earlier, ours)

    with Library.open(folder, encoder) as library:
        healed(library)
        assert [passage.record.source for passage in lexical(library, "owl")] == ["/owl.txt"]
        assert "/owl.txt" in near(library, OWL.text)
        assert found(library, "bridge") == set()


def test_an_index_that_lacks_a_passage_is_noticed(
    folder: Path, encoder: StandInEncoder, heals: Callable[[], list[str]]
) -> None:
    import chromadb

    client = chromadb.PersistentClient(str(index_folder(folder, "vectors")))
    collection = client.get_collection("passages", embedding_function=None)
    collection.delete(ids=collection.get(limit=1, include=[])["ids"])
    client.close()

    with Library.open(folder, encoder) as library:
        healed(library)
        answers_everything(library)

    assert heals() == ["vectors"]


def test_changes_made_while_an_index_is_made_again_are_in_it(folder: Path, encoder: StandInEncoder) -> None:
    shutil.rmtree(index_folder(folder, "vectors"))

    with Library.open(folder, encoder) as library:
        assert library.health == "healing"
        library.add(OWL)
        library.remove(BRIDGE.id)
        library.remove(library.find("/long/3.txt").id)
        library.restore(long_document(3).id)
        healed(library)

        assert "/owl.txt" in near(library, OWL.text)
        assert found(library, "bridge") == set()
        assert "/long/3.txt" in near(library, library_text(library, "n3p5"))


def test_closing_does_not_wait_for_an_index_to_be_made(folder: Path, encoder: StandInEncoder) -> None:
    shutil.rmtree(index_folder(folder, "vectors"))

    with Library.open(folder, encoder) as library:
        assert library.health == "healing"

    with Library.open(folder, encoder) as library:
        healed(library)
        answers_everything(library)


def test_no_folder_of_an_earlier_index_stays(folder: Path, encoder: StandInEncoder) -> None:
    (folder / "vectors-0123456789ab").mkdir()
    (folder / "lexical-0123456789ab" / "left").mkdir(parents=True)
    overwrite_with_zeros(index_folder_with(folder, "chroma.sqlite3"))

    with Library.open(folder, encoder) as library:
        healed(library)

    assert sorted(path.name.partition("-")[0] for path in folder.glob("*-*")) == ["lexical", "vectors"]


def index_folder_with(folder: Path, name: str) -> Path:
    [file] = folder.glob(f"*/{name}")
    return file


def test_killed_at_random_moments_nothing_is_lost_or_half_there(tmp_path: Path) -> None:
    """The short form of `python -m tests.benchmarks.soak`."""
    result = soak(tmp_path, passages=200, kills=6, seed=100)

    assert result.faults == []
    assert len(result.verdicts) == 7
    assert all(verdict.answered for verdict in result.verdicts[1:])

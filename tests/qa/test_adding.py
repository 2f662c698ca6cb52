"""Adding beside the questions: progress, names that are taken, and giving up, with a real library."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index.document import Document, Passage
from index.encoding import PassageEncoding
from index.library import Library
from index.loading import load_upload
from qa.adding import Added, Adding, Progress
from qa.errors import Cancelled, NameTaken
from tests.index.small_library import long_document, wait_until
from tests.standin import StandInEncoder

OPENED = load_upload("bridge.txt", b"The bridge opened in 1934.")
CLOSED = load_upload("bridge.txt", b"The bridge closed in 1999.")
BOOK = long_document(1, passages=300)  # encoded in three goes


class Slow(StandInEncoder):
    """Encodes nothing until it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()
        self.go_on = threading.Event()

    def encode(self, passages: Sequence[Passage]) -> list[PassageEncoding]:
        self.begun.set()
        assert self.go_on.wait(20)
        return super().encode(passages)


@pytest.fixture
def encoder() -> Slow:
    made = Slow()
    made.go_on.set()
    return made


@pytest.fixture
def library(data: Path, encoder: Slow) -> Iterator[Library]:
    with Library.open(data, encoder) as opened:
        yield opened


@pytest.fixture
def adding(library: Library, encoder: Slow) -> Iterator[Adding]:
    made = Adding(library)
    yield made
    encoder.go_on.set()
    made.close()


def titles(library: Library) -> list[tuple[str, str]]:
    return [(record.source, record.title) for record in library.documents()]


def text(library: Library, document: Document) -> str:
    return library.document(document.id).text


def test_progress_grows_to_all_passages_and_ends_with_the_outcome(adding: Adding, library: Library) -> None:
    *progress, last = adding.add(BOOK)

    assert last == Added("added", library.find(BOOK.id))
    done = [step.done for step in progress if isinstance(step, Progress)]
    assert len(done) >= 3
    assert done == sorted(done)
    assert progress[-1] == Progress(done[-1], done[-1])


@pytest.mark.parametrize("if_exists", ["ask", "replace", "keep"])
def test_the_same_content_again_is_unchanged_and_never_asked_about(
    adding: Adding, library: Library, if_exists: str
) -> None:
    adding.add(OPENED).result()

    last = adding.add(OPENED, if_exists).result()  # type: ignore[arg-type]

    assert isinstance(last, Added)
    assert last.outcome == "unchanged"
    assert titles(library) == [("upload:bridge.txt", "bridge")]


def test_other_content_of_the_same_name_is_asked_about_at_once(adding: Adding, library: Library) -> None:
    adding.add(OPENED).result()

    with pytest.raises(NameTaken, match=r"already a bridge\.txt: replace it, or keep both"):
        adding.add(CLOSED, "ask")

    assert text(library, OPENED) == OPENED.text


def test_a_path_that_is_taken_is_named_whole(adding: Adding) -> None:
    adding.add(Document.from_text("It opened in 1934.", source="/papers/bridge.txt")).result()

    with pytest.raises(NameTaken, match=r"already a /papers/bridge\.txt:"):
        adding.add(Document.from_text("It closed.", source="/papers/bridge.txt"), "ask")


def test_a_name_that_is_taken_meanwhile_is_asked_about_too(adding: Adding, encoder: Slow, library: Library) -> None:
    encoder.go_on.clear()
    first, second = adding.add(OPENED, "ask"), adding.add(CLOSED, "ask")
    encoder.go_on.set()

    first.result()
    with pytest.raises(NameTaken):
        second.result()
    assert text(library, OPENED) == OPENED.text


def test_replace_leaves_the_new_content_only(adding: Adding, library: Library) -> None:
    adding.add(OPENED).result()

    last = adding.add(CLOSED, "replace").result()

    assert isinstance(last, Added)
    assert last.outcome == "replaced"
    assert titles(library) == [("upload:bridge.txt", "bridge")]
    assert text(library, OPENED) == CLOSED.text


def test_keep_adds_it_beside_under_the_first_free_number(adding: Adding, library: Library) -> None:
    third = replace(CLOSED, text="The bridge was painted in 2005.")
    for document in (OPENED, CLOSED, third, third):
        adding.add(document, "keep").result()

    assert titles(library) == [
        ("upload:bridge.txt", "bridge"),
        ("upload:bridge (2).txt", "bridge (2)"),
        ("upload:bridge (3).txt", "bridge (3)"),
    ]


def test_given_up_while_it_is_encoded_nothing_of_it_is_there(adding: Adding, encoder: Slow, library: Library) -> None:
    encoder.go_on.clear()
    job = adding.add(BOOK)
    assert encoder.begun.wait(20)

    job.cancel()
    encoder.go_on.set()

    with pytest.raises(Cancelled):
        job.result()
    assert titles(library) == []
    assert isinstance(adding.add(BOOK).result(), Added)  # and it can be added again


def test_closing_gives_up_what_waits_and_what_runs(adding: Adding, encoder: Slow, library: Library) -> None:
    encoder.go_on.clear()
    jobs = [adding.add(BOOK), adding.add(OPENED)]
    assert encoder.begun.wait(20)

    closing = threading.Thread(target=adding.close)
    closing.start()
    wait_until(lambda: jobs[1].ended)  # what waits is given up first, then what runs
    time.sleep(0.2)
    encoder.go_on.set()
    closing.join(20)

    for job in jobs:
        with pytest.raises(Cancelled):
            job.result()
    assert titles(library) == []


def test_what_the_library_raises_ends_the_job(adding: Adding, encoder: Slow, library: Library) -> None:
    def fail(passages: Sequence[Passage]) -> list[PassageEncoding]:
        raise RuntimeError("out of memory")

    encoder.encode = fail  # type: ignore[method-assign]

    with pytest.raises(RuntimeError, match="out of memory"):
        adding.add(OPENED).result()
    assert titles(library) == []

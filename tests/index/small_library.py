"""Small documents and the questions that find them, for tests of the storage rooms."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from pathlib import Path

from index.document import Document
from index.library import Library
from index.passages import StoredPassage
from index.words import content_stems
from tests.standin import StandInEncoder

BRIDGE = Document("/bridge.txt", "Bridge", "The bridge opened in 1934. It was painted green. Ships pass below it.")
OWL = Document("/owl.txt", "Owl", "The owl hunts at night. Its hearing is acute. It nests in hollow trees.")


def long_document(number: int, passages: int = 60) -> Document:
    """A document whose passages each say another word that stands nowhere else."""
    paragraphs = (
        f"Chapter n{number}p{ordinal} begins here. " + "The weather was fine and nothing else happened that day. " * 9
        for ordinal in range(passages)
    )
    return Document(f"/long/{number}.txt", f"Long {number}", "\n\n".join(paragraphs))


def dense(library: Library, question: str, documents: Collection[str] | None = None, k: int = 5) -> list[StoredPassage]:
    """What the dense search finds, as the catalog has it."""
    encoder = StandInEncoder()
    hits = library.search_dense(encoder.encode_question(question).vector, k, documents)
    return library.passages([hit.passage_id for hit in hits])


def lexical(
    library: Library, question: str, documents: Collection[str] | None = None, k: int = 5
) -> list[StoredPassage]:
    """What the lexical search finds, as the catalog has it."""
    hits = library.search_lexical(content_stems(question), k, documents)
    return library.passages([hit.passage_id for hit in hits])


def found(library: Library, question: str) -> set[str]:
    """The sources of whatever either search finds that has one of the question's words."""
    wanted = set(content_stems(question))
    both = [*dense(library, question), *lexical(library, question)]
    return {passage.record.source for passage in both if wanted & set(content_stems(passage.passage.text))}


def wait_until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Waits for something that happens in the background."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def healed(library: Library) -> None:
    """Waits until both indexes answer."""
    wait_until(lambda: library.health == "ready")


def everything_in(folder: Path) -> bytes:
    """All bytes of all files, to look for what must not be there."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())

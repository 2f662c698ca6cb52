"""Does a question take longer in a large library? 1,000 against 100,000 synthetic passages, interleaved.

    python -m tests.benchmarks.scale

Words are drawn as they are in the bundled article, vectors at random around 200 topics, since text is not encoded here.
A question is what the retriever does with it but for the encoder's pass, which is the same in any library: both
searches, fusing what they propose, reading 20 passages and ranking their sentences.
"""

from __future__ import annotations

import argparse
import itertools
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from index.document import Document, Passage
from index.encoding import Floats, PassageEncoding, QuestionEncoding
from index.library import Library
from index.retrieval import EvidenceRetriever
from index.words import content_stems, words
from tests.standin import StandInEncoder

ARTICLE = Path(__file__).parents[2] / "index" / "samples" / "article.txt"
DIMENSION, TOKEN_DIMENSION, TOKENS = 384, 96, 100
PASSAGES_PER_DOCUMENT = 50
TOPICS = 200
ROUNDS, QUESTIONS = 5, 60
BETWEEN = 0.25  # seconds from one question's end to the next while an index is made again
SMALL, CHANGES = 2_000, 20  # documents of one passage, and how many more of them are added one by one


class RandomEncoder(StandInEncoder):
    """Vectors of the right size that mean nothing, quickly."""

    def __init__(self) -> None:
        super().__init__("random", DIMENSION, TOKEN_DIMENSION)
        self._rng = np.random.default_rng(0)
        self._topics = self._rng.normal(size=(TOPICS, DIMENSION)).astype(np.float32)

    def encode(self, passages: Sequence[Passage]) -> list[PassageEncoding]:
        """A passage's vector is near one of the topics."""
        tokens = self._rng.integers(-30, 30, size=(TOKENS, TOKEN_DIMENSION), dtype=np.int8)
        starts = np.arange(TOKENS, dtype=np.int32)
        return [PassageEncoding(self._vector(), tokens, starts) for _ in passages]

    def encode_question(self, question: str) -> QuestionEncoding:
        """A question's too; a token for each word."""
        starts = np.array([word.start() for word in words(question)], np.int32)
        tokens = self._rng.normal(size=(len(starts), TOKEN_DIMENSION)).astype(np.float32)
        return QuestionEncoding(self._vector(), tokens / np.linalg.norm(tokens, axis=1, keepdims=True), starts)

    def _vector(self) -> Floats:
        noise = self._rng.normal(size=DIMENSION).astype(np.float32)
        vector = self._topics[self._rng.integers(TOPICS)] + noise
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def vocabulary() -> tuple[list[str], list[float]]:
    """The article's words with invented rare ones; frequencies as Zipf has them."""
    real = dict.fromkeys(match.group().lower() for match in words(ARTICLE.read_text(encoding="utf-8")))
    every = [*real, *(f"{word}{number}" for number in range(60) for word in list(real)[:300])]
    return every, [1 / (rank + 3) for rank in range(len(every))]


def fill(library: Library, passages: int) -> float:
    """Adds synthetic documents; returns passages a second."""
    rng = random.Random(0)
    every, weights = vocabulary()
    begun = time.perf_counter()
    for number in range(passages // PASSAGES_PER_DOCUMENT):
        drawn = iter(rng.choices(every, weights, k=100 * PASSAGES_PER_DOCUMENT))
        paragraphs = [
            " ".join(" ".join(next(drawn) for _ in range(20)).capitalize() + "." for _ in range(5))
            for _ in range(PASSAGES_PER_DOCUMENT)
        ]
        library.add(Document(f"/scale/{number}.txt", f"Document {number}", "\n\n".join(paragraphs)))
    return library.passage_count / (time.perf_counter() - begun)


def p50(times: Sequence[float]) -> float:
    """The median in milliseconds."""
    return 1000 * statistics.median(times)


def timed(action: Callable[[], object]) -> float:
    """Seconds."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def questions() -> list[str]:
    """Eight words each, frequent and rare."""
    rng = random.Random(1)
    every, weights = vocabulary()
    return [" ".join(rng.choices(every, weights, k=8)) for _ in range(QUESTIONS)]


def ask(retriever: EvidenceRetriever, question: str) -> float:
    """Seconds of a question's way through the retriever."""
    return timed(lambda: retriever.invoke(question))


def parts(library: Library, encoder: RandomEncoder) -> list[tuple[str, float]]:
    """What the parts of a question take, p50 in milliseconds."""
    listed = [record.id for record in library.documents()]
    ids = [hit.passage_id for hit in library.search_dense(encoder.encode_question("").vector, 50)]
    few, many = listed[:23], listed[: min(500, len(listed))]
    asked: list[tuple[str, Callable[[Floats, list[str]], object]]] = [
        ("dense, k = 50", lambda vector, _: library.search_dense(vector, 50)),
        (f"dense in {len(few)} documents", lambda vector, _: library.search_dense(vector, 50, few)),
        (f"dense in {len(many)} documents", lambda vector, _: library.search_dense(vector, 50, many)),
        ("lexical, k = 50", lambda _, stems: library.search_lexical(stems, 50)),
        (f"lexical in {len(few)} documents", lambda _, stems: library.search_lexical(stems, 50, few)),
        (f"lexical in {len(many)} documents", lambda _, stems: library.search_lexical(stems, 50, many)),
        ("passages(20)", lambda *_: library.passages(ids[:20])),
        ("vectors(50)", lambda *_: library.vectors(ids)),
        ("documents()", lambda *_: library.documents()),
    ]
    words = [(encoder.encode_question(question).vector, content_stems(question)) for question in questions()]
    return [(name, p50([timed(partial(action, *each)) for each in words])) for name, action in asked]


def recall(library: Library, encoder: RandomEncoder) -> float:
    """Share of the true nearest 20 that the dense search proposes among 50."""
    stored = [p for record in library.documents() for p in library.passages_of(record.id)]
    matrix = np.stack([passage.encoding.vector for passage in stored])
    shares = []
    for question in questions()[:20]:
        vector = encoder.encode_question(question).vector
        nearest = {stored[row].id for row in np.argsort(-(matrix @ vector))[:20]}
        shares.append(len(nearest & {hit.passage_id for hit in library.search_dense(vector, 50)}) / 20)
    return statistics.mean(shares)


def healing(folder: Path, encoder: RandomEncoder) -> None:
    """Deletes both indexes and prints how long they take to be made again, and what a question takes meanwhile."""
    for path in folder.glob("*-*"):
        shutil.rmtree(path)
    begun = time.perf_counter()
    with Library.open(folder, encoder) as library:
        print(f"lexical index made again in {time.perf_counter() - begun:.1f} s, before the first question")
        retriever = EvidenceRetriever(library=library, encoder=encoder)
        waits = [ask(retriever, questions()[0])]
        while library.health == "healing":
            time.sleep(BETWEEN)
            waits.append(ask(retriever, questions()[len(waits) % QUESTIONS]))
        print(
            f"vectors made again in {time.perf_counter() - begun:.1f} s; meanwhile {len(waits)} questions took", end=" "
        )
        print(f"{p50(waits):.1f} ms at p50, {1000 * np.quantile(waits, 0.95):.0f} ms at p95,", end=" ")
        print(f"{1000 * max(waits):.0f} ms at most, the first one {1000 * waits[0]:.0f} ms")


def changes(folder: Path, encoder: RandomEncoder) -> None:
    """Prints what the first question after a change takes, which learns what the documents are called, and the next."""
    every, weights = vocabulary()
    rng = random.Random(2)
    drawn = (" ".join(rng.choices(every, weights, k=60)).capitalize() + "." for _ in itertools.count())
    small = (Document(f"/small/{number}.txt", text[:20], text) for number, text in enumerate(drawn))
    with Library.open(folder, encoder) as library:
        for document in itertools.islice(small, SMALL):
            library.add(document)
        retriever = EvidenceRetriever(library=library, encoder=encoder)
        ask(retriever, questions()[0])
        times = []
        for document in itertools.islice(small, CHANGES):
            library.add(document)
            times.append([ask(retriever, questions()[0]) for _ in range(2)])
        first, second = zip(*times, strict=True)
        print(f"{SMALL:,} small documents: after a change the first question takes {p50(first):.1f} ms", end=" ")
        print(f"({1000 * max(first):.0f} ms at most), the second {p50(second):.1f} ms")


def main() -> int:
    """Builds both libraries and compares them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs=2, default=[1_000, 100_000])
    options = parser.parse_args()
    encoder = RandomEncoder()
    folder = Path(tempfile.mkdtemp(prefix="footnote-scale-"))
    try:
        libraries = [Library.open(folder / str(size), encoder) for size in options.sizes]
        for library, size in zip(libraries, options.sizes, strict=True):
            print(f"{size:>9,} passages: {fill(library, size):.0f} added a second")
        retrievers = [EvidenceRetriever(library=library, encoder=encoder) for library in libraries]
        # The first question after a change works out what the documents are called.
        firsts = [1000 * ask(retriever, questions()[0]) for retriever in retrievers]
        print(f"first question: {firsts[0]:.0f} ms and {firsts[1]:.0f} ms")
        rounds: list[list[float]] = [[], []]
        for _ in range(ROUNDS):
            for times, retriever in zip(rounds, retrievers, strict=True):
                times.append(p50([ask(retriever, question) for question in questions()]))
        small, large = (statistics.median(times) for times in rounds)
        print(f"question p50: {small:.2f} ms and {large:.2f} ms, ratio {large / small:.2f} (at most 2)")
        for (name, few), (_, many) in zip(*(parts(library, encoder) for library in libraries), strict=True):
            print(f"  {name:<28} {few:8.2f} {many:8.2f} ms")
        print(f"dense recall of the nearest 20: {recall(libraries[1], encoder):.3f}")
        for library in libraries:
            library.close()
        begun = time.perf_counter()
        Library.open(folder / str(options.sizes[1]), encoder).close()
        print(f"opened and closed in {time.perf_counter() - begun:.1f} s")
        healing(folder / str(options.sizes[1]), encoder)
        changes(folder / "small", encoder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if large <= 2 * small else 1


if __name__ == "__main__":
    sys.exit(main())

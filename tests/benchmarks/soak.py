"""Kills a process that adds, replaces and removes documents, over and over, and looks at what is left each time.

    python -m tests.benchmarks.soak                                   # 20 kills over 20,000 passages, 80 over 2,000
    python -m tests.benchmarks.soak --kills 6 --passages 200          # the short form that the tests run

Each start first examines what the kill before it left behind, against a log that was written outside the data folder
before and after each change: every document is as reported (the one that was being changed: old or new, never
half), none that was removed is listed, found or cited, and every quote is text[start:end]. Only `Shelf` knows that
it is a `Library` that is being killed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from index.document import Document
from index.errors import UnknownDocument
from index.library import Library
from index.words import stems
from tests.standin import StandInEncoder

CHANGING = 12  # documents that come, change and go; the others stay as they are
LONGEST_UNDISTURBED = 2.0  # seconds from the first change to the kill, at most
HEALED_WITHIN = 120.0  # seconds
VOCABULARY = [
    f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("ck", "ll", "mp", "nd", "rst", "sh", "xt")
]


@dataclass(frozen=True)
class Quote:
    """Words that a question brought up, with where they are said to stand."""

    source: str
    start: int
    end: int
    text: str


class Shelf(AbstractContextManager["Shelf"], Protocol):
    """What is killed, as far as the soak knows it."""

    def add(self, document: Document) -> None:
        """Adds or replaces; returns when it is done."""

    def remove(self, source: str) -> None:
        """Removes; returns when it is done."""

    def hashes(self) -> dict[str, str]:
        """Source -> content hash of every document listed."""
        ...

    def text(self, source: str) -> str:
        """A document's whole text."""
        ...

    def faults(self, source: str) -> list[str]:
        """What is wrong within a document that is listed; nothing if it is whole."""
        ...

    def ask(self, question: str) -> list[Quote]:
        """What a question brings up."""
        ...

    def healthy(self) -> bool:
        """Whether every index answers."""
        ...


class LibraryShelf:
    """A `Library` with the stand-in encoder."""

    def __init__(self, folder: Path) -> None:
        self._encoder = StandInEncoder(dimension=384, token_dimension=16)
        self._library = Library.open(folder, self._encoder, undo_seconds=0.3)

    def add(self, document: Document) -> None:
        """Adds or replaces."""
        self._library.add(document)

    def remove(self, source: str) -> None:
        """Removes; one time in three only after it was brought back, if there was time for that."""
        record = self._library.remove(self._library.find(source).id)
        if random.random() < 1 / 3:  # noqa: S311
            with suppress(UnknownDocument):
                self._library.restore(record.id)
                self._library.remove(record.id)

    def hashes(self) -> dict[str, str]:
        """What `documents` says."""
        return {record.source: record.content_hash for record in self._library.documents()}

    def text(self, source: str) -> str:
        """The whole text."""
        return self._library.text(self._library.find(source).id)

    def faults(self, source: str) -> list[str]:
        """Passages that are missing, do not stand where they say, or have another passage's vectors."""
        record = self._library.find(source)
        text = self._library.text(record.id)
        stored = self._library.passages_of(record.id)
        expected = self._encoder.encode([passage.passage for passage in stored])
        faults = []
        if len(stored) != record.passages or not stored or len(text) != record.characters:
            faults.append(f"{source}: {len(stored)} of {record.passages} passages")
        for passage, encoding in zip((s for s in stored), expected, strict=True):
            where = passage.passage
            same = (passage.encoding.vector == encoding.vector).all() and len(passage.encoding.tokens) == len(
                encoding.tokens
            )
            if where.text != text[where.start : where.end] or not same:
                faults.append(f"{source}: passage {passage.id} is not what stands at {where.start}")
        return faults

    def ask(self, question: str) -> list[Quote]:
        """The passages that either search proposes and the catalog holds."""
        dense = self._library.search_dense(self._encoder.encode_question(question).vector, 20)
        lexical = self._library.search_lexical(stems(question), 20)
        found = self._library.passages([hit.passage_id for hit in [*dense, *lexical]])
        return [Quote(p.record.source, p.passage.start, p.passage.end, p.passage.text) for p in found]

    def healthy(self) -> bool:
        """Whether both indexes answer."""
        return self._library.health == "ready"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._library.close()


def document(number: int, version: int, passages: int) -> Document:
    """The text that a number and a version stand for: words at random and a word that stands nowhere else."""
    rng = random.Random(f"{number}/{version}")  # noqa: S311
    sentences = (
        " ".join(rng.choices(VOCABULARY, k=24)).capitalize() + f" {marker(number, version)}."
        for _ in range(4 * passages)
    )
    return Document(f"/soak/{number}.txt", f"Document {number}", "\n".join(sentences))


def marker(number: int, version: int) -> str:
    """The word that only this version of this document has."""
    return f"mark{number}of{version}x"


class Log:
    """What was begun and what was done, one JSON line each, on disk before the next step."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("a", encoding="utf-8")

    def write(self, number: int, version: int | None, done: bool) -> None:
        """Notes a change to a document; version None is its removal."""
        self._file.write(json.dumps([number, version, done]) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def state(self) -> tuple[dict[int, int | None], tuple[int, int | None] | None]:
        """Each document's version as last reported, and the change that was begun and not reported."""
        known: dict[int, int | None] = {}
        begun: tuple[int, int | None] | None = None
        for line in self._path.read_text(encoding="utf-8").splitlines():
            number, version, done = json.loads(line)
            if done:
                known[number] = version
            begun = None if done else (number, version)
        return known, begun


@dataclass
class Verdict:
    """What one start found."""

    faults: list[str] = field(default_factory=list)
    open_seconds: float = 0.0
    healing: bool = False
    heal_seconds: float = 0.0
    answered: int = 0


def examine(shelf: Shelf, log: Log, sizes: Callable[[int], int], steady: Sequence[int]) -> list[str]:
    """Compares what is there with what was reported, and settles the change that was cut off."""
    known, begun = log.state()
    listed = shelf.hashes()
    faults = []
    for number in {*known, *([begun[0]] if begun else [])}:
        allowed = [known.get(number), *([begun[1]] if begun and begun[0] == number else [])]
        source = f"/soak/{number}.txt"
        found = [v for v in allowed if listed.get(source) == (v and document(number, v, sizes(number)).content_hash)]
        if not found:
            faults.append(f"{source} should be version {' or '.join(map(str, allowed))} and is {listed.get(source)}")
        elif begun and begun[0] == number:
            log.write(number, found[0], done=True)
    for number in steady:
        if listed.get(f"/soak/{number}.txt") != document(number, 1, sizes(number)).content_hash:
            faults.append(f"/soak/{number}.txt was lost")
    for number in [*known, *random.sample(steady, min(3, len(steady)))]:
        if f"/soak/{number}.txt" in listed:
            faults += shelf.faults(f"/soak/{number}.txt")
    return faults


def question_all(shelf: Shelf, log: Log, sizes: Callable[[int], int]) -> tuple[int, list[str]]:
    """Asks for what is there and for what is not; returns how many questions had an answer, and what was wrong."""
    known, _ = log.state()
    answered, faults = 0, []
    for number, version in known.items():
        for asked in {version, 1, max(1, (version or 2) - 1)} - {None}:
            assert asked is not None
            quotes = shelf.ask(f"What does {marker(number, asked)} say?")
            answered += bool(quotes)
            cited = [quote for quote in quotes if marker(number, asked) in quote.text]
            if (asked == version) != bool(cited):
                faults.append(f"{marker(number, asked)} is {'' if cited else 'not '}cited, version {version} is there")
            for quote in quotes:
                if shelf.text(quote.source)[quote.start : quote.end] != quote.text:
                    faults.append(f"{quote.source}[{quote.start}:{quote.end}] is not what was quoted")
    return answered, faults


def work(shelf: Shelf, log: Log, sizes: Callable[[int], int], rng: random.Random) -> Iterator[None]:
    """Changes documents until it is killed."""
    known, _ = log.state()
    latest = max((version or 0 for version in known.values()), default=0)
    while True:
        number = rng.randrange(CHANGING)
        latest += 1
        version = None if known.get(number) and rng.random() < 0.35 else latest
        log.write(number, version, done=False)
        if version is None:
            shelf.remove(f"/soak/{number}.txt")
        else:
            shelf.add(document(number, version, sizes(number)))
        log.write(number, version, done=True)
        known[number] = version
        yield


def size_of(number: int) -> int:
    """Passages of a document: a few, or so many that adding them takes a while; the steady ones have a hundred."""
    return (1, 3, 10, 30, 100, 300)[number % 6] if number < CHANGING else 100


def live(open_shelf: Callable[[Path], Shelf], folder: Path, log: Log, steady: int, seed: int) -> None:
    """One life: starts, examines, asks, says so, and works until it is killed."""
    rng = random.Random(seed)  # noqa: S311
    begun = time.perf_counter()
    with open_shelf(folder) as shelf:
        verdict = Verdict(open_seconds=time.perf_counter() - begun, healing=not shelf.healthy())
        verdict.faults += examine(shelf, log, size_of, range(CHANGING, CHANGING + steady))
        verdict.answered, faults = question_all(shelf, log, size_of)
        verdict.faults += faults
        # One time in two the next kill may fall into the healing.
        if rng.random() < 0.5 or seed < 0:
            while not shelf.healthy() and time.perf_counter() - begun < HEALED_WITHIN:
                time.sleep(0.01)
            if not shelf.healthy():
                verdict.faults.append(f"not healed within {HEALED_WITHIN:.0f} s")
            verdict.heal_seconds = time.perf_counter() - begun - verdict.open_seconds
            verdict.faults += question_all(shelf, log, size_of)[1]
        print(json.dumps(asdict(verdict)), flush=True)
        if seed >= 0:
            for _ in work(shelf, log, size_of, rng):
                pass


@dataclass
class Result:
    """What all lives of one soak found."""

    passages: int
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Everything that was wrong."""
        return [fault for verdict in self.verdicts for fault in verdict.faults]

    def row(self) -> str:
        """A line for the table."""
        opened = sorted(verdict.open_seconds for verdict in self.verdicts)
        healed = sorted(verdict.heal_seconds for verdict in self.verdicts if verdict.healing and verdict.heal_seconds)
        return (
            f"{self.passages:>8,} {len(self.verdicts) - 1:>6} {sum(v.healing for v in self.verdicts):>8} "
            f"{sum(v.answered > 0 for v in self.verdicts[1:]):>9} {len(self.faults):>7} "
            f"{opened[len(opened) // 2]:>9.2f} {opened[-1]:>9.2f} {healed[-1] if healed else 0:>9.1f}"
        )


HEADER = " passages  kills  healing  answered  faults  open p50  open max  heal max (s)"


def soak(folder: Path, passages: int, kills: int, seed: int = 0, said: Callable[[str], None] = print) -> Result:
    """Kills as many lives; the last one is left alone until it has healed and answered."""
    log_path = folder / "log.jsonl"
    log_path.touch()
    steady = passages // size_of(CHANGING)
    with LibraryShelf(folder / "data") as shelf:
        for number in range(CHANGING, CHANGING + steady):
            shelf.add(document(number, 1, size_of(number)))
    rng = random.Random(seed)  # noqa: S311
    result = Result(passages)
    for kill in range(kills + 1):
        life = -1 if kill == kills else seed + kill
        arguments = ["--live", str(folder), "--steady", str(steady), "--seed", str(life)]
        verdict = _one_life(arguments, rng.uniform(0, LONGEST_UNDISTURBED))
        result.verdicts.append(verdict)
        state = "healing" if verdict.healing else "ready"
        said(f"life {kill}: {state}, open {verdict.open_seconds:.2f} s, {len(verdict.faults)} faults")
        for fault in verdict.faults:
            said(f"  {fault}")
    return result


def _one_life(arguments: Sequence[str], undisturbed: float) -> Verdict:
    command = [sys.executable, "-m", "tests.benchmarks.soak", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None and process.stderr is not None
        line = process.stdout.readline()
        if not line:
            why = process.stderr.read().strip().splitlines()[-1:]
            return Verdict(faults=[f"did not start: {process.wait()} {why}"])
        if "-1" not in arguments:
            time.sleep(undisturbed)
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            elif process.returncode:
                why = process.stderr.read().strip().splitlines()[-1:]
                return Verdict(faults=[f"ended by itself: {process.returncode} {why}"])
    fields: dict[str, Any] = json.loads(line)
    return Verdict(**fields)


def main() -> int:
    """Runs the soak, or one life of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, nargs="*", default=[20, 80])
    parser.add_argument("--passages", type=int, nargs="*", default=[20_000, 2_000], help="one for each of --kills")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--live", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--steady", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.live:
        log = Log(options.live / "log.jsonl")
        live(LibraryShelf, options.live / "data", log, options.steady, options.seed)
        return 0
    begun, results = time.perf_counter(), []
    for passages, kills in zip(options.passages, options.kills, strict=True):
        folder = Path(tempfile.mkdtemp(prefix="footnote-soak-"))
        try:
            results.append(soak(folder, passages, kills, options.seed))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    print(HEADER, *(result.row() for result in results), sep="\n")
    print(f"{time.perf_counter() - begun:.0f} s")
    return 1 if any(result.faults for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())

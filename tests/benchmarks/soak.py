"""Kills a process that adds, replaces and removes documents, over and over, and looks at what is left each time.

    python -m tests.benchmarks.soak                                   # 20 kills over 20,000 passages, 80 over 2,000
    python -m tests.benchmarks.soak --kills 6 --passages 200          # the short form that the tests run
    python -m tests.benchmarks.soak --shelf program --kills 10 --passages 40
    python -m tests.benchmarks.soak --shelf server --kills 10 --passages 40    # while questions are asked

Each start first examines what the kill before it left behind, against a log that is kept outside the data folder and
written before and after each change: every document is as reported (the one that was being changed: old or new, never
half), none that was removed is listed, found or cited, and every quote is text[start:end]. What is killed is a `Shelf`
(tests/benchmarks/shelf.py): here a `Library`.
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
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.benchmarks.program_shelf import ProgramShelf
from tests.benchmarks.server_shelf import ServerShelf
from tests.benchmarks.shelf import LibraryShelf, Shelf, document, marker, source

CHANGING = 12  # documents that come, change and go; the others stay as they are
HEALED_WITHIN = 120.0  # seconds
UNTIL_THE_END = -1  # the seed of a life that is not killed

# What can be killed. A life is a process group, so that a shelf may start processes of its own.
SHELVES: dict[str, type[LibraryShelf] | type[ProgramShelf] | type[ServerShelf]] = {
    "library": LibraryShelf,
    "program": ProgramShelf,
    "server": ServerShelf,
}


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


def size_of(number: int, largest: int) -> int:
    """Passages of a document: a few, or so many that adding them takes a while; the steady ones have a hundred."""
    return min((1, 3, 10, 30, 100, 300)[number % 6] if number < CHANGING else 100, largest)


def examine(shelf: Shelf, log: Log, steady: Sequence[int]) -> list[str]:
    """Compares what is there with what was reported, and settles the change that was cut off."""
    known, begun = log.state()
    listed = shelf.hashes()
    faults = []
    for number in {*known, *([begun[0]] if begun else [])}:
        allowed = [known.get(number), *([begun[1]] if begun and begun[0] == number else [])]
        found = [v for v in allowed if listed.get(source(number)) == (v and _hash(number, v, shelf.largest))]
        if not found:
            expected = " or ".join(map(str, allowed))
            faults.append(f"{source(number)} should be version {expected} and is {listed.get(source(number))}")
        elif begun and begun[0] == number:
            log.write(number, found[0], done=True)
    faults += [f"{source(n)} was lost" for n in steady if listed.get(source(n)) != _hash(n, 1, shelf.largest)]
    for number in [*known, *random.sample(steady, min(3, len(steady)))]:
        if source(number) in listed:
            faults += shelf.faults(source(number))
    return faults


def _hash(number: int, version: int, largest: int) -> str:
    return document(number, version, size_of(number, largest)).content_hash


def question_all(shelf: Shelf, log: Log, steady: Sequence[int]) -> tuple[int, list[str]]:
    """Asks for what is there and for what is not; returns how many questions had an answer, and what was wrong."""
    known, _ = log.state()
    known |= dict.fromkeys(random.sample(steady, min(3, len(steady))), 1)
    asked = [
        (number, version, old)
        for number, version in known.items()
        for old in {version or 1, 1, max(1, (version or 2) - 1)}
    ]
    found = shelf.ask([f"What does {marker(number, old)} say?" for number, _, old in asked])
    answered, faults = 0, []
    for (number, version, old), quotes in zip(asked, found, strict=True):
        answered += bool(quotes)
        cited = any(marker(number, old) in quote.text for quote in quotes)
        if (old == version) != cited:
            faults.append(f"{marker(number, old)} is {'' if cited else 'not '}cited, version {version} is there")
        faults += [
            f"{quote.source}[{quote.start}:{quote.end}] is not what was quoted"
            for quote in quotes
            if shelf.text(quote.source)[quote.start : quote.end] != quote.text
        ]
    return answered, faults


def work(shelf: Shelf, log: Log, rng: random.Random) -> Iterator[None]:
    """Changes documents until it is killed."""
    known, _ = log.state()
    latest = max((version or 0 for version in known.values()), default=0)
    while True:
        number = rng.randrange(CHANGING)
        latest += 1
        version = None if known.get(number) and rng.random() < 0.35 else latest
        log.write(number, version, done=False)
        if version is None:
            shelf.remove(source(number))
        else:
            shelf.add(document(number, version, size_of(number, shelf.largest)))
        log.write(number, version, done=True)
        known[number] = version
        yield


def live(open_shelf: Callable[[Path], Shelf], folder: Path, steady: int, seed: int) -> None:
    """One life: starts, examines, asks, says so, and works until it is killed."""
    log, rng, others = Log(folder / "log.jsonl"), random.Random(seed), range(CHANGING, CHANGING + steady)
    begun = time.perf_counter()
    with open_shelf(folder / "data") as shelf:
        verdict = Verdict(open_seconds=time.perf_counter() - begun, healing=not shelf.healthy())
        verdict.faults += examine(shelf, log, others)
        verdict.answered, faults = question_all(shelf, log, others)
        verdict.faults += faults
        # Otherwise the next kill may fall into the healing.
        if seed == UNTIL_THE_END or rng.random() < 0.5:
            while not shelf.healthy() and time.perf_counter() - begun < HEALED_WITHIN:
                time.sleep(0.01)
            if not shelf.healthy():
                verdict.faults.append(f"not healed within {HEALED_WITHIN:.0f} s")
            verdict.heal_seconds = time.perf_counter() - begun - verdict.open_seconds
            verdict.faults += question_all(shelf, log, others)[1]
        print(json.dumps(asdict(verdict)), flush=True)
        if seed != UNTIL_THE_END:
            for _ in work(shelf, log, rng):
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
        healed = [verdict.heal_seconds for verdict in self.verdicts if verdict.healing]
        return (
            f"{self.passages:>8,} {len(self.verdicts) - 1:>6} {sum(v.healing for v in self.verdicts):>8} "
            f"{sum(v.answered > 0 for v in self.verdicts[1:]):>9} {len(self.faults):>7} "
            f"{opened[len(opened) // 2]:>9.2f} {opened[-1]:>9.2f} {max(healed, default=0):>9.1f}"
        )


HEADER = "passages  kills  healing  answered  faults  open p50  open max  heal max (s)"


def soak(
    folder: Path, passages: int, kills: int, seed: int = 0, shelf: str = "library", say: Callable[[str], None] = print
) -> Result:
    """Kills as many lives; the last one is left alone until it has healed and answered."""
    (folder / "log.jsonl").touch()
    largest = SHELVES[shelf].largest
    steady = passages // size_of(CHANGING, largest)
    with SHELVES[shelf](folder / "data") as opened:
        for number in range(CHANGING, CHANGING + steady):
            opened.add(document(number, 1, size_of(number, largest)))
    rng, result = random.Random(seed), Result(passages)
    for number in range(kills + 1):
        life = UNTIL_THE_END if number == kills else seed + number
        arguments = ["--live", str(folder), "--shelf", shelf, "--steady", str(steady), "--seed", str(life)]
        verdict = one_life(arguments, None if number == kills else rng.uniform(0, SHELVES[shelf].undisturbed))
        result.verdicts.append(verdict)
        state = "healing" if verdict.healing else "ready"
        say(f"life {number}: {state}, open {verdict.open_seconds:.2f} s, {len(verdict.faults)} faults")
        for fault in verdict.faults:
            say(f"  {fault}")
    return result


def one_life(arguments: Sequence[str], undisturbed: float | None) -> Verdict:
    """Starts a process and kills it so many seconds after its first change, or lets it end."""
    command = [sys.executable, "-m", "tests.benchmarks.soak", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        line = process.stdout.readline()
        if line and undisturbed is not None:
            time.sleep(undisturbed)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        errors = process.stderr.read().strip().splitlines()
        status = process.wait()
    verdict = Verdict(**json.loads(line)) if line else Verdict()
    if status != (0 if undisturbed is None else -signal.SIGKILL):
        verdict.faults.append(f"ended by itself with {status}: {''.join(errors[-1:])}")
    return verdict


def main() -> int:
    """Runs the soak, or one life of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, nargs="*", default=[20, 80])
    parser.add_argument("--passages", type=int, nargs="*", default=[20_000, 2_000], help="one for each of --kills")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--shelf", choices=SHELVES, default="library", help="what is killed")
    parser.add_argument("--live", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--steady", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.live:
        live(SHELVES[options.shelf], options.live, options.steady, options.seed)
        return 0
    begun, results = time.perf_counter(), []
    for passages, kills in zip(options.passages, options.kills, strict=True):
        folder = Path(tempfile.mkdtemp(prefix="footnote-soak-"))
        try:
            results.append(soak(folder, passages, kills, options.seed, options.shelf))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    print(HEADER, *(result.row() for result in results), sep="\n")
    print(f"{time.perf_counter() - begun:.0f} s")
    return 1 if any(result.faults for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())

"""Public question sets, their halves, and intervals by article."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from index.document import Document
from index.encoding import load_encoder
from index.library import Library

RESAMPLES = 10_000
SEED = 0

Record = dict[str, Any]


def data_folder() -> Path:
    """Where the question sets are; ends the program with a line if that is unknown."""
    folder = os.environ.get("FOOTNOTE_EVAL_DATA")
    if not folder:
        sys.exit("Set FOOTNOTE_EVAL_DATA to the folder that holds the question sets (docs/, qa/).")
    return Path(folder)


def records(name: str, half: str = "all") -> list[Record]:
    """A set's questions; halves are split by group, in the order of the groups' SHA-256."""
    lines = (data_folder() / "qa" / f"{name}.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    groups = sorted({row["group"] for row in rows}, key=lambda group: hashlib.sha256(group.encode()).hexdigest())
    chosen = {"all": groups, "development": groups[::2], "reported": groups[1::2]}[half]
    return [row for row in rows if row["group"] in set(chosen)]


def document(name: str) -> Document:
    """A document of the sets; its source is its name there."""
    path = data_folder() / "docs" / f"{name}.txt"
    return Document(source=name, title=path.stem, text=path.read_bytes().decode("utf-8"))


def names_below(*folders: str) -> list[str]:
    """The documents of some sets."""
    docs = data_folder() / "docs"
    return [f"{folder}/{path.stem}" for folder in folders for path in sorted((docs / folder).glob("*.txt"))]


@contextmanager
def library_of(names: Sequence[str]) -> Iterator[Library]:
    """A library in a folder of its own over these documents."""
    with TemporaryDirectory() as folder, Library.open(Path(folder), load_encoder()) as library:
        for name in names:
            library.add(document(name))
        yield library


def overlaps_gold(record: Record, document_id: str, start: int, end: int) -> bool:
    """Whether a stretch overlaps the gold evidence of a question."""
    return any(
        document_id == Document(source=e.get("document_id") or record["document_id"], title="", text="").id
        and start < e["end"]
        and e["start"] < end
        for e in record["evidence"]
    )


def interval(
    rows: Sequence[Any], groups: Sequence[str], statistic: Callable[[Sequence[Any]], float], resamples: int = RESAMPLES
) -> tuple[float, float]:
    """Percentile bootstrap, 95 %, resampling groups (articles), not rows."""
    random = np.random.default_rng(SEED)
    by_group: dict[str, list[Any]] = {}
    for row, group in zip(rows, groups, strict=True):
        by_group.setdefault(group, []).append(row)
    members = list(by_group.values())
    values = []
    for _ in range(resamples):
        drawn = random.integers(len(members), size=len(members))
        values.append(statistic([row for i in drawn for row in members[i]]))
    return float(np.quantile(values, 0.025)), float(np.quantile(values, 0.975))


def mean(values: Sequence[float]) -> float:
    """The mean; nan of nothing."""
    return float(np.mean(values)) if len(values) else float("nan")


def report(label: str, rows: Sequence[float], groups: Sequence[str]) -> None:
    """Prints a share with its interval and count."""
    low, high = interval(rows, groups, mean, 2_000)
    print(f"{label:<58} {100 * mean(rows):5.1f} %  [{100 * low:.1f}, {100 * high:.1f}]  n={len(rows)}")

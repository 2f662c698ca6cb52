"""A file -> a `Dataset`, whatever its format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qa.errors import BadRecord
from qa.evaluation.datasets import alce, ours, squad
from qa.evaluation.datasets.lines import parse, read_bytes
from qa.evaluation.records import Dataset

# Formats of one JSON value a file, told apart by its shape. Everything else is read line by line.
FORMATS: dict[str, tuple[Callable[[Any], bool], Callable[[str, Any], Dataset]]] = {
    "SQuAD": (squad.looks_like, squad.read),
    "ALCE": (alce.looks_like, alce.read),
}


def read_dataset(path: Path) -> Dataset:
    """The questions of a file: ours (one JSON object a line), SQuAD's or ALCE's.

    Raises:
        WrongUse: the file cannot be read.
        BadRecord: something in it is not as its format says.
    """
    return dataset_of(path.name, read_bytes(path))


def dataset_of(name: str, content: bytes) -> Dataset:
    """As `read_dataset`, of a file's content."""
    if name.lower().endswith(".jsonl"):
        return ours.read(name, content)
    value = parse(name, content) if name.lower().endswith(".json") else None
    for looks_like, read in FORMATS.values():
        if value is not None and looks_like(value):
            return read(name, value)
    if value is not None:
        raise BadRecord(name, None, f"neither {' nor '.join(FORMATS)} JSON; our own format is .jsonl, a record a line")
    return ours.read(name, content)

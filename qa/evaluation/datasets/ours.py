"""Our own question sets: one JSON object a line, its documents apart."""

from __future__ import annotations

from qa.evaluation.datasets.lines import objects, record
from qa.evaluation.records import Dataset, Question, collect


def read(name: str, content: bytes) -> Dataset:
    """A set of questions. A line that says of itself that it is not reviewed is no question yet.

    Raises:
        BadRecord: a line is no question.
    """
    read, unreviewed = [], []
    for place, fields in objects(name, content):
        if fields.get("reviewed") is False:
            unreviewed.append(place)
        else:
            read.append((place, record(Question, place, fields)))
    return collect(name, read, unreviewed=unreviewed)

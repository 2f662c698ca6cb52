"""Our own question sets: one JSON object a line, its documents apart."""

from __future__ import annotations

from qa.evaluation.datasets.lines import objects, record
from qa.evaluation.records import Dataset, Question, collect


def read(name: str, content: bytes) -> Dataset:
    """A set of questions.

    Raises:
        BadRecord: a line is no question.
    """
    return collect(name, [(place, record(Question, place, fields)) for place, fields in objects(name, content)])

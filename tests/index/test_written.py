"""The written questions are what the fit and the benchmark take them for."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from index.training.data import WRITTEN, written_documents, written_questions
from tests.benchmarks.written import FOLDERS


@pytest.mark.parametrize("folder", FOLDERS.values(), ids=FOLDERS)
def test_evidence_is_what_stands_there(folder: Path) -> None:
    ids: Counter[str] = Counter()
    for path in sorted(folder.glob("*.jsonl")):
        [source] = [p for p in folder.glob(f"{path.stem}.*") if p != path]
        text = source.read_bytes().decode("utf-8")
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            ids[row["id"]] += 1
            assert row["document_id"] == path.stem
            assert bool(row["evidence"]) == row["answerable"] == bool(row["answers"])
            assert all(text[e["start"] : e["end"]] == e["text"] for e in row["evidence"])
            assert ("followup" in row["id"]) == bool(row["history"])
    assert set(ids.values()) == {1}


def test_what_is_reported_on_is_not_fitted_on() -> None:
    reported = {path.name for path in FOLDERS["reported"].iterdir()}
    assert reported
    assert not reported & {path.name for path in WRITTEN.iterdir()}


def test_follow_ups_are_fitted_on_as_questions_that_stand_alone() -> None:
    texts = {question.text for question in written_questions()}
    rows = [json.loads(line) for path in WRITTEN.glob("*.jsonl") for line in path.read_text("utf-8").splitlines()]
    assert all(row["standalone_question"] in texts for row in rows if row["history"])
    assert {question.document_id for question in written_questions()} == {d.source for d in written_documents()}

"""Whole answers with human labels: the shares that people found, to the last one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from qa.evaluation.documents import Shelf
from qa.evaluation.evaluating import finished, score
from qa.evaluation.reading import read_answers
from qa.evaluation.summary import as_report, summarise

# Supported of all labelled claims (EVALUATION.md).
SHARES = {
    "rr_gs_gpt4": (170, 193),
    "rr_sphere_gpt4": (97, 124),
    "post_hoc_gs_gpt4": (135, 237),
    "post_hoc_sphere_gpt4": (196, 289),
}


@pytest.fixture(scope="module")
def report(eval_data: Path) -> dict[str, Any]:
    responses = read_answers(eval_data / "claims" / "answers_expertqa.jsonl", Shelf())
    evaluation = finished(score("expertqa", responses))
    return as_report(evaluation, summarise(evaluation))


@pytest.mark.parametrize("system", SHARES)
def test_human_labels_give_exactly_the_known_share(report: dict[str, Any], system: str) -> None:
    rows = [
        case["rows"]["cited_supported"]
        for case in report["cases"]
        if case["slices"]["system"] == system and "cited_supported" in case["rows"]
    ]
    supported, labelled = SHARES[system]

    assert (sum(row[0] for row in rows), sum(row[1] for row in rows)) == (supported, labelled)
    assert report["slices"]["system"][system]["cited_supported"]["value"] == pytest.approx(
        supported / labelled, abs=1e-6
    )


def test_without_documents_and_questions_the_rest_is_null(report: dict[str, Any]) -> None:
    for metric in ("quote_exactness", "hit_at_5", "evidence_hit", "contained_of_answered", "refusal_recall", "auroc"):
        assert report["measures"][metric]["value"] is None

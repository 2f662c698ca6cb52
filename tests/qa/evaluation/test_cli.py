"""`footnote evaluate`, through its entry point: what it prints and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.qa.conftest import BRIDGE, TOWER, Run
from tests.qa.evaluation.test_gate import BASELINE


@pytest.fixture
def bridge_set(papers: Path) -> Path:
    """A question about the bridge, and one that nothing answers; the documents lie beside it."""
    start = BRIDGE.index("1934")
    asked: list[dict[str, Any]] = [
        {
            "id": "q1",
            "question": "When did the Amber Bridge open?",
            "answers": ["1934"],
            "document_id": "bridge",
            "evidence": [{"start": start, "end": start + 4, "text": "1934"}],
            "answerable": True,
        },
        {"id": "q2", "question": "How many moons does Jupiter have?", "document_id": "tower", "answerable": False},
    ]
    file = papers.parent / "set.jsonl"
    file.write_text("\n".join(map(json.dumps, asked)))
    return file


def test_the_bundled_set_runs_by_default_and_holds_its_baseline(run: Run, tmp_path: Path) -> None:
    ended = run("evaluate", "--out", tmp_path / "out", "--baseline", BASELINE, "--floor", "quote_exactness=1")

    assert ended.code == 0, ended.out + ended.err
    assert "some footnote is gold" in ended.out
    assert "holds  quote_exactness is 1" in ended.out
    assert "FAILS" not in ended.out
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "answers.jsonl",
        "report.html",
        "report.json",
        "timings.json",
    ]


def test_a_set_is_asked_of_a_folder_with_one_index_or_one_each(run: Run, papers: Path, bridge_set: Path) -> None:
    for index in ("one", "each"):
        ended = run("evaluate", bridge_set, "--documents", papers, "--index", index, "--json")

        report = json.loads(ended.out)
        assert ended.code == 0, ended.err
        assert report["measures"]["evidence_hit"]["value"] == 1
        assert report["measures"]["refusal_recall"]["value"] == 1
        assert {c["document"] for case in report["cases"] for c in case["citations"]} == {"bridge"}


def test_the_library_is_asked_where_no_folder_is_named(run: Run, papers: Path, bridge_set: Path) -> None:
    run("add", ".")

    ended = run("evaluate", bridge_set, "--json")

    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["measures"]["evidence_hit"]["value"] == 1


def test_a_floor_that_is_not_reached_ends_with_1(run: Run, papers: Path, bridge_set: Path) -> None:
    ended = run("evaluate", bridge_set, "--documents", papers, "--floor", "cited_words=2")

    assert ended.code == 1
    assert "FAILS  cited_words is" in ended.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--floor", "hit_at_1=x"], "write metric=value"),
        (["--floor", "beauty=1"], "No metric 'beauty': there are quote_exactness"),
        (["--baseline", "none.json"], "cannot be read"),
        (["--answers", "none.jsonl"], "cannot be read"),
        (["none.jsonl"], "cannot be read"),
        (["--half", "reported"], "article_questions.jsonl has no reported half"),
        (["--out", "bridge.txt"], "--out bridge.txt cannot be written"),
        (["--out", "bridge.txt/report"], "--out bridge.txt/report cannot be written"),
        (["--claims", "claims.jsonl"], "--claims has no use without --self-test"),
        (["--judge", "labels"], "--judge has no use without --answers"),
        (["--floor", "false_refusal=5"], "false_refusal is a share; write a value from 0 to 1"),
        (["--baseline", str(BASELINE), "--compare", "auroc"], "--compare auroc: it comes from the order"),
        (["--compare", "citation_recall"], "--compare has no use without --baseline"),
        (["--minimum-drop", "0"], "--minimum-drop has no use without --baseline"),
        (["--answers", "a.jsonl", "--half", "reported"], "--half reported has no use without DATASET"),
        (["--answers", "a.jsonl", "--index", "each"], "--index has no use beside --answers"),
        (["--self-test", "set.jsonl"], "DATASET has no use beside --self-test"),
        (["--self-test", "--answers", "a.jsonl"], "--answers has no use beside --self-test"),
        (["--self-test", "--out", "report"], "--out has no use beside --self-test"),
        (["--self-test", "--floor", "hit_at_1=1"], "--floor has no use beside --self-test"),
        (["--self-test", "--baseline", "report.json"], "--baseline has no use beside --self-test"),
        (["--self-test", "--half", "reported"], "--half has no use beside --self-test"),
        (["--self-test", "--data", "."], "--data has no use beside --self-test"),
        (["--answers", "a.jsonl", "--data", "."], "--data has no use beside --answers"),
    ],
)
def test_wrong_use_ends_with_2_before_anything_is_run(run: Run, papers: Path, options: list[str], words: str) -> None:
    ended = run("evaluate", *options)

    assert ended.code == 2
    assert ended.says(words)
    assert ended.out == ""


def test_a_report_that_cannot_be_replaced_is_told_before_anything_is_run(run: Run, papers: Path) -> None:
    (papers / "out" / "report.html").mkdir(parents=True)

    ended = run("evaluate", "--out", "out")

    assert ended.code == 2
    assert ended.says("--out out cannot be written")
    assert "Asking" not in ended.err
    assert list((papers / "out").iterdir()) == [papers / "out" / "report.html"]


def test_another_data_set_than_the_baselines_ends_with_2(run: Run, papers: Path, bridge_set: Path) -> None:
    ended = run("evaluate", bridge_set, "--documents", papers, "--baseline", BASELINE)

    assert ended.code == 2
    assert ended.says("The baseline has other documents and questions: make a new one")


def test_a_bad_line_ends_with_2_and_is_named(run: Run, papers: Path, bridge_set: Path) -> None:
    bridge_set.write_text(bridge_set.read_text().replace('"1934"}', '"1935"}'))

    ended = run("evaluate", bridge_set, "--documents", papers)

    assert ended.code == 2
    assert ended.says("set.jsonl, line 1, field evidence[0].text: it is not what stands at")


def test_answers_of_another_system_are_scored_against_the_set(run: Run, papers: Path, bridge_set: Path) -> None:
    answer = {
        "id": "q1",
        "question": "?",
        "answer": "It opened in 1934 [1]. Holm built it [2]. It is blue [7].",
        "passages": [{"n": 1, "text": BRIDGE, "document_id": "bridge"}, {"n": 2, "text": TOWER}],
    }
    answers = papers.parent / "answers.jsonl"
    answers.write_text(json.dumps(answer))

    ended = run("evaluate", bridge_set, "--answers", answers, "--documents", papers, "--json")

    report = json.loads(ended.out)
    assert ended.code == 0, ended.err
    assert report["measures"]["invalid_rate"]["value"] == pytest.approx(1 / 3, abs=1e-6)
    assert report["measures"]["evidence_hit"]["value"] == 1
    assert report["faults"] == {"number_out_of_range": 1}


def test_a_floor_cannot_hold_on_the_answered_questions_alone(run: Run, papers: Path, bridge_set: Path) -> None:
    answer = {"id": "q1", "question": "?", "answer": "It opened in 1934 [1].", "passages": []}
    answers = papers.parent / "answers.jsonl"
    answers.write_text(json.dumps({**answer, "passages": [{"n": 1, "text": BRIDGE, "document_id": "bridge"}]}))
    scored = ("evaluate", bridge_set, "--answers", answers, "--documents", papers)

    plain, gated = run(*scored), run(*scored, "--floor", "evidence_hit=0.9")

    assert (plain.code, gated.code) == (0, 2)
    assert "1 of 2 answered" in plain.out
    assert "holds" not in gated.out
    assert gated.says("1 of 2 questions are answered, 'q2' is not")


def test_a_floor_without_a_value_ends_with_2_and_the_others_are_told(run: Run, papers: Path, bridge_set: Path) -> None:
    floors = ("--floor", "exact_match=0.5", "--floor", "evidence_hit=0.5", "--floor", "cited_words=2")

    ended = run("evaluate", bridge_set, "--documents", papers, *floors)

    assert ended.code == 2
    assert "UNKNOWN  exact_match has no value here" in ended.out
    assert "holds  evidence_hit is 1" in ended.out
    assert "FAILS  cited_words is" in ended.out


def test_the_self_test_says_what_was_caught(run: Run) -> None:
    ended = run("evaluate", "--self-test")

    assert ended.code == 0
    assert "stitched quote" in ended.out
    assert ended.out.count("250 of 250  100.0 %  [98.5, 100.0]") >= 8


@pytest.mark.parametrize("has_documents", [True, False], ids=["documents", "names alone"])
def test_answers_of_a_batch_are_scored_as_the_same_questions_are(
    run: Run, papers: Path, bridge_set: Path, has_documents: bool
) -> None:
    run("add", ".")
    run("ask", "--batch", bridge_set, "--out", papers / "answers.jsonl")
    documents = ["--documents", papers] if has_documents else []

    ended = run("evaluate", bridge_set, "--answers", papers / "answers.jsonl", *documents, "--json")

    assert ended.code == 0, ended.err
    measures = json.loads(ended.out)["measures"]
    assert measures["evidence_hit"]["value"] == measures["best_sentence"]["value"] == 1
    assert measures["quote_exactness"]["value"] == (1 if has_documents else None)


def test_answers_from_other_documents_are_told_apart(run: Run, papers: Path, bridge_set: Path) -> None:
    run("add", ".")
    run("ask", "--batch", bridge_set, "--out", papers / "answers.jsonl")
    elsewhere = bridge_set.read_text().replace('"bridge"', '"quay"').replace('"tower"', '"quay"')
    bridge_set.write_text(elsewhere)

    ended = run("evaluate", bridge_set, "--answers", papers / "answers.jsonl")

    assert ended.code == 2
    assert ended.says("the questions are about none of the documents that are cited")


def test_a_model_that_is_set_is_what_is_evaluated(
    run: Run, papers: Path, bridge_set: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_LLM", "openai:none")
    monkeypatch.setenv("FOOTNOTE_LLM_BASE_URL", "http://127.0.0.1:9/v1")  # where nobody listens
    monkeypatch.setenv("FOOTNOTE_LLM_API_KEY", "key")

    ended = run("evaluate", bridge_set, "--documents", papers, "--out", papers / "out")

    assert ended.code == 0, ended.err
    answers = [json.loads(line) for line in (papers / "out" / "answers.jsonl").read_text().splitlines()]
    assert {notice["code"] for answer in answers for notice in answer["notices"]} == {"model_unavailable"}


def test_a_baseline_of_other_questions_is_told_before_anything_is_run(run: Run, papers: Path, bridge_set: Path) -> None:
    run("add", ".")
    run("ask", "--batch", bridge_set, "--out", papers / "answers.jsonl")
    run("evaluate", "--answers", papers / "answers.jsonl", "--out", papers / "unnamed")

    without = run("evaluate", "--answers", papers / "answers.jsonl", "--baseline", BASELINE)
    unnamed = run("evaluate", bridge_set, "--documents", papers, "--baseline", papers / "unnamed" / "report.json")

    assert (without.code, unnamed.code) == (2, 2)
    assert without.says("--baseline has no use without DATASET")
    assert unnamed.says("was made without DATASET, the questions")


def test_one_document_is_too_few_for_the_self_test(run: Run, papers: Path) -> None:
    (papers / "tower.md").unlink()

    ended = run("evaluate", "--self-test", "--documents", papers)

    assert ended.code == 2
    assert ended.says("holds one document: add another")

"""What makes a run fail, and what must not."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument

from index.conversing import Conversation
from index.encoding import Encoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from qa.chain import CitedAnswers, build_chain
from qa.errors import CannotCompare, WrongUse
from qa.evaluation.datasets.bundled import bundled
from qa.evaluation.documents import Shelf
from qa.evaluation.evaluating import Step
from qa.evaluation.floors import Floor, Report, check_floor
from qa.evaluation.gate import check, check_baseline, comparable, read_report
from qa.evaluation.writing import report_text
from tests.qa.evaluation.conftest import Evaluate, Ran

BASELINE = Path(__file__).parent / "baseline.json"


class Forgetful(EvidenceRetriever):
    """Loses the best passage of every search: the regression that the gate is there for."""

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        documents: Collection[str] | None = None,
        conversation: Conversation | None = None,
    ) -> list[LangChainDocument]:
        found = super()._get_relevant_documents(
            query, run_manager=run_manager, documents=documents, conversation=conversation
        )
        return found[1:]


@pytest.fixture(scope="module")
def forgetful(evaluate: Evaluate, encoder: Encoder) -> Ran:
    def chain(library: Library) -> CitedAnswers:
        return build_chain(Forgetful(library=library, encoder=encoder))

    return evaluate(make_chain=chain)


def failed(report: Report, baseline: Report, **options: Any) -> set[str]:
    verdicts = check_baseline(report, baseline, **options)
    return {verdict.message.partition(":")[0] for verdict in verdicts if not verdict.passed}


def test_the_bundled_set_holds_the_committed_baseline(ran: Ran) -> None:
    baseline = read_report(BASELINE)

    assert failed(ran.report, baseline) == set()
    assert all(check_floor(ran.report, Floor.parse(floor)).passed for floor in ("quote_exactness=1", "orphan_rate=0"))


def test_a_retriever_that_drops_the_best_passage_fails_the_gate(forgetful: Ran) -> None:
    assert {"hit_at_1", "best_sentence"} <= failed(forgetful.report, read_report(BASELINE))


def test_reordering_the_data_set_changes_neither_verdict_nor_fingerprint(ran: Ran, evaluate: Evaluate) -> None:
    dataset = bundled()
    shuffled = Random(1).sample(dataset.questions, len(dataset.questions))

    again = evaluate(replace(dataset, questions=tuple(shuffled)))

    assert failed(again.report, ran.report) == set()
    assert report_text(again.report) == report_text(ran.report)


def test_another_question_refuses_to_compare(ran: Ran, evaluate: Evaluate) -> None:
    fewer = replace(bundled(), questions=bundled().questions[1:4])

    with pytest.raises(CannotCompare, match="The baseline has other questions: make a new one"):
        check_baseline(evaluate(fewer).report, ran.report)


@pytest.mark.parametrize("part", ["questions", "documents", "chunking"])
def test_a_difference_in_what_was_asked_of_what_is_named(ran: Ran, part: str) -> None:
    other = {**ran.report, "fingerprint": {**ran.report["fingerprint"], part: "0"}}

    with pytest.raises(CannotCompare, match=f"other {part}"):
        check_baseline(ran.report, other)


def test_a_drop_below_the_minimum_is_put_up_with(forgetful: Ran, ran: Ran) -> None:
    assert failed(forgetful.report, ran.report, minimum=0.01)
    assert not failed(forgetful.report, ran.report, minimum=1.0)


@pytest.mark.parametrize(("groups", "unit"), [(3, "question"), (30, "group")])
def test_a_drop_fails_however_few_groups_there_are(groups: int, unit: str) -> None:
    before, after = (made(90, groups, hits) for hits in (1.0, 0.0))

    [verdict] = [v for v in check_baseline(after, before) if v.message.startswith("evidence_hit")]

    assert not verdict.passed
    assert f"by {unit};" in verdict.message


def test_too_few_questions_to_show_any_drop_cannot_be_compared() -> None:
    with pytest.raises(CannotCompare, match="4 questions are too few to compare 2 metrics"):
        check_baseline(made(4, 2, 0.0), made(4, 2, 1.0))


def made(questions: int, groups: int, hits: float) -> Report:
    """What a comparison needs of a report, with two metrics."""
    rows = {"evidence_hit": [hits, 1.0], "first_citation": [hits, 1.0]}
    cases = [{"id": str(i), "group": str(i % groups), "rows": rows} for i in range(questions)]
    return {"schema": 1, "fingerprint": {"questions": "a"}, "cases": cases}


def test_a_metric_that_has_lost_its_value_is_reported() -> None:
    before, after = made(90, 30, 1.0), made(90, 30, 1.0)
    for case in after["cases"]:
        case["rows"] = {"first_citation": [1.0, 1.0]}

    verdicts = check_baseline(after, before)

    assert [v.message.partition(":")[0] for v in verdicts if v.passed is None] == ["evidence_hit"]
    assert "1 before, no value now" in verdicts[0].message
    assert all(v.passed for v in verdicts[1:])
    assert all(v.passed for v in check_baseline(before, after))  # a value that is new is no loss


def test_metrics_that_have_all_lost_their_values_are_reported() -> None:
    after = made(90, 30, 1.0)
    for case in after["cases"]:
        case["rows"] = {}

    assert {v.passed for v in check_baseline(after, made(90, 30, 1.0))} == {None}


def test_what_is_the_same_is_shown_without_a_sign_of_less() -> None:
    rows = {"false_refusal": [0.0, 1.0], "evidence_hit": [1.0, 3.0]}
    report = made(90, 30, 1.0)
    for case in report["cases"]:
        case["rows"] = rows

    messages = [verdict.message for verdict in check_baseline(report, report)]

    assert len(messages) == 2
    assert all("+0 [+0, +0]" in message for message in messages)
    assert not any("-0" in message or "could be shown" in message for message in messages)


@pytest.mark.parametrize("name", ["auroc", "false_refusal_at_recall", "risk_coverage_area"])
def test_a_metric_of_the_order_of_questions_cannot_be_compared(name: str) -> None:
    with pytest.raises(WrongUse, match=f"--compare {name}: .* These can be compared: .*evidence_hit"):
        comparable(name)


def test_chunking_counts_only_where_both_have_it() -> None:
    ours = {**made(90, 30, 1.0), "fingerprint": {"questions": "a", "chunking": "b"}}

    for report, baseline in [(made(90, 30, 1.0), ours), (ours, made(90, 30, 1.0))]:
        assert check_baseline(report, baseline)


class TestCheck:
    FLOORS = ("exact_match=0.5", "hit_at_5=0.5", "poems/hit_at_1=0.5", "false_refusal=0.01")

    def test_tells_every_floor_also_those_without_a_value(self, ran: Ran) -> None:
        verdicts = check(ran.report, [*map(Floor.parse, self.FLOORS)], None, 0.01, ())

        assert [verdict.passed for verdict in verdicts] == [None, True, None, False]

    def test_tells_the_floors_though_the_baseline_cannot_be_compared(self, ran: Ran) -> None:
        verdicts = check(ran.report, [Floor.parse("hit_at_5=0.5")], made(90, 30, 1.0), 0.01, ())

        assert [verdict.passed for verdict in verdicts] == [True, None]
        assert "The baseline has other" in verdicts[1].message

    def test_refuses_where_questions_are_unanswered(self, ran: Ran) -> None:
        some = {**ran.report, "questions": 48, "unanswered": ["q7", "q9"]}

        with pytest.raises(CannotCompare, match="48 of 50 questions are answered, 'q7' is not"):
            check(some, [Floor.parse("hit_at_5=0.5")], None, 0.01, ())
        assert check(some, [], None, 0.01, ()) == []


def test_the_same_documents_elsewhere_are_cut_the_same(evaluate: Evaluate) -> None:
    asked = bundled()
    [document], prints = asked.documents, set()
    for folder in ("/here", "/there/below"):
        moved = replace(document, source=f"{folder}/article.txt")
        about = asked.questions[0].model_copy(update={"document_id": moved.source})
        ran = evaluate(replace(asked, questions=(about,)), shelf=Shelf([moved]))
        prints.add(ran.report["fingerprint"]["chunking"])

    assert len(prints) == 1


def test_judged_metrics_are_compared_only_when_named(ran: Ran) -> None:
    unsupported = json.loads(json.dumps(ran.report))
    for case in unsupported["cases"]:
        if "citation_recall" in case["rows"]:
            case["rows"]["citation_recall"] = [0.0, 1.0]

    assert failed(unsupported, ran.report) == set()
    assert failed(unsupported, ran.report, metrics=["citation_recall"]) == {"citation_recall"}


class TestFloor:
    def test_is_reached_or_not(self, ran: Ran) -> None:
        assert check_floor(ran.report, Floor.parse("hit_at_5=0.5")).passed
        assert not check_floor(ran.report, Floor.parse("refusal_recall=0.99")).passed
        assert check_floor(ran.report, Floor.parse("off_topic/refusal_recall=1")).passed

    def test_is_a_ceiling_where_less_is_better(self, ran: Ran) -> None:
        assert not check_floor(ran.report, Floor.parse("false_refusal=0.01")).passed
        assert check_floor(ran.report, Floor.parse("false_refusal=0.5")).passed

    def test_of_a_metric_without_a_value_cannot_be_compared(self, ran: Ran) -> None:
        with pytest.raises(CannotCompare, match="exact_match has no value here"):
            check_floor(ran.report, Floor.parse("exact_match=0.5"))
        with pytest.raises(CannotCompare, match="no slice 'poems': there are answerable"):
            check_floor(ran.report, Floor.parse("poems/hit_at_1=0.5"))

    @pytest.mark.parametrize("text", ["false_refusal=5", "hit_at_1=-0.1", "hit_at_1=nan", "answers/hit_at_1=inf"])
    def test_of_a_share_is_a_share(self, text: str) -> None:
        with pytest.raises(WrongUse, match=f"--floor {text}: .* is a share; write a value from 0 to 1"):
            Floor.parse(text)

    @pytest.mark.parametrize("text", ["cited_words=nan", "cited_words=inf"])
    def test_is_a_number(self, text: str) -> None:
        with pytest.raises(WrongUse, match=f"--floor {text}: nothing is compared with that"):
            Floor.parse(text)
        assert Floor.parse("cited_words=40").bound == 40

    @pytest.mark.parametrize("text", ["hit_at_1", "hit_at_1=high", "=0.5", "best=0.5"])
    def test_that_makes_no_sense_is_said_so(self, text: str) -> None:
        with pytest.raises(WrongUse):
            Floor.parse(text)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"schema": 2}', '{"schema": 1, "fingerprint": {}, "cases": []}'])
def test_a_baseline_that_is_none_cannot_be_compared(tmp_path: Path, content: str) -> None:
    (tmp_path / "report.json").write_text(content)

    with pytest.raises(CannotCompare, match=r"is no report\.json"):
        read_report(tmp_path / "report.json")


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (["cases", 3, "group"], None, r"field cases\[3\]\.group: it is missing"),
        (["cases", 3, "id"], 7, r"field cases\[3\]\.id: .*string"),
        (["cases", 0, "rows"], [], r"field cases\[0\]\.rows: .*object"),
        (["cases", 0, "rows", "hit_at_1"], ["1", 1], r"field cases\[0\]\.rows\.hit_at_1\[0\]: .*number"),
        (["cases", 2, "rows", "hit_at_1"], [1], "another number of figures for hit_at_1"),
        (["cases", 1], [], r"field cases\[1\]: .*object"),
        (["fingerprint"], "x", "field fingerprint: .*object"),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, list) else "",
)
def test_a_damaged_baseline_is_told_before_anything_is_run(
    tmp_path: Path, path: list[Any], value: object, words: str
) -> None:
    report = inside = json.loads(BASELINE.read_bytes())
    for part in path[:-1]:
        inside = inside[part]
    if value is None:
        del inside[path[-1]]
    else:
        inside[path[-1]] = value
    (tmp_path / "report.json").write_text(json.dumps(report))

    with pytest.raises(CannotCompare, match=rf"is no report\.json.*{words}"):
        read_report(tmp_path / "report.json")


def test_a_run_can_be_stopped(steps: Callable[..., Iterator[Step]]) -> None:
    running = steps()
    for step in running:
        if getattr(step, "what", "") == "Asking":
            break

    running.close()  # type: ignore[attr-defined]  # a generator

    assert next(running, None) is None

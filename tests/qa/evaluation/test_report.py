"""The report: the same on every run, and a page that shows a document's words and nothing of their markup."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

from qa.evaluation.cases import Case
from qa.evaluation.evaluating import Evaluation, finished, score
from qa.evaluation.page import render
from qa.evaluation.reading import response_of
from qa.evaluation.records import collect
from qa.evaluation.summary import as_report, summarise
from qa.evaluation.writing import report_text, write
from qa.verifying import LexicalVerifier
from tests.qa.evaluation.conftest import Evaluate, Ran
from tests.qa.evaluation.made import TEXT, case, hostile, question, shelf


class Elements(HTMLParser):
    """Counts a page's elements and their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs


def test_two_runs_write_the_same_bytes(ran: Ran, evaluate: Evaluate, tmp_path: Path) -> None:
    again = evaluate()

    for name, one in (("first", ran), ("second", again)):
        write(tmp_path / name, one.evaluation, one.report, render(one.evaluation, one.report))

    for file in ("report.json", "report.html"):
        assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "second" / file).read_bytes()
    assert "trace_id" not in (tmp_path / "first" / "report.json").read_text()
    assert json.loads((tmp_path / "first" / "timings.json").read_text())["latency"]["answers"] == 50


def test_the_report_has_no_nan_and_reads_back(ran: Ran) -> None:
    text = report_text(ran.report)

    read = json.loads(text, parse_constant=lambda name: 1 / 0)
    assert read == json.loads(json.dumps(ran.report))
    assert read["measures"]["exact_match"] == {
        "value": None,
        "low": None,
        "high": None,
        "detectable_drop": None,
        "scored": 0,
        "of": 50,
    }
    assert sum(read["confusion"].values()) == 50


def test_the_page_asks_for_nothing_and_runs_nothing(ran: Ran) -> None:
    page = Elements(render(ran.evaluation, ran.report))

    assert not {"script", "link", "img", "iframe", "object", "base", "form"} & set(page.names)
    assert not {name for name, _ in page.attributes if name in ("src", "href", "action") or name.startswith("on")}
    assert not re.search(r"url\(|@import|https?://", render(ran.evaluation, ran.report))


def test_the_words_of_documents_are_shown_literally() -> None:
    evaluation = hostile()
    page = render(evaluation, as_report(evaluation, summarise(evaluation)))

    found = Elements(page)
    assert not {"script", "img", "iframe"} & set(found.names)
    assert found.names.count("style") == 1
    assert not [name for name, _ in found.attributes if name.startswith("on")]
    assert "{{ 7*7 }}" in page
    assert page.count("&lt;img src=x onerror=&#34;window.hacked=1&#34;&gt;") > 8


def page_of(*cases: Case) -> str:
    evaluation = Evaluation("set", "system", "LexicalVerifier", {}, cases)
    return render(evaluation, as_report(evaluation, summarise(evaluation)))


def test_a_sentence_without_a_mark_is_told_apart_from_one_that_cites_something_else() -> None:
    passages = [{"n": 1, "text": TEXT[27:51], "document_id": "bridge"}]
    bare, astray = (
        page_of(case({"question": "When?", "answer": f"It is forty metres long{mark}.", "passages": passages}, asked))
        for mark, asked in (("", None), (" [1]", question()))
    )

    assert "A sentence has no citation" in bare
    assert "Nothing that these metrics can see" not in bare
    assert "Cites something else than the evidence" in astray
    assert "A sentence has no citation" not in astray


def test_an_answer_without_marks_does_not_cite_something_else() -> None:
    page = page_of(case({"question": "When?", "answer": "It opened in 1934, they say.", "passages": []}, question()))

    assert "A sentence has no citation" in page
    assert "Cites something else" not in page


def test_unanswered_questions_are_counted_everywhere() -> None:
    asked = [question(), question(id="r"), question(id="s", answerable=False, evidence=[])]
    dataset = collect("set", [(f"line {i}", one) for i, one in enumerate(asked)])
    answer = {"id": "q", "question": "?", "answer": "It opened in 1934.", "passages": []}
    responses = [response_of("here", one, shelf()) for one in (answer, {**answer, "id": "s"})]

    evaluation = finished(score("some", responses, dataset=dataset, shelf=shelf(), verifier=LexicalVerifier()))
    report = as_report(evaluation, summarise(evaluation))

    assert (report["questions"], report["unanswered"]) == (2, ["r"])
    assert (report["measures"]["false_refusal"]["scored"], report["measures"]["false_refusal"]["of"]) == (1, 3)
    assert report["slices"]["kind"]["answerable"]["false_refusal"]["of"] == 2
    assert report["slices"]["kind"]["unanswerable"]["refusal_recall"]["of"] == 1
    assert "2 of 3 answered" in render(evaluation, report)


def test_a_figure_without_an_interval_is_shown_without_one() -> None:
    page = page_of(case({"question": "When?", "answer": "It opened in 1934, they say.", "passages": []}, question()))

    assert "None" not in page
    assert "n 1 of 1" in page


def test_a_chart_of_slices_tells_its_figures_to_who_cannot_see_it(ran: Ran) -> None:
    names = [
        value or "" for name, value in Elements(render(ran.evaluation, ran.report)).attributes if name == "aria-label"
    ]

    told = next(name for name in names if name.startswith("some footnote is gold; "))
    value = ran.report["slices"]["kind"]["conversation"]["evidence_hit"]
    assert f"conversation {100 * value['value']:.1f} %  n {value['scored']}" in told


def test_the_worst_come_first_and_open_to_the_words_around_the_quote(ran: Ran) -> None:
    page = render(ran.evaluation, ran.report)

    wrongly_answered = page.index("Answered, although the documents do not")
    wrongly_refused = page.index("Refused, although the documents answer")
    assert wrongly_answered < wrongly_refused
    assert '<mark class="cited">According to the Gaza health ministry' in page
    assert "actions that violate international law." in page[:wrongly_refused]

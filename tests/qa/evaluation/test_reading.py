"""Answers that other systems wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa.errors import BadRecord
from qa.evaluation.cases import joined
from qa.evaluation.documents import Shelf
from qa.evaluation.evaluating import finished, score
from qa.evaluation.reading import read_answers, response_of
from qa.evaluation.records import Half, collect, half_of, join
from tests.qa.evaluation.made import OTHER, TEXT, citation, own, question, shelf

FOREIGN: dict[str, Any] = {
    "id": "q",
    "question": "When did the bridge open?",
    "answer": "It opened in 1934 [1]. Holm built the tower. [2]",
    "passages": [{"n": 1, "text": TEXT, "document_id": "bridge"}, {"n": 2, "text": OTHER, "url": "https://tower.test"}],
}

HALVES: tuple[Half, ...] = ("development", "reported")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({**FOREIGN, "passages": [{"n": 1, "text": TEXT}, {"n": 1, "text": OTHER}]}, r"passages\[1\]\.n"),
        (own(("A.", [1]), citations=[citation(1, 0, 9), citation(1, 0, 9)]), r"citations\[1\]\.number"),
    ],
    ids=["passages", "citations"],
)
def test_a_number_that_stands_for_two_things_is_named(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(BadRecord, match=f"{field}.*1 is the number of another one, too"):
        response_of("here", fields, shelf())


def test_what_was_retrieved_is_unknown_where_nobody_says_it() -> None:
    assert response_of("here", own(("It opened.", [1]), citations=[citation(1, 0, 9)]), shelf()).passages is None


def test_passages_are_located_in_the_document_that_they_name() -> None:
    response = response_of(
        "here", {**FOREIGN, "passages": [{"n": 1, "text": TEXT[27:51], "document_id": "bridge"}]}, shelf()
    )

    assert response.passages is not None
    assert (response.passages[0].document, response.passages[0].start, response.passages[0].end) == ("bridge", 27, 51)


@pytest.mark.parametrize("text", [TEXT[27:51], TEXT[27:51].replace(" ", "\n  ")], ids=["exact", "wrapped"])
@pytest.mark.parametrize("offsets", [{"start": 0, "end": 10**9}, {"start": -3, "end": 5}, {"start": 3}, {}])
def test_offsets_that_are_wrong_are_looked_up(text: str, offsets: dict[str, int]) -> None:
    passage = {"n": 1, "text": text, "document_id": "bridge", **offsets}

    place = response_of("here", {**FOREIGN, "passages": [passage]}, shelf()).references[0].place

    assert (place.start, place.end) == (27, 51)


@pytest.mark.parametrize("text", ["It is fifty metres long.", " ", OTHER])
def test_a_passage_that_its_document_does_not_have_stands_nowhere(text: str) -> None:
    passage = {"n": 1, "text": text, "document_id": "bridge", "start": 0, "end": 10**9}

    assert response_of("here", {**FOREIGN, "passages": [passage]}, shelf()).references[0].place.start is None


def test_offsets_stay_where_the_document_is_not_at_hand() -> None:
    passage = {"n": 1, "text": TEXT[27:51], "document_id": "bridge", "start": 5, "end": 9}

    assert response_of("here", {**FOREIGN, "passages": [passage]}, Shelf()).references[0].place.start == 5


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "answer", "refused": True}, "refused: it is true, though kind is 'answer'"),
        ({"kind": "refusal", "refused": False}, "refused: it is false, though kind is 'refusal'"),
        ({"kind": "answer", "answer": " "}, "answer: it is empty, though kind is 'answer'"),
        ({"kind": "clarification", "answer": ""}, "answer: it is empty, though kind is 'clarification'"),
    ],
)
def test_fields_that_contradict_one_another_are_named(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(BadRecord, match=f"here, field {field}"):
        response_of("here", {**FOREIGN, **fields}, shelf())


def test_only_our_refusals_have_a_refusal() -> None:
    fields = own(("A.", [1]), citations=[citation(1, 0, 9)], refusal={"code": "not_in_documents"})

    with pytest.raises(BadRecord, match="here, field refusal: it is there, though kind is 'answer'"):
        response_of("here", fields, shelf())


def test_a_refusal_is_one_by_its_kind_alone() -> None:
    assert response_of("here", {**FOREIGN, "kind": "refusal"}, shelf()).refusal == "not_said"
    assert response_of("here", {**FOREIGN, "kind": "clarification"}, shelf()).refusal is None


@pytest.mark.parametrize("label", ["SUPPORTED", "yes", ""])
def test_an_unknown_label_is_named(label: str) -> None:
    claims = [{"claim": "It opened.", "label": "supported"}, {"claim": "It closed.", "label": label}]

    with pytest.raises(BadRecord, match=r"here, field claims\[1\]\.label: .*'supported'"):
        response_of("here", {**FOREIGN, "claims": claims}, shelf())


def test_an_answer_to_another_question_than_its_ids_is_named(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text(json.dumps({**FOREIGN, "question": "Who designed the bridge?"}))
    dataset = collect("set", [("line 1", question())])

    with pytest.raises(BadRecord, match=r"answers\.jsonl, line 1, field question: 'q' is another question"):
        finished(score("one", read_answers(file, shelf()), dataset=dataset, shelf=shelf()))


@pytest.mark.parametrize("asked", ["when did  the bridge open", "When did the bridge open ?!"])
def test_spaces_case_and_punctuation_make_no_other_question(tmp_path: Path, asked: str) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text(json.dumps({**FOREIGN, "question": asked}))

    dataset = collect("set", [("line 1", question())])
    evaluation = finished(score("one", read_answers(file, shelf()), dataset=dataset, shelf=shelf()))

    assert [case.id for case in evaluation.cases] == ["q"]


def test_an_empty_answer_is_a_refusal_and_a_phrase_is_none() -> None:
    assert response_of("here", {**FOREIGN, "answer": " "}, shelf()).kind == "refusal"
    assert response_of("here", {**FOREIGN, "refused": True}, shelf()).kind == "refusal"
    assert response_of("here", {**FOREIGN, "answer": "I cannot answer this."}, shelf()).kind == "answer"


def test_our_own_answers_are_read_with_all_that_is_wrong_with_them() -> None:
    wrong = own(("It opened in 1934.", [1, 7]), citations=[citation(1, 0, 26, quote="It opened in 1933.")])

    response = response_of("here", wrong, shelf())

    assert response.sentences[0].numbers == (1, 7)
    assert response.references[0].place.text == "It opened in 1933."


def test_answers_are_joined_by_id_else_by_question(tmp_path: Path) -> None:
    dataset = collect("set", [("line 1", question()), ("line 2", question(id="r", question="Who designed it?"))])
    file = tmp_path / "answers.jsonl"
    file.write_text("\n".join(json.dumps(a) for a in [{**FOREIGN, "id": "x", "question": "Who designed it?"}, FOREIGN]))

    pairs = joined(read_answers(file, shelf()), dataset)

    assert [asked.id if asked else None for _, asked in pairs] == ["r", "q"]


def test_answers_to_the_other_half_are_passed_over(tmp_path: Path) -> None:
    sets = [
        collect(f"set {name}", [(f"line {i}", question(id=f"{name}{i}", question=f"Why {name}{i}?")) for i in range(8)])
        for name in "ab"
    ]
    file = tmp_path / "answers.jsonl"
    answers = [{**FOREIGN, "id": q.id, "question": q.question} for one in sets for q in one.questions]
    file.write_text("\n".join(map(json.dumps, answers)))

    pairs = {half: joined(read_answers(file, shelf()), join([half_of(one, half) for one in sets])) for half in HALVES}

    scored = [asked.id for half in HALVES for _, asked in pairs[half] if asked]
    assert sorted(scored) == [f"{name}{i}" for name in "ab" for i in range(8)]
    assert all(len(pairs[half]) == 8 for half in HALVES)


def test_answers_to_nothing_but_the_other_half_are_told(tmp_path: Path) -> None:
    dataset = collect("set", [("line 1", question()), ("line 2", question(id="r", question="Who designed it?"))])
    [left_out] = half_of(dataset, "reported").left_out
    file = tmp_path / "answers.jsonl"
    file.write_text(json.dumps({**FOREIGN, "id": left_out.id, "question": left_out.question}))

    with pytest.raises(BadRecord, match="set: all answers are to the other half of its questions"):
        joined(read_answers(file, shelf()), half_of(dataset, "reported"))


def test_an_answer_to_no_question_is_named(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text(json.dumps({**FOREIGN, "id": "x", "question": "Why?"}))

    with pytest.raises(BadRecord, match=r"answers\.jsonl, line 1, field id: neither this nor its question is in set"):
        joined(read_answers(file, shelf()), collect("set", [("line 1", question())]))


def test_an_answer_without_id_to_a_question_that_is_there_twice_is_named(tmp_path: Path) -> None:
    twice = collect("set", [(f"set, line {id}", question(id=id)) for id in ("a", "b")])
    file = tmp_path / "answers.jsonl"
    file.write_text(json.dumps({**FOREIGN, "id": None}))

    with pytest.raises(BadRecord, match="its question is in set 2 times: give it the id"):
        joined(read_answers(file, shelf()), twice)


@pytest.mark.parametrize("ids", [("q", "q"), ("q", "x")], ids=["by id", "by question"])
def test_a_question_with_two_answers_is_named(tmp_path: Path, ids: tuple[str, str]) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text("\n".join(json.dumps({**FOREIGN, "id": id}) for id in ids))

    with pytest.raises(BadRecord, match=r"line 2, field id: answers\.jsonl, line 1 is an answer to 'q' already"):
        joined(read_answers(file, shelf()), collect("set", [("line 1", question())]))


def test_answers_without_ids_are_told_apart_by_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text("\n".join(json.dumps({**FOREIGN, "id": None}) for _ in range(2)))

    evaluation = finished(score("two", read_answers(file, shelf())))

    assert [case.id for case in evaluation.cases] == ["answers.jsonl, line 1", "answers.jsonl, line 2"]


def test_a_bad_answer_is_named_by_line_and_field(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text(f"{json.dumps(FOREIGN)}\n{json.dumps({**FOREIGN, 'passages': [{'n': 'one', 'text': ''}]})}")

    with pytest.raises(BadRecord, match=r"answers.jsonl, line 2, field passages\[0\].n: .*integer"):
        read_answers(file, shelf())


def test_alces_results_are_read_with_their_passages(tmp_path: Path) -> None:
    item = {"question": "When?", "docs": [{"title": "Bridge", "text": TEXT}], "output": "In 1934 it opened [1]."}
    file = tmp_path / "result.json"
    file.write_text(json.dumps({"args": {}, "data": [item]}))

    [response] = read_answers(file, shelf())

    assert response.sentences[0].numbers == (1,)
    assert response.cited(response.sentences[0])[0].place.text == TEXT

"""Question sets of every format, and what is said of a bad line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index.document import Document
from index.encoding import Encoder
from index.library import Library
from qa.errors import BadRecord, WrongUse
from qa.evaluation.datasets.bundled import bundled
from qa.evaluation.datasets.reading import dataset_of, read_dataset
from qa.evaluation.documents import Shelf, check
from qa.evaluation.records import Half, half_of, join
from tests.qa.evaluation.made import TEXT, shelf

GOOD: dict[str, Any] = {
    "id": "q1",
    "question": "When did the bridge open?",
    "answers": ["1934"],
    "document_id": "bridge",
    "evidence": [{"start": 21, "end": 25, "text": "1934"}],
    "answerable": True,
}


ALCE: dict[str, Any] = {
    "sample_id": -7,
    "question": "When did it open?",
    "qa_pairs": [{"question": "The bridge?", "short_answers": ["1934", "in 1934"]}],
    "answer": "In 1934.",
    "docs": [{"title": "Bridge", "text": TEXT, "score": 1.5}, {"title": "Tower", "text": "Built in 1642."}],
}


def lines(*records: object) -> bytes:
    return "\n".join(r if isinstance(r, str) else json.dumps(r) for r in records).encode()


def squad(**asked: Any) -> dict[str, Any]:
    qa = {"id": "s1", "question": "When?", "answers": [{"text": "1934", "answer_start": 21}], **asked}
    return {"version": "1.1", "data": [{"title": "The_Bridge", "paragraphs": [{"context": TEXT, "qas": [qa]}]}]}


def document_id(source: str) -> str:
    return Document(source=source, title="", text="").id


class TestOurs:
    def test_the_bundled_set_stands_in_its_article(self) -> None:
        dataset = bundled()

        check(dataset, Shelf(dataset.documents))
        assert len(dataset.questions) == 50
        kinds = [question.kind for question in dataset.questions]
        assert {kind: kinds.count(kind) for kind in set(kinds)} == {
            "answerable": 20,
            "close_to_the_topic": 10,
            "off_topic": 10,
            "conversation": 10,
        }

    @pytest.mark.parametrize(
        ("line", "place", "field", "reason"),
        [
            ("{", "line 2", None, "not JSON"),
            ("[]", "line 2", None, "not a JSON object"),
            ({**GOOD, "id": None}, "line 2", "id", "string"),
            ({k: v for k, v in GOOD.items() if k != "answerable"}, "line 2", "answerable", "missing"),
            ({**GOOD, "id": "q2", "evidence": [{"start": 9, "end": 9}]}, "line 2", "evidence[0]", "not before"),
            ({**GOOD, "id": "q2", "evidence": [{"start": "0", "end": 9}]}, "line 2", "evidence[0].start", "integer"),
            ({**GOOD, "id": "q2", "evidence_mode": "some"}, "line 2", "evidence_mode", "'any' or 'all'"),
            (GOOD, "line 2", "id", "already used at set.jsonl, line 1"),
        ],
        ids=["json", "list", "null id", "missing", "empty span", "text offset", "mode", "twice"],
    )
    def test_a_bad_line_is_named_by_number_field_and_reason(
        self, line: object, place: str, field: str | None, reason: str
    ) -> None:
        with pytest.raises(BadRecord) as caught:
            dataset_of("set.jsonl", lines(GOOD, line))

        assert caught.value.place == f"set.jsonl, {place}"
        assert caught.value.field == field
        assert reason in str(caught.value)
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize(
        ("fields", "field", "reason"),
        [
            ({"document_id": "tunnel"}, "document_id", "no document 'tunnel'"),
            ({"evidence": [{"start": 21, "end": 25, "text": "1935"}]}, "evidence[0].text", "not what stands at 21"),
            ({"evidence": [{"start": 21, "end": 999}]}, "evidence[0].end", "beyond the 77 characters"),
            ({"index_only": ["bridge", "tunnel"]}, "index_only[1]", "no document 'tunnel'"),
            ({"evidence": [{"start": 0, "end": 3, "document_id": "x"}]}, "evidence[0].document_id", "no document 'x'"),
            ({"document_id": None}, "evidence[0].document_id", "neither the evidence nor the question"),
        ],
        ids=["document", "words", "offset", "index", "evidence's document", "nowhere"],
    )
    def test_evidence_that_does_not_stand_there_is_named(self, fields: dict[str, Any], field: str, reason: str) -> None:
        with pytest.raises(BadRecord) as caught:
            check(dataset_of("set.jsonl", lines({**GOOD, **fields})), shelf())

        assert (caught.value.place, caught.value.field) == ("set.jsonl, line 1", field)
        assert reason in str(caught.value)

    def test_fields_of_others_and_blank_lines_are_no_fault(self) -> None:
        dataset = dataset_of("set.jsonl", b"\xef\xbb\xbf" + lines({**GOOD, "topic": 3}, "", {**GOOD, "id": "q2"}))

        assert [dataset.places[q.id] for q in dataset.questions] == ["set.jsonl, line 1", "set.jsonl, line 3"]

    def test_the_halves_are_split_by_group_and_share_none(self) -> None:
        records = [{**GOOD, "id": str(i), "group": f"g{i % 5}"} for i in range(20)]
        dataset = dataset_of("set.jsonl", lines(*records))

        development, reported = (half_of(dataset, half) for half in ("development", "reported"))

        assert len(development.questions) == 12
        assert len(reported.questions) == 8
        assert not {q.group for q in development.questions} & {q.group for q in reported.questions}

    @pytest.mark.parametrize("split", ["all", "development"])
    def test_a_set_of_one_group_has_no_half_to_report(self, split: Half) -> None:
        dataset = bundled()

        assert half_of(dataset, split) == dataset
        with pytest.raises(WrongUse, match="has no reported half, since all its questions are of one group"):
            half_of(dataset, "reported")

    def test_the_reported_half_is_the_one_that_the_sets_describe(self, eval_data: Path) -> None:
        # data/README.md: xquad_en: 12 and 12 articles, 282 and 292 questions.
        dataset = read_dataset(eval_data / "qa" / "xquad_en.jsonl")

        assert len(half_of(dataset, "development").questions) == 282
        assert len(half_of(dataset, "reported").questions) == 292

    def test_every_public_set_is_read_and_stands_in_its_documents(self, eval_data: Path) -> None:
        folder = Shelf.of_folder(eval_data / "docs")
        sets = [read_dataset(path) for path in sorted((eval_data / "qa").glob("*.jsonl"))]

        joined = join(sets)
        check(joined, folder)

        assert len(joined.questions) == 6156
        assert set(joined.sets.values()) == {one.name for one in sets}


class TestSquad:
    def test_answers_stand_in_the_joined_article(self) -> None:
        content = squad()
        content["data"][0]["paragraphs"].insert(0, {"context": "Before it.", "qas": []})

        dataset = dataset_of("dev-v1.1.json", json.dumps(content).encode())

        check(dataset, Shelf(dataset.documents))
        [question] = dataset.questions
        [document] = dataset.documents
        [(name, start, end)] = question.stretches()
        assert (name, document.text[start:end]) == ("The_Bridge", "1934")
        assert document.text.startswith("The Bridge\n\nBefore it.\n\nThe bridge opened")
        assert question.short_answers == ("1934",)
        assert question.group == "The_Bridge"

    def test_an_impossible_question_is_unanswerable(self) -> None:
        impossible = squad(is_impossible=True, answers=[], plausible_answers=[{"text": "1934", "answer_start": 21}])

        [question] = dataset_of("dev-v2.0.json", json.dumps(impossible).encode()).questions

        assert not question.answerable
        assert question.kind == "adversarial_same_paragraph"
        assert question.short_answers == ()

    def test_an_answer_that_stands_elsewhere_is_named(self) -> None:
        content = squad(answers=[{"text": "1934", "answer_start": 20}])

        with pytest.raises(BadRecord, match=r"data\[0\].paragraphs\[0\].qas\[0\], field answers: '1934' does not"):
            dataset_of("dev.json", json.dumps(content).encode())

    def test_a_missing_field_is_named(self) -> None:
        content = squad()
        del content["data"][0]["paragraphs"][0]["qas"][0]["id"]

        with pytest.raises(BadRecord, match=r"dev.json, data\[0\], field paragraphs\[0\].qas\[0\].id: it is missing"):
            dataset_of("dev.json", json.dumps(content).encode())


class TestAlce:
    def test_each_question_has_its_own_passages(self) -> None:
        other = {**ALCE, "sample_id": 8, "docs": ALCE["docs"][:1]}

        dataset = dataset_of("asqa.json", json.dumps([ALCE, other]).encode())

        first, second = dataset.questions
        assert [Shelf(dataset.documents).get(name).text for name in first.documents] == [TEXT, "Built in 1642."]
        assert second.documents == first.documents[:1]  # the same passage is one document
        assert first.answers == ("1934", "in 1934")
        assert first.id == "-7"

    def test_lists_of_answers_are_read(self) -> None:
        item = {**ALCE, "qa_pairs": None, "answers": [["Marlow", "E. Marlow"], ["Holm"]], "answer": "Marlow, Holm"}

        [question] = dataset_of("qampari.json", json.dumps([item]).encode()).questions

        assert question.answers == ("Marlow", "E. Marlow", "Holm")

    def test_a_bad_item_is_named(self) -> None:
        item = {**ALCE, "docs": [{"title": "Bridge"}]}

        with pytest.raises(BadRecord, match=r"asqa.json, item 1, field docs\[0\].text: it is missing"):
            dataset_of("asqa.json", json.dumps([item]).encode())


def test_json_of_no_known_shape_is_refused_with_the_formats_there_are() -> None:
    with pytest.raises(BadRecord, match=r"neither SQuAD nor ALCE JSON; our own format is .jsonl"):
        dataset_of("set.json", b'{"rows": []}')


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="No such file"):
        read_dataset(tmp_path / "none.jsonl")


class TestShelf:
    def test_names_are_paths_below_the_folder_without_suffix(self, tmp_path: Path) -> None:
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "one.txt").write_bytes(b"First.\r\nSecond.")
        (tmp_path / "two.txt").write_text("Third.")

        folder = Shelf.of_folder(tmp_path)

        assert list(folder) == ["a/one", "two"]
        assert folder.get("a/one").text == "First.\r\nSecond."
        assert folder.find(Document(source="a/one", title="", text="").id) is folder.get("a/one")

    def test_two_files_with_one_name_are_both_named(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text("First.")
        (tmp_path / "a.txt").write_text("Second.")

        with pytest.raises(WrongUse, match=r"a\.md and .*a\.txt are both 'a' to a question: rename one"):
            Shelf.of_folder(tmp_path)

    def test_an_empty_folder_is_said_so(self, tmp_path: Path) -> None:
        with pytest.raises(WrongUse, match="holds no document"):
            Shelf.of_folder(tmp_path)

    def test_a_library_is_read_as_far_as_it_is_needed(
        self, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        read: list[str] = []
        with Library.open(tmp_path, encoder) as library:
            for source in ("docs/x/bridge.txt", "docs/y/bridge.txt", "docs/tower.txt"):
                library.add(Document(source=source, title=source, text=TEXT))
            document = library.document

            def watched(id: str) -> Document:
                read.append(id)
                return document(id)

            monkeypatch.setattr(library, "document", watched)
            shelf = Shelf.of_library(library)

            assert len(list(shelf)) == 3
            assert read == []
            assert shelf.find("tower") == shelf.find("docs/tower.txt") == shelf.find(document_id("docs/tower.txt"))
            assert read == [document_id("docs/tower.txt")]

    def test_a_short_name_of_two_documents_of_a_library_is_that_of_none(self, tmp_path: Path, encoder: Encoder) -> None:
        with Library.open(tmp_path, encoder) as library:
            for source in ("docs/x/bridge.txt", "docs/y/bridge.txt"):
                library.add(Document(source=source, title=source, text=TEXT))
            shelf = Shelf.of_library(library)

        assert shelf.name("bridge") is None
        assert shelf.name("x/bridge") == "docs/x/bridge.txt"

    def test_siblings_are_those_in_the_folders_named(self) -> None:
        texts = {"a/1": "x", "a/2": "x", "b/1": "x"}
        folder = Shelf(Document(source=name, title=name, text=text) for name, text in texts.items())

        assert folder.siblings(["a/1"]) == ["a/1", "a/2"]
        assert folder.siblings([]) == ["a/1", "a/2", "b/1"]

    def test_a_folder_that_is_none_is_said_so(self, tmp_path: Path) -> None:
        with pytest.raises(WrongUse, match="is not a folder"):
            Shelf.of_folder(tmp_path / "none")

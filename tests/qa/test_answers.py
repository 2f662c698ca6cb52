"""Given answers are found by trace id until they expire; a document that is forgotten leaves no words in them."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from index.errors import NewerDataFolder, StorageFailed
from qa.answer import Answer, Citation, Dropped, Evidence, PassageScores, Refusal, RetrievedPassage, Statement
from qa.answers import AnswerStore, Feedback

BRIDGE = ("bridge", "The bridge opened in 1934.")
TOWER = ("tower", "The tower is older.")


def answered(*documents: tuple[str, str]) -> Answer:
    """An answer that quotes each document whole, and drew on it."""
    places: list[dict[str, Any]] = [
        {"document_id": name, "title": f"About {text}", "source": f"/{name}.txt", "start": 0, "end": len(text)}
        for name, text in documents
    ]
    numbered = list(enumerate(zip(places, documents, strict=True), 1))
    scores = PassageScores(dense=0.5, lexical=None, fused=1.0)
    return Answer(
        kind="answer",
        question="When did the bridge open?",
        standalone_question=f"When did it open? ({documents[0][1]})",
        statements=tuple(
            Statement(text=text, citations=(number,), verdict="supported", score=1.0)
            for number, (_, (_, text)) in numbered
        ),
        citations=tuple(
            Citation(**place, number=number, quote=text, heading=text, content_hash="0" * 64)
            for number, (place, (_, text)) in numbered
        ),
        evidence=tuple(Evidence(**place, text=text, score=0.9) for _, (place, (_, text)) in numbered),
        passages=tuple(RetrievedPassage(**place, text=text, scores=scores) for _, (place, (_, text)) in numbered),
        dropped=(Dropped(text=documents[0][1], reason="repeated"),),
        confidence=0.9,
        model="extractive",
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "answers.sqlite3"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Days that have passed, in its only item."""
    days, began = [0.0], time.time()
    monkeypatch.setattr(time, "time", lambda: began + days[0] * 86_400)
    return days


def stored_bytes(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(path.parent.iterdir()))


class TestKept:
    def test_is_found_in_its_wire_form(self, path: Path) -> None:
        answer = answered(BRIDGE, TOWER)
        store = AnswerStore(path, 30)
        store.keep(answer)

        assert store.get(answer.trace_id) == json.loads(answer.to_json())

    def test_is_found_by_the_next_process(self, path: Path) -> None:
        answer = answered(BRIDGE)
        first = AnswerStore(path, 30)
        first.keep(answer)
        first.close()

        assert AnswerStore(path, 30).get(answer.trace_id) is not None

    def test_is_none_for_an_unknown_id(self, path: Path) -> None:
        assert AnswerStore(path, 30).get("nothing") is None

    def test_from_many_threads(self, path: Path) -> None:
        store, answers = AnswerStore(path, 30), [answered(BRIDGE) for _ in range(20)]
        threads = [threading.Thread(target=store.keep, args=(answer,)) for answer in answers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert all(store.get(answer.trace_id) for answer in answers)


class TestExpiry:
    def test_comes_after_the_days_it_is_kept(self, path: Path, clock: list[float]) -> None:
        answer, store = answered(BRIDGE), AnswerStore(path, 30)
        store.keep(answer)

        clock[0] = 29.9
        assert store.get(answer.trace_id) is not None
        clock[0] = 30.1
        assert store.get(answer.trace_id) is None

    def test_leaves_nothing_on_the_disk(self, path: Path, clock: list[float]) -> None:
        store = AnswerStore(path, 30)
        store.keep(answered(BRIDGE))
        store.close()

        clock[0] = 31
        AnswerStore(path, 30).close()

        assert b"1934" not in stored_bytes(path)

    def test_comes_also_when_another_answer_is_kept(self, path: Path, clock: list[float]) -> None:
        store = AnswerStore(path, 30)
        store.keep(answered(BRIDGE))

        clock[0] = 31
        store.keep(answered(TOWER))

        with sqlite3.connect(path) as reader:
            assert reader.execute("SELECT count(*) FROM answers").fetchone() == (1,)
            assert reader.execute("SELECT document_id FROM mentions").fetchall() == [("tower",)]

    def test_at_once_keeps_nothing_and_makes_no_file(self, path: Path) -> None:
        answer, store = answered(BRIDGE), AnswerStore(path, 0)
        store.keep(answer)
        store.forget_document("bridge")

        assert store.get(answer.trace_id) is None
        assert not path.exists()

    def test_at_once_drops_what_was_kept_before(self, path: Path) -> None:
        store = AnswerStore(path, 30)
        store.keep(answered(BRIDGE))
        store.close()

        AnswerStore(path, 0).close()

        assert b"1934" not in stored_bytes(path)


class TestForgetting:
    def test_leaves_no_word_of_the_document_anywhere(self, path: Path) -> None:
        store, answer = AnswerStore(path, 30), answered(BRIDGE, TOWER)
        store.keep(answer)

        store.forget_document("bridge")

        assert "1934" not in json.dumps(store.get(answer.trace_id))
        assert b"1934" not in stored_bytes(path)

    def test_keeps_the_skeleton_and_the_other_documents(self, path: Path) -> None:
        store, answer = AnswerStore(path, 30), answered(BRIDGE, TOWER)
        store.keep(answer)

        store.forget_document("bridge")

        kept = store.get(answer.trace_id)
        assert kept is not None
        assert kept["text"] == "[removed] [1] The tower is older. [2]"
        assert [(s["text"], s["citations"]) for s in kept["statements"]] == [(None, [1]), (TOWER[1], [2])]
        first, second = kept["citations"]
        assert (first["number"], first["document_id"], first["start"], first["end"]) == (1, "bridge", 0, 26)
        assert (first["quote"], first["title"], first["heading"]) == (None, None, None)
        assert second["quote"] == TOWER[1]
        assert [e["text"] for e in kept["evidence"]] == [p["text"] for p in kept["passages"]] == [None, TOWER[1]]
        assert kept["passages"][0]["scores"] == {"dense": 0.5, "lexical": None, "fused": 1.0}
        assert kept["question"] == answer.question

    def test_leaves_other_answers_alone(self, path: Path) -> None:
        store, answer = AnswerStore(path, 30), answered(TOWER)
        store.keep(answer)

        store.forget_document("bridge")

        assert store.get(answer.trace_id) == json.loads(answer.to_json())

    def test_takes_the_closest_passages_out_of_a_refusal(self, path: Path) -> None:
        refused = Answer.model_validate(
            answered(BRIDGE).model_dump(by_alias=True)
            | {"kind": "refusal", "statements": (), "citations": (), "dropped": ()}
            | {"refusal": Refusal(code="not_in_documents", message="Not in the documents.")}
        )
        store = AnswerStore(path, 30)
        store.keep(refused)

        store.forget_document("bridge")

        kept = store.get(refused.trace_id)
        assert kept is not None
        assert kept["evidence"][0]["text"] is None
        assert kept["text"] == kept["refusal"]["message"] == "Not in the documents."

    def test_of_one_document_after_another(self, path: Path) -> None:
        store, answer = AnswerStore(path, 30), answered(BRIDGE, TOWER)
        store.keep(answer)

        store.forget_document("tower")
        store.forget_document("bridge")
        store.forget_document("bridge")

        kept = store.get(answer.trace_id)
        assert kept is not None
        assert kept["text"] == "[removed] [1] [removed] [2]"

    def test_does_not_look_at_every_answer(self, path: Path) -> None:
        AnswerStore(path, 30).close()
        query = "SELECT answer FROM mentions JOIN answers USING (trace_id) WHERE document_id = 'x'"

        plan = str(sqlite3.connect(path).execute(f"EXPLAIN QUERY PLAN {query}").fetchall())

        assert "SCAN" not in plan


class TestForgottenBefore:
    def test_takes_older_answers_with_their_ratings_and_leaves_the_others(self, path: Path, clock: list[float]) -> None:
        store, old, new = AnswerStore(path, 30), answered(BRIDGE), answered(TOWER)
        store.keep(old)
        store.rate(old.trace_id, helpful=False, comment="It was a ferry.")
        clock[0] = 2
        store.keep(new)
        store.rate(new.trace_id, helpful=True, comment="Right.")

        forgotten = store.forget_before(datetime.fromtimestamp(time.time() - 86_400, UTC))

        assert forgotten == 1
        assert (store.get(old.trace_id), store.feedback(old.trace_id)) == (None, None)
        assert store.get(new.trace_id) == json.loads(new.to_json())
        assert store.feedback(new.trace_id) == Feedback(helpful=True, comment="Right.")

    def test_leaves_no_word_in_the_file_or_its_log(self, path: Path) -> None:
        store = AnswerStore(path, 30)
        for _ in range(20):  # several pages, and one that stays half full
            answer = answered(BRIDGE)
            store.keep(answer)
            store.rate(answer.trace_id, helpful=False, comment="It was a ferry.")
        log = path.with_name(f"{path.name}-wal")
        before = path.read_bytes() + log.read_bytes()
        for words in (b"When did the bridge open?", b"1934", b"ferry", answer.trace_id.encode()):
            assert words in before

        store.forget_before(datetime.now(UTC))

        for file in (path, log):
            for words in (b"bridge", b"1934", b"ferry", answer.trace_id.encode()):
                assert words not in file.read_bytes(), (file.name, words)

    def test_of_nothing_is_none(self, path: Path) -> None:
        assert AnswerStore(path, 30).forget_before(datetime.now(UTC)) == 0
        assert AnswerStore(path.with_name("none.sqlite3"), 0).forget_before(datetime.now(UTC)) == 0


class TestRefuses:
    def test_the_file_of_a_newer_version(self, path: Path) -> None:
        AnswerStore(path, 30).close()
        with sqlite3.connect(path) as newer:
            newer.execute("PRAGMA user_version = 99")

        with pytest.raises(NewerDataFolder, match="newer Footnote"):
            AnswerStore(path, 30)

    def test_a_file_that_is_no_store(self, path: Path) -> None:
        path.write_bytes(b"not a database at all, but long enough to be read as one" * 20)

        with pytest.raises(StorageFailed, match=r"answers\.sqlite3.*not a database"):
            AnswerStore(path, 30)

"""Models whose truth is known, on the article's questions: right is kept, wrong is not shown, footnotes are right.

The shares over hundreds of answers are those of `tests.benchmarks.generative`; here a handful has to be all right.
"""

from __future__ import annotations

import pytest

from index.library import Library
from index.splitting import split_sentences
from qa.answer import Answer
from qa.evaluation.faults import whole_names
from tests.article import QUESTIONS
from tests.llm.conftest import Door, only
from tests.llm.server import ModelServer
from tests.llm.truth import KINDS, Gold, Knowing, told

ASKED = 5


def gold_of(kind: str, library: Library) -> list[Gold]:
    """The first questions whose answer stands in one sentence that can be told in this way, each sentence once."""
    text = library.document(only(library, "article")[0]).text
    sentences = [text[s.start : s.end] for s in split_sentences(text)]
    found: dict[str, Gold] = {}
    for row in QUESTIONS:
        holding = [s for s in sentences if row["answerable"] and not row["history"] and row["evidence"][0]["text"] in s]
        if holding:
            names = [name for name in whole_names(text) if name not in holding[0]]
            gold = Gold(row["question"], holding[0], row["answers"], names)
            if told(kind, gold) is not None:
                found.setdefault(gold.sentence, gold)
    return list(found.values())[:ASKED]


def answers(kind: str, door: Door, library: Library) -> list[tuple[Gold, Answer]]:
    gold = gold_of(kind, library)
    script = Knowing(kind, gold)
    with ModelServer(script) as server:
        chain = door(server)
        given = [(g, chain.invoke({"question": g.question, "documents": only(library, "article")})) for g in gold]
    assert script.asked_for == {g.question: True for g in gold}
    assert len(given) >= 3
    return given


def test_what_is_said_rightly_is_kept_with_its_sentence(door: Door, library: Library) -> None:
    given = answers("paraphrased", door, library)

    kept = [(g, a) for g, a in given if [s.verdict for s in a.statements] == ["supported"] and not a.notices]
    assert len(kept) >= len(given) - 1
    for gold, answer in kept:
        assert [citation.quote for citation in answer.citations] == [gold.sentence]


@pytest.mark.parametrize("kind", ["changed number", "changed name", "negation added"])
def test_what_is_said_wrongly_is_not_shown(kind: str, door: Door, library: Library) -> None:
    for gold, answer in answers(kind, door, library):
        said = told(kind, gold)
        assert said is not None
        assert said.text not in answer.text
        assert [n.code for n in answer.notices] == ["unsupported_answer"]


def test_a_wrong_number_is_put_right_or_the_statement_left_out(door: Door, library: Library) -> None:
    for gold, answer in answers("another sentence cited", door, library):
        assert [citation.quote for citation in answer.citations] == [gold.sentence]


def test_every_kind_is_asked() -> None:
    wrong = {"changed number", "changed name", "negation added", "negation removed"}
    assert set(KINDS) == {"paraphrased", *wrong, "another sentence cited"}

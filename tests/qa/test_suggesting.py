"""Suggestions through the public door: a real library, the real encoder and chain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index.document import Document
from index.encoding import Encoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from qa.answer import Answer, Refusal
from qa.chain import Ask, CitedAnswers, build_chain
from qa.suggesting import ASKED, CHARACTERS, READ, Suggester, Suggestion, candidates
from tests.benchmarks.questions import library_of
from tests.benchmarks.suggestions import is_kept, names
from tests.standin import StandInEncoder

TEXTS = {
    "bridge": "The Amber Bridge was opened on 5 May 1934. It is painted every four years. "
    "The Amber Bridge was designed by Edith Marlow, who came from Lund.",
    "tower": "The Round Tower is located in the north of Copenhagen. People of the town climb it on Sundays.",
    "cards": "If you lose your library card, please call the desk. A new one costs five euros and is ready at once.",
    "prose": "It was late. They went home, and nobody said a word. She was glad that it was over, and so was he.",
    "deutsch": "Die Bernsteinbrücke wurde 1934 in Lund eröffnet. Sie wurde von Edith Marlow entworfen.",
    "numbers": "1934 40 12 7\n" * 40,
}


class Counting:
    """A chain that counts what it is asked."""

    def __init__(self, chain: CitedAnswers) -> None:
        self.chain = chain
        self.asked: list[Ask] = []

    def __call__(self, ask: Ask) -> Answer:
        self.asked.append(ask)
        return self.chain.invoke(ask)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Library]:
    """One for all the tests that change nothing."""
    with Library.open(tmp_path_factory.mktemp("library"), encoder) as library:
        fill(library, *TEXTS)
        yield library


def fill(library: Library, *names: str) -> None:
    for name in names:
        library.add(Document.from_text(TEXTS[name], source=name))


def asking(library: Library, encoder: Encoder) -> Counting:
    return Counting(build_chain(EvidenceRetriever(library=library, encoder=encoder)))


@pytest.fixture
def ask(library: Library, encoder: Encoder) -> Counting:
    return asking(library, encoder)


def test_each_is_answered_and_cites_first_the_document_it_came_from(library: Library, ask: Counting) -> None:
    found = Suggester(library, ask).suggest(5)

    assert {suggestion.title for suggestion in found} == {"bridge", "tower", "cards"}
    for suggestion in found:
        answer = ask.chain.invoke(suggestion.question)
        assert answer.kind == "answer"
        assert answer.citations[0].document_id == suggestion.document_id


def test_the_first_come_from_different_documents_and_open_differently(library: Library, ask: Counting) -> None:
    found = Suggester(library, ask).suggest(3)

    assert len({suggestion.document_id for suggestion in found}) == 3
    assert len({suggestion.question.split()[0] for suggestion in found}) == 3


def test_the_only_document_is_asked_about_as_a_whole_too(data: Path, encoder: Encoder) -> None:
    with Library.open(data, encoder) as library:
        fill(library, "deutsch")
        ask = asking(library, encoder)

        [suggestion] = Suggester(library, ask).suggest(3)

        answer = ask.chain.invoke(suggestion.question)
        assert (answer.kind, answer.citations[0].document_id) == ("overview", suggestion.document_id)


def test_no_document_without_a_plain_english_sentence_is_drawn_from(library: Library, ask: Counting) -> None:
    unfit = [record.id for record in library.documents() if record.title in ("prose", "deutsch", "numbers")]

    assert Suggester(library, ask).suggest(3, unfit) == ()


def test_chosen_documents_alone_are_drawn_from_and_asked(library: Library, ask: Counting) -> None:
    tower = library.find("tower").id

    found = Suggester(library, ask).suggest(3, [tower])

    assert found[0] == Suggestion("Where is the Round Tower located?", tower, "tower")
    assert all(asked["documents"] == [tower] for asked in ask.asked)


def test_one_that_is_answered_from_elsewhere_is_left_out(library: Library, ask: Counting) -> None:
    def answers_from_the_tower(asked: Ask) -> Answer:
        return ask.chain.invoke({"question": asked["question"], "documents": [library.find("tower").id]})

    found = Suggester(library, answers_from_the_tower).suggest(3)

    assert {suggestion.title for suggestion in found} == {"tower"}


def test_the_same_library_gives_the_same(library: Library, ask: Counting) -> None:
    assert Suggester(library, ask).suggest(4) == Suggester(library, ask).suggest(4)


def test_they_are_found_once_until_the_library_changes(data: Path, encoder: Encoder) -> None:
    with Library.open(data, encoder) as library:
        fill(library, "bridge", "tower")
        ask = asking(library, encoder)
        suggester = Suggester(library, ask)
        before = suggester.suggest(2)
        asked = len(ask.asked)

        assert suggester.suggest(2) == before
        assert len(ask.asked) == asked

        library.remove(library.find("bridge").id)
        assert {suggestion.title for suggestion in suggester.suggest(2)} == {"tower"}


def test_given_up_it_asks_no_more_and_remembers_nothing(library: Library, ask: Counting) -> None:
    suggester = Suggester(library, ask)
    with closing(suggester.steps(3)) as steps:  # type: ignore[type-var]  # a generator
        next(found for found in steps if found)

    assert len(ask.asked) == 1
    assert len(suggester.suggest(3)) == 3


def test_an_empty_library_has_none(data: Path, encoder: Encoder) -> None:
    with Library.open(data, encoder) as library:
        ask = asking(library, encoder)

        assert Suggester(library, ask).suggest(3) == ()
        assert ask.asked == []


def test_a_large_library_is_read_and_asked_within_bounds(data: Path) -> None:
    with Library.open(data, StandInEncoder()) as library:
        for number in range(3 * READ):
            text = f"The Round Tower was opened in {1900 + number}. It is on a hill by the sea, and we like it."
            library.add(Document.from_text(text, source=str(number)))
        asked: list[Ask] = []

        def refuse(ask: Ask) -> Answer:
            asked.append(ask)
            refusal = Refusal(code="not_in_documents", message="No.")
            return Answer(kind="refusal", question=ask["question"], refusal=refusal, model="none")

        steps = list(Suggester(library, refuse).steps(1))

    assert steps[-1] == ()
    assert len(asked) == ASKED
    assert len(steps) <= READ + ASKED + 1


def test_only_the_opening_of_a_long_document_is_read() -> None:
    filler = "She was there, and so was he. " * (CHARACTERS // 30 + 1)

    assert candidates(Document.from_text(TEXTS["bridge"] + filler))
    assert candidates(Document.from_text(filler + TEXTS["bridge"])) == []


def test_of_the_data_sets_each_is_kept(eval_data: Path, encoder: Encoder) -> None:
    sets = ("clapnq", "mtrag_clapnq", "mtrag_govt", "mtrag_ibmcloud", "selqa")  # the other two have long documents
    with library_of(names(8, "development", sets)) as library:
        chain = build_chain(EvidenceRetriever(library=library, encoder=encoder))

        found = Suggester(library, chain.invoke).suggest(8)

        assert len({suggestion.document_id for suggestion in found}) >= 4
        assert [suggestion.question for suggestion in found if not is_kept(chain, suggestion)] == []

"""A refusal names the words that its documents do not have."""

from collections.abc import Iterator

import pytest

from index.document import Document
from index.encoding import load_encoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from qa.chain import CitedAnswers, build_chain

PLANETS = "Saturn has rings of ice. Its moons were counted by an observatory in Chile."
BREAD = "The rye loaf weighs 1,250 grams. It is baked at night."


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("library"), load_encoder()) as opened:
        for name, text in (("planets", PLANETS), ("bread", BREAD)):
            opened.add(Document(source=name, title=name, text=text))
        yield opened


@pytest.fixture(scope="module")
def chain(library: Library) -> CitedAnswers:
    return build_chain(EvidenceRetriever(library=library, encoder=load_encoder()), threshold=1.0)


@pytest.mark.parametrize(
    ("question", "within", "named"),
    [
        ("How many moons does Jupiter have?", None, "“Jupiter” stands nowhere in them."),
        ("How many moons does Saturn have?", ["bread"], "“moons” and “Saturn” stand nowhere in them."),
        ("Did Caesar, Brutus or Antony bake?", None, "“Caesar”, “Brutus” and “Antony” stand nowhere in them."),
        ("How much does the rye loaf weigh?", None, None),
        ("What happens?", None, None),
    ],
)
def test_what_stands_nowhere_is_named(
    chain: CitedAnswers, library: Library, question: str, within: list[str] | None, named: str | None
) -> None:
    ids = [library.find(source).id for source in within] if within else None
    refusal = chain.invoke({"question": question} if ids is None else {"question": question, "documents": ids}).refusal
    assert refusal is not None
    assert refusal.code == "not_in_documents"
    assert ("nowhere" in refusal.message) == (named is not None)
    assert (named or "") in refusal.message


def test_a_choice_of_no_document_is_told_from_an_empty_library(chain: CitedAnswers) -> None:
    refusal = chain.invoke({"question": "How many moons does Saturn have?", "documents": []}).refusal
    assert refusal is not None
    assert (refusal.code, refusal.message) == (
        "no_documents",
        "None of the chosen documents is here: choose one to answer from.",
    )


@pytest.mark.parametrize("question", ["the", "What?", "x", "of it"])
def test_a_question_that_asks_for_nothing_is_refused(library: Library, question: str) -> None:
    answer = build_chain(EvidenceRetriever(library=library, encoder=load_encoder())).invoke(question)
    assert answer.kind == "refusal"

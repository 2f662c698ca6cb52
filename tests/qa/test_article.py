"""The fifty questions about the bundled article, asked of a library that holds nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.document import Document
from index.encoding import load_encoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from qa.answer import Answer
from qa.chain import CitedAnswers, build_chain
from tests.article import QUESTIONS, SAMPLES, history_of

ARTICLE = SAMPLES.joinpath("article.txt").read_bytes().decode("utf-8")


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CitedAnswers]:
    encoder = load_encoder()
    folder: Path = tmp_path_factory.mktemp("article")
    with Library.open(folder, encoder) as library:
        library.add(Document(source="article", title="article", text=ARTICLE))
        yield build_chain(EvidenceRetriever(library=library, encoder=encoder))


def ask(chain: CitedAnswers, question: dict[str, Any]) -> Answer:
    return chain.invoke({"question": question["question"], "history": history_of(question)})


def cites_gold_first(answer: Answer, question: dict[str, Any]) -> bool:
    return bool(answer.citations) and any(
        answer.citations[0].start < gold["end"] and gold["start"] < answer.citations[0].end
        for gold in question["evidence"]
    )


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [question for question in QUESTIONS if question["id"].startswith(f"article-{kind}")]


def test_follow_ups_are_answered_with_the_right_sentence(chain: CitedAnswers) -> None:
    right = [question["id"] for question in of_kind("followup") if cites_gold_first(ask(chain, question), question)]
    assert len(right) == 10


def test_questions_off_the_topic_are_refused_without_a_citation(chain: CitedAnswers) -> None:
    for question in of_kind("far"):
        answer = ask(chain, question)
        assert (answer.kind, answer.citations) == ("refusal", ()), question["question"]
        assert answer.refusal is not None
        assert answer.refusal.code == "not_in_documents"
        assert answer.evidence


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["id"])
def test_every_citation_is_the_articles_own_words(chain: CitedAnswers, question: dict[str, Any]) -> None:
    answer = ask(chain, question)
    for citation in answer.citations:
        assert citation.quote == ARTICLE[citation.start : citation.end]
    for evidence in answer.evidence:
        assert evidence.text == ARTICLE[evidence.start : evidence.end]

"""What a question is after: whole documents, a section of one, or something that documents say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from langchain_core.retrievers import BaseRetriever

from index.retrieval import EvidenceRetriever
from index.scope import Scope
from qa.whole import asked_about, asks_about_all, asks_about_the_whole, listed, said_about


@dataclass(frozen=True, slots=True)
class Aim:
    """What a question that stands alone is after. Only our retriever's documents are known by their names."""

    is_whole: bool  # an overview is asked for
    is_detail: bool  # something in the documents is; of "Summarise the risks" either may be meant
    scope: Scope | None  # of the overview
    documents: Sequence[str] | None  # ids to answer from; all if None

    @classmethod
    def of(cls, question: str, retriever: BaseRetriever, documents: Sequence[str] | None, *, reads_all: bool) -> Self:
        """Of a question.

        Args:
            question: as it stands alone.
            retriever: ours or any other.
            documents: ids of those that are asked; all if None.
            reads_all: whether the answerer reads whole documents, and so can tell who is involved, say.
        """
        known = retriever if isinstance(retriever, EvidenceRetriever) else None
        phrase = asked_about(question)
        is_whole = (
            asks_about_the_whole(question)
            or (reads_all and asks_about_all(question))
            or bool(known and phrase is not None and known.names(phrase, documents))
        )
        has_topic = not is_whole and topic_asked(question, retriever, documents) is not None
        scope = known.scope(question, documents) if known and (is_whole or has_topic) else None
        if known and scope is None:
            read = (known.section(wanted, owner, documents) for wanted, owner in listed(question))
            scope = next(filter(None, read), None)
        if has_topic and scope and scope.is_named:
            documents = [record.id for record in scope.documents]
        if scope and scope.section:
            is_whole = True
        # Of another retriever's documents nobody knows whether "summary judgment" is a topic of theirs.
        is_detail = not is_whole or known is None or bool(scope and scope.topic and not asks_about_all(question))
        return cls(is_whole, is_detail, scope, documents)


def topic_asked(question: str, retriever: BaseRetriever, documents: Sequence[str] | None) -> str | None:
    """What documents are asked to say something about, if a question is put so; not what a person is."""
    said = said_about(question)
    if said is None or not isinstance(retriever, EvidenceRetriever):
        return None
    frame, topic = said
    return topic if retriever.speaks_of_documents(frame, documents) else None


def searched_as(question: str, retriever: BaseRetriever, documents: Sequence[str] | None) -> str:
    """The question in the words to look for: "the contract" and "say" are words that no answer has."""
    topic = topic_asked(question, retriever, documents)
    return f"What about {topic}?" if topic else question

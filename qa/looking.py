"""What the documents hold for a question: of the ways to put it the best, or each of its parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableConfig

from index.answerability import answerability
from index.conversing import Conversation
from index.words import content_stems, stems
from qa.aiming import searched_as
from qa.answer import Turn
from qa.conversation import understand
from qa.parting import parts_of
from qa.retrieving import Retrieved, retrieve, spelled

_ASKS_ABOUT = re.compile(r"\W*(?:and |but |so )?(?:what|how) about (?P<it>[^?]+?)\W*", re.I)


@dataclass(frozen=True)
class Looked:
    """What was found for a question that stands alone, and the probability that this answers it."""

    question: str
    found: Retrieved
    confidence: float

    def joined(self, others: Sequence[Looked]) -> Looked:
        """With what was found for others, as likely as the likeliest."""
        if not others:
            return self
        found = self.found.joined(other.found for other in others)
        return Looked(self.question, found, max(one.confidence for one in (self, *others)))


@dataclass(frozen=True)
class Part:
    """A part of a question, as it was put."""

    typed: str
    looked: Looked


@dataclass(frozen=True)
class Looking:
    """Where to look: `documents` are ids to look in, all if None."""

    retriever: BaseRetriever
    documents: Sequence[str] | None
    config: RunnableConfig

    def at(self, question: str, conversation: Conversation | None = None) -> Looked:
        """What is found for a question that stands alone, within a conversation if there is one."""
        asked = searched_as(question, self.retriever, self.documents)
        found = retrieve(self.retriever, asked, self.documents, self.config, conversation)
        return Looked(question, found, answerability(asked, found.ranked))

    def best(self, questions: Sequence[str], conversation: Conversation | None, threshold: float) -> Looked:
        """Of the ways to put a question, the one that the documents most likely answer; the first of equals."""
        best = max((self.at(question, conversation) for question in questions), key=lambda one: one.confidence)
        named = _ASKS_ABOUT.fullmatch(conversation.typed) if conversation else None
        if conversation and named and best.confidence < threshold:
            # Asked of something else, "What about parking fines?" may be answered where the first question is not.
            by_itself = self.at(conversation.typed)
            if by_itself.found.ranked and {*content_stems(named["it"])} <= {*stems(by_itself.found.ranked[0].text)}:
                return max(best, by_itself, key=lambda one: one.confidence)
        return best

    def parts(self, question: str) -> list[Part]:
        """Each part of a question by itself, with its pronouns replaced; none if it has none, or one that says too
        little by itself."""
        turns: list[Turn] = []
        parts: list[Part] = []
        for typed in parts_of(question):
            understood = understand(typed, turns)
            if understood.is_joined:
                return []
            looked = self.at(spelled(self.retriever, understood.standalone, self.documents))
            parts.append(Part(typed, looked))
            reply = looked.found.ranked[0].text if looked.found.ranked else ""
            turns += [Turn(role="user", content=typed), Turn(role="assistant", content=reply)]
        return parts

"""A model that knows where the answer stands, and says it rightly or wrongly in one known way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from rapidfuzz.distance import OSA

from qa.evaluation.faults import FAULTS
from tests.llm.asked import Asked
from tests.llm.paraphrasing import paraphrase
from tests.llm.replies import Say, Stated


@dataclass(frozen=True)
class Gold:
    """A question with the sentence that answers it; `names` may take the place of those in it."""

    question: str
    sentence: str
    answers: Sequence[str]
    names: Sequence[str] = ()


@dataclass(frozen=True)
class Told:
    """What the model says to a question, and the rules that made it of the gold sentence."""

    text: str
    rules: tuple[str, ...]


Telling = Callable[[Gold, Random], Told | None]
"""What is said of a gold sentence; None where it has nothing that could be said wrongly in this way."""


def rightly(gold: Gold, random: Random) -> Told | None:
    """In other words."""
    said = paraphrase(gold.sentence, random)
    return Told(said.text, said.rules)


def _with_fault(name: str) -> Telling:
    def tell(gold: Gold, random: Random) -> Told | None:
        said = paraphrase(gold.sentence, random)
        changed = FAULTS[name](said.text, random, gold.names)
        return None if changed is None or changed == said.text else Told(changed, (*said.rules, name))

    return tell


KINDS: dict[str, Telling] = {
    "paraphrased": rightly,
    "changed number": _with_fault("changed number"),
    "changed name": _with_fault("changed name"),
    "negation added": _with_fault("negation added"),
    "negation removed": _with_fault("negation removed"),
    "another sentence cited": rightly,
}


def told(kind: str, gold: Gold) -> Told | None:
    """What a model of this kind says to a question, whenever it is asked."""
    seed = int.from_bytes(hashlib.sha256(f"{gold.question}\n{gold.sentence}".encode()).digest()[:8], "big")
    return KINDS[kind](gold, Random(seed))


class Knowing:
    """The script of such a model. What it isn't shown it doesn't say: then its answer has no statement.

    Attributes:
        asked_for: the questions that it was asked, with whether the gold sentence was among the evidence.
    """

    def __init__(self, kind: str, gold: Sequence[Gold]) -> None:
        self._kind = kind
        self._gold = tuple(gold)
        self.asked_for: dict[str, bool] = {}

    def __call__(self, asked: Asked) -> Say:
        # The question comes as it was read, a misspelt word as another one.
        gold = min(self._gold, key=lambda one: OSA.distance(one.question, asked.question))
        number = asked.number_of(gold.sentence)
        said = told(self._kind, gold)
        self.asked_for[gold.question] = number is not None
        if number is None or said is None:
            return Say([])
        if self._kind == "another sentence cited":
            number = _another(asked, number, gold)
        return Say([Stated(said.text, (number,))])


def _another(asked: Asked, number: int, gold: Gold) -> int:
    """A sentence that does not have the answer; the gold one where there is none."""
    others = [
        n
        for n, sentence in asked.evidence.items()
        if n != number and not any(answer.casefold() in sentence.casefold() for answer in gold.answers)
    ]
    return Random(len(gold.sentence)).choice(others or [number])

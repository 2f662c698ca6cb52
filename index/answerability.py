"""The calibrated probability that the documents answer a question, from its ranked sentences.

A logistic regression over a few signals of the best sentences; coefficients and threshold sit in
`weights/answerability.json` (`python -m index.training answerability`).
"""

from __future__ import annotations

import heapq
import json
import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from index.negation import negations
from index.ranking import ScoredSentence
from index.words import content_stems, words

# "Isn't it public?" is answered by "It is public.", "Did it open in 1935?" by "It opened in 1934.".
_ASKS_WHETHER = re.compile(
    r"\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)(?:n['’]t)?\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What speaks for an answer. Names are the keys of `weights/answerability.json`."""

    best: float  # score of the best sentence
    lead: float  # by how much it is ahead of the next one
    late_interaction: float  # of the best sentence; so the others
    coverage: float
    passage_coverage: float
    weakest: float
    length: float  # ln of the number of the question's content words
    # What tells a sentence that only looks like an answer: as near as an answer in every word but the one that counts.
    # 0 where it is asked whether something is so.
    negated: float  # 1 if the question negates and the best sentence doesn't
    number_missing: float  # 1 if the question has a number that the best sentence's passage hasn't

    @classmethod
    def of(cls, question: str, ranked: Sequence[ScoredSentence]) -> Outlook:
        """Of a question and its sentences, at least one; the order that a conversation gives them is left aside."""
        best, *others = heapq.nlargest(2, ranked, key=lambda scored: scored.score)
        runner_up = others[0] if others else best
        open_ended = not asks_whether(question)
        return cls(
            best=best.score,
            lead=best.score - runner_up.score,
            late_interaction=best.signals.late_interaction,
            coverage=best.signals.coverage,
            passage_coverage=best.signals.passage_coverage,
            weakest=best.signals.weakest,
            length=math.log(len(content_stems(question)) or 1),
            negated=float(open_ended and bool(negations(question)) and not negations(best.text)),
            number_missing=float(open_ended and not _numbers(question) <= _numbers(best.passage.text)),
        )


def asks_whether(question: str) -> bool:
    """Whether yes or no would answer it."""
    return _ASKS_WHETHER.match(question) is not None


def answerability(question: str, ranked: Sequence[ScoredSentence]) -> float:
    """The probability that the documents answer; 0.0 if nothing was found."""
    if not ranked:
        return 0.0
    coefficients = _fitted()["coefficients"]
    logit = coefficients["intercept"] + sum(
        coefficients[name] * value for name, value in asdict(Outlook.of(question, ranked)).items()
    )
    return 1.0 / (1.0 + math.exp(-logit))


def default_threshold() -> float:
    """Under this probability Footnote refuses, unless told otherwise."""
    return float(_fitted()["threshold"])


def _numbers(text: str) -> frozenset[str]:
    """Those in digits; 11,000 is 11000."""
    found = (word.group().replace(",", "") for word in words(text))
    return frozenset(number for number in found if number[0].isdigit())


@lru_cache(maxsize=1)
def _fitted() -> dict[str, Any]:
    fitted: dict[str, Any] = json.loads(files("index").joinpath("weights/answerability.json").read_text("utf-8"))
    return fitted

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
from index.words import content_stems, function_stems, stem, stems, words

# "Why", "how" and "what if" something is not so are answered by what is.
_ASKS_FOR = re.compile(
    r"\W*(?:\w+ ){0,2}?(?:who|whom|whose|what|which|where|when)\b"
    r"(?! (?:if|happens|about)\b)(?! (?:can|do) (?:i|we) do\b)",
    re.I,
)
_SUBORDINATE = re.compile(
    r"\b(?:if|when|that|who|which|because|while|unless|until|although|since|without)\b|[,;:]", re.I
)
# Words that deny without one of the words that negate.
_DENYING = re.compile(
    r"\b(?:except|unless|lack|absen|refus|reject|den(?:y|ied|ies)|bann|prohibit|forbid|exclu|exempt|prevent|avoid|"
    r"miss(?:es|ed|ing)\b|stopp|ceas|block|barr|disallow|fail|only\b|un(?:able|like|paid|known|available|certain)|"
    r"impossib|in(?:eligib|valid))",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What speaks for an answer. Names are the keys of `weights/answerability.json`."""

    lead: float  # by how much the best sentence is ahead of the next one
    document_interaction: float  # of the best sentence; so the others
    passage_interaction: float
    passage_similarity: float
    unknown_names: float  # share of the names and numbers that are asked about and stand nowhere in what was found
    length: float  # ln of the number of the question's content words
    # 1 if it is asked who or what does not, and the best sentence denies nothing: it is as near as an answer in every
    # word but the one that counts.
    negated: float
    # 1 if it is asked how many, how old, how much or what it is called, and the best sentence has nothing of the kind.
    without_kind: float

    @classmethod
    def of(cls, question: str, ranked: Sequence[ScoredSentence]) -> Outlook:
        """Of a question and its sentences, at least one; the order that a conversation gives them is left aside."""
        best, *others = heapq.nlargest(2, ranked, key=lambda scored: scored.score)
        runner_up = others[0] if others else best
        return cls(
            lead=best.score - runner_up.score,
            document_interaction=best.signals.document_interaction,
            passage_interaction=best.signals.passage_interaction,
            passage_similarity=best.signals.passage_similarity,
            unknown_names=_unknown(_names(question), ranked),
            length=math.log(len(content_stems(question)) or 1),
            negated=float(_asks_for_what_is_not(question) and not _denies(best.text)),
            without_kind=best.signals.without_kind,
        )


def answerability(question: str, ranked: Sequence[ScoredSentence]) -> float:
    """The probability that the documents answer; 0.0 if nothing was found, or nothing asked."""
    if not ranked or not _asks_something(question):
        return 0.0
    coefficients = _fitted()["coefficients"]
    logit = coefficients["intercept"] + sum(
        coefficients[name] * value for name, value in asdict(Outlook.of(question, ranked)).items()
    )
    return 1.0 / (1.0 + math.exp(-logit))


def _asks_something(question: str) -> bool:
    """Whether it has a word that says what it is about; a letter by itself is none."""
    asked = stems(question)
    return bool(set(asked) - function_stems()) and (len(asked) > 1 or len(asked[0]) > 1 or not asked[0].isascii())


def default_threshold() -> float:
    """Under this probability Footnote refuses, unless told otherwise."""
    return float(_fitted()["threshold"])


def _names(question: str) -> list[str]:
    """Its capitalised words and its numbers, but the first word; none if all of it is capitalised."""
    every = [word.group() for word in words(question)]
    if not any(word[0].islower() for word in every):
        return []
    return [word for word in every[1:] if not word[0].islower() and stem(word) not in function_stems()]


def _unknown(named: Sequence[str], ranked: Sequence[ScoredSentence]) -> float:
    text = "\n".join({scored.passage.text for scored in ranked}) if named else ""
    other = [name for name in named if name not in text]
    if not other:
        return 0.0
    known = set(stems(text))
    return sum(stem(name) not in known for name in other) / len(named)


def _asks_for_what_is_not(question: str) -> bool:
    asks = _ASKS_FOR.match(question)
    return asks is not None and bool(negations(_SUBORDINATE.split(question[asks.end() :])[0]))


def _denies(sentence: str) -> bool:
    return bool(negations(sentence)) or _DENYING.search(sentence) is not None


@lru_cache(maxsize=1)
def _fitted() -> dict[str, Any]:
    fitted: dict[str, Any] = json.loads(files("index").joinpath("weights/answerability.json").read_text("utf-8"))
    return fitted

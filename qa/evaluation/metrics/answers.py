"""The answer's words against the gold answers; never one number with the citations."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

from qa.evaluation.cases import Case
from qa.evaluation.metrics.measure import Measure, Row, harmonic, ratio, yes

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


def normalised(text: str) -> str:
    """Lower case, without punctuation, articles and double spaces: SQuAD's evaluation script (Rajpurkar et al. 2016).

    Of other scripts' punctuation too, as MLQA's script does (Lewis et al. 2020), and with composed characters; ASCII
    comes out as SQuAD's.
    """
    lower = unicodedata.normalize("NFC", text).lower()
    bare = "".join(c for c in lower if not (unicodedata.category(c).startswith("P") or c in "$+<=>^`|~"))
    return " ".join(_ARTICLES.sub(" ", bare).split())


def exact_match(predicted: str, golds: Sequence[str]) -> float:
    """1.0 if a gold answer is the same once both are normalised; without any gold answer an empty one is right."""
    return max(float(normalised(predicted) == normalised(gold)) for gold in golds or ("",))


def token_f1(predicted: str, golds: Sequence[str]) -> float:
    """The best F1 of shared words with a gold answer; where either is empty, 1.0 if both are (SQuAD 2.0)."""
    return max(_f1(normalised(predicted).split(), normalised(gold).split()) for gold in golds or ("",))


def contains(text: str, golds: Sequence[str]) -> bool:
    """Whether a gold answer stands in the text as whole words, once both are normalised."""
    padded = f" {normalised(text)} "
    return any(f" {gold} " in padded for gold in map(normalised, golds) if gold)


def contained_of_answered(case: Case) -> Row | None:
    """Answers that hold a gold answer / answers; to unanswerable questions none is right (Trust-Score)."""
    return yes(_is_correct(case)) if case.response.answers else None


def contained_of_answerable(case: Case) -> Row | None:
    """Answers that hold a gold answer / answerable questions; a refusal is not right (Trust-Score)."""
    return yes(_is_correct(case)) if case.answerable else None


def correctness_f1(case: Case) -> Row | None:
    """Harmonic mean of the gold answers said, of answered and of answerable questions (Trust-Score)."""
    answered, answerable = contained_of_answered(case), contained_of_answerable(case)
    if answered is None and answerable is None:
        return None
    return (*(answered or (0.0, 0.0)), *(answerable or (0.0, 0.0)))


def _short(score: Callable[[str, Sequence[str]], float]) -> Callable[[Case], Row | None]:
    """Only where a question has short answers: a whole sentence is no worse for its other words."""

    def rows(case: Case) -> Row | None:
        if case.question is None or case.question.short_answers is None:
            return None
        said = case.response.short_answer
        predicted = said if said is not None else case.response.text if case.response.answers else ""
        return (score(predicted, case.question.short_answers), 1.0)

    rows.__doc__ = score.__doc__
    return rows


def _is_correct(case: Case) -> bool | None:
    if case.answerable is None or case.question is None or (case.answerable and not case.question.answers):
        return None
    return bool(case.answerable) and case.response.answers and contains(case.response.text, case.question.answers)


def _f1(predicted: Sequence[str], gold: Sequence[str]) -> float:
    if not predicted or not gold:
        return float(predicted == gold)
    shared = sum((Counter(predicted) & Counter(gold)).values())
    return 2 * shared / (len(predicted) + len(gold))


MEASURES = (
    Measure(
        "contained_of_answered",
        "gold answer said, of answered",
        "answers",
        contained_of_answered,
        ratio,
        gates=True,
    ),
    Measure(
        "contained_of_answerable",
        "gold answer said, of answerable",
        "answers",
        contained_of_answerable,
        ratio,
        gates=True,
    ),
    Measure("correctness_f1", "harmonic mean of these", "answers", correctness_f1, harmonic, gates=True),
    Measure("exact_match", "exact match, short answers", "answers", _short(exact_match), ratio, gates=True),
    Measure("token_f1", "token F1, short answers", "answers", _short(token_f1), ratio, gates=True),
)

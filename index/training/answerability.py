"""Fits when the documents are said to answer, on development halves and on our own questions.

Each question is asked of the library in which its article is; for questions without an answer, of the same library
without the article, of another article, and with the paragraph that answers taken out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.model_selection import GroupKFold

from index.answerability import Outlook
from index.training.asking import SEED, id_of, library, neighbours, overlaps, ranked, rounded, sample, write
from index.training.data import development_half, documents, written_documents, written_questions

ANSWERABILITY_SETS = ("squad_answerable", "xquad_en", "clapnq_answerable")
# Near what a document does answer: written so that a paragraph looks as if it did, and asked by people in earnest.
UNANSWERABLE_SETS = ("squad2_unanswerable", "clapnq_unanswerable")
WRITTEN = "written"
# The threshold refuses this share of the answerable questions, in folds that were not fitted on.
FALSE_REFUSALS = 0.05
FOLDS = 6
# What a signal may only do. Unbounded, the fit on questions in other words than the document's pays for every word
# that a sentence does not have, and what shares no word at all with any is answered.
FOR, AGAINST, EITHER = (0.0, None), (None, 0.0), (None, None)
DIRECTIONS = {
    "lead": FOR,
    "document_interaction": FOR,
    "passage_interaction": FOR,
    "passage_similarity": FOR,
    "unknown_names": AGAINST,
    "length": EITHER,
    "negated": AGAINST,
    "without_kind": AGAINST,
}
RIDGE = 0.1  # on standardised signals

Floats = NDArray[np.float64]


def fit_answerability(data: Path, out: Path) -> None:
    """Logistic regression of answerable against unanswerable, and the threshold for a share of false refusals."""
    cases = [case for name in ANSWERABILITY_SETS for case in _public(data, name)]
    cases += [case for name in UNANSWERABLE_SETS for case in _unanswerable(data, name)]
    cases += _written()
    x = np.array([[asdict(case.outlook)[name] for name in DIRECTIONS] for case in cases])
    y = np.array([case.answerable for case in cases])
    weights = _weights(cases)
    *slopes, intercept = _fit(x, y, weights)
    held_out = _held_out(x, y, weights, [case.group for case in cases])
    public = np.array([not case.is_written for case in cases])
    threshold = float(np.quantile(held_out[y & public], FALSE_REFUSALS))
    for label, mask in (("public", public), ("written", ~public)):
        wrong = [
            100 * float(np.mean((held_out[mask & (y == answerable)] >= threshold) != answerable))
            for answerable in (True, False)
        ]
        print(f"{label}: {wrong[0]:.1f} % of the answerable refused, {wrong[1]:.1f} % of the others answered")
    write(
        out,
        {
            "cases": len(cases),
            "sets": (*ANSWERABILITY_SETS, *UNANSWERABLE_SETS, WRITTEN),
            "threshold": round(threshold, 3),
            "coefficients": rounded({"intercept": intercept, **dict(zip(DIRECTIONS, slopes, strict=True))}),
        },
    )


@dataclass(frozen=True, slots=True)
class Case:
    """A question as it looks to whoever has to tell whether it is answered, and whether it is."""

    outlook: Outlook
    answerable: bool
    group: str
    is_written: bool = False  # one of our own


def _weights(cases: Sequence[Case]) -> Floats:
    """Public and our own questions count the same, and within both those with an answer and those without."""
    kinds = [(case.is_written, case.answerable) for case in cases]
    return np.array([len(cases) / 4 / kinds.count(kind) for kind in kinds])


def _fit(x: Floats, y: NDArray[np.bool_], weights: Floats) -> Floats:
    """Logistic regression, each slope within what its signal may do.

    Args:
        x: (cases, signals).
        y: (cases,).
        weights: (cases,), of mean 1.

    Returns:
        (signals + 1,) slopes and the intercept, in the signals' own units.
    """
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-9
    standardised, sign = (x - mean) / scale, np.where(y, 1.0, -1.0)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        slopes, intercept = parameters[:-1], parameters[-1]
        margins = sign * (standardised @ slopes + intercept)
        pull = -weights * sign * expit(-margins)
        value = float(weights @ np.logaddexp(0.0, -margins) + RIDGE / 2 * slopes @ slopes)
        return value, np.append(standardised.T @ pull + RIDGE * slopes, pull.sum())

    bounds = [*DIRECTIONS.values(), EITHER]
    found = minimize(loss, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds).x
    slopes = found[:-1] / scale
    return np.append(slopes, found[-1] - slopes @ mean)


def _held_out(x: Floats, y: NDArray[np.bool_], weights: Floats, groups: Sequence[str]) -> Floats:
    """The probability of each case by what was fitted on the other folds; those of one group share theirs."""
    probabilities = np.zeros(len(y))
    for rest, fold in GroupKFold(FOLDS).split(x, y, groups):
        *slopes, intercept = _fit(x[rest], y[rest], weights[rest])
        probabilities[fold] = expit(x[fold] @ slopes + intercept)
    return probabilities


def _public(data: Path, name: str) -> Iterator[Case]:
    random = np.random.default_rng(SEED)
    questions = sample(development_half(data, name))
    ids = sorted({q.document_id for q in questions})
    with library(documents(data, neighbours(data, ids))) as retriever:
        everything = [record.id for record in retriever.library.documents()]
        for question in questions:
            own = id_of(question)
            others = [i for i in everything if i != own]
            elsewhere = str(random.choice(others))
            for answerable, within, hide in (
                (True, everything, False),
                (True, [own], False),
                (False, others, False),
                (False, [elsewhere], False),
                (False, everything, True),
                (False, [own], True),
            ):
                if hide and not question.paragraph:
                    continue
                found = ranked(retriever, question.text, within)
                if hide and question.paragraph:
                    found = [s for s in found if s.passage.document_id != own or not overlaps(s, question.paragraph)]
                if found:
                    yield Case(Outlook.of(question.text, found), answerable, question.group)


def _unanswerable(data: Path, name: str) -> Iterator[Case]:
    questions = sample(development_half(data, name))
    with library(documents(data, neighbours(data, sorted({q.document_id for q in questions})))) as retriever:
        for question in questions:
            for within in (None, [id_of(question)]):
                outlook = Outlook.of(question.text, ranked(retriever, question.text, within))
                yield Case(outlook, False, question.group)


def _written() -> Iterator[Case]:
    """Our own questions, of their document; what is answered there, of all of them, too."""
    with library(written_documents()) as retriever:
        for question in written_questions():
            answerable = bool(question.evidence)
            for within in ([id_of(question)], None) if answerable else ([id_of(question)],):
                outlook = Outlook.of(question.text, ranked(retriever, question.text, within))
                yield Case(outlook, answerable, question.group, is_written=True)

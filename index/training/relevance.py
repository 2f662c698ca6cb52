"""Fits how sentences are ranked and when the documents are said to answer, on development halves.

Each question is asked of the real library in which its article is; for questions without an answer, of the same
library without the article, of another article, and with the paragraph that answers taken out.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from index.answerability import Outlook
from index.document import Document
from index.encoding import load_encoder
from index.library import Library
from index.ranking import ScoredSentence, SentenceRanker, Signals
from index.retrieval import EvidenceRetriever
from index.training.data import (
    GoldQuestion,
    development_half,
    documents,
    written_documents,
    written_questions,
)

RANKING_SETS = ("squad_answerable", "selqa_sentence", "covidqa")
ANSWERABILITY_SETS = ("squad_answerable", "xquad_en", "clapnq_answerable")
# Near what a document does answer: written so that a paragraph looks as if it did, and asked by people in earnest.
UNANSWERABLE_SETS = ("squad2_unanswerable", "clapnq_unanswerable")
WRITTEN = "written"
MOST_QUESTIONS = 400  # of one set
# The threshold refuses this share of the answerable questions, in folds that were not fitted on.
FALSE_REFUSALS = 0.05
FOLDS = 6
SEED = 0
NEUTRAL = {"intercept": 0.0, "late_interaction": 1.0}

Interval = tuple[int, int]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what the library ranked for it."""

    question: GoldQuestion
    ranked: list[ScoredSentence]

    def is_gold(self, scored: ScoredSentence) -> bool:
        """Whether a sentence overlaps the gold evidence."""
        return scored.passage.document_id == _id(self.question) and any(
            _overlaps(scored, span) for span in self.question.evidence
        )


def fit_ranking(data: Path, out: Path) -> None:
    """Listwise softmax over each question's sentences, then Platt scaling of the five best to a probability."""
    asked = [a for name in RANKING_SETS for a in _ask(data, name, SentenceRanker(NEUTRAL))]
    names = list(Signals.__dataclass_fields__)
    lists = [
        (
            np.array([[asdict(s.signals)[n] for n in names] for s in a.ranked], np.float32),
            np.array([a.is_gold(s) for s in a.ranked]),
        )
        for a in asked
    ]
    weights = _listwise([(x, gold) for x, gold in lists if gold.any() and not gold.all()])
    best = [np.argsort(-(x @ weights))[:5] for x, _ in lists]
    scores = np.concatenate([(x @ weights)[b] for (x, _), b in zip(lists, best, strict=True)])
    right = np.concatenate([gold[b] for (_, gold), b in zip(lists, best, strict=True)])
    platt = LogisticRegression(C=1e6).fit(scores[:, None], right)
    scaled = weights * platt.coef_[0, 0]
    coefficients = {"intercept": platt.intercept_[0], **dict(zip(names, scaled, strict=True))}
    _write(out, {"questions": len(asked), "sets": RANKING_SETS, "coefficients": _rounded(coefficients)})


def fit_answerability(data: Path, out: Path) -> None:
    """Logistic regression of answerable against unanswerable, and the threshold for a share of false refusals."""
    cases = [case for name in ANSWERABILITY_SETS for case in _public(data, name)]
    cases += [case for name in UNANSWERABLE_SETS for case in _unanswerable(data, name)]
    cases += _written()
    names = list(Outlook.__dataclass_fields__)
    x = np.array([[asdict(case.outlook)[n] for n in names] for case in cases])
    y = np.array([case.answerable for case in cases])
    weights = _weights(cases)
    model = LogisticRegression(max_iter=5000).fit(x, y, weights)
    coefficients = {"intercept": model.intercept_[0], **dict(zip(names, model.coef_[0], strict=True))}
    held_out = _held_out(model, x, y, weights, [case.group for case in cases])
    public = np.array([not case.is_written for case in cases])
    threshold = float(np.quantile(held_out[y & public], FALSE_REFUSALS))
    for label, mask in (("public", public), ("written", ~public)):
        wrong = [
            100 * float(np.mean((held_out[mask & (y == answerable)] >= threshold) != answerable))
            for answerable in (True, False)
        ]
        print(f"{label}: {wrong[0]:.1f} % of the answerable refused, {wrong[1]:.1f} % of the others answered")
    _write(
        out,
        {
            "cases": len(cases),
            "sets": (*ANSWERABILITY_SETS, *UNANSWERABLE_SETS, WRITTEN),
            "threshold": round(threshold, 3),
            "coefficients": _rounded(coefficients),
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


def _held_out(
    model: LogisticRegression, x: Floats, y: NDArray[np.bool_], weights: Floats, groups: Sequence[str]
) -> Floats:
    """The probability of each case by what was fitted on the other folds; those of one group share theirs."""
    probabilities = np.zeros(len(y))
    for rest, fold in GroupKFold(FOLDS).split(x, y, groups):
        fitted = clone(model).fit(x[rest], y[rest], weights[rest])
        probabilities[fold] = fitted.predict_proba(x[fold])[:, 1]
    return probabilities


def _public(data: Path, name: str) -> Iterator[Case]:
    random = np.random.default_rng(SEED)
    questions = _sample(development_half(data, name))
    ids = sorted({q.document_id for q in questions})
    with _library(documents(data, _neighbours(data, ids))) as retriever:
        everything = [record.id for record in retriever.library.documents()]
        for question in questions:
            own = _id(question)
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
                ranked = _ranked(retriever, question.text, within)
                if hide and question.paragraph:
                    ranked = [s for s in ranked if s.passage.document_id != own or not _overlaps(s, question.paragraph)]
                if ranked:
                    yield Case(Outlook.of(question.text, ranked), answerable, question.group)


def _unanswerable(data: Path, name: str) -> Iterator[Case]:
    questions = _sample(development_half(data, name))
    with _library(documents(data, _neighbours(data, sorted({q.document_id for q in questions})))) as retriever:
        for question in questions:
            for within in (None, [_id(question)]):
                outlook = Outlook.of(question.text, _ranked(retriever, question.text, within))
                yield Case(outlook, False, question.group)


def _written() -> Iterator[Case]:
    """Our own questions, of their document; what is answered there, of all of them, too."""
    with _library(written_documents()) as retriever:
        for question in written_questions():
            answerable = bool(question.evidence)
            for within in ([_id(question)], None) if answerable else ([_id(question)],):
                outlook = Outlook.of(question.text, _ranked(retriever, question.text, within))
                yield Case(outlook, answerable, question.group, is_written=True)


def _ask(data: Path, name: str, ranker: SentenceRanker) -> list[Asked]:
    questions = _sample(development_half(data, name))
    ids = _neighbours(data, sorted({q.document_id for q in questions}))
    with _library(documents(data, ids), ranker) as retriever:
        return [Asked(q, _ranked(retriever, q.text, None)) for q in questions]


@contextmanager
def _library(held: Sequence[Document], ranker: SentenceRanker | None = None) -> Iterator[EvidenceRetriever]:
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder), load_encoder()) as library:
        for document in held:
            library.add(document)
        # The fitted coefficients are read once: not before `fit_ranking`, in this process, has written them.
        yield EvidenceRetriever(library=library, encoder=load_encoder(), ranker=ranker or SentenceRanker())


def _neighbours(data: Path, ids: Sequence[str]) -> list[str]:
    """All documents of the sets that the ids are from: a question is asked among distractors."""
    folders = sorted({i.split("/")[0] for i in ids})
    return [f"{folder}/{path.stem}" for folder in folders for path in sorted((data / "docs" / folder).glob("*.txt"))]


def _ranked(retriever: EvidenceRetriever, question: str, within: Sequence[str] | None) -> list[ScoredSentence]:
    found = retriever.invoke(question, documents=within)
    return sorted((s for d in found for s in d.metadata["sentences"]), key=lambda s: -s.score)


def _listwise(lists: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Weights that maximise the softmax probability of the gold sentences, on standardised signals."""
    stacked = np.concatenate([x for x, _ in lists])
    scale = torch.from_numpy(stacked.std(axis=0) + 1e-6)
    inputs = [(torch.from_numpy(x) / scale, torch.from_numpy(gold)) for x, gold in lists]
    weights = torch.zeros(stacked.shape[1], requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        losses = [torch.logsumexp(x @ weights, 0) - torch.logsumexp((x @ weights)[gold], 0) for x, gold in inputs]
        loss = torch.stack(losses).mean() + 1e-3 * (weights**2).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return np.asarray((weights.detach() / scale).numpy())


def _sample(questions: Sequence[GoldQuestion]) -> list[GoldQuestion]:
    order = np.random.default_rng(SEED).permutation(len(questions))[:MOST_QUESTIONS]
    return [questions[i] for i in order]


def _id(question: GoldQuestion) -> str:

    return Document(source=question.document_id, title="", text="").id


def _overlaps(scored: ScoredSentence, span: Interval) -> bool:
    return scored.sentence.start < span[1] and span[0] < scored.sentence.end


def _rounded(coefficients: dict[str, float]) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in coefficients.items()}


def _write(out: Path, content: dict[str, object]) -> None:
    out.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")

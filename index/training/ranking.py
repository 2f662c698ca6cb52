"""Fits how sentences are ranked, on development halves and on our own questions.

Each question is asked of all documents of its set; ours of their own document alone, too, as somebody's only one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from index.ranking import ScoredSentence, SentenceRanker, Signals
from index.training.asking import id_of, library, neighbours, overlaps, ranked, rounded, sample, write
from index.training.data import GoldQuestion, development_half, documents, written_documents, written_questions

RANKING_SETS = ("squad_answerable", "selqa_sentence", "covidqa", "xquad_en", "clapnq_answerable")
WRITTEN = "written"
# How much all of our own questions count. In folds that were not fitted on, the best sentence is gold as often in every
# public set as without them; from a half on less often in some, and more in ours.
WRITTEN_SHARE = 0.25
NEUTRAL = {"intercept": 0.0, "late_interaction": 1.0}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what the library ranked for it."""

    question: GoldQuestion
    ranked: list[ScoredSentence]
    is_written: bool = False  # one of our own

    def is_gold(self, scored: ScoredSentence) -> bool:
        """Whether a sentence overlaps the gold evidence."""
        return scored.passage.document_id == id_of(self.question) and any(
            overlaps(scored, span) for span in self.question.evidence
        )


def fit_ranking(data: Path, out: Path) -> None:
    """Listwise softmax over each question's sentences, then Platt scaling of the five best to a probability."""
    asked = [*(a for name in RANKING_SETS for a in _ask(data, name)), *_ask_written()]
    names = list(Signals.__dataclass_fields__)
    lists = [
        (
            np.array([[asdict(s.signals)[n] for n in names] for s in a.ranked], np.float32),
            np.array([a.is_gold(s) for s in a.ranked]),
        )
        for a in asked
    ]
    shares = _shares(asked)
    told = [place for place, (_, gold) in enumerate(lists) if gold.any() and not gold.all()]
    weights = _listwise([lists[place] for place in told], shares[told])
    best = [np.argsort(-(x @ weights))[:5] for x, _ in lists]
    scores = np.concatenate([(x @ weights)[b] for (x, _), b in zip(lists, best, strict=True)])
    right = np.concatenate([gold[b] for (_, gold), b in zip(lists, best, strict=True)])
    platt = LogisticRegression(C=1e6).fit(scores[:, None], right, np.repeat(shares, [len(b) for b in best]))
    scaled = weights * platt.coef_[0, 0]
    coefficients = {"intercept": platt.intercept_[0], **dict(zip(names, scaled, strict=True))}
    write(out, {"questions": len(asked), "sets": (*RANKING_SETS, WRITTEN), "coefficients": rounded(coefficients)})


def _shares(asked: Sequence[Asked]) -> np.ndarray:
    """(asked,), of mean 1: how much each question counts."""
    is_written = np.array([a.is_written for a in asked])
    each = np.where(is_written, WRITTEN_SHARE / is_written.sum(), (1 - WRITTEN_SHARE) / (~is_written).sum())
    return np.asarray(len(asked) * each)


def _ask(data: Path, name: str) -> list[Asked]:
    questions = sample(development_half(data, name))
    ids = neighbours(data, sorted({q.document_id for q in questions}))
    with library(documents(data, ids), SentenceRanker(NEUTRAL)) as retriever:
        return [Asked(q, ranked(retriever, q.text, None)) for q in questions]


def _ask_written() -> list[Asked]:
    """What is answered of our own documents, of all of them and of its own."""
    answered = [question for question in written_questions() if question.evidence]
    with library(written_documents(), SentenceRanker(NEUTRAL)) as retriever:
        return [
            Asked(question, ranked(retriever, question.text, within), is_written=True)
            for question in answered
            for within in (None, [id_of(question)])
        ]


def _listwise(lists: Sequence[tuple[np.ndarray, np.ndarray]], shares: np.ndarray) -> np.ndarray:
    """Weights that maximise the softmax probability of the gold sentences, on standardised signals.

    Args:
        lists: of each question (sentences, signals) and which of the sentences are gold.
        shares: (lists,), how much each counts.

    Returns:
        (signals,)
    """
    stacked = np.concatenate([x for x, _ in lists])
    scale = torch.from_numpy(stacked.std(axis=0) + 1e-6)
    inputs = [(torch.from_numpy(x) / scale, torch.from_numpy(gold)) for x, gold in lists]
    weights, counts = torch.zeros(stacked.shape[1], requires_grad=True), torch.from_numpy(shares / shares.mean())
    optimiser = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        losses = [torch.logsumexp(x @ weights, 0) - torch.logsumexp((x @ weights)[gold], 0) for x, gold in inputs]
        loss = (counts * torch.stack(losses)).mean() + 1e-3 * (weights**2).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return np.asarray((weights.detach() / scale).numpy())

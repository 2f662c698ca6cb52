"""Fits how sentences are ranked, on development halves: each question is asked of all documents of its set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from index.ranking import ScoredSentence, SentenceRanker, Signals
from index.training.asking import id_of, library, neighbours, overlaps, ranked, rounded, sample, write
from index.training.data import GoldQuestion, development_half, documents

RANKING_SETS = ("squad_answerable", "selqa_sentence", "covidqa")
NEUTRAL = {"intercept": 0.0, "late_interaction": 1.0}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what the library ranked for it."""

    question: GoldQuestion
    ranked: list[ScoredSentence]

    def is_gold(self, scored: ScoredSentence) -> bool:
        """Whether a sentence overlaps the gold evidence."""
        return scored.passage.document_id == id_of(self.question) and any(
            overlaps(scored, span) for span in self.question.evidence
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
    write(out, {"questions": len(asked), "sets": RANKING_SETS, "coefficients": rounded(coefficients)})


def _ask(data: Path, name: str, ranker: SentenceRanker) -> list[Asked]:
    questions = sample(development_half(data, name))
    ids = neighbours(data, sorted({q.document_id for q in questions}))
    with library(documents(data, ids), ranker) as retriever:
        return [Asked(q, ranked(retriever, q.text, None)) for q in questions]


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

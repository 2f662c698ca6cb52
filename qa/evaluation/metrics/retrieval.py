"""Retrieval: is the gold evidence among the passages, and how far up. A passage is relevant if it overlaps gold.

Of answerable questions with gold evidence, whether they were answered or refused. Tested against ir-measures, where
hit@k is Success@k and the reciprocal rank RR.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from qa.evaluation.cases import Case
from qa.evaluation.metrics.measure import Measure, Row, each, ratio, yes

COVERED_AT = 10


def hit(k: int, case: Case) -> Row | None:
    """Whether one of the first k passages overlaps a gold span (Success@k)."""
    relevant = _relevance(case)
    return yes(None if relevant is None else any(relevant[:k]))


def reciprocal_rank(case: Case) -> Row | None:
    """1 / rank of the first passage that overlaps a gold span; 0 if none does (Voorhees 1999)."""
    relevant = _relevance(case)
    if relevant is None:
        return None
    return (1 / (relevant.index(True) + 1) if True in relevant else 0.0, 1.0)


def spans_covered(case: Case) -> Row | None:
    """Gold spans that one of the first ten passages overlaps / gold spans; alternatives count as one span."""
    if (passages := case.retrieved) is None or not case.gold or case.question is None:
        return None
    covered = [any(p.overlaps(*stretch) for p in passages[:COVERED_AT]) for stretch in case.gold]
    if case.question.evidence_mode == "any":
        return yes(any(covered))
    return each(sum(covered), len(covered))


def best_sentence(case: Case) -> Row | None:
    """Whether the sentence that was ranked first overlaps a gold span, also where the question was refused."""
    return yes(case.is_gold(case.response.best)) if case.response.best and case.gold else None


def _relevance(case: Case) -> list[bool] | None:
    if case.retrieved is None or not case.gold:
        return None
    return [case.is_gold(passage) for passage in case.retrieved]


def _hit(k: int) -> Callable[[Case], Row | None]:
    return partial(hit, k)


MEASURES = (
    Measure("best_sentence", "best sentence is gold", "retrieval", best_sentence, ratio, gates=True),
    Measure("hit_at_1", "evidence in the first passage", "retrieval", _hit(1), ratio, gates=True),
    Measure("hit_at_5", "evidence in the first five", "retrieval", _hit(5), ratio, gates=True, headline=True),
    Measure("hit_at_10", "evidence in the first ten", "retrieval", _hit(10), ratio, gates=True),
    Measure("mrr", "mean reciprocal rank", "retrieval", reciprocal_rank, ratio, gates=True),
    Measure("spans_covered", "gold spans in the first ten", "retrieval", spans_covered, ratio, gates=True),
)

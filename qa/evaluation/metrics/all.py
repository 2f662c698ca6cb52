"""Every measure, in the order in which they are shown."""

from __future__ import annotations

from qa.evaluation.metrics import abstention, answers, gold, retrieval, structural, support
from qa.evaluation.metrics.measure import Family, Measure, by_name

FAMILIES: dict[Family, tuple[Measure, ...]] = {
    "structural": structural.MEASURES,
    "retrieval": retrieval.MEASURES,
    "gold": gold.MEASURES,
    "support": support.MEASURES,
    "answers": answers.MEASURES,
    "abstention": abstention.MEASURES,
}
MEASURES: dict[str, Measure] = by_name([measure for family in FAMILIES.values() for measure in family])

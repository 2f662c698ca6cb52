"""Footnotes as such: exact words, marks that lead somewhere, numbers that exist. No model, no judgement."""

from __future__ import annotations

from qa.evaluation.cases import Case
from qa.evaluation.metrics.measure import Measure, Row, ratio, share
from qa.evaluation.structure import marks, quotes

_INEXACT = {
    "missing_document",
    "wrong_place",
    "wrong_document",
    "stitched_quote",
    "invented_quote",
}


def quote_exactness(case: Case) -> Row | None:
    """Quotes that equal document[start:end] / quotes. No value where the documents are not at hand.

    A document that has changed elsewhere since is a fault of its own, and its quote still exact.
    """
    if not case.has_documents:
        return None
    cited = quotes(case.response)
    wrong = {fault.number for fault in case.faults if fault.kind in _INEXACT}
    return share(sum(reference.number not in wrong for reference in cited), len(cited))


def orphan_rate(case: Case) -> Row | None:
    """(marks without a footnote + footnotes without a mark) / (marks + footnotes).

    Passages that a system was given and did not cite are no footnotes.
    """
    orphans = sum(f.kind in ("number_out_of_range", "mark_without_entry", "unused_entry") for f in case.faults)
    return share(orphans, len(marks(case.response)) + len(quotes(case.response)))


def invalid_rate(case: Case) -> Row | None:
    """Numbers that stand for nothing / all numbers put to sentences."""
    missing = sum(fault.kind in ("number_out_of_range", "mark_without_entry") for fault in case.faults)
    return share(missing, len(marks(case.response)))


MEASURES = (
    Measure("quote_exactness", "quotes word for word", "structural", quote_exactness, ratio, gates=True, headline=True),
    Measure(
        "orphan_rate", "marks or footnotes alone", "structural", orphan_rate, ratio, more_is_better=False, gates=True
    ),
    Measure(
        "invalid_rate",
        "numbers that stand for nothing",
        "structural",
        invalid_rate,
        ratio,
        more_is_better=False,
        gates=True,
    ),
)

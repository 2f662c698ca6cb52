"""Support: do the cited words bear out what is said? By a verifier, or by labels that people gave.

s(S, C) is 1, 0.5 or 0: the support of sentence S by citations C. Refusals leave these averages. After ALCE (Gao et al.
2023), without four of its faults: numbers that stand for nothing stay in the precision, every citation and every line
counts, and a mark after the full stop belongs to the sentence before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa.evaluation.cases import Case
from qa.evaluation.judging import Support
from qa.evaluation.metrics.measure import Measure, Row, each, harmonic, ratio, share


def citation_recall(case: Case) -> Row | None:
    """R_i = sentences with s(S, all) = 1 / sentences that need a citation; the mean over answers (ALCE, macro)."""
    needing = _needing(case)
    return each(sum(support.whole == 1 for support in needing), len(needing))


def citation_recall_micro(case: Case) -> Row | None:
    """Sentences with s(S, all) = 1 / sentences that need a citation, pooled over all answers (Liu et al. 2023)."""
    needing = _needing(case)
    return share(sum(support.whole == 1 for support in needing), len(needing))


def citation_precision(case: Case) -> Row | None:
    """P_i = citations c of S with s(S, all) = 1 and not (s(S, c) = 0 and s(S, all without c) = 1) / citations.

    The mean over answers (ALCE, macro).
    """
    cited = _cited(case)
    return each(sum(map(_relevant, cited)), sum(support.citations for support in cited))


def citation_precision_micro(case: Case) -> Row | None:
    """Citations c of S with s(S, all) = 1 and not (s(S, c) = 0 and s(S, all without c) = 1) / citations, pooled."""
    cited = _cited(case)
    return share(sum(map(_relevant, cited)), sum(support.citations for support in cited))


def citation_f1(case: Case) -> Row | None:
    """Harmonic mean of the set's macro precision and recall."""
    recall, precision = citation_recall(case), citation_precision(case)
    if recall is None and precision is None:
        return None
    return (*(recall or (0.0, 0.0)), *(precision or (0.0, 0.0)))


def weighted_recall(case: Case) -> Row | None:
    """R_w = sum of s(S, all) / sentences that need a citation, pooled (TREC RAG 2024)."""
    needing = _needing(case)
    return share(sum(support.whole for support in needing), len(needing))


def weighted_precision(case: Case) -> Row | None:
    """P_w = sum of s(S, c) / citations, pooled (TREC RAG 2024)."""
    cited = _cited(case)
    return share(sum(sum(s.alone or ()) for s in cited), sum(support.citations for support in cited))


def cited_supported(case: Case) -> Row | None:
    """Sentences with s(S, all) = 1 / sentences with a citation that were judged, pooled: ExpertQA's share."""
    judged = [support for support in _said(case) if support.citations and support.verdict]
    return share(sum(support.whole == 1 for support in judged), len(judged))


def misattribution(case: Case) -> Row | None:
    """Sentences that their citations do not support and another retrieved passage does / sentences with citations."""
    known = [support for support in _said(case) if support.citations and support.is_elsewhere is not None]
    return share(sum(bool(support.is_elsewhere) for support in known), len(known))


def _said(case: Case) -> Sequence[Support]:
    return case.supports if case.response.answers else ()


def _needing(case: Case) -> list[Support]:
    pairs = zip(case.response.sentences, _said(case), strict=False)
    return [support for sentence, support in pairs if sentence.needs_citation and _is_known(support)]


def _is_known(support: Support) -> bool:
    """A sentence without a citation is unsupported, and people need not say so."""
    return support.verdict is not None or not support.citations


def _cited(case: Case) -> list[Support]:
    return [support for support in _said(case) if support.citations and support.alone is not None]


def _relevant(support: Support) -> int:
    if support.whole < 1:
        return 0
    pairs = zip(support.alone or (), support.without or (), strict=True)
    return sum(not (alone == 0 and without == 1) for alone, without in pairs)


MEASURES = (
    Measure("citation_recall", "citation recall (macro)", "support", citation_recall, ratio, headline=True),
    Measure("citation_recall_micro", "citation recall (micro)", "support", citation_recall_micro, ratio),
    Measure("citation_precision", "citation precision (macro)", "support", citation_precision, ratio, headline=True),
    Measure("citation_precision_micro", "citation precision (micro)", "support", citation_precision_micro, ratio),
    Measure("citation_f1", "citation F1", "support", citation_f1, harmonic),
    Measure("weighted_recall", "weighted recall (TREC)", "support", weighted_recall, ratio),
    Measure("weighted_precision", "weighted precision (TREC)", "support", weighted_precision, ratio),
    Measure("cited_supported", "cited sentences supported", "support", cited_supported, ratio, headline=True),
    Measure("misattribution", "support by an uncited passage", "support", misattribution, ratio, more_is_better=False),
)

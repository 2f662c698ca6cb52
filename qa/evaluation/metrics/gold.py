"""Citations against the gold evidence: no judge, so a release may depend on these.

Of answerable questions with gold evidence that were answered. Numbers that stand for nothing stay in every precision.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa.evaluation.cases import Case, Stretch
from qa.evaluation.metrics.measure import Measure, Row, each, ratio, share, yes


def first_citation(case: Case) -> Row | None:
    """Whether the first citation overlaps a gold span; a number that stands for nothing does not."""
    if not _counts(case):
        return None
    return yes(case.first_cited is not None and case.is_gold(case.first_cited.place))


def evidence_hit(case: Case) -> Row | None:
    """Whether some citation overlaps a gold span."""
    return yes(any(map(case.is_gold, case.cited))) if _counts(case) else None


def evidence_recall(case: Case) -> Row | None:
    """Gold spans that a citation overlaps / gold spans, where all of them together are the evidence."""
    if not _counts(case) or case.question is None or case.question.evidence_mode != "all":
        return None
    return each(sum(any(c.overlaps(*stretch) for c in case.cited) for stretch in case.gold), len(case.gold))


def evidence_precision(case: Case) -> Row | None:
    """Citations that overlap a gold span / citations, pooled."""
    return share(sum(map(case.is_gold, case.cited)), len(case.cited) + case.invalid) if _counts(case) else None


def character_f1(case: Case) -> Row | None:
    """F1 of the characters cited and the characters of the gold sentences; of alternatives, the best one.

    SQuAD's F1 (Rajpurkar et al. 2016) with positions in the documents in place of words.
    """
    if not _counts(case) or case.question is None or not case.gold_sentences:
        return None
    cited = _apart((c.document or "", c.start or 0, c.end or 0) for c in case.cited)
    golds = [[stretch] for stretch in case.gold_sentences]
    if case.question.evidence_mode == "all":
        golds = [_apart(case.gold_sentences)]
    return (max(_f1(cited, gold) for gold in golds), 1.0)


def cited_words(case: Case) -> Row | None:
    """Words of all citations / citations: how much there is to read to check one."""
    if not case.response.answers:
        return None
    return share(sum(len(place.text.split()) for place in case.cited), len(case.cited))


def _apart(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same characters in stretches that have none in common."""
    found: list[Stretch] = []
    for document, start, end in sorted(stretches):
        if found and found[-1][0] == document and start <= found[-1][2]:
            found[-1] = (document, found[-1][1], max(end, found[-1][2]))
        elif start < end:
            found.append((document, start, end))
    return found


def _f1(cited: Sequence[Stretch], gold: Sequence[Stretch]) -> float:
    """Of characters, each in one stretch at most."""
    common = sum(max(0, min(c[2], g[2]) - max(c[1], g[1])) for c in cited for g in gold if c[0] == g[0])
    return 2 * common / sum(end - start for _, start, end in (*cited, *gold))


def _counts(case: Case) -> bool:
    return bool(case.response.answers and case.answerable and case.gold and case.is_located)


MEASURES = (
    Measure("first_citation", "first footnote is gold", "gold", first_citation, ratio, gates=True),
    Measure("evidence_hit", "some footnote is gold", "gold", evidence_hit, ratio, gates=True, headline=True),
    Measure("evidence_recall", "gold spans cited, where all count", "gold", evidence_recall, ratio, gates=True),
    Measure("evidence_precision", "footnotes that are gold", "gold", evidence_precision, ratio, gates=True),
    Measure("character_f1", "F1 of cited and gold characters", "gold", character_f1, ratio, gates=True),
    Measure("cited_words", "words a footnote", "gold", cited_words, ratio, unit="number", more_is_better=False),
)

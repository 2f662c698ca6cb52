"""Claims with their evidence and a human label: read from a file, and how well verdicts agree with the labels."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from qa.answer import Verdict
from qa.errors import BadRecord, WrongUse
from qa.evaluation.datasets.lines import objects, read_bytes
from qa.evaluation.records import groups_of
from qa.verifying.protocol import Judgement

CLAIM = '{"id", "claim", "evidence"}'
LABELS = ("supported", "partial", "unsupported", "generic")


@dataclass(frozen=True, slots=True)
class LabelledClaim:
    """A claim, what is quoted for it, and what people said of it (None: nothing)."""

    id: str
    claim: str
    evidence: tuple[str, ...]
    label: str | None = None
    group: str | None = None  # the article or conversation; halves and intervals go by it

    @property
    def is_supported(self) -> bool:
        """Partial support is none, as in LLM-AggreFact; "generic" claims have nothing to support."""
        return self.label == "supported"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How verdicts and scores agree with labels; a figure that nothing can be divided for is None."""

    claims: int
    supported: int
    balanced_accuracy: float | None
    macro_f1: float | None
    auroc: float | None


def read_claims(path: Path) -> list[LabelledClaim]:
    """The claims of a file with one JSON object a line: id, claim, evidence (texts), and label and group if known.

    Raises:
        WrongUse: the file cannot be read, or holds none.
        BadRecord: a line is no claim.
    """
    claims: list[LabelledClaim] = []
    places: dict[str, str] = {}
    for place, fields in objects(str(path), read_bytes(path), CLAIM):
        claim = _claim(place, fields)
        if claim.id in places:
            raise BadRecord(place, "id", f"it is used already at {places[claim.id]}")
        places[claim.id] = place
        claims.append(claim)
    if not claims:
        raise WrongUse(f"{path} holds no claims: write {CLAIM}, one a line.")
    return claims


def half(claims: Sequence[LabelledClaim], which: Literal["development", "reported"]) -> list[LabelledClaim]:
    """The claims of a half's groups, as question sets are split."""
    chosen = groups_of(which, (claim.group or claim.id for claim in claims))
    return [claim for claim in claims if (claim.group or claim.id) in chosen]


def agreement(claims: Sequence[LabelledClaim], judgements: Sequence[Judgement]) -> Agreement:
    """Of supported against all other labels, over the claims that have one."""
    pairs = [(c, j) for c, j in zip(claims, judgements, strict=True) if c.label is not None]
    gold = np.array([c.is_supported for c, _ in pairs], dtype=bool)
    said = np.array([j.verdict == "supported" for _, j in pairs], dtype=bool)
    return Agreement(
        claims=len(pairs),
        supported=int(gold.sum()),
        balanced_accuracy=balanced_accuracy(gold, said),
        macro_f1=macro_f1(gold, said),
        auroc=auroc(gold, np.array([j.score for _, j in pairs])),
    )


def balanced_accuracy(gold: np.ndarray, said: np.ndarray) -> float | None:
    """Mean of the shares of both classes that were recognised; None unless both occur."""
    if gold.all() or not gold.any():
        return None
    return (float(said[gold].mean()) + float((~said[~gold]).mean())) / 2


def macro_f1(gold: np.ndarray, said: np.ndarray) -> float | None:
    """Mean over both classes of 2 TP / (2 TP + FP + FN), as AttributionBench reports; None unless both occur."""
    if gold.all() or not gold.any():
        return None
    scores = []
    for positive, claimed in ((gold, said), (~gold, ~said)):
        right = float((positive & claimed).sum())
        scores.append(2 * right / float(positive.sum() + claimed.sum()))
    return sum(scores) / 2


def auroc(gold: np.ndarray, scores: np.ndarray) -> float | None:
    """The chance that a supported claim scores above another one, ties counting half (Mann-Whitney U); None unless
    both occur."""
    if gold.all() or not gold.any():
        return None
    others = np.sort(scores[~gold])
    below = np.searchsorted(others, scores[gold], side="left")
    at_most = np.searchsorted(others, scores[gold], side="right")
    return float((below + at_most).sum()) / (2.0 * int(gold.sum()) * len(others))


def verdict_counts(judgements: Sequence[Judgement]) -> dict[Verdict, int]:
    """How often each verdict was given."""
    verdicts: tuple[Verdict, ...] = ("supported", "partial", "unsupported")
    return {verdict: sum(j.verdict == verdict for j in judgements) for verdict in verdicts}


def _claim(place: str, fields: Mapping[str, Any]) -> LabelledClaim:
    evidence = fields.get("evidence", ...)
    if not isinstance(evidence, list):
        raise BadRecord(place, "evidence", "it is missing" if evidence is ... else "it is not a list of texts")
    for number, text in enumerate(evidence):
        if not _is_text(text):
            raise BadRecord(place, f"evidence[{number}]", "it is not text")
    label = fields.get("label")
    if label is not None and label not in LABELS:
        raise BadRecord(place, "label", f"{json.dumps(label)} is not one of {', '.join(LABELS)}")
    group = _named(fields.get("group"))
    return LabelledClaim(
        _text(place, {**fields, "id": _named(fields["id"])} if "id" in fields else fields, "id"),
        _text(place, fields, "claim"),
        tuple(evidence),
        label,
        group if isinstance(group, str) else None,
    )


def _named(name: Any) -> Any:
    """A number that names something, as its digits."""
    return str(name) if isinstance(name, int) and not isinstance(name, bool) else name


def _text(place: str, fields: Mapping[str, Any], name: str) -> str:
    if name not in fields:
        raise BadRecord(place, name, "it is missing")
    if not _is_text(fields[name]):
        raise BadRecord(place, name, "it is not text")
    text: str = fields[name]
    if not text.strip():
        raise BadRecord(place, name, "it is empty")
    return text


def _is_text(value: object) -> bool:
    """Whether it is a text that can be written as UTF-8: half of a surrogate pair cannot."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True

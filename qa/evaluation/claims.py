"""Claims with their evidence and a human label: read from a file, and how well verdicts agree with the labels."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from qa.answer import Verdict
from qa.errors import WrongUse
from qa.evaluation.records import groups_of
from qa.verifying.protocol import Judgement

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
        WrongUse: the file cannot be read, or a line is no claim; the message has the line, the field and the reason.
    """
    try:
        content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise WrongUse(f"{path} cannot be read: {error.strerror or error}.") from None
    claims: list[LabelledClaim] = []
    seen: dict[str, int] = {}
    # Only a line feed ends a line: JSON text may hold U+2028 and its like.
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            claim = _claim(line)
            if claim.id in seen:
                raise _BadField("id", f"is that of line {seen[claim.id]}, too")
        except _BadField as fault:
            raise WrongUse(f"{path}, line {number}: {fault}.") from None
        seen[claim.id] = number
        claims.append(claim)
    if not claims:
        raise WrongUse(f'{path} holds no claims: write {{"id", "claim", "evidence"}}, one a line.')
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


class _BadField(Exception):
    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"the {field} {reason}")


def _claim(line: bytes) -> LabelledClaim:
    try:
        fields = json.loads(line.decode())
    except (ValueError, RecursionError) as error:
        raise _BadField("line", f"is not JSON in UTF-8 ({error})") from None
    if not isinstance(fields, dict):
        raise _BadField("line", 'is no JSON object: write {"id", "claim", "evidence"}')
    evidence = fields.get("evidence", ...)
    if not isinstance(evidence, list):
        raise _BadField("evidence", "is missing" if evidence is ... else "is not a list of texts")
    for number, text in enumerate(evidence, 1):
        if not _is_text(text):
            raise _BadField("evidence", f"holds something else than text (item {number})")
    label = fields.get("label")
    if label is not None and label not in LABELS:
        raise _BadField("label", f"is {json.dumps(label)}, not one of {', '.join(LABELS)}")
    group = fields.get("group")
    return LabelledClaim(
        _text(fields, "id"),
        _text(fields, "claim"),
        tuple(evidence),
        label,
        group if isinstance(group, str) else None,
    )


def _text(fields: dict[str, Any], name: str) -> str:
    if name not in fields:
        raise _BadField(name, "is missing")
    if not _is_text(fields[name]):
        raise _BadField(name, "is not text")
    text: str = fields[name]
    if not text.strip():
        raise _BadField(name, "is empty")
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

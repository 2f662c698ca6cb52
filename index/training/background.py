"""Counts in how many passages of everyday English a stem stands."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from index.training.data import training_groups
from index.words import stems

# Counts below this say more about the sample than about English.
RAREST = 3


def count(data: Path, out: Path) -> None:
    """Writes stem and share of passages, the most frequent first."""
    passages = [p.text for group in training_groups(data) for p in group.passages]
    counts = Counter(stem for text in passages for stem in set(stems(text)))
    lines = ["# stem\tshare of passages; python -m index.training background"]
    lines += [f"{s}\t{n / len(passages):.5f}" for s, n in counts.most_common() if n >= RAREST]
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")

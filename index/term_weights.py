"""How much a word tells: inverse document frequency in the library, steadied by how common the word is in English."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

# The library's own counts outweigh the background once it has about this many passages.
PRIOR_PASSAGES = 1000


@dataclass(frozen=True)
class TermWeights:
    """Inverse document frequencies over a library's passages; without counts, over the background alone."""

    passages: int = 0
    frequencies: Mapping[str, int] = field(default_factory=dict)  # stem -> passages of the library that have it

    @classmethod
    def of(cls, stems: Iterable[str], frequencies: Iterable[int], passages: int) -> TermWeights:
        """From the counts of some stems in a library."""
        return cls(passages, dict(zip(stems, frequencies, strict=True)))

    def idf(self, stem: str) -> float:
        """Natural log of 1 + passages / passages with the stem, with the background as `PRIOR_PASSAGES` more."""
        prior = PRIOR_PASSAGES * background().get(stem, 0.0)
        return math.log(1 + (self.passages + PRIOR_PASSAGES) / (self.frequencies.get(stem, 0) + prior + 0.5))


@lru_cache(maxsize=1)
def background() -> Mapping[str, float]:
    """Stem -> share of English passages that have it (`python -m index.training background`)."""
    lines = files("index").joinpath("weights/background.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {stem: float(share) for stem, share in rows}

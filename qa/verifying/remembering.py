"""A verifier that is asked about the same words only once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from qa.verifying.protocol import Judgement, Verifier

REMEMBERED = 10_000  # judgements


class RememberingVerifier:
    """Hands out what another verifier said of the same claim and quotes before."""

    def __init__(self, verifier: Verifier) -> None:
        @lru_cache(REMEMBERED)
        def judge(claim: str, quotes: tuple[str, ...]) -> Judgement:
            return verifier.verify(claim, quotes)

        self._judge = judge

    def verify(self, claim: str, quotes: Sequence[str]) -> Judgement:
        """As the other one."""
        return self._judge(claim, tuple(quotes))

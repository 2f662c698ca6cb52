"""A deterministic encoder that needs no model: hashed bags of words as unit vectors. It speaks the real interface."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from index.document import Passage
from index.encoding import Floats, PassageEncoding, QuestionEncoding
from index.words import stem, words


class StandInEncoder:
    """Texts that share words are near each other; the same word always has the same vector.

    `calls` counts forward passes, so that a test can say that there were none.
    """

    def __init__(
        self, name: str = "stand-in", dimension: int = 32, token_dimension: int = 8, window: int = 200
    ) -> None:
        self.name = name
        self.dimension = dimension
        self.token_dimension = token_dimension
        self.window = window
        self.calls = 0

    def word_pieces(self, text: str) -> int:
        """One for each word."""
        return sum(1 for _ in words(text))

    def encode(self, passages: Sequence[Passage]) -> list[PassageEncoding]:
        """Encodes passages."""
        self.calls += len(passages)
        return [self._encode(passage.text) for passage in passages]

    def encode_question(self, question: str) -> QuestionEncoding:
        """Encodes a question."""
        encoding = self._encode(question)
        tokens = encoding.tokens.astype(np.float32) / np.float32(127)
        return QuestionEncoding(encoding.vector, tokens, encoding.token_starts)

    def _encode(self, text: str) -> PassageEncoding:
        found = [(stem(word.group()), word.start()) for word in words(text)]
        vectors = [_word_vector(word, self.dimension) for word, _ in found]
        total = np.sum(vectors, axis=0) if vectors else np.ones(self.dimension)
        rows = [_word_vector(word, self.token_dimension) for word, _ in found]
        tokens = np.stack(rows) if rows else np.zeros((0, self.token_dimension))
        return PassageEncoding(
            (total / np.linalg.norm(total)).astype(np.float32),
            np.rint(tokens * 127).astype(np.int8),
            np.array([start for _, start in found], dtype=np.int32),
        )


class Slow(StandInEncoder):
    """Encodes nothing until it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()
        self.go_on = threading.Event()

    def encode(self, passages: Sequence[Passage]) -> list[PassageEncoding]:
        self.begun.set()
        assert self.go_on.wait(20)
        return super().encode(passages)


@lru_cache(maxsize=100_000)
def _word_vector(word: str, dimension: int) -> Floats:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    vector = np.random.default_rng(seed).normal(size=dimension).astype(np.float32)
    return vector / np.float32(np.linalg.norm(vector))

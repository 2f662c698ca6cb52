"""An encoder that encodes the same text once, for those who meet the same sentences again and again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from index.document import Passage
from index.encoding import Encoder, PassageEncoding, QuestionEncoding

REMEMBERED = 5_000  # texts, at some 10 KB each


class RememberingEncoder:
    """Speaks for another encoder. For one thread at a time."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.dimension = encoder.dimension
        self.token_dimension = encoder.token_dimension
        self.window = encoder.window
        self._passages: dict[str, PassageEncoding] = {}  # by text
        self._question = lru_cache(REMEMBERED)(encoder.encode_question)

    def word_pieces(self, text: str) -> int:
        """How many word pieces the text has, special tokens left out."""
        return self._encoder.word_pieces(text)

    def encode(self, passages: Sequence[Passage]) -> list[PassageEncoding]:
        """Encodes the passages whose texts are new."""
        new = {passage.text: passage for passage in passages if passage.text not in self._passages}
        if len(self._passages) + len(new) > REMEMBERED:
            self._passages.clear()
            new = {passage.text: passage for passage in passages}
        if new:
            self._passages |= zip(new, self._encoder.encode(list(new.values())), strict=True)
        return [self._passages[passage.text] for passage in passages]

    def encode_question(self, question: str) -> QuestionEncoding:
        """Encodes a question, if it is new."""
        return self._question(question)

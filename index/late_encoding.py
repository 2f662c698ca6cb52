"""The bundled encoder for those who may not need it: to list, show or remove documents takes no model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from index.bundled import BUNDLED_MODEL
from index.document import Passage
from index.encoding import Encoder, PassageEncoding, QuestionEncoding
from index.projection import Projection


class LateEncoder:
    """Says at once what the bundled encoder is, and loads it (10 s) when something is to be encoded."""

    def __init__(self, load: Callable[[], Encoder]) -> None:
        """`load` returns the bundled encoder."""
        projection = Projection.load()
        self._load = load
        self.name = f"{BUNDLED_MODEL}+{projection.name}"
        self.dimension = projection.model_dimension
        self.token_dimension = projection.dimension
        self.window = 254  # the model's 256 without [CLS] and [SEP]

    def word_pieces(self, text: str) -> int:
        """How many word pieces the text has, special tokens left out."""
        return self._encoder.word_pieces(text)

    def encode(self, passages: Sequence[Passage]) -> list[PassageEncoding]:
        """Encodes passages."""
        return self._encoder.encode(passages)

    def encode_question(self, question: str) -> QuestionEncoding:
        """Encodes a question."""
        return self._encoder.encode_question(question)

    @cached_property
    def _encoder(self) -> Encoder:
        return self._load()

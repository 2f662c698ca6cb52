"""Quotes -> the sentences of the evidence with their token vectors; no model runs over what a library holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.document import Document, Passage
from index.encoding import Encoder, Floats, PassageEncoding
from index.passages import StoredPassage
from index.splitting import split
from qa.verifying.composing import composed, composed_offsets
from qa.verifying.numbers import KnownNumbers
from qa.verifying.protocol import Quote


class StoredTokens(Protocol):
    """Where token vectors are kept: `index.library.Library`."""

    def passages_within(self, document_id: str, start: int, end: int) -> list[StoredPassage]:
        """The passages of a document that overlap a stretch of it, in order; none if it is not there."""
        ...


@dataclass(frozen=True, eq=False)
class EvidenceSentence:
    """A sentence of the evidence, or the part of it that is quoted."""

    text: str
    tokens: NDArray[np.int8]  # (t, token_dimension), t > 0; unit rows times 127
    starts: NDArray[np.int32]  # (t,), code points into the text


class Evidence:
    """At least one sentence. A chunk is what is quoted of one passage."""

    def __init__(self, chunks: Sequence[Sequence[EvidenceSentence]]) -> None:
        """Chunks without a sentence count as none."""
        filled = [chunk for chunk in chunks if chunk]
        self.sentences = [sentence for chunk in filled for sentence in chunk]
        self.chunks = np.repeat(np.arange(len(filled)), [len(chunk) for chunk in filled])  # (sentences,)
        lengths = [len(sentence.tokens) for sentence in self.sentences]
        self.firsts = np.cumsum([0, *lengths[:-1]])  # (sentences,), the row of `tokens` at which each begins

    @cached_property
    def numbers(self) -> list[KnownNumbers]:
        """For each sentence, the numbers that it gives."""
        return [KnownNumbers(sentence.text) for sentence in self.sentences]

    @cached_property
    def tokens(self) -> Floats:
        """(t, token_dimension) unit rows, sentence after sentence."""
        rows = np.concatenate([sentence.tokens for sentence in self.sentences])
        return np.asarray(rows.astype(np.float32) / np.float32(127.0))


class EvidenceReader:
    """Finds the token vectors of quotes, or makes them."""

    def __init__(self, encoder: Encoder, stored: StoredTokens | None = None) -> None:
        self._encoder = encoder
        self._stored = stored

    def read(self, quotes: Sequence[str]) -> Evidence | None:
        """The evidence; None if the quotes have no word piece between them."""
        chunks: list[list[EvidenceSentence]] = []
        loose: list[Passage] = []
        for quote in quotes:
            if held := self._held(quote):
                chunks += held
            else:
                # Not a word of it is left out: what exceeds the encoder's window is encoded in several passes.
                loose += split(Document.from_text(composed(quote)), self._encoder.word_pieces, self._encoder.window)
        encodings = self._encoder.encode(loose) if loose else []
        chunks += [_within(p, e, p.start, p.end) for p, e in zip(loose, encodings, strict=True)]
        return Evidence(chunks) if any(chunks) else None

    def _held(self, quote: str) -> list[list[EvidenceSentence]]:
        """What the library holds of a quote; nothing unless it is these very words, all of them."""
        if self._stored is None or not isinstance(quote, Quote):
            return []
        start, end = quote.place.start, quote.place.end
        found = self._stored.passages_within(quote.place.document_id, start, end)
        covered = []
        for held in found:
            first, last = max(start, held.passage.start), min(end, held.passage.end)
            covered.append(held.passage.quote(first, last))
            if covered[-1] != quote[first - start : last - start]:
                return []  # the document was replaced since
        if "".join("".join(covered).split()) != "".join(quote.split()):
            return []
        return [_within(held.passage, held.encoding, start, end) for held in found]


def _within(passage: Passage, encoding: PassageEncoding, start: int, end: int) -> list[EvidenceSentence]:
    """The sentences between two offsets of the document, with the tokens that they have there."""
    sentences = []
    for sentence in passage.sentences:
        first, last = max(start, sentence.start), min(end, sentence.end)
        origin = first - passage.start
        inside = (encoding.token_starts >= origin) & (encoding.token_starts < last - passage.start)
        if inside.any():
            text = passage.quote(first, last)
            starts = composed_offsets(text, (encoding.token_starts[inside] - origin).tolist())
            # The library's documents keep the accents that they came with.
            tokens = encoding.tokens[inside]
            sentences.append(EvidenceSentence(composed(text), tokens, np.array(starts, dtype=np.int32)))
    return sentences

"""How well each word of a claim is matched by the evidence: cosines of token vectors, after MaxSim.

MaxSim is Khattab and Zaharia 2020, eq. 3; here over words (the mean of a word's tokens), and kept apart by sentence so
that a claim can be compared with all evidence, its best chunk and its best sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from index.encoding import Floats, QuestionEncoding
from index.term_weights import TermWeights
from index.words import function_stems, stem, stems, words
from qa.verifying.evidence import Evidence
from qa.verifying.numbers import numbers

# Punctuation says next to nothing; a weight of 0 would leave a claim of "?" without any.
MIN_WEIGHT = 0.05


@dataclass(frozen=True, eq=False)
class Claim:
    """A claim's words with their tokens."""

    text: str
    words: tuple[re.Match[str], ...]
    stems: tuple[str, ...]
    weights: Floats  # (words,), inverse document frequencies in everyday English
    content: NDArray[np.bool_]  # (words,), all of them if there is nothing but function words
    tokens: Floats  # (q, token_dimension), unit rows
    token_starts: NDArray[np.int32]  # (q,), code points into the text

    @classmethod
    def of(cls, text: str, encoding: QuestionEncoding) -> Claim:
        """From a claim that was encoded as a question is."""
        found = tuple(words(text))
        stems = tuple(stem(word.group()) for word in found)
        content = np.array([s not in function_stems() for s in stems], dtype=np.bool_)
        return cls(
            text,
            found,
            stems,
            np.array([_idf(s) for s in stems], dtype=np.float32),
            content if content.any() else np.ones(len(stems), dtype=np.bool_),
            encoding.tokens,
            encoding.token_starts,
        )

    @cached_property
    def tokens_of(self) -> list[NDArray[np.intp]]:
        """For each word, which tokens it has; none where the encoder's window cut the claim."""
        starts = self.token_starts
        return [np.flatnonzero((starts >= word.start()) & (starts < word.end())) for word in self.words]

    @cached_property
    def token_weights(self) -> Floats:
        """(q,): the weight of the word that each token is of."""
        weights = np.full(len(self.tokens), MIN_WEIGHT, dtype=np.float32)
        for tokens, weight in zip(self.tokens_of, self.weights.tolist(), strict=True):
            weights[tokens] = weight
        return weights


class Alignment:
    """A claim beside its evidence."""

    def __init__(self, claim: Claim, evidence: Evidence) -> None:
        self.claim = claim
        self.evidence = evidence
        self.cosines = _product(claim.tokens, evidence.tokens)  # (q, t)

    @cached_property
    def by_sentence(self) -> Floats:
        """(q, sentences): each token's best cosine in each sentence; 1 for a number that is in it."""
        best: Floats = np.maximum.reduceat(self.cosines, self.evidence.firsts, axis=1)
        starts = self.claim.token_starts
        for number in numbers(self.claim.text):
            written = np.flatnonzero((starts >= number.start) & (starts < number.end))
            for sentence, there in enumerate(self.evidence.numbers):
                if not number.is_weak and there.has(number):
                    best[written, sentence] = 1.0
        return best

    @cached_property
    def by_chunk(self) -> Floats:
        """(q, chunks): the same in each chunk."""
        chunks = self.evidence.chunks
        firsts = np.flatnonzero(np.diff(chunks, prepend=-1))
        best: Floats = np.maximum.reduceat(self.by_sentence, firsts, axis=1)
        return best

    @cached_property
    def best_sentence(self) -> int:
        """The sentence of the evidence that the claim is nearest to."""
        return int((self.claim.token_weights @ self.by_sentence).argmax())

    @cached_property
    def best_chunk(self) -> NDArray[np.intp]:
        """The sentences of the chunk in which it stands."""
        chunks = self.evidence.chunks
        return np.flatnonzero(chunks == chunks[self.best_sentence])

    @cached_property
    def found(self) -> NDArray[np.bool_]:
        """(words,): whether the evidence has the word's stem, or the value of the number that it helps to write."""
        known = frozenset(s for sentence in self.evidence.sentences for s in stems(sentence.text))
        same = [n for n in numbers(self.claim.text) if any(there.has(n) for there in self.evidence.numbers)]
        return np.array(
            [
                stem in known or any(n.start <= word.start() < n.end for n in same)
                for stem, word in zip(self.claim.stems, self.claim.words, strict=True)
            ],
            dtype=np.bool_,
        )

    def of_words(self, cosines: Floats) -> Floats:
        """(q,) cosines of tokens -> (words,): the mean over each word's tokens; 0.0 for a word without any."""
        means = [float(cosines[tokens].mean()) if len(tokens) else 0.0 for tokens in self.claim.tokens_of]
        return np.array(means, dtype=np.float32)

    def counterpart(self, word: int) -> tuple[int, int, float] | None:
        """Where a word of the claim is matched best in the best chunk: sentence, offset into it, and cosine."""
        tokens = self.claim.tokens_of[word]
        if not len(tokens):
            return None
        best: tuple[int, int, float] | None = None
        for sentence in self.best_chunk.tolist():
            first = int(self.evidence.firsts[sentence])
            starts = self.evidence.sentences[sentence].starts
            column = self.cosines[tokens, first : first + len(starts)].max(axis=0)
            place = int(column.argmax())
            if best is None or column[place] > best[2]:
                best = sentence, int(starts[place]), float(column[place])
        return best


def weighted_mean(weights: Floats, values: Floats) -> Floats:
    """(n,) weights >= 0 and (n, ...) values -> (...); 0 if all weights are."""
    total = float(weights.sum())
    return np.asarray(weights @ values / total if total else np.zeros(values.shape[1:]), dtype=np.float32)


@lru_cache(maxsize=100_000)
def _idf(stem: str) -> float:
    return TermWeights().idf(stem)


def _product(claim: Floats, evidence: Floats) -> Floats:
    # In torch, where the claim has just been encoded: numpy's own threads would wait for torch's (`index.ranking`).
    from torch import from_numpy

    cosines: Floats = (from_numpy(np.ascontiguousarray(claim)) @ from_numpy(evidence).T).numpy()
    return cosines

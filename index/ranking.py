"""Question + passages -> scored sentences: late interaction over stored token vectors, and what joins it.

No model runs here. Everything a sentence is scored by is absolute (nothing is standardised over the candidates), so
that a score means the same in a library of one page and of a thousand documents; `weights/ranking.json` holds the
fitted coefficients (`python -m index.training ranking`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import compress, pairwise

import numpy as np
from numpy.typing import NDArray

from index.document import Passage, Sentence
from index.encoding import Floats, PassageEncoding, QuestionEncoding
from index.expecting import EXPECTED, expected, lacking
from index.numbers import NUMBER, is_same, written
from index.structure import Standing
from index.term_weights import TermWeights
from index.words import content_stems, function_stems, stem, stem_set, words


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a sentence. Names are the keys of `weights/ranking.json`."""

    late_interaction: float  # cosine in [-1, 1]
    context_interaction: float  # the same of the sentence, the one before it and its headings in the passage, as one
    document_interaction: float  # the same with what its document is called
    passage_interaction: float  # late interaction of the question with the sentence's whole passage
    passage_similarity: float  # cosine of question and passage vector
    passage_coverage: float  # share of the question's weight whose words the passage has
    coverage: float  # the same of the sentence itself
    weakest: float  # mean of the question's three least matched content tokens' cosines
    expected_number: float  # 1 if the question asks how many and the sentence has a number
    expected_date: float  # 1 if it asks when and the sentence has a date
    expected_reason: float  # 1 if it asks why and the sentence gives a reason
    expected_name: float  # 1 if it asks who and the sentence has a name that the question has not
    without_kind: float  # 1 if it asks how many, how old, how much or what it is called and the sentence has no such


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence of a passage with its place in the ranking."""

    passage: Passage
    sentence: Sentence
    signals: Signals
    score: float  # log-odds that it holds the answer, given the question
    relevance: float  # the same as a probability
    within: float | None = None  # log-odds within its conversation, which it is then ranked by: `index.conversing`

    @property
    def key(self) -> tuple[str, int, int]:
        """No other sentence has it."""
        return self.passage.document_id, self.passage.start, self.sentence.start

    @property
    def order(self) -> tuple[float, str, int]:
        """The most relevant sentence has the least."""
        ranked_by = self.score if self.within is None else self.within
        return -ranked_by, self.passage.document_id, self.sentence.start

    @property
    def text(self) -> str:
        """Its words."""
        return self.passage.quote(self.sentence.start, self.sentence.end)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage to take sentences from."""

    passage: Passage
    encoding: PassageEncoding
    called: frozenset[str] = frozenset()  # stems of what its document is called


Found = tuple[Candidate, Sentence]


@dataclass(frozen=True, eq=False)
class Question:
    """A question with everything that ranking needs of it."""

    text: str
    encoding: QuestionEncoding
    stems: tuple[str, ...]  # its content words' stems, without repetition
    stem_weights: Floats  # (len(stems),), natural log, >= 0
    token_weights: Floats  # (q,), >= 0
    token_stems: tuple[str | None, ...]  # (q,), of the content word that a token is of; None of others

    @classmethod
    def of(cls, text: str, encoding: QuestionEncoding, weights: TermWeights) -> Question:
        """Weighs a question's words and tokens by how much they tell."""
        distinct = tuple(dict.fromkeys(content_stems(text)))
        token_weights = np.full(len(encoding.token_starts), MIN_WEIGHT, dtype=np.float32)
        token_stems: list[str | None] = [None] * len(encoding.token_starts)
        for word in words(text):
            inside = (encoding.token_starts >= word.start()) & (encoding.token_starts < word.end())
            root = stem(word.group())
            token_weights[inside] = weights.idf(root)
            if root not in function_stems():
                for token in np.flatnonzero(inside):
                    token_stems[token] = root
        token_weights = np.sqrt(token_weights)  # unrooted, a rare word drowned what was asked about it
        if encoding.importance is not None:
            token_weights = token_weights * encoding.importance
        stem_weights = np.array([weights.idf(s) for s in distinct], dtype=np.float32)
        return cls(text, encoding, distinct, stem_weights, token_weights, tuple(token_stems))


MIN_WEIGHT = 0.05  # punctuation's, which says next to nothing; of 0, a question of "?" would have none
WEAKEST = 3  # content tokens
# The cosine that a number finds, at most, where it does not stand: its parts are near those of any other number. Of
# "What is new in 2.4.0?" 2.3.0 is no answer.
OTHER_NUMBER = 0.4
# The cosine that a word which names the document is taken to find in all its sentences: few of them repeat the name.
NAMED_COSINE = 0.9


def late_interaction(question: Floats, sentence: Floats, weights: Floats) -> float:
    """How well a sentence covers a question, token by token.

    Mean over question tokens of the best cosine in the sentence, weighted; after MaxSim (Khattab and Zaharia 2020,
    eq. 3), which sums without weights.

    Args:
        question: (q, d) unit rows, without [CLS] and [SEP].
        sentence: (s, d) unit rows; s may be 0.
        weights: (q,) weights >= 0: root of inverse document frequency, times learned importance.

    Returns:
        A cosine in [-1, 1]; 0.0 if the sentence is empty or all weights are 0.

    Raises:
        ValueError: widths differ, or there is not one weight per question token.
    """
    if question.shape[1] != sentence.shape[1] or len(weights) != len(question):
        raise ValueError(f"Shapes {question.shape}, {sentence.shape} and {weights.shape} do not fit.")
    total = float(weights.sum())
    if not len(sentence) or not total:
        return 0.0
    return float((question @ sentence.T).max(axis=1) @ weights) / total


class SentenceRanker:
    """Scores every sentence of the candidates; the coefficients are those that were fitted."""

    def __init__(self, coefficients: Mapping[str, float] | None = None) -> None:
        self._coefficients = dict(coefficients or fitted_coefficients())

    def rank(self, question: Question, candidates: Sequence[Candidate]) -> list[ScoredSentence]:
        """The candidates' sentences, the best first, without headings and what has no word piece."""
        found, best = _best_cosines(question.encoding.tokens, candidates)
        if not found:
            return []
        standing = Standing.of([(candidate.passage, sentence) for candidate, sentence in found])
        columns = _signals(question, found, best, standing)
        scores = np.full(len(found), self._coefficients["intercept"])
        for name, column in columns.items():
            scores += self._coefficients.get(name, 0.0) * column
        rows = zip(*(column.tolist() for column in columns.values()), strict=True)
        scored = [
            ScoredSentence(candidate.passage, sentence, Signals(*row), score, 1.0 / (1.0 + math.exp(-score)))
            for (candidate, sentence), row, score in zip(found, rows, scores.tolist(), strict=True)
        ]
        return sorted(compress(scored, ~standing.is_heading), key=lambda s: s.order)


@lru_cache(maxsize=1)
def fitted_coefficients() -> Mapping[str, float]:
    """The reviewed coefficients, by signal."""
    coefficients: dict[str, float] = json.loads(files("index").joinpath("weights/ranking.json").read_text("utf-8"))[
        "coefficients"
    ]
    return coefficients


def _best_cosines(question_tokens: Floats, candidates: Sequence[Candidate]) -> tuple[list[Found], Floats]:
    """The sentences that have a word piece, and for each the best cosine of every question token: (q, sentences)."""
    found: list[Found] = []
    firsts: list[int] = []  # each sentence's first row in the tokens of all candidates
    before = 0
    for candidate in candidates:
        passage, starts = candidate.passage, candidate.encoding.token_starts
        edges = np.searchsorted(starts, [sentence.start - passage.start for sentence in passage.sentences])
        for sentence, (first, last) in zip(passage.sentences, pairwise([*edges.tolist(), len(starts)]), strict=True):
            if last > first:
                found.append((candidate, sentence))
                firsts.append(before + first)
        before += len(starts)
    if not found:
        return [], np.empty((len(question_tokens), 0), dtype=np.float32)
    tokens = np.concatenate([candidate.encoding.tokens for candidate in candidates])
    return found, np.maximum.reduceat(_cosines(question_tokens, tokens), firsts, axis=1)


def _cosines(question: Floats, tokens: NDArray[np.int8]) -> Floats:
    """(q, d) unit rows and (t, d) unit rows times 127 -> (q, t)."""
    # In torch, where the question has just been encoded: numpy's own threads would wait for torch's, which keep
    # spinning, and then hold up the next question (6 ms each on two cores).
    from torch import from_numpy

    cosines: Floats = (from_numpy(question / np.float32(127.0)) @ from_numpy(tokens).float().T).numpy()
    return cosines


def _signals(question: Question, found: Sequence[Found], best: Floats, standing: Standing) -> dict[str, Floats]:
    """Every field of `Signals`, in its order, for each sentence: (sentences,)."""
    quotes = [candidate.passage.quote(sentence.start, sentence.end) for candidate, sentence in found]
    firsts = [i for i, (candidate, _) in enumerate(found) if not i or candidate is not found[i - 1][0]]
    sentences_of = np.diff([*firsts, len(found)])
    candidates = [found[first][0] for first in firsts]
    best = _without_other_numbers(question, best, quotes)
    content = best[np.array([stem is not None for stem in question.token_stems], dtype=np.bool_)]

    def for_each_sentence(of_passages: Floats) -> Floats:
        return np.repeat(of_passages, sentences_of, axis=-1)

    covered = _covered(question, [stem_set(text) for text in quotes])
    vectors = np.stack([candidate.encoding.vector for candidate in candidates])
    context, by_name = _with_context(best, firsts, standing), for_each_sentence(_by_name(question, candidates))
    return {
        "late_interaction": _weighted(question, best),
        "context_interaction": _weighted(question, context),
        "document_interaction": _weighted(question, np.maximum(context, by_name)),
        "passage_interaction": for_each_sentence(_weighted(question, np.maximum.reduceat(best, firsts, axis=1))),
        "passage_similarity": for_each_sentence(np.vecdot(vectors, question.encoding.vector)),
        "passage_coverage": for_each_sentence(np.maximum.reduceat(covered, firsts, axis=1).sum(axis=0)),
        "coverage": covered.sum(axis=0),
        "weakest": _weakest(content if len(content) else best),
        **{f"expected_{kind}": expected(kind, question.text, quotes) for kind in EXPECTED},
        "without_kind": lacking(question.text, quotes).astype(np.float32),
    }


def _without_other_numbers(question: Question, best: Floats, sentences: Sequence[str]) -> Floats:
    """(q, n) best cosines -> the same with those of the question's numbers kept low where a sentence has others."""
    asked = list(NUMBER.finditer(question.text))
    if not asked:
        return best
    best, starts = best.copy(), question.encoding.token_starts
    having = [{written(found) for found in NUMBER.finditer(text)} for text in sentences]
    for found in asked:
        number = written(found)
        has = np.array([any(is_same(number, other) for other in others) for others in having], dtype=np.bool_)
        tokens = np.flatnonzero((starts >= found.start()) & (starts < found.end()))
        places = np.ix_(tokens, np.flatnonzero(~has))
        best[places] = np.minimum(best[places], OTHER_NUMBER)
    return best


def _weighted(question: Question, best: Floats) -> Floats:
    """(q, n) best cosines -> (n,) late interactions."""
    return np.asarray(question.token_weights @ best / (float(question.token_weights.sum()) or 1.0))


def _with_context(best: Floats, firsts: Sequence[int], standing: Standing) -> Floats:
    """(q, n) best cosines -> the same with what the sentence before or two headings have better, in the passage."""
    previous = np.roll(best, 1, axis=1)
    previous[:, firsts] = -1.0
    above = np.maximum(best, best[:, standing.under])[:, standing.under]
    return np.maximum(np.maximum(best, previous), above)


def _by_name(question: Question, candidates: Sequence[Candidate]) -> Floats:
    """(q, candidates) cosines of the tokens that name a candidate's document; -1 for all others."""
    names = [[stem in candidate.called for candidate in candidates] for stem in question.token_stems]
    return np.where(np.reshape(names, (len(question.token_stems), len(candidates))), NAMED_COSINE, -1.0)


def _weakest(best: Floats) -> Floats:
    """(q, n) best cosines -> (n,) means of the lowest; 0 of no token, as a question of a zero-width space has it."""
    lowest = np.sort(best, axis=0)[:WEAKEST]
    return lowest.mean(axis=0) if len(lowest) else np.zeros(best.shape[1], np.float32)


def _covered(question: Question, sentences: Sequence[frozenset[str]]) -> Floats:
    """(stems, sentences): the share of the question's weight that each stem has in a sentence; 0 if it is not there."""
    found = np.array([[stem in stems for stems in sentences] for stem in question.stems], dtype=np.float32)
    share = question.stem_weights / (float(question.stem_weights.sum()) or 1.0)
    return found.reshape(len(share), len(sentences)) * share[:, None]

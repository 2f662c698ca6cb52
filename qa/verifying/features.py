"""What speaks for and against a claim, given its evidence. No model runs here."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

import numpy as np

from index.encoding import Floats
from index.words import stem, stems
from qa.verifying.alignment import Alignment, weighted_mean
from qa.verifying.conflicts import Conflicts

# A word that is matched with less than this cosine is not matched at all.
UNMATCHED = 0.5
WEAKEST = 3  # content words
# Sentences of the evidence, the nearest ones, that the claim's word order is compared with.
COMPARED = 5
_SPEAKER = re.compile(r"\b(?:i|me|my|mine|myself|we|us|our|ours|you|your|yours)\b", re.I)
_EXTREME = re.compile(
    r"\b(?:all|always|every|only|must|most|best|worst|largest|greatest|never|favou?rite|definitely|really|very|"
    r"absolutely)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Features:
    """All that the fitted model looks at. Names are those in `weights/support.json`."""

    # Words: shares of the claim's content words, by stem.
    contained: float  # in any of the evidence
    contained_chunk: float  # in the chunk that has most of them, weighted by idf
    contained_sentence: float  # in the sentence that has most of them
    missing: float  # ln(1 + content words in none of it)
    rarest_missing: float  # idf of the rarest of these; 0 if there is none
    pairs: float  # share of neighbouring words of the claim that are neighbours in the evidence
    in_order: float  # longest common subsequence with one of the nearest sentences, of the claim's words
    # Meaning: cosines of token vectors.
    aligned: float  # mean over tokens of the best cosine in all evidence, weighted by idf
    aligned_chunk: float  # in the best chunk
    aligned_sentence: float  # in the best sentence
    weakest: float  # mean of the least matched content words, all evidence
    weakest_chunk: float  # in the best chunk
    quarter: float  # a quarter of the content words are matched less than this, all evidence
    quarter_chunk: float  # in the best chunk
    unmatched: float  # share of the content words' idf that is matched with less than `UNMATCHED`
    missing_aligned: float  # mean match of the content words whose stem is missing; 1 if none is
    similarity: float  # of the mean token vectors of the claim and the nearest sentence
    # What may not differ.
    numbers_missing: float  # numbers that the evidence lacks
    numbers_elsewhere: float  # 1 if a number is not in the best chunk
    numbers_displaced: float  # 1 if the number that is nearest to one of the claim's is another
    number_aligned: float  # least match of a number; 1 if there is none
    names_missing: float  # share of the names that the evidence lacks
    name_conflict: float  # 1 if it lacks one and has nothing alike
    name_aligned: float  # least match of a name; 1 if there is none
    negation_added: float  # content words that only the claim negates
    negation_lost: float  # content words that only the evidence negates
    negation_aligned: float  # least match of a negation; 1 if there is none
    negated_otherwise: float  # 1 if only one of claim and nearest sentence negates a word that both have
    opposite: float  # words whose opposite the nearest sentence has instead
    differs: float  # 1 if a number, a name or a negation does, by words alone
    # What kind of claim and evidence it is.
    length: float  # ln(1 + content words)
    evidence_length: float  # ln of the tokens of the evidence
    speaker: float  # 1 if the claim speaks of speaker or hearer and the evidence does not
    extremes: float  # words like "always", "best" that the evidence lacks
    question: float  # 1 if it ends in a question mark

    @classmethod
    def of(cls, alignment: Alignment, conflicts: Conflicts) -> Features:
        """Of a claim with at least one word, beside its evidence."""
        return cls(**_words(alignment), **_meaning(alignment), **_differences(alignment, conflicts), **_kind(alignment))

    def row(self, names: Sequence[str]) -> list[float]:
        """The values of these features."""
        fields = asdict(self)
        return [fields[name] for name in names]


def _words(alignment: Alignment) -> dict[str, float]:
    claim, evidence = alignment.claim, alignment.evidence
    orders = [stems(sentence.text) for sentence in evidence.sentences]
    sentences = [frozenset(order) for order in orders]
    chunks = [
        frozenset().union(*(s for s, c in zip(sentences, evidence.chunks.tolist(), strict=True) if c == chunk))
        for chunk in range(int(evidence.chunks.max()) + 1)
    ]
    found = alignment.found
    content = claim.content
    idf = np.where(content, claim.weights, np.float32(0.0))
    missing = content & ~found
    pairs = list(pairwise(claim.stems))
    neighbours = {pair for order in orders for pair in pairwise(order)}
    nearest = np.argsort(-(claim.token_weights @ alignment.by_sentence), kind="stable")[:COMPARED].tolist()
    return {
        "contained": float(found[content].mean()),
        "contained_chunk": max(float(weighted_mean(idf, _found(claim.stems, c).astype(np.float32))) for c in chunks),
        "contained_sentence": max(float(_found(claim.stems, s)[content].mean()) for s in sentences),
        "missing": math.log1p(int(missing.sum())),
        "rarest_missing": float((idf * missing).max()),
        "pairs": sum(pair in neighbours for pair in pairs) / len(pairs) if pairs else float(found[0]),
        "in_order": max(_common_subsequence(claim.stems, orders[s]) for s in nearest) / len(claim.stems),
    }


def _meaning(alignment: Alignment) -> dict[str, float]:
    claim = alignment.claim
    every = alignment.by_sentence.max(axis=1)
    chunk = alignment.by_sentence[:, alignment.best_chunk].max(axis=1)
    content = claim.content
    of_every, of_chunk = alignment.of_words(every), alignment.of_words(chunk)
    idf = claim.weights[content]
    missing = content & ~alignment.found
    return {
        "aligned": float(weighted_mean(claim.token_weights, every)),
        "aligned_chunk": float(weighted_mean(claim.token_weights, alignment.by_chunk).max()),
        "aligned_sentence": float(weighted_mean(claim.token_weights, alignment.by_sentence).max()),
        "weakest": float(np.sort(of_every[content])[:WEAKEST].mean()),
        "weakest_chunk": float(np.sort(of_chunk[content])[:WEAKEST].mean()),
        "quarter": float(np.quantile(of_every[content], 0.25)),
        "quarter_chunk": float(np.quantile(of_chunk[content], 0.25)),
        "unmatched": float(weighted_mean(idf, (of_every[content] < UNMATCHED).astype(np.float32))),
        "missing_aligned": float(of_every[missing].mean()) if missing.any() else 1.0,
        "similarity": _similarity(alignment),
    }


def _differences(alignment: Alignment, conflicts: Conflicts) -> dict[str, float]:
    return {
        "numbers_missing": float(len(conflicts.numbers)),
        "numbers_elsewhere": float(conflicts.numbers_elsewhere),
        "numbers_displaced": float(conflicts.numbers_displaced),
        "number_aligned": conflicts.number_aligned,
        "names_missing": conflicts.names_missing,
        "name_conflict": float(bool(conflicts.names)),
        "name_aligned": conflicts.name_aligned,
        "negation_added": float(len(conflicts.negation_added)),
        "negation_lost": float(len(conflicts.negation_lost)),
        "negation_aligned": conflicts.negation_aligned,
        "negated_otherwise": float(conflicts.negated_otherwise),
        "opposite": float(len(conflicts.opposite)),
        "differs": float(conflicts.differs),
    }


def _kind(alignment: Alignment) -> dict[str, float]:
    claim, evidence = alignment.claim, alignment.evidence
    text = " ".join(sentence.text for sentence in evidence.sentences)
    known = frozenset(stems(text))
    return {
        "length": math.log1p(int(claim.content.sum())),
        "evidence_length": math.log(len(evidence.tokens)),
        "speaker": float(bool(_SPEAKER.search(claim.text)) and not _SPEAKER.search(text)),
        "extremes": float(sum(stem(word) not in known for word in _EXTREME.findall(claim.text))),
        "question": float(claim.text.rstrip().endswith("?")),
    }


def _found(wanted: Sequence[str], known: frozenset[str]) -> np.ndarray:
    return np.array([s in known for s in wanted], dtype=np.bool_)


def _similarity(alignment: Alignment) -> float:
    """Cosine of the claim's mean token vector and that of the sentence nearest to it."""
    evidence = alignment.evidence
    lengths = [len(sentence.tokens) for sentence in evidence.sentences]
    sums = np.add.reduceat(evidence.tokens, evidence.firsts, axis=0)
    means = np.asarray(sums / np.array(lengths)[:, None], dtype=np.float32)
    return float((_unit(means) @ _unit(alignment.claim.tokens.mean(axis=0, keepdims=True))[0]).max())


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9), dtype=np.float32)


def _common_subsequence(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest one (Wagner and Fischer 1974)."""
    before = [0] * (len(other) + 1)
    for word in one:
        row = [0]
        for place, against in enumerate(other):
            row.append(before[place] + 1 if word == against else max(before[place + 1], row[place]))
        before = row
    return before[-1]

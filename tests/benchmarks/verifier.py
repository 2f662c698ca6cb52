"""The fitted verifier on claims that people labelled, on planted faults, and its time.

FOOTNOTE_EVAL_DATA=… python -m tests.benchmarks.verifier [sets] [faults] [speed]

Thresholds of a set's own are chosen on its development half (where the model was fitted on that, in folds that it was
not fitted on: `weights/support.json` has them); every figure is of the reported half.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from index.document import Document
from index.encoding import load_encoder
from index.splitting import split
from index.words import content_stems, stems
from qa.evaluation.claims import LabelledClaim, agreement, auroc, balanced_accuracy, half, read_claims
from qa.evaluation.faults import FAULTS, whole_names
from qa.verifying import FittedVerifier, Judgement, Place, Quote
from qa.verifying.boosted import fitted_model
from qa.verifying.cases import TURNS, drawn_sentences, planted, said
from qa.verifying.protocol import stands_in
from tests.benchmarks.questions import data_folder, interval, library_of, names_below
from tests.benchmarks.speed import bundled_sentence_transformer

Half = Literal["development", "reported"]

SETS = ("attributionbench", "begin", "expertqa")
FAULTY_SETS = ("attributionbench", "begin")
RESAMPLES = 2_000
FALSE_ALARMS = 0.05
STATEMENTS = 100
ROUNDS = 5
SENTENCES = 100  # of each of `TURNS`


@dataclass(frozen=True, slots=True)
class Scored:
    """A labelled claim with its judgement and the baseline's score."""

    claim: LabelledClaim
    judgement: Judgement
    contained: float


def main(names: Sequence[str]) -> None:
    """Prints the figures that are named, or all."""
    parts: dict[str, Callable[[], None]] = {"sets": sets, "faults": faults, "speed": speed}
    for name in names or parts:
        parts[name]()


@cache
def verifier() -> FittedVerifier:
    """The shipped one, for loose claims."""
    return FittedVerifier(load_encoder())


@cache
def scored(name: str, which: Half) -> list[Scored]:
    """Half of a set, judged."""
    claims = half(read_claims(data_folder() / "claims" / f"claims_{name}.jsonl"), which)
    return [Scored(c, verifier().verify(c.claim, c.evidence), _containment(c)) for c in claims]


def sets() -> None:
    """Supported against all other labels, beside word containment."""
    shipped = fitted_model().supported
    for name in SETS:
        development, reported = scored(name, "development"), scored(name, "reported")
        print(f"{name}, reported half: {len(reported)} claims, {sum(s.claim.is_supported for s in reported)} supported")
        for label, score in (("word containment", _contained), ("fitted", _support)):
            own = fitted_model().by_set.get(name) if score is _support else None
            own = _best_threshold(development, score) if own is None else own
            print(
                f"  {label:<17} AUROC {_auroc(reported, score):.3f}; {_accuracy('own threshold', reported, score, own)}"
            )
        together = agreement([s.claim for s in reported], [s.judgement for s in reported])
        print(f"  {'':<17} {_accuracy('the shipped threshold', reported, _support, shipped)}")
        print(f"  {'':<17} macro F1 with it {100 * (together.macro_f1 or 0):.1f} %")


def faults() -> None:
    """Faults planted into supported claims that do not stand in their evidence word for word."""
    print("planted faults, reported halves: judged no longer supported / judged unsupported")
    strict = _threshold_for(FALSE_ALARMS)
    for name in FAULTY_SETS:
        whole = [s.claim.claim for s in scored(name, "reported")]
        pool = [found for claim in whole for found in whole_names(claim)]
        sound = [s for s in scored(name, "reported") if _is_faultable(s.claim)]
        _print_rates(f"{name}, unchanged (false alarms)", [s.judgement for s in sound], strict)
        before = {s.claim.id: s.judgement for s in sound}
        with_faults = [(s.claim, planted(s.claim, pool)) for s in sound]
        for kind in FAULTS:
            changed = [(claim, texts[kind]) for claim, texts in with_faults if kind in texts]
            after = [(claim.id, verifier().verify(text, claim.evidence)) for claim, text in changed]
            _print_rates(f"{name}, {kind}", [judgement for _, judgement in after], strict)
            lost = [judgement for id_, judgement in after if before[id_].verdict == "supported"]
            _print_rates("   of those supported before", lost, strict)
        _sentences_of_evidence(name, strict)


def _sentences_of_evidence(name: str, strict: float) -> None:
    """Few claims negate: sentences of the evidence as claims, in other words, and turned round."""
    texts = sorted({(s.claim.group or s.claim.id, text) for s in scored(name, "reported") for text in s.claim.evidence})
    for kind in TURNS:
        found: dict[str | None, list[Judgement]] = {}
        for _, evidence, sentence in drawn_sentences(texts, kind, SENTENCES):
            for claim, fault in said(sentence, kind):
                if not stands_in(claim, [evidence]):
                    found.setdefault(fault, []).append(verifier().verify(claim, [evidence]))
        for fault, judgements in found.items():
            what = fault or f"in other words, for {kind} (false alarms)"
            _print_rates(f"{name}, sentences of the evidence, {what}", judgements, strict)


def speed() -> None:
    """A statement over stored token vectors, and a loose claim against one bare encode of it and its evidence."""
    with library_of(names_below("squad")[:4]) as library:
        judge = FittedVerifier(load_encoder(), library)
        passages = [p.passage for record in library.documents() for p in library.passages_of(record.id)]
        asked = []
        for passage in passages[:STATEMENTS]:
            sentence = passage.sentences[0]
            words = passage.quote(sentence.start, sentence.end)
            place = Place(passage.document_id, sentence.start, sentence.end)
            asked.append((f"It is said that {words}", [Quote(words, place)]))
        times = [_seconds(lambda c=claim, q=quotes: judge.verify(c, q)) * 1000 for claim, quotes in asked]  # type: ignore[misc]
    print(f"a statement over stored vectors: p50 {_quantile(times, 0.5):.1f} ms, p95 {_quantile(times, 0.95):.1f} ms")
    encoder, model = load_encoder(), bundled_sentence_transformer()
    ratios = []
    for one in scored_claims()[:STATEMENTS]:
        documents = [Document.from_text(text) for text in one.evidence]
        texts = [one.claim, *(p.text for d in documents for p in split(d, encoder.word_pieces, encoder.window))]
        bare, ours = [], []
        for _ in range(ROUNDS):
            bare.append(_seconds(lambda t=texts: model.encode(t, show_progress_bar=False)))  # type: ignore[misc]
            ours.append(_seconds(lambda o=one: verifier().verify(o.claim, o.evidence)))  # type: ignore[misc]
        ratios.append(statistics.median(ours) / statistics.median(bare))
    print(f"a loose claim against a bare encode of claim and evidence: ratio p50 {_quantile(ratios, 0.5):.2f}")


def scored_claims() -> list[LabelledClaim]:
    """Claims of AttributionBench that are not verbatim, in the order of the file."""
    claims = read_claims(data_folder() / "claims" / "claims_attributionbench.jsonl")
    return [claim for claim in claims if not stands_in(claim.claim, claim.evidence)]


def _containment(claim: LabelledClaim) -> float:
    """The baseline: the share of the claim's content words that the evidence has."""
    known = frozenset(stems(" ".join(claim.evidence)))
    wanted = content_stems(claim.claim)
    return sum(stem in known for stem in wanted) / len(wanted) if wanted else 0.0


def _support(one: Scored) -> float:
    return one.judgement.score


def _contained(one: Scored) -> float:
    return one.contained


def _auroc(rows: Sequence[Scored], score: Callable[[Scored], float]) -> float:
    return auroc(_gold(rows), np.array([score(row) for row in rows])) or float("nan")


def _accuracy(label: str, rows: Sequence[Scored], score: Callable[[Scored], float], threshold: float) -> str:
    def statistic(drawn: Sequence[Scored]) -> float:
        said = np.array([score(row) >= threshold for row in drawn])
        value = balanced_accuracy(_gold(drawn), said)
        return float("nan") if value is None else 100 * value

    low, high = interval(rows, [row.claim.group or row.claim.id for row in rows], statistic, RESAMPLES)
    return f"balanced accuracy, {label} {threshold:.3f}: {statistic(rows):.1f} % [{low:.1f}, {high:.1f}]"


def _gold(rows: Sequence[Scored]) -> np.ndarray:
    return np.array([row.claim.is_supported for row in rows], dtype=np.bool_)


def _best_threshold(rows: Sequence[Scored], score: Callable[[Scored], float]) -> float:
    """The middle of the two scores between which balanced accuracy is best."""
    values = np.array([score(row) for row in rows])
    distinct = np.unique(values)
    candidates = [*(distinct[1:] + distinct[:-1]) / 2]
    return float(max(candidates, key=lambda t: balanced_accuracy(_gold(rows), values >= t) or 0.0))


def _is_faultable(claim: LabelledClaim) -> bool:
    return claim.is_supported and not stands_in(claim.claim, claim.evidence)


def _threshold_for(false_alarms: float) -> float:
    """Below it is this share of the sound claims of the development halves."""
    sound = [s for name in FAULTY_SETS for s in scored(name, "development") if _is_faultable(s.claim)]
    return float(np.quantile([s.judgement.score for s in sound], false_alarms))


def _print_rates(label: str, judgements: Sequence[Judgement], strict: float) -> None:
    shares = [
        np.mean([j.verdict != "supported" for j in judgements]),
        np.mean([j.verdict == "unsupported" for j in judgements]),
        np.mean([j.score < strict for j in judgements]),
    ]
    told = " / ".join(f"{100 * share:5.1f}" for share in shares)
    print(f"  {label:<60} {told} (under {strict:.3f}) %  n={len(judgements)}")


def _seconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _quantile(values: Sequence[float], q: float) -> float:
    return float(np.quantile(values, q))


if __name__ == "__main__":
    main(sys.argv[1:])

"""What the verifier is fitted on: claims that people labelled, those with a planted fault, and sentences as claims.

Claims that people wrote seldom have evidence that negates what they say. So sentences of evidence that negate, or have
a word with an opposite, are taken as claims: in other words they are supported, with the negation gone or the opposite
in place of the word they are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from index.negation import negations
from index.splitting import split_sentences
from qa.evaluation.claims import LabelledClaim, half, read_claims
from qa.evaluation.datasets.lines import objects, read_bytes
from qa.evaluation.faults import FAULTS, whole_names
from qa.evaluation.records import groups_of
from qa.verifying.features import Features
from qa.verifying.fitted import FittedVerifier
from qa.verifying.protocol import stands_in
from qa.verifying.rewording import reworded

QUESTION_SETS = ("xquad_en", "squad_answerable", "clapnq_answerable", "selqa_sentence")
# What is planted into a sentence of each kind: one that negates, one that does not.
TURNS = {"negation removed": ("negation removed",), "opposite": ("opposite", "negation added")}
OTHERWISE = "in other words"
FEWEST_WORDS, MOST_WORDS = 4, 40
AROUND = ((0, 0), (0, 0), (1, 1), (2, 3))  # sentences before and after


@dataclass(frozen=True, slots=True)
class Case:
    """A claim to fit on."""

    features: Features
    supported: bool
    set: str
    group: str
    # None if people labelled it. Else the fault that was planted into a claim or a sentence, or `OTHERWISE`.
    made: str | None = None


def development_claims(data: Path, name: str) -> list[LabelledClaim]:
    """The claims of a set that may be developed on."""
    return half(read_claims(data / "claims" / f"claims_{name}.jsonl"), "development")


def cases_of(verifier: FittedVerifier, name: str, claims: Sequence[LabelledClaim]) -> Iterator[Case]:
    """The claims that do not stand in their evidence word for word, and each supported one with every fault."""
    pool = [name for claim in claims for name in whole_names(claim.claim)]
    for claim in claims:
        if stands_in(claim.claim, claim.evidence):
            continue
        texts: list[tuple[str, str | None]] = [(claim.claim, None)]
        if claim.is_supported:
            texts += [(text, kind) for kind, text in planted(claim, pool).items()]
        for text, fault in texts:
            features = verifier.features(text, claim.evidence)
            if features is not None:
                yield Case(features, fault is None and claim.is_supported, name, claim.group or claim.id, fault)


def planted(claim: LabelledClaim, pool: Sequence[str]) -> dict[str, str]:
    """The claim with each kind of fault that can be planted into it and that its evidence does not say."""
    found = {}
    for kind, plant in FAULTS.items():
        text = plant(claim.claim, Random(f"{kind} {claim.id}"), pool)  # noqa: S311  # nothing secret
        if text is not None and not stands_in(text, claim.evidence):
            found[kind] = text
    return found


def development_documents(data: Path) -> dict[str, str]:
    """The documents of the question sets that no question of a reported half is about, by name."""
    names: dict[str, bool] = {}
    for name in QUESTION_SETS:
        path = data / "qa" / f"{name}.jsonl"
        rows = [fields for _, fields in objects(str(path), read_bytes(path), "a question")]
        chosen = groups_of("development", (row["group"] for row in rows))
        for row in rows:
            if isinstance(document := row.get("document_id"), str):
                names[document] = names.get(document, True) and row["group"] in chosen
    return {name: (data / "docs" / f"{name}.txt").read_bytes().decode("utf-8") for name in sorted(names) if names[name]}


def sentence_cases(verifier: FittedVerifier, name: str, texts: Sequence[tuple[str, str]], most: int) -> Iterator[Case]:
    """Sentences of some (group, text) as claims, at most so many of each of `TURNS`."""
    for kind in TURNS:
        for group, evidence, sentence in drawn_sentences(texts, kind, most):
            for claim, fault in said(sentence, kind):
                if not stands_in(claim, [evidence]) and (features := verifier.features(claim, [evidence])):
                    yield Case(features, fault is None, name, group, fault or OTHERWISE)


def drawn_sentences(texts: Sequence[tuple[str, str]], kind: str, most: int) -> list[tuple[str, str, str]]:
    """Some sentences that a kind of `TURNS` can be done to: group, evidence that has the sentence, sentence."""
    every = [(group, evidence, sentence) for group, text in texts for evidence, sentence in _sentences(text, kind)]
    return Random(kind).sample(every, min(most, len(every)))  # noqa: S311


def said(sentence: str, kind: str) -> Iterator[tuple[str, str | None]]:
    """The sentence in other words, and those with what `kind` plants, each with the fault that it has."""
    random = Random(f"{kind} {sentence}")  # noqa: S311
    otherwise = reworded(sentence, random)
    yield otherwise, None
    for fault in TURNS[kind]:
        turned = (FAULTS[fault](words, random, ()) for words in (otherwise, sentence))
        if claim := next(filter(None, turned), None):
            yield claim, fault


def _sentences(text: str, kind: str) -> Iterator[tuple[str, str]]:
    """Sentences that such a thing can be done to, with the evidence that has them: alone or with those around."""
    spans = split_sentences(text)
    for at, span in enumerate(spans):
        sentence = text[span.start : span.end].strip()
        random = Random(sentence)  # noqa: S311
        is_plain = FEWEST_WORDS <= len(sentence.split()) <= MOST_WORDS and "\n" not in sentence
        if not is_plain or (kind == "negation removed") != bool(negations(sentence)):
            continue
        if FAULTS[TURNS[kind][0]](sentence, random, ()) is not None:
            before, after = random.choice(AROUND)
            first, last = max(0, at - before), min(len(spans) - 1, at + after)
            yield text[spans[first].start : spans[last].end], sentence

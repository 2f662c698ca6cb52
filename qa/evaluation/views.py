"""Cases as a reader sees them: what went wrong, with the words around every quote. The worst come first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from qa.answer import Verdict
from qa.cutting import word_end, word_start
from qa.evaluation.cases import Case
from qa.evaluation.documents import Shelf
from qa.evaluation.responses import Place, Reference
from qa.evaluation.structure import MEANING

WORST = 60  # cases shown; the report has all
AROUND = 220  # characters on either side of a quote
PASSAGES = 5  # retrieved ones shown

Grade = Literal["bad", "doubt", "good"]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Words with those around them."""

    label: str
    before: str
    quote: str
    after: str
    mark: Literal["cited", "gold", "passage"]  # a quote, evidence, or a whole passage that is pointed at


@dataclass(frozen=True, slots=True)
class StatementView:
    """A sentence with its marks and what became of it."""

    text: str
    numbers: tuple[int, ...]
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class PassageView:
    """A retrieved passage."""

    rank: int
    label: str
    text: str
    is_gold: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case, opened."""

    id: str
    question: str
    history: tuple[tuple[str, str], ...]
    trouble: str
    grade: Grade
    kind: str
    confidence: float | None
    statements: tuple[StatementView, ...]
    refusal: str | None
    faults: tuple[str, ...]
    citations: tuple[Excerpt, ...]
    golds: tuple[Excerpt, ...]
    answers: tuple[str, ...]
    passages: tuple[PassageView, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a case, the worst thing only; a lower rank is worse."""

    rank: int
    words: str
    grade: Grade


def worst(cases: Iterable[Case], shelf: Shelf | None) -> list[CaseView]:
    """The cases with something wrong, worst first; of the same wrongs the most confident, then the least supported."""
    found = [(trouble, case) for case in cases if (trouble := trouble_of(case)).grade != "good"]
    found.sort(key=lambda item: (item[0].rank, -(item[1].response.confidence or 0.0), _held(item[1]), item[1].id))
    return [_view(case, trouble, shelf) for trouble, case in found[:WORST]]


def troubled(cases: Iterable[Case]) -> int:
    """How many have something wrong."""
    return sum(trouble_of(case).grade != "good" for case in cases)


def trouble_of(case: Case) -> Trouble:
    """The worst thing that is wrong with a case."""
    supports = case.supports if case.response.answers else ()
    verdicts = [support.verdict for support in supports if support.citations]
    if case.faults:
        return Trouble(0, f"A footnote is broken: {MEANING[case.faults[0].kind]}", "bad")
    if case.answerable is False and case.response.answers:
        return Trouble(1, "Answered, although the documents do not", "bad")
    if case.cited and case.response.answers and case.is_right is False:
        return Trouble(2, "Cites something else than the evidence", "bad")
    if "unsupported" in verdicts:
        return Trouble(3, "A sentence is not supported by what it cites", "bad")
    if _lacks_citation(case):
        return Trouble(4, "A sentence has no citation", "bad")
    if "partial" in verdicts:
        return Trouble(5, "A sentence is only partly supported by what it cites", "doubt")
    if case.answerable and case.declined:
        retrieved = any(map(case.is_gold, case.retrieved or ()))
        where = "was among the passages" if retrieved else "was not retrieved"
        return Trouble(6, f"Refused, although the documents answer; the evidence {where}", "doubt")
    if case.question and case.question.expected == "clarify" and case.response.kind != "clarification":
        return Trouble(7, "Refused where asking back is right", "doubt")
    return Trouble(9, "Nothing wrong", "good")


def _lacks_citation(case: Case) -> bool:
    """Whether a sentence that needs a mark has none, or the whole answer has none."""
    if not case.response.answers:
        return False
    bare = any(sentence.needs_citation and not sentence.numbers for sentence in case.response.sentences)
    return bare or (case.is_right is False and not case.cited)


def _held(case: Case) -> float:
    """The share of the sentences that hold."""
    return sum(support.whole for support in case.supports) / max(1, len(case.supports))


def _view(case: Case, trouble: Trouble, shelf: Shelf | None) -> CaseView:
    question, response = case.question, case.response
    pairs = zip(response.sentences, case.supports, strict=True)
    return CaseView(
        id=case.id,
        question=response.question,
        history=tuple((turn.role, turn.text) for turn in question.history) if question else (),
        trouble=trouble.words,
        grade=trouble.grade,
        kind=question.kind if question else response.kind,
        confidence=response.confidence,
        statements=tuple(StatementView(s.text, s.numbers, support.verdict) for s, support in pairs),
        refusal=response.refusal if not response.answers else None,
        faults=tuple(f"[{fault.number}] {MEANING[fault.kind]}" for fault in case.faults),
        citations=_citations(case, shelf),
        golds=tuple(_gold(document, start, end, shelf) for document, start, end in case.gold) if shelf else (),
        answers=question.answers if question else (),
        passages=_passages(case),
    )


def _citations(case: Case, shelf: Shelf | None) -> tuple[Excerpt, ...]:
    used = {number for sentence in case.response.sentences for number in sentence.numbers}
    return tuple(
        _excerpt(reference, shelf)
        for reference in case.response.references
        if reference.number in used or reference.is_quote
    )


def _excerpt(reference: Reference, shelf: Shelf | None) -> Excerpt:
    place = reference.place
    label = f"[{reference.number}] {place.document or ''}".strip()
    document = shelf.find(place.document) if shelf and place.document else None
    start, end = place.start, place.end
    if not reference.is_quote:
        return Excerpt(label, "", place.text, "", "passage")
    if document is None or start is None or end is None or document.text[start:end] != place.text:
        return Excerpt(label, "", place.text, "", "cited")
    before, after = _around(document.text, start, end)
    return Excerpt(f"{label}, characters {start} to {end}", before, place.text, after, "cited")


def _gold(name: str, start: int, end: int, shelf: Shelf) -> Excerpt:
    document = shelf.find(name)
    text = document.text if document else ""
    before, after = _around(text, start, end)
    return Excerpt(f"{name}, characters {start} to {end}", before, text[start:end], after, "gold")


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after, from and to a whole word."""
    first, last = word_start(text, start - AROUND), word_end(text, end + AROUND)
    before = f"… {text[first:start]}" if first else text[:start]
    after = f"{text[end:last]} …" if last < len(text) else text[end:]
    return before, after


def _passages(case: Case) -> tuple[PassageView, ...]:
    shown: Sequence[Place] = (case.response.passages or ())[:PASSAGES]
    return tuple(
        PassageView(rank, place.document or "", place.text, case.is_gold(place)) for rank, place in enumerate(shown, 1)
    )

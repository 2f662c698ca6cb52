"""Answers that any system wrote -> responses. Nothing is mended: what is wrong with them is for the metrics to say.

Three shapes: our own `Answer` as JSON; `{"question", "answer" with [n] marks, "passages": [{"n", "text", …}]}`, a
sentence a claim; and the same with `claims`, whose human labels can take the place of a verifier.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from qa.answer import Kind, Verdict
from qa.errors import BadRecord
from qa.evaluation.datasets import alce
from qa.evaluation.datasets.lines import objects, parse, read_bytes, record
from qa.evaluation.documents import Shelf
from qa.evaluation.locating import located
from qa.evaluation.marks import bare, sentences_of
from qa.evaluation.records import Record
from qa.evaluation.responses import Place, Reference, Response, Sentence

# Where people could not say, or had nothing to look at, there is no verdict.
Label = Literal["supported", "partial", "unsupported", "generic", "uncited"]
VERDICTS: dict[Label | None, Verdict] = {
    "supported": "supported",
    "partial": "partial",
    "unsupported": "unsupported",
}


class _Stretch(Record):
    document_id: str | None = None
    source: str | None = None
    start: int | None = None
    end: int | None = None


class _Citation(_Stretch):
    number: int
    quote: str
    content_hash: str | None = None


class _Text(_Stretch):
    text: str


class _Statement(Record):
    text: str
    citations: tuple[int, ...] = ()


class _Refused(Record):
    code: str | None = None


class _Own(Record):
    """Our `Answer`, without its promises."""

    id: str | None = None
    kind: Kind
    question: str
    statements: tuple[_Statement, ...]
    citations: tuple[_Citation, ...] = ()
    passages: tuple[_Text, ...] | None = None
    evidence: tuple[_Text, ...] = ()
    confidence: float | None = Field(default=None, ge=0, le=1)
    refusal: _Refused | None = None
    timings_ms: dict[str, float] = Field(default_factory=dict)


class _Passage(_Text):
    n: int
    url: str | None = None


class _Claim(Record):
    claim: str
    cited: tuple[int, ...] = ()
    label: Label | None = None


class _Foreign(Record):
    """An answer in one text."""

    id: str | None = None
    question: str
    answer: str
    passages: tuple[_Passage, ...]
    claims: tuple[_Claim, ...] | None = None
    kind: Literal["answer", "refusal", "clarification"] | None = None
    refused: bool | None = None
    confidence: float | None = Field(default=None, ge=0, le=1)
    short_answer: str | None = None
    system: str | None = None


def read_answers(path: Path, shelf: Shelf) -> list[Response]:
    """The answers of a file, in order; the documents of `shelf` go by their names there.

    Raises:
        WrongUse: the file cannot be read.
        BadRecord: something in it is no answer.
    """
    responses = [response_of(place, fields, shelf) for place, fields in _records(path)]
    if not responses:
        raise BadRecord(path.name, None, "there is no answer in it")
    return responses


def response_of(place: str, fields: dict[str, Any], shelf: Shelf) -> Response:
    """One answer.

    Raises:
        BadRecord: a field is missing or wrong.
    """
    if "statements" in fields:
        return _own(place, record(_Own, place, fields), shelf)
    return _foreign(place, record(_Foreign, place, fields), shelf)


def _records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    content = read_bytes(path)
    if path.suffix.lower() == ".json":
        value = parse(path.name, content)
        if alce.looks_like(value):
            return alce.answers(path.name, value)
    return objects(path.name, content)


def _own(place: str, own: _Own, shelf: Shelf) -> Response:
    if own.refusal is not None and own.kind != "refusal":
        raise BadRecord(place, "refusal", f"it is there, though kind is {own.kind!r}: leave one of them out")
    _each_once(place, "citations", "number", [c.number for c in own.citations])
    return Response(
        id=own.id,
        question=own.question,
        kind=own.kind,
        sentences=tuple(
            Sentence(s.text, s.citations, needs_citation=own.kind in ("answer", "overview")) for s in own.statements
        ),
        references=tuple(
            Reference(c.number, _place(c, c.quote, shelf), is_quote=True, content_hash=c.content_hash)
            for c in own.citations
        ),
        passages=None if own.passages is None else tuple(_place(p, p.text, shelf) for p in own.passages),
        best=_place(own.evidence[0], own.evidence[0].text, shelf) if own.evidence else None,
        confidence=own.confidence,
        refusal=_refusal(own.kind, own.refusal.code if own.refusal else None),
        seconds=own.timings_ms["total"] / 1000 if "total" in own.timings_ms else None,
        place=place,
    )


def _foreign(place: str, foreign: _Foreign, shelf: Shelf) -> Response:
    _each_once(place, "passages", "n", [passage.n for passage in foreign.passages])
    kind = _kind(place, foreign)
    passages = {p.n: located(_place(p, p.text, shelf), shelf) for p in foreign.passages}
    return Response(
        id=foreign.id,
        question=foreign.question,
        kind=kind,
        sentences=_sentences(foreign),
        references=tuple(Reference(n, passage, is_quote=False) for n, passage in passages.items()),
        passages=tuple(passages.values()),
        confidence=foreign.confidence,
        refusal=_refusal(kind, None),
        short_answer=foreign.short_answer,
        system=foreign.system,
        place=place,
    )


def _each_once(place: str, field: str, key: str, numbers: Sequence[int]) -> None:
    """Looks whether a mark can stand for one thing only."""
    for at, number in enumerate(numbers):
        if number in numbers[:at]:
            raise BadRecord(place, f"{field}[{at}].{key}", f"{number} is the number of another one, too")


def _kind(place: str, foreign: _Foreign) -> Kind:
    """What it is: as it says, else as `refused` says; without both an empty answer refuses, as in SQuAD 2.0.

    Raises:
        BadRecord: two of these contradict one another.
    """
    kind, is_empty = foreign.kind, not foreign.answer.strip()
    if kind is None:
        return "refusal" if foreign.refused or is_empty else "answer"
    if foreign.refused is not None and foreign.refused != (kind == "refusal"):
        said = str(foreign.refused).lower()
        raise BadRecord(place, "refused", f"it is {said}, though kind is {kind!r}: leave one of them out")
    if is_empty and kind != "refusal":
        raise BadRecord(
            place, "answer", f"it is empty, though kind is {kind!r}: write what was said, or leave kind out"
        )
    return kind


def _refusal(kind: Kind, code: str | None) -> str | None:
    return code or "not_said" if kind == "refusal" else None


def _sentences(foreign: _Foreign) -> tuple[Sentence, ...]:
    known = frozenset(passage.n for passage in foreign.passages)
    if foreign.claims is None:
        return sentences_of(foreign.answer, known)
    return tuple(
        Sentence(bare(c.claim, known), c.cited, label=VERDICTS.get(c.label), is_labelled=True) for c in foreign.claims
    )


def _place(stretch: _Stretch, text: str, shelf: Shelf) -> Place:
    known = shelf.named_by(stretch.document_id, stretch.source)
    return Place(text, known or stretch.document_id or stretch.source, stretch.start, stretch.end)

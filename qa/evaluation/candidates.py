"""Answers that readers rated -> candidate cases of a question set, which wait for a person to review them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from index.files import write_atomically
from qa.answer import Kind, RefusalCode
from qa.conversation import leans_on_history
from qa.errors import CannotWrite, WrongUse
from qa.evaluation.datasets.lines import objects, read_bytes, record
from qa.evaluation.documents import Shelf
from qa.evaluation.records import Record

if TYPE_CHECKING:
    from qa.answers import Rated

# What says nothing about documents: small talk, and refusals of what was no question or had nothing to look in.
NO_CASE = ("smalltalk", "invalid_question", "no_documents")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Stretch(_Part):
    """Words at a place of a document, which is named as question sets name it; offsets are code points."""

    document_id: str
    start: int
    end: int
    text: str


class Cited(Stretch):
    """What a footnote of the answer quoted."""

    number: int
    content_hash: str = Field(description="SHA-256 of the document's text then; it may have changed since.")


class Answered(_Part):
    """What was said, for whoever reviews the case."""

    kind: Kind
    refusal: RefusalCode | None
    text: str
    citations: tuple[Cited, ...]


class Candidate(_Part):
    """A line of a question set, as `Question` reads it once it is reviewed; `reviewed` keeps it from that till then."""

    id: str
    trace_id: str
    question: str = Field(description="One that stands alone, where the reader's did not.")
    asked: str = Field(description="In the reader's words.")
    answerable: bool | None = Field(description="As the reader took it; null if that is for the reviewer to find out.")
    answers: tuple[str, ...] = Field(default=(), description="For the reviewer to fill in.")
    evidence: tuple[Stretch, ...] = Field(description="What a helpful answer cited and still stands there; else none.")
    evidence_mode: Literal["any"] = "any"
    source: Literal["feedback"] = "feedback"
    reviewed: Literal[False] = False
    helpful: bool
    comment: str
    rated_at: datetime
    answered: Answered


@dataclass(frozen=True, slots=True)
class Candidates:
    """Cases, and how many rated answers make none: their document is gone, or they are about none."""

    cases: tuple[Candidate, ...]
    left_out: int


def candidates(rated: Sequence[Rated], shelf: Shelf) -> Candidates:
    """The cases that rated answers make.

    Args:
        rated: the answers.
        shelf: the documents of the library that they were given from.
    """
    cases = tuple(case for one in rated if (case := _case(one, shelf)) is not None)
    return Candidates(cases, len(rated) - len(cases))


def append(path: Path, cases: Iterable[Candidate]) -> int:
    """Writes those cases that are new behind what a file holds, of which no byte changes; returns how many.

    A case is known by its trace id, also when it was reviewed since, and by its id. Written whole or not at all.

    Raises:
        WrongUse: it is no file of ours.
        BadRecord: it holds a line that is no JSON object.
        CannotWrite: it cannot be written; nothing was changed.
    """
    if path.suffix.lower() != ".jsonl":
        raise WrongUse(f"{path} is no question set of Footnote's: name a file that ends in .jsonl.")
    there = read_bytes(path) if path.exists() else b""
    known = [fields.get(name) for _, fields in objects(path.name, there) for name in ("trace_id", "id")]
    names = {name for name in known if isinstance(name, str)}
    fresh = [case for case in cases if not names & {case.trace_id, case.id}]
    if not fresh:
        return 0
    between = b"\n" if there and not there.endswith(b"\n") else b""
    lines = "".join(f"{case.model_dump_json()}\n" for case in sorted(fresh, key=lambda case: case.rated_at))
    try:
        write_atomically(path.resolve(), there + between + lines.encode())  # a link stays one
    except OSError as error:
        raise CannotWrite(str(path), error.strerror or str(error)) from None
    return len(fresh)


class _Place(Record):
    document_id: str
    text: str | None = None


class _Quoted(Record):
    number: int
    document_id: str
    start: int
    end: int
    quote: str | None
    content_hash: str


class _Refused(Record):
    code: RefusalCode


class _Given(Record):
    """A kept answer, as far as a case is made of it; words of documents that were forgotten are null."""

    kind: Kind
    question: str
    standalone_question: str | None
    text: str
    citations: tuple[_Quoted, ...]
    evidence: tuple[_Place, ...]
    passages: tuple[_Place, ...]
    refusal: _Refused | None


def _case(rated: Rated, shelf: Shelf) -> Candidate | None:
    """The case that an answer makes; none if its document is gone, or if it is about none."""
    given, feedback = record(_Given, rated.trace_id, rated.answer), rated.feedback
    refusal = given.refusal.code if given.refusal else None
    cited = tuple(_cited(shelf, quoted) for quoted in given.citations if quoted.quote is not None)
    if given.kind in NO_CASE or refusal in NO_CASE or _is_lost(given, shelf):
        return None
    return Candidate(
        id=f"feedback-{rated.trace_id}",
        trace_id=rated.trace_id,
        question=given.standalone_question or given.question,
        asked=given.question,
        answerable=refusal is None if feedback.helpful else None,
        evidence=tuple(_standing(cited, shelf)) if feedback.helpful else (),
        helpful=feedback.helpful,
        comment=feedback.comment,
        rated_at=rated.rated_at,
        answered=Answered(kind=given.kind, refusal=refusal, text=given.text, citations=cited),
    )


def _is_lost(given: _Given, shelf: Shelf) -> bool:
    """Whether a document that was cited, or else the one that came closest, is gone, or what a follow-up meant is.

    How a follow-up was understood is forgotten with any document that was looked at for it.
    """
    about = given.citations or given.evidence[:1]
    if any(shelf.name(place.document_id) is None for place in about):
        return True
    is_touched = any(passage.text is None for passage in given.passages)
    return is_touched and leans_on_history(given.question)


def _cited(shelf: Shelf, quoted: _Quoted) -> Cited:
    return Cited(
        number=quoted.number,
        document_id=shelf.short_name(quoted.document_id) or quoted.document_id,
        start=quoted.start,
        end=quoted.end,
        text=quoted.quote or "",
        content_hash=quoted.content_hash,
    )


def _standing(cited: Iterable[Cited], shelf: Shelf) -> Iterator[Stretch]:
    """Those stretches that still stand where they stood when they were cited, each once."""
    stretches = dict.fromkeys(Stretch(**one.model_dump(include=set(Stretch.model_fields))) for one in cited)
    for one in stretches:
        document = shelf.find(one.document_id)
        if document is not None and document.text[one.start : one.end] == one.text:
            yield one

"""Question, Gold, Dataset: what is asked, and what is known of the right answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from index.document import Document
from qa.errors import BadRecord, WrongUse

Half = Literal["all", "development", "reported"]
Text = Annotated[str, Field(min_length=1)]

REVIEW = (
    'Check a candidate\'s question and "evidence", set "answerable" to true or false and "reviewed" to true; '
    "leave it as it is if it is of no use."
)


class Record(BaseModel):
    """Fields that are not ours are another tool's, and stay unread."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class Said(Record):
    """An earlier turn, as question sets write it."""

    role: Literal["user", "assistant"]
    text: str


class Gold(Record):
    """A stretch of a document that answers; offsets are code points, end exclusive."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str | None = None
    document_id: str | None = Field(default=None, description="Only where it is not the question's.")

    @model_validator(mode="after")
    def _is_a_stretch(self) -> Self:
        if self.start >= self.end:
            raise ValueError(f"start {self.start} is not before end {self.end}")
        return self


class Question(Record):
    """A line of a question set."""

    id: Text
    question: Text
    answers: tuple[str, ...] = ()
    short_answers: tuple[str, ...] | None = Field(
        default=None, description="Answers in as few words as possible: exact match and token F1 are for these only."
    )
    document_id: str | None = None
    evidence: tuple[Gold, ...] = ()
    evidence_mode: Literal["any", "all"] = Field(
        default="any", description="Whether each entry is an alternative, or all of them are the evidence together."
    )
    evidence_sentences: tuple[Gold, ...] = Field(default=(), description="The whole sentences around the evidence.")
    answerable: bool
    history: tuple[Said, ...] = ()
    group: str | None = Field(default=None, description="Article or conversation: what is resampled.")
    unanswerable_kind: str | None = None
    expected: str | None = Field(default=None, description="`clarify` where asking back is right.")
    index_only: tuple[str, ...] | None = Field(default=None, description="The only documents to answer from.")

    @property
    def kind(self) -> str:
        """The slice it belongs to."""
        if not self.answerable:
            return self.unanswerable_kind or "unanswerable"
        return "conversation" if self.history else "answerable"

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents that it is about; none if that is unknown."""
        if self.index_only is not None:
            return self.index_only
        named = [gold.document_id or self.document_id for gold in self.evidence] or [self.document_id]
        return tuple(dict.fromkeys(name for name in named if name))

    def stretches(self) -> Iterator[tuple[str, int, int]]:
        """Where the gold evidence stands: document, start, end."""
        return self._places(self.evidence)

    def sentences(self) -> Iterator[tuple[str, int, int]]:
        """The sentences of the gold evidence; the evidence itself where the set does not name them."""
        return self._places(self.evidence_sentences or self.evidence)

    def _places(self, golds: Sequence[Gold]) -> Iterator[tuple[str, int, int]]:
        for gold in golds:
            if name := gold.document_id or self.document_id:
                yield name, gold.start, gold.end


@dataclass(frozen=True)
class Dataset:
    """Questions, each with the place it was read from and the set it belongs to."""

    name: str
    questions: tuple[Question, ...]
    places: Mapping[str, str]  # by question id: "questions.jsonl, line 3"
    documents: tuple[Document, ...] = ()  # those that come with the questions; their source is their id here
    sets: Mapping[str, str] = field(default_factory=dict)  # by question id, where several sets were joined
    left_out: tuple[Question, ...] = ()  # those of the other half: an answer to one of them is passed over
    unreviewed: tuple[str, ...] = ()  # places of candidates, which are not asked before a person has reviewed them

    @property
    def notice(self) -> str | None:
        """What to do about the candidates that were passed over, in one line; None if there are none."""
        if not self.unreviewed:
            return None
        first, *others = self.unreviewed
        more = f" and {len(others)} more" if others else ""
        return f"{first}{more}: left out, not reviewed yet. {REVIEW}"

    @property
    def document_names(self) -> frozenset[str]:
        """All documents that its questions are about, those of the other half, too."""
        return frozenset(name for q in (*self.questions, *self.left_out) for name in q.documents)

    def question(self, id: str) -> Question | None:
        """The question with this id, if there is one."""
        return next((question for question in self.questions if question.id == id), None)


def collect(
    name: str,
    read: Sequence[tuple[str, Question]],
    documents: Sequence[Document] = (),
    unreviewed: Sequence[str] = (),
) -> Dataset:
    """A data set of questions with their places, and the places of the candidates that are none yet.

    Raises:
        BadRecord: two questions have the same id, or there is none at all.
    """
    places: dict[str, str] = {}
    for place, question in read:
        if question.id in places:
            raise BadRecord(place, "id", f"{question.id!r} was already used at {places[question.id]}")
        places[question.id] = place
    if not read and unreviewed:
        raise BadRecord(unreviewed[0], "reviewed", f"there is no question in {name} that was reviewed. {REVIEW}")
    if not read:
        raise BadRecord(name, None, "there is no question in it")
    questions = tuple(question for _, question in read)
    return Dataset(name, questions, places, tuple(documents), unreviewed=tuple(unreviewed))


def join(datasets: Sequence[Dataset]) -> Dataset:
    """Several sets as one; a question remembers its set.

    Raises:
        BadRecord: two questions have the same id.
    """
    if len(datasets) == 1:
        return datasets[0]
    read = [(one.places[q.id], q) for one in datasets for q in (*one.questions, *one.left_out)]
    documents = {document.source: document for one in datasets for document in one.documents}
    unreviewed = [place for one in datasets for place in one.unreviewed]
    joined = collect(" + ".join(one.name for one in datasets), read, tuple(documents.values()), unreviewed)
    sets = {question.id: one.name for one in datasets for question in one.questions}
    left_out = tuple(question for one in datasets for question in one.left_out)
    return replace(joined, questions=tuple(q for q in joined.questions if q.id in sets), sets=sets, left_out=left_out)


def half_of(dataset: Dataset, half: Half) -> Dataset:
    """The questions of a half's groups, so that all questions about an article stay together; the others are left out.

    Raises:
        WrongUse: there are none.
    """
    chosen = groups_of(half, map(_group, dataset.questions))
    if not chosen:
        raise WrongUse(
            f"{dataset.name} has no {half} half, since all its questions are of one group: evaluate all of it."
        )
    return replace(
        dataset,
        questions=tuple(q for q in dataset.questions if _group(q) in chosen),
        left_out=tuple(q for q in dataset.questions if _group(q) not in chosen),
    )


def groups_of(half: Half, names: Iterable[str]) -> set[str]:
    """Every second group, in the order of the names' SHA-256: the first, third, … are to develop on.

    So data are split the same way whoever splits them.
    """
    groups = sorted(set(names), key=lambda name: sha256(name.encode()).hexdigest())
    return set({"all": groups, "development": groups[::2], "reported": groups[1::2]}[half])


def _group(question: Question) -> str:
    return question.group or question.id

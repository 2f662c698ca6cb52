"""Case: a question, what was said to it, and what was found out about that. Metrics see nothing else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from qa.errors import BadRecord
from qa.evaluation.documents import Shelf
from qa.evaluation.judging import Support, judge, labels
from qa.evaluation.records import Dataset, Question
from qa.evaluation.responses import Place, Reference, Response
from qa.evaluation.structure import Fault, faults_of
from qa.verifying import Verifier

Stretch = tuple[str, int, int]  # document, start, end


@dataclass(frozen=True)
class Case:
    """One response with its question's record, if there is one."""

    id: str
    response: Response
    question: Question | None
    supports: tuple[Support, ...]  # one for each sentence
    faults: tuple[Fault, ...]
    has_documents: bool  # whether quotes were looked up
    gold: tuple[Stretch, ...] = ()  # where the gold evidence stands
    gold_sentences: tuple[Stretch, ...] = ()  # and the sentences around it
    set: str | None = None

    @property
    def group(self) -> str:
        """What is resampled as one: article or conversation; the question itself where no set names one."""
        return (self.question and self.question.group) or self.response.question

    @property
    def slices(self) -> dict[str, str]:
        """The parts of the data that it is shown in, by what they are parts by."""
        found = {"kind": self.question.kind if self.question else None, "set": self.set, "system": self.response.system}
        return {by: value for by, value in found.items() if value is not None}

    @property
    def declined(self) -> bool:
        """Whether it did not answer: it refused or asked back. Smalltalk is no answer either."""
        return not self.response.answers

    @property
    def answerable(self) -> bool | None:
        """Whether the documents answer; None if nobody knows."""
        return self.question.answerable if self.question else None

    def is_gold(self, place: Place) -> bool:
        """Whether a place overlaps the gold evidence."""
        return any(place.overlaps(*stretch) for stretch in self.gold)

    @cached_property
    def cited(self) -> tuple[Place, ...]:
        """What its marks point at, in order of first use; what does not exist is left out."""
        used = dict.fromkeys(number for sentence in self.response.sentences for number in sentence.numbers)
        found = (self.response.reference(number) for number in used)
        return tuple(reference.place for reference in found if reference)

    @property
    def is_located(self) -> bool:
        """Whether it is known where something that it cites stands, or it cites nothing: else nobody can tell whether
        it cites the evidence."""
        return not self.cited or any(place.start is not None for place in self.cited)

    @property
    def first_cited(self) -> Reference | None:
        """What its first mark stands for; None where that is nothing, or there is no mark."""
        first = next((number for sentence in self.response.sentences for number in sentence.numbers), None)
        return None if first is None else self.response.reference(first)

    @property
    def invalid(self) -> int:
        """How many different numbers it cites that stand for nothing."""
        used = {number for sentence in self.response.sentences for number in sentence.numbers}
        return sum(self.response.reference(number) is None for number in used)

    @property
    def retrieved(self) -> tuple[Place, ...] | None:
        """What it could have cited, best first; None where nobody said what that was, or nowhere it stands."""
        passages = self.response.passages
        if passages is None or (passages and all(passage.start is None for passage in passages)):
            return None
        return passages

    @property
    def is_right(self) -> bool | None:
        """Whether what it cites, or would have cited had it not declined, is right; None if that is unknown."""
        if self.answerable is None or (self.response.answers and not self.is_located):
            return None
        if not self.answerable:
            return False
        if not self.gold:
            return None
        if self.response.answers:
            return any(map(self.is_gold, self.cited))
        best = self.response.best
        return self.is_gold(best) if best and best.start is not None else None


def case_of(
    response: Response,
    question: Question | None,
    shelf: Shelf | None,
    verifier: Verifier | None,
    set: str | None = None,
) -> Case:
    """Looks up and judges; without a verifier, by the labels that people gave."""

    def known(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
        """With the names that the documents have here, as in the response's places."""
        return tuple(((shelf and shelf.name(name)) or name, start, end) for name, start, end in stretches)

    return Case(
        id=question.id if question else response.id or response.place,
        response=response,
        question=question,
        supports=judge(response, verifier) if verifier else labels(response),
        faults=faults_of(response, shelf),
        has_documents=shelf is not None,
        gold=known(question.stretches()) if question else (),
        gold_sentences=known(question.sentences()) if question else (),
        set=set,
    )


def joined(responses: Sequence[Response], dataset: Dataset | None) -> list[tuple[Response, Question | None]]:
    """Responses with their questions: by id, else by the question's text. Those to the other half are left out.

    Raises:
        BadRecord: a response's question is not in the set or, by its text, in it more than once; there are two to the
            same one, or none is left.
    """
    if dataset is None:
        _each_once([(response, response.id or response.place) for response in responses])
        return [(response, None) for response in responses]
    all_there_are = (*dataset.left_out, *dataset.questions)
    by_id = {question.id: question for question in all_there_are}
    by_text: dict[str, list[Question]] = {}
    for question in all_there_are:
        by_text.setdefault(question.question, []).append(question)
    left_out = {question.id for question in dataset.left_out}
    pairs: list[tuple[Response, Question]] = []
    for response in responses:
        known = by_id.get(response.id or "")
        fitting = [known] if known else by_text.get(response.question, [])
        if not fitting:
            raise BadRecord(response.place, "id", f"neither this nor its question is in {dataset.name}")
        if len(fitting) > 1:
            reason = f"its question is in {dataset.name} {len(fitting)} times: give it the id of the one it answers"
            raise BadRecord(response.place, "id", reason)
        if fitting[0].id not in left_out:
            pairs.append((response, fitting[0]))
    if not pairs:
        raise BadRecord(dataset.name, None, "all answers are to the other half of its questions: take that, or both")
    _each_once([(response, question.id) for response, question in pairs])
    return list(pairs)


def same_questions(pairs: Iterable[tuple[Response, Question | None]]) -> None:
    """Looks whether each response is to the words of its question, whatever their case, spaces and punctuation.

    Raises:
        BadRecord: one has the id of a question, and another question.
    """
    for response, question in pairs:
        said = _words(response.question)
        if question is not None and said and said != _words(question.question):
            reason = f"{question.id!r} is another question, {question.question!r}: mend the id or the question"
            raise BadRecord(response.place, "question", reason)


def _words(question: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", question).casefold())


def _each_once(answered: Sequence[tuple[Response, str]]) -> None:
    places: dict[str, str] = {}
    for response, id in answered:
        if id in places:
            raise BadRecord(response.place, "id", f"{places[id]} is an answer to {id!r} already")
        places[id] = response.place

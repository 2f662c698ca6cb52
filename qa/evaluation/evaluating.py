"""The whole road: a data set, or answers to it, -> `Evaluation`, telling how far it is; it may be stopped anywhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qa.answer import Answer
from qa.errors import BadRecord
from qa.evaluation.cases import Case, case_of, joined, same_questions
from qa.evaluation.documents import Shelf, check
from qa.evaluation.records import Dataset
from qa.evaluation.responses import Response
from qa.evaluation.running import Asked, Index, MakeChain, Progress, ask_all, fingerprint

if TYPE_CHECKING:
    from index.encoding import Encoder
    from index.library import Library
    from qa.verifying import Verifier

EVERY = 20  # cases judged between two tellings


@dataclass(frozen=True)
class Evaluation:
    """Cases with where they come from: all that a report needs."""

    name: str
    system: str
    judge: str
    fingerprint: Mapping[str, str]  # of questions, documents and chunking, as far as there are any
    cases: tuple[Case, ...]  # by id
    shelf: Shelf | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)  # of our own chain, by question id
    unanswered: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by id: the slices of such questions


Step = Progress | Evaluation


def run(
    dataset: Dataset,
    shelf: Shelf,
    *,
    encoder: Encoder,
    make_chain: MakeChain,
    verifier: Verifier,
    index: Index = "one",
    library: Library | None = None,
) -> Iterator[Step]:
    """Asks a chain every question and judges what it says; see `ask_all` for the arguments.

    Raises:
        BadRecord: a question's evidence is not in the documents; before anything is run.
    """
    check(dataset, shelf)
    asked = Asked()
    for step in ask_all(dataset, shelf, encoder, make_chain, index, library):
        if isinstance(step, Asked):
            asked = step
        else:
            yield step
    prints = {**fingerprint(dataset, shelf), "chunking": asked.chunking(index)}
    pairs = joined(list(asked.responses.values()), dataset)
    cases: list[Case] = []
    for response, question in pairs:
        if not len(cases) % EVERY:
            yield Progress("Judging", len(cases), len(pairs))
        set_ = dataset.sets.get(question.id) if question else None
        cases.append(case_of(response, question, shelf, verifier, set_))
    yield Evaluation(dataset.name, asked.model, _name(verifier), prints, _in_order(cases), shelf, asked.answers)


def score(
    name: str,
    responses: Sequence[Response],
    *,
    dataset: Dataset | None = None,
    shelf: Shelf | None = None,
    verifier: Verifier | None = None,
) -> Iterator[Step]:
    """Judges answers that are there already.

    Args:
        name: of what was answered.
        responses: the answers, as `read_answers` reads them with the same shelf.
        dataset: their questions, for the metrics of gold evidence.
        shelf: their documents; without them nothing is said of quotes.
        verifier: who judges; None: the labels that people gave.

    Raises:
        BadRecord: an answer is to none of the questions, or to another one than its id says; evidence is not in the
            documents, or the answers are of other documents.
    """
    if dataset is not None:
        if shelf is not None:
            check(dataset, shelf)
        _check_documents(name, responses, dataset.document_names if shelf is None else frozenset(shelf))
    pairs = joined(responses, dataset)
    same_questions(pairs)
    cases: list[Case] = []
    for response, question in pairs:
        if not len(cases) % EVERY:
            yield Progress("Judging", len(cases), len(pairs))
        set_ = dataset.sets.get(question.id) if question and dataset else None
        cases.append(case_of(response, question, shelf, verifier, set_))
    prints = fingerprint(dataset, shelf) if dataset else {}
    if dataset is not None:
        name = f"{dataset.name} ({name})"
    systems = sorted({response.system for response in responses if response.system})
    yield Evaluation(
        name,
        ", ".join(systems),
        _name(verifier),
        prints,
        _in_order(cases),
        shelf,
        unanswered=_unanswered(dataset, cases),
    )


def finished(steps: Iterator[Step]) -> Evaluation:
    """Runs to the end."""
    *_, last = steps
    if not isinstance(last, Evaluation):
        raise RuntimeError("The steps ended without an evaluation.")
    return last


def _check_documents(name: str, responses: Sequence[Response], known: Collection[str]) -> None:
    """Looks whether the answers are of the documents that are asked about, or every citation would count as wrong."""
    places = [place for r in responses for place in (*(one.place for one in r.references), *(r.passages or ()))]
    others = sorted({place.document for place in places if place.document is not None and place.start is not None})
    if known and others and not any(document in known for document in others):
        reason = f"the questions are about none of the documents that are cited, such as {others[0]!r}"
        raise BadRecord(name, None, f"{reason}: name the folder that these were added from with --documents")


def _unanswered(dataset: Dataset | None, cases: Sequence[Case]) -> dict[str, dict[str, str]]:
    if dataset is None:
        return {}
    kinds = {question.id: question.kind for question in dataset.questions}
    left = sorted(kinds.keys() - {case.id for case in cases})
    return {id: {"kind": kinds[id], **({"set": dataset.sets[id]} if id in dataset.sets else {})} for id in left}


def _in_order(cases: Sequence[Case]) -> tuple[Case, ...]:
    return tuple(sorted(cases, key=lambda case: case.id))


def _name(verifier: Verifier | None) -> str:
    return type(verifier).__name__ if verifier else "human labels"

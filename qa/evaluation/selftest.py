"""Does the evaluator find what is wrong? Faults are planted into good answers, and those it catches are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Literal

from index.document import Document
from qa.evaluation.claim_planting import EVIDENCE, ClaimPlant, SupportedClaim, in_text
from qa.evaluation.datasets.bundled import article
from qa.evaluation.documents import Shelf
from qa.evaluation.judging import judge
from qa.evaluation.planting import SEMANTIC, STRUCTURAL, Plant, TextChange, Wire, good_answer
from qa.evaluation.reading import response_of
from qa.evaluation.running import Progress, wire
from qa.evaluation.structure import faults_of
from qa.verifying import Verifier

PLANTED = 250  # of each class
CLEAN = 250
TRIES = 20  # of a plant for which the answers drawn have no room
SEED = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the faults of one class; for `clean` answers, of the alarms."""

    name: str
    family: Literal["clean", "structural", "semantic"]
    caught: int
    of: int
    named: int | None = None  # as what it is, where a class has a name


@dataclass(frozen=True, slots=True)
class SelfTest:
    """Every class's outcome."""

    outcomes: tuple[Outcome, ...]

    @property
    def passed(self) -> bool:
        """Whether every structural fault was caught, some of each class, and no good answer gave alarm."""
        return all(
            outcome.of and outcome.caught == (0 if outcome.family == "clean" else outcome.of)
            for outcome in self.outcomes
            if outcome.family != "semantic"
        )


def own_shelf() -> Shelf:
    """The bundled article as two documents, so that a quote can name the wrong one."""
    whole = article()
    middle = whole.text.index("\n\n", len(whole.text) // 2)
    halves = {"article, first half": whole.text[:middle], "article, second half": whole.text[middle:]}
    return Shelf(Document(source=name, title=name, text=text) for name, text in halves.items())


def self_test(
    shelf: Shelf,
    verifier: Verifier,
    claims: Sequence[SupportedClaim] = (),
    changes: Mapping[str, TextChange] | None = None,
) -> Iterator[Progress | SelfTest]:
    """Plants and looks; yields how far it is and, at the end, what was caught.

    Args:
        shelf: the documents that good answers quote.
        verifier: what is to find faults of meaning.
        claims: labelled supported, to plant changes of text into.
        changes: those changes by name; each is measured beside the same claims unchanged.
    """
    tested = _Tested(shelf, verifier)
    tasks: list[Callable[[], Outcome]] = [tested.clean]
    tasks += [partial(tested.structural, name) for name in STRUCTURAL]
    tasks += [partial(tested.semantic, name) for name in SEMANTIC]
    if claims:
        tasks += _on_claims(verifier, claims, changes or {})
    outcomes: list[Outcome] = []
    for task in tasks:
        yield Progress("Planting", len(outcomes), len(tasks))
        outcomes.append(task())
    yield SelfTest(tuple(outcomes))


@dataclass
class _Tested:
    shelf: Shelf
    verifier: Verifier

    def clean(self) -> Outcome:
        """Good answers: the chain's own checks let them pass, so any alarm is false."""
        random = _random("clean")
        alarms = 0
        for _ in range(CLEAN):
            answer = wire(good_answer(self.shelf, self.verifier, random))
            alarms += bool(self._faults(answer, self.shelf)) or self._is_doubted(answer)
        return Outcome("good answers, alarms", "clean", alarms, CLEAN)

    def structural(self, name: str) -> Outcome:
        """Caught: the footnotes have a fault, whatever it is taken for."""
        plant, kind = STRUCTURAL[name]
        found = [self._faults(planted, shelf) for planted, shelf in self._plant(name, plant)]
        return Outcome(name, "structural", sum(map(bool, found)), len(found), sum(kind in kinds for kinds in found))

    def semantic(self, name: str) -> Outcome:
        """Caught: a sentence is no longer called supported."""
        found = [self._is_doubted(planted) for planted, _ in self._plant(name, SEMANTIC[name])]
        return Outcome(name, "semantic", sum(found), len(found))

    def _plant(self, name: str, plant: Plant) -> Iterator[tuple[Wire, Shelf]]:
        random = _random(name)
        for _ in range(PLANTED):
            for _ in range(TRIES):
                answer = wire(good_answer(self.shelf, self.verifier, random))
                if planted := plant(answer, random, self.shelf):
                    yield planted
                    break

    def _faults(self, answer: Wire, shelf: Shelf) -> set[str]:
        response = response_of("planted", answer, shelf)
        return {fault.kind for fault in faults_of(response, shelf)}

    def _is_doubted(self, answer: Wire) -> bool:
        response = response_of("planted", answer, self.shelf)
        return any(support.verdict != "supported" for support in judge(response, self.verifier))


def _random(name: str) -> Random:
    """The same faults on every run, whatever other classes there are."""
    return Random(f"{SEED} {name}")  # noqa: S311


def _on_claims(
    verifier: Verifier, claims: Sequence[SupportedClaim], changes: Mapping[str, TextChange]
) -> Iterator[Callable[[], Outcome]]:
    """Faults of meaning in claims that people found supported; the same claims unchanged come first."""

    def outcome(name: str, plant: ClaimPlant) -> Outcome:
        random = _random(name)
        changed = [planted for i in range(len(claims)) if (planted := plant(i, claims, random)) is not None]
        caught = sum(verifier.verify(*planted).verdict != "supported" for planted in changed)
        return Outcome(name, "semantic", caught, len(changed))

    yield partial(outcome, "supported claims as they are, alarms", lambda i, claims, _: claims[i])
    for name, plant in EVIDENCE.items():
        yield partial(outcome, f"claims: {name}", plant)
    for name, change in changes.items():
        yield partial(outcome, f"claims: {name}", in_text(change))

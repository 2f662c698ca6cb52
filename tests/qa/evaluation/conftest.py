"""The bundled set, asked once of the real chain; and responses to put together by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from index.encoding import Encoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from qa.chain import CitedAnswers, build_chain
from qa.evaluation.datasets.bundled import bundled
from qa.evaluation.documents import Shelf
from qa.evaluation.evaluating import Evaluation, Step, finished, run
from qa.evaluation.records import Dataset
from qa.evaluation.running import MakeChain
from qa.evaluation.summary import as_report, summarise
from qa.verifying import LexicalVerifier


@dataclass(frozen=True)
class Ran:
    """A finished run."""

    evaluation: Evaluation
    report: dict[str, Any]


Evaluate = Callable[..., Ran]


@pytest.fixture(scope="session")
def plain_chain(encoder: Encoder) -> MakeChain:
    """Makes the chain as it ships."""

    def make(library: Library) -> CitedAnswers:
        return build_chain(EvidenceRetriever(library=library, encoder=encoder))

    return make


@pytest.fixture(scope="session")
def steps(encoder: Encoder, plain_chain: MakeChain) -> Callable[..., Iterator[Step]]:
    """The steps of a run over the bundled set, or another with its documents."""

    def start(dataset: Dataset | None = None, make_chain: MakeChain | None = None, **options: Any) -> Iterator[Step]:
        asked = dataset or bundled()
        return run(
            asked,
            options.pop("shelf", Shelf(asked.documents)),
            encoder=encoder,
            make_chain=make_chain or plain_chain,
            verifier=LexicalVerifier(),
            **options,
        )

    return start


@pytest.fixture(scope="session")
def evaluate(steps: Callable[..., Iterator[Step]]) -> Evaluate:
    """Runs to the end and works out every figure."""

    def evaluate(*arguments: Any, **options: Any) -> Ran:
        evaluation = finished(steps(*arguments, **options))
        return Ran(evaluation, as_report(evaluation, summarise(evaluation)))

    return evaluate


@pytest.fixture(scope="session")
def ran(evaluate: Evaluate) -> Ran:
    """The bundled set as it comes out."""
    return evaluate()

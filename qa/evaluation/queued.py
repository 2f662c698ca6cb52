"""Evaluations for the front ends: one after the other, beside the questions, saying how far each has come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa.evaluation.documents import Shelf, shelf_of
from qa.evaluation.evaluating import Step, run
from qa.verifying import FittedVerifier
from qa.work import Job, WorkQueue

if TYPE_CHECKING:
    from index.encoding import Encoder
    from index.library import Library
    from qa.evaluation.records import Dataset
    from qa.evaluation.running import MakeChain

WAITING = 2  # evaluations, each of which takes minutes


class Evaluator:
    """Asks sets of questions. Documents that come with a set get an index of their own; else the library is asked."""

    def __init__(self, library: Library, encoder: Encoder, chain_over: MakeChain) -> None:
        self._library = library
        self._encoder = encoder
        self._chain_over = chain_over
        self._queue = WorkQueue(1, WAITING)

    def evaluate(self, dataset: Dataset) -> Job[Step]:
        """Queues an evaluation; see `Footnote.evaluate`."""
        return self._queue.submit(lambda: self._steps(dataset))

    def close(self) -> None:
        """Gives up what runs and waits."""
        self._queue.close()

    def _steps(self, dataset: Dataset) -> Iterator[Step]:
        own = shelf_of(dataset)
        library = None if own else self._library
        return run(
            dataset,
            own or Shelf.of_library(self._library),
            encoder=self._encoder,
            make_chain=self._chain_over,
            verifier=FittedVerifier(self._encoder, library),
            library=library,
        )

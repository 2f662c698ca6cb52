"""What an answerer is: it proposes sentences with the words they rest on. It never numbers, and never judges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import ensure_config

from qa.answer import Notice, Turn, Usage
from qa.citing import Claim
from qa.retrieving import Retrieved

Step = Claim | Notice | None
"""A claim, something that the reader should know, or nothing but a moment at which the work can be stopped."""


@dataclass
class Spent:
    """What language models took for one answer."""

    input_tokens: int = 0
    output_tokens: int = 0
    calls: int = 0
    seconds: float = 0.0

    @property
    def usage(self) -> Usage | None:
        """As it is shown; None if none was called."""
        if not self.calls:
            return None
        return Usage(
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            calls=self.calls,
            milliseconds=round(self.seconds * 1000, 2),
        )


@dataclass(frozen=True)
class Work:
    """What one answer is worked out with."""

    config: RunnableConfig = field(default_factory=ensure_config)
    spent: Spent = field(default_factory=Spent)


class Answerer(Protocol):
    """The first two methods yield each claim as soon as it is known, in reading order.

    All raise `ModelFailed` when a language model does not do its part; what they yielded before stands. They raise
    `NotAnswered` when it says that what was found does not answer.
    """

    model: str
    reads_all: bool  # whether it sums up from all passages, not from those that tell most

    def propose(self, question: str, found: Retrieved, work: Work) -> Iterator[Step]:
        """An answer from ranked sentences, at least one."""
        ...

    def sum_up(self, question: str, found: Retrieved, work: Work) -> Iterator[Step]:
        """An answer about whole documents, from passages in reading order, at least one."""
        ...

    def restate(self, question: str, history: Sequence[Turn], work: Work) -> str | None:
        """A follow-up as a question that stands alone; None if it cannot tell."""
        ...

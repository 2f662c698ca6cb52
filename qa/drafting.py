"""An answer as it grows: what was found, stated, left out and noted; every snapshot is checked as it is made."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from qa.aligning import Grounding, ground
from qa.answer import Answer, Dropped, Evidence, Kind, Notice, Refusal, RefusalCode, Statement
from qa.answering import Spent
from qa.citing import Claim, Footnotes
from qa.errors import NoVerdict
from qa.retrieving import Retrieved
from qa.verifying import Verifier
from qa.verifying.protocol import NOTHING

EVIDENCE = 5
LONGEST_DROPPED = 500  # characters; there is no end to what a model may write


@dataclass
class Draft:
    """What is known of an answer so far."""

    question: str
    id: str | None
    model: str
    standalone: str | None = None
    found: Retrieved = field(default_factory=Retrieved)
    confidence: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    notices: list[Notice] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    spent: Spent = field(default_factory=Spent)
    trace_id: str = field(default_factory=lambda: uuid4().hex)
    timings: dict[str, float] = field(default_factory=dict)
    _footnotes: Footnotes = field(default_factory=Footnotes)
    _began: float = field(default_factory=time.perf_counter)

    @property
    def asked(self) -> str:
        """The question with one blank for any white space: patterns may take long over a thousand of them."""
        return " ".join(self.question.split())

    @property
    def states_something(self) -> bool:
        """Whether something is stated that is supported, be it in part."""
        return any(not statement.is_struck for statement in self.statements)

    def take(self, found: Retrieved, confidence: float) -> None:
        """Notes what was retrieved and how likely it holds the answer."""
        self.found = found
        self.notices += found.notices
        self.confidence = confidence
        self.evidence = tuple(found.evidence(scored) for scored in found.ranked[:EVIDENCE])

    def state(self, claim: Claim, verifier: Verifier, *, show_unsupported: bool) -> None:
        """Cites and judges a claim; one that nothing supports is left out, or struck.

        What was said before is passed over: a model may repeat itself, and several documents have the same sentence.
        """
        if claim.text in [said.text for said in self.statements]:  # before it is cited: each footnote has a use
            return
        try:
            grounding = ground(claim, verifier)
        except NoVerdict:
            grounding = Grounding((), NOTHING, "The model that checks it gave no verdict.")
        judgement = grounding.judgement
        if grounding.reason is None:
            numbers = self._footnotes.cite(grounding.supports)
            self.statements.append(
                Statement(text=claim.text, citations=numbers, verdict=judgement.verdict, score=judgement.score)
            )
            return
        self.dropped.append(Dropped(text=_shortened(claim.text), reason=grounding.reason))
        struck = Statement(text=_shortened(claim.text), verdict="unsupported", score=judgement.score)
        if show_unsupported and struck not in self.statements:
            self.statements.append(struck)

    def answer(self, kind: Kind) -> Answer:
        """The answer as far as it has come."""
        return Answer(
            **self._fields(), kind=kind, statements=tuple(self.statements), citations=self._footnotes.citations
        )

    def refuse(self, code: RefusalCode, message: str) -> Answer:
        """No answer, and why."""
        return Answer(**self._fields(), kind="refusal", refusal=Refusal(code=code, message=message))

    def note(self, code: str, message: str) -> None:
        """Tells the reader something beside the answer."""
        self.notices.append(Notice(code=code, message=message))

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Adds a step's milliseconds to the timings."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.timings[step] = round((time.perf_counter() - began) * 1000, 2)

    def _fields(self) -> dict[str, Any]:
        total = round((time.perf_counter() - self._began) * 1000, 2)
        shown = {place: passage.retrieved for place, passage in self.found.passages.items()}
        return {
            "id": self.id,
            "question": self.question,
            "standalone_question": self.standalone,
            "evidence": self.evidence,
            "notices": tuple(self.notices),
            "dropped": tuple(self.dropped),
            "confidence": self.confidence,
            "passages": tuple({**shown, **self._footnotes.passages}.values()),
            "model": self.model,
            "usage": self.spent.usage,
            "trace_id": self.trace_id,
            "timings_ms": {**self.timings, "total": total},
        }


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_DROPPED else f"{text[:LONGEST_DROPPED]}…"

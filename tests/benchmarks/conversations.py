"""Follow-ups on MTRAG: is the evidence found as often with our follow-up handling as with the last turn alone?

    FOOTNOTE_EVAL_DATA=… python -m tests.benchmarks.conversations [development|reported|all]

hit@5: one of the five best passages (by their best sentence) overlaps the gold evidence. After that, what the handling
must not do: lose what is asked after the topic was changed (the earlier turns are those of another conversation), or
answer what the documents don't (the refusals of questions with and without an answer).
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from langchain_core.runnables.config import ensure_config

from index.answerability import answerability, default_threshold
from index.encoding import load_encoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from qa.answer import Turn
from qa.conversation import Understood, understand
from qa.retrieving import Retrieved, retrieve
from tests.benchmarks.questions import SEED, Record, library_of, names_below, overlaps_gold, records, report

K = 5


def main(half: str) -> None:
    """Prints hit@5 of each way, and the differences: of all questions, of follow-ups, of those that people rewrote."""
    rows = records("mtrag_conversations", half)
    answerable = [row for row in rows if row["answerable"]]
    with library_of(names_below("mtrag_clapnq", "mtrag_govt", "mtrag_ibmcloud")) as library:
        asking = Asking(library)
        asked = [asking.asked(row, answerable) for row in answerable]
        unanswerable = [asking.asked(row, answerable) for row in rows if not row["answerable"] and row["history"]]
    _report("all", asked)
    follow_ups = [one for one in asked if one.row["history"]]
    _report("with history", follow_ups)
    rewritten = [one for one in follow_ups if one.row.get("standalone_question")]
    _report("rewritten by people", rewritten)
    report("rewritten by people: theirs", [one.human.hit for one in rewritten], _groups(rewritten))
    gains = [one.human.hit - one.last.hit for one in rewritten]
    report("rewritten by people: theirs less last turn, paired", gains, _groups(rewritten))
    complete = [one for one in follow_ups if not one.understood.is_follow_up]
    for after, tries in (
        ("its own turns", [one.ours for one in complete]),
        ("another's turns", [one.switched for one in complete]),
        ("no turns", [one.last for one in complete]),
    ):
        report(f"needs no completing, after {after}: hit@5", [one.hit for one in tries], _groups(complete))
        report(f"needs no completing, after {after}: refused", [one.refused for one in tries], _groups(complete))
    for which, group in (("answerable", follow_ups), ("unanswerable", unanswerable)):
        report(f"{which} with history: refused", [one.ours.refused for one in group], _groups(group))
        report(f"{which} with history: last turn alone refused", [one.last.refused for one in group], _groups(group))
    print(f"{sum(one.understood.is_follow_up for one in asked)} of {len(asked)} were completed")
    for one in asked:
        if "-v" in sys.argv and one.understood.is_follow_up:
            print(f"  {one.understood.asked}  =>  {one.understood.standalone}")


@dataclass(frozen=True)
class Try:
    """One way to ask: whether the evidence was among the best passages, and whether we would have refused."""

    hit: float
    refused: float


@dataclass(frozen=True)
class Asked:
    """A question, asked in four ways."""

    row: Record
    understood: Understood
    last: Try  # the last turn alone
    ours: Try
    human: Try  # as a person rewrote it
    switched: Try  # as ours, after the turns of another conversation


class Asking:
    """Asks a library."""

    def __init__(self, library: Library) -> None:
        self._retriever = EvidenceRetriever(library=library, encoder=load_encoder())
        self._random = random.Random(SEED)

    def asked(self, row: Record, others: Sequence[Record]) -> Asked:
        """Asks in every way; `others` have the history of another conversation among them."""
        question = row["question"]
        foreign = self._random.choice([r for r in others if r["history"] and r["group"] != row["group"]])
        understood, switched = (understand(question, _history(turns)) for turns in (row, foreign))
        human = Understood(question, str(row.get("standalone_question") or question))
        ways = (Understood(question, question), understood, human, switched)
        return Asked(row, understood, *(self._try(row, way) for way in ways))

    def _try(self, row: Record, way: Understood) -> Try:
        found = retrieve(self._retriever, way.standalone, None, ensure_config(), way.conversation)
        refused = answerability(way.standalone, found.ranked) < default_threshold()
        return Try(_hit(row, found), float(refused))


def _report(which: str, asked: Sequence[Asked]) -> None:
    report(f"{which}: hit@5, with the conversation", [one.ours.hit for one in asked], _groups(asked))
    report(f"{which}: last turn alone", [one.last.hit for one in asked], _groups(asked))
    report(f"{which}: difference, paired", [one.ours.hit - one.last.hit for one in asked], _groups(asked))


def _groups(asked: Sequence[Asked]) -> list[str]:
    return [one.row["group"] for one in asked]


def _history(row: Record) -> list[Turn]:
    return [Turn(role=turn["role"], content=turn["text"]) for turn in row["history"]]


def _hit(row: Record, found: Retrieved) -> float:
    best = [passage.retrieved for passage in found.passages.values()][:K]
    return float(any(overlaps_gold(row, passage.document_id, passage.start, passage.end) for passage in best))


if __name__ == "__main__":
    main(next((a for a in sys.argv[1:] if not a.startswith("-")), "reported"))

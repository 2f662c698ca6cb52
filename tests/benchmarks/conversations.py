"""Follow-ups on MTRAG: is the evidence found as often with our follow-up handling as with the last turn alone?

    FOOTNOTE_EVAL_DATA=… python -m tests.benchmarks.conversations [development|reported|all]

hit@5: one of the five best passages (by their best sentence) overlaps the gold evidence.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from langchain_core.documents import Document as LangChainDocument

from index.encoding import load_encoder
from index.retrieval import EvidenceRetriever
from qa.answer import Turn
from qa.conversation import understand
from tests.benchmarks.questions import Record, library_of, names_below, overlaps_gold, records, report

K = 5


def main(half: str) -> None:
    """Prints hit@5 of each way, and the differences: of all questions, of follow-ups, of those that people rewrote."""
    rows = [row for row in records("mtrag_conversations", half) if row["answerable"]]
    with library_of(names_below("mtrag_clapnq", "mtrag_govt", "mtrag_ibmcloud")) as library:
        find = cache(EvidenceRetriever(library=library, encoder=load_encoder()).invoke)
        standalone = [understand(row["question"], _history(row)).standalone for row in rows]
        asked = [
            Asked(row, *(_hit(row, find(question)) for question in (row["question"], own, _human(row))))
            for row, own in zip(rows, standalone, strict=True)
        ]
    _report("all", asked)
    _report("with history", [one for one in asked if one.row["history"]])
    rewritten = [one for one in asked if one.row["history"] and one.row.get("standalone_question")]
    _report("rewritten by people", rewritten)
    report("rewritten by people: theirs", [one.human for one in rewritten], _groups(rewritten))
    gains = [one.human - one.last for one in rewritten]
    report("rewritten by people: theirs less last turn, paired", gains, _groups(rewritten))
    print(f"{sum(a != r['question'] for a, r in zip(standalone, rows, strict=True))} of {len(rows)} were completed")
    for row, question in zip(rows, standalone, strict=True):
        if "-v" in sys.argv and question != row["question"]:
            print(f"  {row['question']}  =>  {question}")


@dataclass(frozen=True)
class Asked:
    """A question with whether its evidence was found: by the last turn alone, as we complete it, as a person did."""

    row: Record
    last: float
    ours: float
    human: float


def _report(which: str, asked: Sequence[Asked]) -> None:
    report(f"{which}: hit@5, follow-ups completed", [one.ours for one in asked], _groups(asked))
    report(f"{which}: last turn alone", [one.last for one in asked], _groups(asked))
    report(f"{which}: difference, paired", [one.ours - one.last for one in asked], _groups(asked))


def _groups(asked: Sequence[Asked]) -> list[str]:
    return [one.row["group"] for one in asked]


def _human(row: Record) -> str:
    return str(row.get("standalone_question") or row["question"])


def _history(row: Record) -> list[Turn]:
    return [Turn(role=turn["role"], content=turn["text"]) for turn in row["history"]]


def _hit(row: Record, found: list[LangChainDocument]) -> float:
    places = [(d.metadata["document_id"], d.metadata["start"], d.metadata["end"]) for d in found[:K]]
    return float(any(overlaps_gold(row, *place) for place in places))


if __name__ == "__main__":
    main(next((a for a in sys.argv[1:] if not a.startswith("-")), "reported"))

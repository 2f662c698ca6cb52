"""Follow-ups on MTRAG: is the evidence found as often with our follow-up handling as with the last turn alone?

    FOOTNOTE_EVAL_DATA=… python -m tests.benchmarks.conversations [development|reported]

hit@5: one of the five best passages (by their best sentence) overlaps the gold evidence.
"""

from __future__ import annotations

import sys

from langchain_core.documents import Document as LangChainDocument

from index.encoding import load_encoder
from index.retrieval import EvidenceRetriever
from qa.answer import Turn
from qa.conversation import understand
from tests.benchmarks.questions import Record, library_of, names_below, overlaps_gold, records, report

K = 5


def main(half: str) -> None:
    """Prints hit@5 of both ways and their difference."""
    rows = [row for row in records("mtrag_conversations", half) if row["answerable"]]
    with library_of(names_below("mtrag_clapnq", "mtrag_govt", "mtrag_ibmcloud")) as library:
        retriever = EvidenceRetriever(library=library, encoder=load_encoder())
        standalone = [understand(row["question"], _history(row)).standalone for row in rows]
        ours = [_hit(row, retriever.invoke(question)) for row, question in zip(rows, standalone, strict=True)]
        last = [_hit(row, retriever.invoke(row["question"])) for row in rows]
    groups = [row["group"] for row in rows]
    report("hit@5, follow-ups completed", ours, groups)
    report("hit@5, last turn alone", last, groups)
    report("difference, paired", [a - b for a, b in zip(ours, last, strict=True)], groups)
    print(f"{sum(a != r['question'] for a, r in zip(standalone, rows, strict=True))} of {len(rows)} were completed")
    for row, question in zip(rows, standalone, strict=True):
        if "-v" in sys.argv and question != row["question"]:
            print(f"  {row['question']}  =>  {question}")


def _history(row: Record) -> list[Turn]:
    return [Turn(role=turn["role"], content=turn["text"]) for turn in row["history"]]


def _hit(row: Record, found: list[LangChainDocument]) -> float:
    places = [(d.metadata["document_id"], d.metadata["start"], d.metadata["end"]) for d in found[:K]]
    return float(any(overlaps_gold(row, *place) for place in places))


if __name__ == "__main__":
    main(next((a for a in sys.argv[1:] if not a.startswith("-")), "reported"))

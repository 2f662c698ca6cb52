"""Follow-ups of MTRAG, made to stand alone by SmolLM2: is the evidence found as often as without a model?

hit@5, of the answerable questions with a history: one of the five best passages overlaps the gold evidence. Differences
are paired, intervals by conversation. The figures without a model alone are those of `tests.benchmarks.conversations`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.encoding import load_encoder
from index.retrieval import EvidenceRetriever
from qa.answer import Answer
from qa.chain import CitedAnswers, build_chain
from tests.article import history_of
from tests.benchmarks.generative.common import chain_with, library_in
from tests.benchmarks.questions import Record, overlaps_gold, records, report
from tests.llm.asked import Asked
from tests.llm.replies import Reply, Say
from tests.llm.server import ModelServer
from tests.llm.smollm2 import WINDOW, SmolLM2

K = 5
SETS = ("mtrag_clapnq", "mtrag_govt", "mtrag_ibmcloud")


def main(folder: Path, half: str) -> None:
    """Prints hit@5 of each way; what the questions become goes into FOLDER/conversations.txt."""
    rows = [row for row in records("mtrag_conversations") if row["answerable"] and row["history"]]
    model = SmolLM2(folder / "smollm2")

    def rewriting(asked: Asked) -> Reply:
        return model(asked) if asked.is_rewriting else Say([])  # an answer would take a minute and change nothing here

    with library_in(folder, *SETS) as library, ModelServer(rewriting, on_json="ignores") as server:
        plain = build_chain(EvidenceRetriever(library=library, encoder=load_encoder()))
        with_model = chain_with(library, server, WINDOW)
        last = [plain.invoke(row["question"]) for row in rows]
        without = [_asked(plain, row) for row in rows]
        small = [_asked(with_model, row) for row in rows]
        human = [plain.invoke(row["standalone_question"]) for row in rows if row.get("standalone_question")]
    print(f"{len(rows)} questions; the model was asked to rewrite {len(model.written)}")
    _compare(rows, {"the last turn alone": last, "without a model": without, "SmolLM2": small})
    some = [i for i, row in enumerate(rows) if row.get("standalone_question")]
    print(f"the {len(some)} that a person made to stand alone:")
    ways = {"the last turn alone": last, "without a model": without, "SmolLM2": small}
    _compare(
        [rows[i] for i in some], {**{name: [found[i] for i in some] for name, found in ways.items()}, "a person": human}
    )
    _write(folder / "conversations.txt", rows, without, small)


def _asked(chain: CitedAnswers, row: Record) -> Answer:
    return chain.invoke({"question": row["question"], "history": history_of(row)})


def _compare(rows: Sequence[Record], ways: dict[str, Sequence[Answer]]) -> None:
    """hit@5 of each way, and what it gains over the first."""
    groups = [row["group"] for row in rows]
    hits = {name: [_hit(row, a) for row, a in zip(rows, answers, strict=True)] for name, answers in ways.items()}
    first = next(iter(hits.values()))
    for name, hit in hits.items():
        report(f"  hit@5, {name}", hit, groups)
        if hit is not first:
            report("    gained, paired", [a - b for a, b in zip(hit, first, strict=True)], groups)


def _hit(row: Record, answer: Answer) -> float:
    return float(any(overlaps_gold(row, p.document_id, p.start, p.end) for p in answer.passages[:K]))


def _write(file: Path, rows: Sequence[Record], without: Sequence[Answer], small: Sequence[Answer]) -> None:
    lines = []
    for row, one, other in zip(rows, without, small, strict=True):
        lines += [f"{row['question']}"]
        lines += [f"    without {_hit(row, one):.0f}  {one.standalone_question}"]
        lines += [f"    SmolLM2 {_hit(row, other):.0f}  {other.standalone_question}"]
        lines += [f"    a person   {row.get('standalone_question')}"]
    file.write_text("\n".join(lines), encoding="utf-8")

"""A real model of 135 million parameters on the article and on XQuAD: what of its answers is shown, and beside ours?

The statements that are shown are written into FOLDER/smollm2-statements.txt with what they cite, to be read one by one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from index.document import Document
from index.encoding import load_encoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from qa.answer import Answer, Statement
from qa.chain import Ask, build_chain
from tests.article import QUESTIONS, SAMPLES, history_of
from tests.benchmarks.generative.common import chain_with, fell_back, library_in, per_cent, quotes_hold, texts_of
from tests.benchmarks.questions import records, report
from tests.llm.server import ModelServer
from tests.llm.smollm2 import WINDOW, SmolLM2

EACH = 50
SHOWN = 50

Asked = tuple[dict[str, Any], Answer, Answer]  # the record, the model's answer, the extractive one


def main(folder: Path, half: str) -> None:
    """Prints the figures of both sets."""
    model = SmolLM2(folder / "smollm2")
    with ModelServer(model, on_json="ignores") as server:
        with Library.open(folder / "article", load_encoder()) as library:
            if not library.documents():
                text = (SAMPLES / "article.txt").read_bytes().decode("utf-8")
                library.add(Document(source="article", title="article", text=text))
            article = _asked("article", library, server, QUESTIONS[:EACH])
        with library_in(folder, "squad") as library:
            rows = records("xquad_en", half)
            every = len(rows) // EACH
            squad = _asked("xquad_en", library, server, rows[::every][:EACH])
            others = [row for place, row in enumerate(rows) if place % every]
            more = list(_more(library, server, others, SHOWN - len(_shown([*article, *squad]))))
    _write(folder / "smollm2-statements.txt", [*article, *squad, *more])
    _write_all(folder / "smollm2-written.txt", model)


def _more(library: Library, server: ModelServer, rows: Sequence[dict[str, Any]], wanted: int) -> Iterator[Asked]:
    """Further questions, which no figure counts, until so many statements are shown."""
    chain = chain_with(library, server, WINDOW)
    for row in rows:
        if wanted <= 0:
            return
        answer = chain.invoke(row["question"])
        one = (row, answer, answer)
        wanted -= len(_shown([one]))
        yield one


def _asked(name: str, library: Library, server: ModelServer, rows: Sequence[dict[str, Any]]) -> list[Asked]:
    """Both answers to each question, with the figures printed."""
    plain = build_chain(EvidenceRetriever(library=library, encoder=load_encoder()))
    chain = chain_with(library, server, WINDOW)
    texts = texts_of(library)
    asked, began, before = [], time.monotonic(), len(server.received)
    for row in rows:
        ask: Ask = {"question": row["question"], "history": history_of(row)}
        asked.append((row, chain.invoke(ask), plain.invoke(ask)))
    reached = len(server.received) - before
    answers = [answer for _, answer, _ in asked]
    print(f"{name}: {len(asked)} questions, {reached} requests, {(time.monotonic() - began) / len(asked):.1f} s each")
    holds = [answer for answer in answers if quotes_hold(answer, texts)]
    print(f"  every footnote exact: {per_cent(holds, answers)}")
    stated = [answer for answer in answers if answer.statements]
    model = [answer for answer in stated if not fell_back(answer) and answer.model != "extractive"]
    print(f"  answered {len(stated)}, in the model's words {len(model)}, fell back {sum(map(fell_back, answers))}")
    print(
        f"  statements shown {sum(len(a.statements) for a in model)}, left out {sum(len(a.dropped) for a in answers)}"
    )
    answerable = [one for one in asked if one[0]["answerable"]]
    groups = [row["id"] if name == "article" else row["group"] for row, _, _ in answerable]
    ours = [_hits(row, answer) for row, answer, _ in answerable]
    extractive = [_hits(row, answer) for row, _, answer in answerable]
    report("  answerable: a footnote is gold, with the model", ours, groups)
    report("  answerable: a footnote is gold, extractive", extractive, groups)
    report("  difference, paired", [a - b for a, b in zip(ours, extractive, strict=True)], groups)
    return asked


def _hits(row: dict[str, Any], answer: Answer) -> float:
    """Whether a footnote overlaps the gold evidence; what is refused has none."""
    source = Document(source=row["document_id"], title="", text="").id
    return float(
        any(
            citation.document_id == source and citation.start < gold["end"] and gold["start"] < citation.end
            for citation in answer.citations
            for gold in row["evidence"]
        )
    )


def _shown(asked: Sequence[Asked]) -> list[tuple[str, Answer, Statement]]:
    """Each statement that is shown in the model's words, with its question."""
    return [
        (row["question"], answer, statement)
        for row, answer, _ in asked
        if answer.model != "extractive"
        for statement in answer.statements
    ]


def _write(file: Path, asked: Sequence[Asked]) -> None:
    """The first statements that are shown in the model's words, each with its question and what it cites."""
    lines: list[str] = []
    for count, (question, answer, statement) in enumerate(_shown(asked)[:SHOWN], 1):
        quotes = {citation.number: citation.quote for citation in answer.citations}
        lines += [f"{count}. {question}", f"   {statement.verdict} {statement.score}: {statement.text}"]
        lines += [f"      [{number}] {' '.join(quotes[number].split())}" for number in statement.citations]
    file.write_text("\n".join(lines), encoding="utf-8")
    print(f"{min(len(_shown(asked)), SHOWN)} statements to read are in {file}")


def _write_all(file: Path, model: SmolLM2) -> None:
    """All that the model wrote, shown or not."""
    file.write_text("\n\n".join(f"{a.question or a.text}\n    {t}" for a, t in model.written), encoding="utf-8")

"""The fifty questions about the bundled article, and every answer to read: `python -m tests.benchmarks.article`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from index.document import Document
from index.encoding import load_encoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from qa.chain import build_chain
from tests.article import QUESTIONS, SAMPLES, history_of


def main() -> None:
    """Prints each answer, then how many of each kind are right."""
    text = (SAMPLES / "article.txt").read_bytes().decode("utf-8")
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    with TemporaryDirectory() as folder, Library.open(Path(folder), load_encoder()) as library:
        library.add(Document(source="article", title="article", text=text))
        chain = build_chain(EvidenceRetriever(library=library, encoder=load_encoder()))
        for row in QUESTIONS:
            answer = chain.invoke({"question": row["question"], "history": history_of(row)})
            first = answer.citations[0] if answer.citations else None
            is_gold = first and any(first.start < gold["end"] and gold["start"] < first.end for gold in row["evidence"])
            is_right = bool(is_gold) if row["answerable"] else answer.kind == "refusal"
            kind = row["id"].split("-")[1]
            asked[kind] += 1
            right[kind] += is_right
            print(f"{'right' if is_right else 'WRONG'}  {answer.confidence:.2f}  {row['question']}")
            if answer.standalone_question:
                print(f"             understood as: {answer.standalone_question}")
            print(f"             {answer.text}")
    for kind, count in asked.items():
        print(f"{kind}: {right[kind]} of {count} right")


if __name__ == "__main__":
    main()

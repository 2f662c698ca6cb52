"""Questions put as by somebody who has not read the document: what is answered, refused, and understood.

    python -m tests.benchmarks.written [reported|development] [-v]

Each of the reported eight documents (`tests/benchmarks/unseen`) is asked by itself; nothing was fitted on them. Those
for development are `index/training/written`. "close" is near what the document says and not answered there, "far" is
about something else. With -v every answer that is wrong is printed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from index.document import Document
from index.encoding import load_encoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from index.training.data import WRITTEN
from qa.answer import Answer
from qa.chain import build_chain
from tests.article import history_of
from tests.benchmarks.questions import report

FOLDERS = {"reported": Path(__file__).parent / "unseen", "development": WRITTEN}

Asked = tuple[dict[str, Any], Answer]


def main(half: str, *, is_verbose: bool = False) -> None:
    """Asks everything and prints a line for each kind of question."""
    asked = [one for path in sorted(FOLDERS[half].glob("*.jsonl")) for one in _ask(path)]
    for kind in ("answerable", "followup"):
        rows = [one for one in asked if _kind(one) == kind]
        _report(f"{kind}: the first footnote is gold", rows, [_is_right(one) for one in rows])
        _report(f"{kind}: the best sentence is gold", rows, [_overlaps(row, a.evidence[:1]) for row, a in rows])
        _report(f"{kind}: refused", rows, [answer.kind == "refusal" for _, answer in rows])
    for kind in ("close", "far"):
        rows = [one for one in asked if _kind(one) == kind]
        _report(f"{kind}: refused", rows, [answer.kind == "refusal" for _, answer in rows])
    for row, answer in asked if is_verbose else ():
        if not _is_right((row, answer)):
            print(f"{row['id']} {answer.confidence:.2f}  {row['question']}")
            print(f"    understood as: {answer.standalone_question}\n    {answer.text}")
            print(f"    gold: {[evidence['text'] for evidence in row['evidence']]}")


def _ask(path: Path) -> Iterator[Asked]:
    """Every question of a document, asked of it alone."""
    source = next(p for p in path.parent.glob(f"{path.stem}.*") if p.suffix != path.suffix)
    with TemporaryDirectory() as folder, Library.open(Path(folder), load_encoder()) as library:
        library.add(Document(source=source.name, title=path.stem, text=source.read_bytes().decode("utf-8")))
        chain = build_chain(EvidenceRetriever(library=library, encoder=load_encoder()))
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            yield row, chain.invoke({"question": row["question"], "history": history_of(row)})


def _kind(one: Asked) -> str:
    return str(one[0]["id"].rsplit("-", 2)[1])


def _is_right(one: Asked) -> bool:
    row, answer = one
    return _overlaps(row, answer.citations[:1]) if row["answerable"] else answer.kind == "refusal"


def _overlaps(row: dict[str, Any], shown: Any) -> bool:
    return any(s.start < gold["end"] and gold["start"] < s.end for s in shown for gold in row["evidence"])


def _report(label: str, rows: list[Asked], right: list[bool]) -> None:
    report(label, [float(one) for one in right], [str(row["group"]) for row, _ in rows])


if __name__ == "__main__":
    names = [name for name in sys.argv[1:] if name != "-v"]
    main(names[0] if names else "reported", is_verbose="-v" in sys.argv)

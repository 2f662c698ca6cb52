"""ALCE's files (Gao et al. 2023): questions with retrieved passages, and systems' outputs over them.

A passage becomes a document of its own, and a question is answered from its own passages only. ASQA's short answers
come from `qa_pairs`, QAMPARI's from `answers`, ELI5 has none but `answer`. Nothing says where the evidence stands, so
that metrics of gold evidence have no value here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from index.document import Document
from qa.errors import BadRecord
from qa.evaluation.datasets.lines import record
from qa.evaluation.records import Dataset, Question, Record, collect


class _Passage(Record):
    title: str = ""
    text: str


class _Pair(Record):
    short_answers: tuple[str, ...] = ()


class _Item(Record):
    question: str
    docs: tuple[_Passage, ...]
    sample_id: str | int | None = None
    id: str | int | None = None
    answer: str | None = None
    answers: tuple[str | tuple[str, ...], ...] = ()
    qa_pairs: tuple[_Pair, ...] | None = None


def looks_like(content: Any) -> bool:
    """Whether parsed JSON has ALCE's shape: its data sets are lists, its results have them under `data`."""
    items = _items(content)
    return isinstance(items, list) and all(isinstance(i, dict) and "docs" in i and "question" in i for i in items)


def read(name: str, content: Any) -> Dataset:
    """The questions and, as documents, their passages.

    Raises:
        BadRecord: the JSON is not as ALCE writes it.
    """
    documents: dict[str, Document] = {}
    read: list[tuple[str, Question]] = []
    for number, fields in enumerate(_items(content)):
        place = f"{name}, item {number + 1}"
        item = record(_Item, place, fields)
        own = [_document(passage) for passage in item.docs if passage.text.strip()]
        documents |= {document.source: document for document in own}
        read.append((place, _question(place, item, number, [document.source for document in own])))
    return collect(name, read, list(documents.values()))


def answers(name: str, content: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The outputs in a results file, in the shape that answers of other systems are scored in.

    Raises:
        BadRecord: an item has no output.
    """
    for number, fields in enumerate(_items(content)):
        place = f"{name}, item {number + 1}"
        if not isinstance(fields.get("output"), str):
            raise BadRecord(place, "output", "it is missing: this file has questions, but no system's answers")
        item = record(_Item, place, fields)
        passages = [
            {"n": n, "text": passage.text, "document_id": _document(passage).source}
            for n, passage in enumerate(item.docs, 1)
        ]
        yield (
            place,
            {"id": _id(item, number), "question": item.question, "answer": fields["output"]} | {"passages": passages},
        )


def _question(place: str, item: _Item, number: int, documents: list[str]) -> Question:
    short = [a for pair in item.qa_pairs or () for a in pair.short_answers]
    short += [a for answer in item.answers for a in ([answer] if isinstance(answer, str) else answer)]
    fields = {
        "id": _id(item, number),
        "question": item.question,
        "answers": short or [a for a in [item.answer] if a],
        "answerable": True,
        "group": item.question,
        "index_only": documents,
    }
    return record(Question, place, fields)


def _id(item: _Item, number: int) -> str:
    own = item.sample_id if item.sample_id is not None else item.id
    return str(number + 1 if own is None else own)


def _document(passage: _Passage) -> Document:
    digest = hashlib.sha256(f"{passage.title}\n{passage.text}".encode()).hexdigest()[:12]
    title = passage.title or "passage"
    return Document(source=f"{title}#{digest}", title=title, text=passage.text)


def _items(content: Any) -> Any:
    return content.get("data") if isinstance(content, dict) else content

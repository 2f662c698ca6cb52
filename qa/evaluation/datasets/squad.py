"""SQuAD 1.1 and 2.0: articles of paragraphs with their questions (Rajpurkar et al. 2016, 2018).

An article becomes one document: its title, then its paragraphs with a blank line between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from index.document import Document
from qa.errors import BadRecord
from qa.evaluation.datasets.lines import record
from qa.evaluation.records import Dataset, Question, Record, collect

BETWEEN = "\n\n"


class _Answer(Record):
    text: str
    answer_start: int = Field(ge=0)


class _Asked(Record):
    id: str
    question: str
    answers: tuple[_Answer, ...] = ()
    is_impossible: bool = False


class _Paragraph(Record):
    context: str
    qas: tuple[_Asked, ...]


class _Article(Record):
    title: str
    paragraphs: tuple[_Paragraph, ...]


@dataclass
class _Draft:
    """An article's text as far as it is joined, and the questions about it."""

    name: str
    text: str
    read: list[tuple[str, Question]] = field(default_factory=list)


def looks_like(content: Any) -> bool:
    """Whether parsed JSON has SQuAD's shape."""
    articles = content.get("data") if isinstance(content, dict) else None
    return isinstance(articles, list) and all(isinstance(a, dict) and "paragraphs" in a for a in articles)


def read(name: str, content: Any) -> Dataset:
    """The questions and, as documents, the articles.

    Raises:
        BadRecord: the JSON is not as SQuAD describes it, or an answer does not stand where it should.
    """
    drafts: dict[str, _Draft] = {}
    for number, fields in enumerate(content["data"]):
        place = f"{name}, data[{number}]"
        article = record(_Article, place, fields)
        if article.title in drafts:
            raise BadRecord(place, "title", f"{article.title!r} is the title of two articles")
        drafts[article.title] = _article(place, article)
    documents = [Document(source=d.name, title=d.name.replace("_", " "), text=d.text) for d in drafts.values()]
    return collect(name, [one for draft in drafts.values() for one in draft.read], documents)


def _article(place: str, article: _Article) -> _Draft:
    draft = _Draft(article.title, article.title.replace("_", " "))
    for number, paragraph in enumerate(article.paragraphs):
        draft.text += BETWEEN
        start = len(draft.text)
        draft.text += paragraph.context
        draft.read += _questions(f"{place}.paragraphs[{number}]", article.title, paragraph, start)
    return draft


def _questions(place: str, title: str, paragraph: _Paragraph, start: int) -> Iterator[tuple[str, Question]]:
    for number, asked in enumerate(paragraph.qas):
        where = f"{place}.qas[{number}]"
        golds = [] if asked.is_impossible else list(dict.fromkeys((a.answer_start, a.text) for a in asked.answers))
        for begin, text in golds:
            if paragraph.context[begin : begin + len(text)] != text:
                raise BadRecord(where, "answers", f"{text!r} does not stand at {begin} of its paragraph")
        yield (
            where,
            record(
                Question,
                where,
                {
                    "id": asked.id,
                    "question": asked.question,
                    "answers": (texts := list(dict.fromkeys(text for _, text in golds))),
                    "short_answers": texts,
                    "document_id": title,
                    "evidence": [{"start": start + b, "end": start + b + len(t), "text": t} for b, t in golds],
                    "answerable": bool(golds),
                    "group": title,
                    "unanswerable_kind": None if golds else "adversarial_same_paragraph",
                },
            ),
        )

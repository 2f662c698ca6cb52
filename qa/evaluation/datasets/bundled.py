"""The set that comes with Footnote: fifty questions about its article."""

from __future__ import annotations

from importlib.resources import files

from index.document import Document
from qa.evaluation.datasets import ours
from qa.evaluation.records import Dataset

ARTICLE = "article"
QUESTIONS = "article_questions.jsonl"


def bundled() -> Dataset:
    """The questions with their article."""
    read = ours.read(QUESTIONS, (files("index") / "samples" / QUESTIONS).read_bytes())
    return Dataset(read.name, read.questions, read.places, (article(),))


def article() -> Document:
    """The article under the id that its questions give it."""
    text = (files("index") / "samples" / f"{ARTICLE}.txt").read_bytes().decode()
    return Document(source=ARTICLE, title=ARTICLE, text=text)

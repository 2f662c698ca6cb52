"""Asks the real library questions, as fitting needs it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from index.document import Document
from index.encoding import load_encoder
from index.library import Library
from index.ranking import ScoredSentence, SentenceRanker
from index.retrieval import EvidenceRetriever
from index.training.data import GoldQuestion

MOST_QUESTIONS = 400  # of one set
SEED = 0

Interval = tuple[int, int]


@contextmanager
def library(held: Sequence[Document], ranker: SentenceRanker | None = None) -> Iterator[EvidenceRetriever]:
    """A library of these documents, for as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder), load_encoder()) as opened:
        for document in held:
            opened.add(document)
        # The fitted coefficients are read once: not before `fit_ranking`, in this process, has written them.
        yield EvidenceRetriever(library=opened, encoder=load_encoder(), ranker=ranker or SentenceRanker())


def neighbours(data: Path, ids: Sequence[str]) -> list[str]:
    """All documents of the sets that the ids are from: a question is asked among distractors."""
    folders = sorted({i.split("/")[0] for i in ids})
    return [f"{folder}/{path.stem}" for folder in folders for path in sorted((data / "docs" / folder).glob("*.txt"))]


def ranked(retriever: EvidenceRetriever, question: str, within: Sequence[str] | None) -> list[ScoredSentence]:
    """What the retriever finds, the best first."""
    found = retriever.invoke(question, documents=within)
    return sorted((s for d in found for s in d.metadata["sentences"]), key=lambda s: -s.score)


def sample(questions: Sequence[GoldQuestion]) -> list[GoldQuestion]:
    """As many as are asked, always the same."""
    order = np.random.default_rng(SEED).permutation(len(questions))[:MOST_QUESTIONS]
    return [questions[i] for i in order]


def id_of(question: GoldQuestion) -> str:
    """The id of its document, once that is added."""
    return Document(source=question.document_id, title="", text="").id


def overlaps(scored: ScoredSentence, span: Interval) -> bool:
    """Whether a sentence and a span of the same document do."""
    return scored.sentence.start < span[1] and span[0] < scored.sentence.end


def rounded(coefficients: dict[str, float]) -> dict[str, float]:
    """To four places."""
    return {name: round(float(value), 4) for name, value in coefficients.items()}


def write(out: Path, content: dict[str, object]) -> None:
    """Writes one of the files of weights."""
    out.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")

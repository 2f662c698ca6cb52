"""The chain of a tutorial, as a system whose answers are scored like ours.

Recursive splitter 1000/200, dense top 4 of the same embedding model, best sentence of these by cosine, cited. It never
refuses; its confidence is that cosine. Of a conversation it sees the last turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from langchain_text_splitters import RecursiveCharacterTextSplitter

from index.document import Document
from index.encoding import Floats
from index.splitting import split_sentences
from qa.evaluation.records import Question
from tests.benchmarks.speed import bundled_sentence_transformer

TOP = 4


@dataclass(frozen=True)
class Chunk:
    """A piece of a document with its sentences."""

    document: str
    start: int
    text: str
    sentences: tuple[tuple[int, int], ...]  # offsets into the text


class Tutorial:
    """The chain over some documents."""

    def __init__(self, documents: Sequence[Document]) -> None:
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
        self._chunks = [
            Chunk(d.source, c.metadata["start_index"], c.page_content, tuple(_offsets(c.page_content)))
            for d in documents
            for c in splitter.create_documents([d.text])
        ]
        self._vectors = _encode([chunk.text for chunk in self._chunks])
        self._sentences: dict[int, Floats] = {}

    def answers(self, questions: Sequence[Question]) -> Iterator[dict[str, Any]]:
        """An answer to each, as JSON in our shape."""
        vectors = _encode([question.question for question in questions])
        for question, vector in zip(questions, vectors, strict=True):
            yield self._answer(question, vector)

    def _answer(self, question: Question, vector: Floats) -> dict[str, Any]:
        scores = self._vectors @ vector
        if question.index_only is not None:
            allowed = set(question.index_only)
            scores = np.where([chunk.document in allowed for chunk in self._chunks], scores, -1)
        found = [int(i) for i in np.argsort(-scores, kind="stable")[:TOP]]
        ranked = [(float(s @ vector), i, n) for i in found for n, s in enumerate(self._of_chunk(i))]
        score, chunk, number = max(ranked, key=lambda item: item[0])
        place = _place(self._chunks[chunk], self._chunks[chunk].sentences[number])
        return {
            "id": question.id,
            "kind": "answer",
            "question": question.question,
            "statements": [{"text": place["text"], "citations": [1]}],
            "citations": [{**place, "number": 1, "quote": place["text"]}],
            "evidence": [place],
            "passages": [_place(self._chunks[i], (0, len(self._chunks[i].text))) for i in found],
            "confidence": min(1.0, max(0.0, score)),
        }

    def _of_chunk(self, chunk: int) -> Floats:
        """The vectors of a chunk's sentences, encoded when first needed."""
        if chunk not in self._sentences:
            one = self._chunks[chunk]
            self._sentences[chunk] = _encode([one.text[a:b] for a, b in one.sentences])
        return self._sentences[chunk]


def _offsets(text: str) -> Iterator[tuple[int, int]]:
    return ((sentence.start, sentence.end) for sentence in split_sentences(text))


def _place(chunk: Chunk, offsets: tuple[int, int]) -> dict[str, Any]:
    start, end = offsets
    return {
        "document_id": chunk.document,
        "start": chunk.start + start,
        "end": chunk.start + end,
        "text": chunk.text[start:end],
    }


def _encode(texts: Sequence[str]) -> Floats:
    return np.asarray(bundled_sentence_transformer().encode(list(texts), show_progress_bar=False), dtype=np.float32)

"""Dense and lexical search, fused; then every sentence of the best passages is ranked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from index.conversing import Conversation, within_conversation
from index.document import Heading
from index.encoding import Encoder, Floats
from index.ranking import Candidate, Question, ScoredSentence, SentenceRanker
from index.term_weights import TermWeights
from index.words import content_stems, stems

if TYPE_CHECKING:
    from index.library import Library
    from index.passages import StoredPassage
    from index.records import DocumentRecord

# How many passages each search proposes, and how many fused ones have their sentences ranked: the right one is
# among the best 20 for 98 % of the questions of XQuAD (tests/benchmarks/ranking.py).
PROPOSED = 50
RANKED_PASSAGES = 20
OVERVIEW_SENTENCES = 4
WHOLE_DOCUMENTS = 20


Headings = Mapping[str, Sequence[Heading]]  # by document id

SCORES = ("dense", "lexical", "fused")


@dataclass(frozen=True, eq=False)
class Proposed:
    """What both searches propose for a text: scores by passage id."""

    question: Question
    dense: Mapping[int, float]
    lexical: Mapping[int, float]
    fused: Mapping[int, float]

    def best(self, count: int) -> list[int]:
        """The ids of the passages with the highest fused scores."""
        return sorted(self.fused, key=lambda id: -self.fused[id])[:count]

    def scores(self, id: int) -> dict[str, float | None]:
        """A passage's, None where a search did not propose it."""
        return {"dense": self.dense.get(id), "lexical": self.lexical.get(id), "fused": self.fused.get(id)}


class EvidenceRetriever(BaseRetriever):
    """A LangChain retriever over a `Library`.

    `invoke(question, documents=[ids], conversation=Conversation(…))` returns passages, the one with the most relevant
    sentence first; what was asked in a conversation is searched for as well. Metadata:
    document_id, title, source, content_hash, heading (under which it starts), headings (`Heading`, within it), page,
    start, end (code points into the document), scores (of the question by itself; dense: cosine, lexical: BM25, fused;
    None where a search did not propose the passage) and sentences (`ScoredSentence`, best first).
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Any = Field(description="index.library.Library; typed loosely since pydantic would import it.")
    encoder: Any = Field(description="The index.encoding.Encoder that the library was made with.")
    ranker: SentenceRanker = Field(default_factory=SentenceRanker)
    passages: int = Field(default=RANKED_PASSAGES, gt=0, description="How many passages to return.")

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        documents: Collection[str] | None = None,
        conversation: Conversation | None = None,
    ) -> list[LangChainDocument]:
        library: Library = self.library
        texts = [query, *((conversation.typed, conversation.whole) if conversation else ())]
        searched = {text: self._search(text, documents) for text in dict.fromkeys(texts)}
        proposed = [id for one in searched.values() for id in one.best(self.passages)]
        best = library.passages(list(dict.fromkeys(proposed)))
        candidates = [Candidate(p.passage, p.encoding) for p in best]
        rankings = {text: self.ranker.rank(one.question, candidates) for text, one in searched.items()}
        ranked = rankings[query]
        if conversation:
            typed, whole = rankings[conversation.typed], rankings[conversation.whole]
            ranked = within_conversation(ranked, typed, whole, conversation.reply)
        headings = library.headings({passage.passage.document_id for passage in best})
        return _in_order_of_relevance(best, ranked, searched[query], headings)[: self.passages]

    def _search(self, text: str, documents: Collection[str] | None) -> Proposed:
        library: Library = self.library
        encoder: Encoder = self.encoder
        encoding = encoder.encode_question(text)
        wanted = content_stems(text)
        dense = {hit.passage_id: hit.score for hit in library.search_dense(encoding.vector, PROPOSED, documents)}
        lexical = {hit.passage_id: hit.score for hit in library.search_lexical(wanted, PROPOSED, documents)}
        vectors = library.vectors(list(dense.keys() | lexical.keys()))
        # A list that was not cut has every passage with any of the words: the others have none, which BM25 calls 0.
        floor = min(lexical.values()) if len(lexical) == PROPOSED else 0.0
        fused = fuse(encoding.vector, vectors, lexical, floor)
        weights = TermWeights.of(wanted, library.document_frequencies(wanted), library.passage_count)
        return Proposed(Question.of(text, encoding, weights), dense, lexical, fused)

    def overview(self, question: str, documents: Collection[str] | None = None) -> list[LangChainDocument]:
        """Passages that tell what documents are about, in reading order, with the metadata of `invoke`.

        Of one document (the one that is named, or the only one): how it opens and its most central passages. Of
        several: how each of the first few opens.
        """
        library: Library = self.library
        chosen = self._chosen(question, documents)[:OVERVIEW_SENTENCES]
        if len(chosen) == 1:
            best = _central(library.passages_of(chosen[0].id), OVERVIEW_SENTENCES)
        else:
            best = [passage for record in chosen for passage in library.passages_of(record.id)[:1]]
        return self._unranked(best)

    def whole(self, question: str, documents: Collection[str] | None = None) -> list[LangChainDocument]:
        """All passages of documents in reading order: of the one that is named, or of the first few."""
        chosen = self._chosen(question, documents)[:WHOLE_DOCUMENTS]
        return self._unranked([passage for record in chosen for passage in self.library.passages_of(record.id)])

    def _chosen(self, question: str, documents: Collection[str] | None) -> list[DocumentRecord]:
        """The documents whose titles are named; all if none is."""
        records = [r for r in self.library.documents() if documents is None or r.id in documents]
        wanted = set(stems(question))
        return [r for r in records if (title := set(content_stems(r.title))) and title <= wanted] or records

    def _unranked(self, passages: Sequence[StoredPassage]) -> list[LangChainDocument]:
        headings = self.library.headings({passage.passage.document_id for passage in passages})
        unscored = dict.fromkeys(SCORES)
        return [_retrieved(passage, unscored, [], headings) for passage in passages]


def _central(passages: Sequence[StoredPassage], count: int) -> list[StoredPassage]:
    """The opening passage and those nearest to the document's mean that are not near each other, in reading order.

    Maximal marginal relevance (Carbonell and Goldstein 1998) with equal weights, the mean vector as the query.
    """
    if len(passages) <= count:
        return list(passages)
    vectors = np.stack([passage.encoding.vector for passage in passages])
    centrality = vectors @ vectors.mean(axis=0)
    chosen = [0]
    while len(chosen) < count:
        novelty = 0.5 * centrality - 0.5 * (vectors @ vectors[chosen].T).max(axis=1)
        novelty[chosen] = -np.inf
        chosen.append(int(novelty.argmax()))
    return [passages[i] for i in sorted(chosen)]


def fuse(
    question: Floats, proposed: Mapping[int, Floats], lexical: Mapping[int, float], floor: float
) -> dict[int, float]:
    """Cosine and BM25, each standardised over the candidates, in equal parts.

    A passage that only BM25 proposed gets its cosine from its stored vector.

    Args:
        question: (dimension,) unit length.
        proposed: each passage's id with its vector, the same shape.
        lexical: BM25 scores by passage id.
        floor: what BM25 is taken to give a passage that only the dense search proposed.
    """
    if not proposed:
        return {}
    cosines = np.vecdot(np.stack(list(proposed.values())), question)
    bm25 = np.array([lexical.get(id, floor) for id in proposed], dtype=np.float32)
    scores = 0.5 * _standardised(cosines) + 0.5 * _standardised(bm25)
    return dict(zip(proposed, scores.tolist(), strict=True))


def _standardised(scores: Floats) -> Floats:
    return np.asarray((scores - scores.mean()) / (scores.std() + 1e-6), dtype=np.float32)


def _in_order_of_relevance(
    stored: Sequence[StoredPassage],
    ranked: Sequence[ScoredSentence],
    proposed: Proposed,
    headings: Headings,
) -> list[LangChainDocument]:
    sentences: dict[tuple[str, int], list[ScoredSentence]] = {}
    for scored in ranked:
        sentences.setdefault((scored.passage.document_id, scored.passage.start), []).append(scored)
    place = {key: position for position, key in enumerate(sentences)}
    keyed = [((p.passage.document_id, p.passage.start), p) for p in stored]
    keyed.sort(key=lambda item: place.get(item[0], len(place)))
    return [_retrieved(p, proposed.scores(p.id), sentences.get(key, []), headings) for key, p in keyed]


def _retrieved(
    stored: StoredPassage,
    scores: Mapping[str, float | None],
    sentences: Sequence[ScoredSentence],
    headings: Headings,
) -> LangChainDocument:
    passage = stored.passage
    within = [h for h in headings.get(passage.document_id, ()) if passage.start < h.start < passage.end]
    return LangChainDocument(
        page_content=stored.passage.text,
        metadata={
            "document_id": stored.passage.document_id,
            "title": stored.record.title,
            "source": stored.record.source,
            "content_hash": stored.record.content_hash,
            "heading": stored.heading,
            "headings": within,
            "page": None,
            "start": stored.passage.start,
            "end": stored.passage.end,
            "scores": scores,
            "sentences": sentences,
        },
    )

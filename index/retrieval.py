"""Dense and lexical search, fused; then every sentence of the best passages is ranked."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field, PrivateAttr

from index.abbreviations import unknown_abbreviations, written_out
from index.conversing import Conversation, within_conversation
from index.document import Heading, Sentence
from index.encoding import Encoder
from index.expecting import definition
from index.fusing import fuse
from index.naming import KIND_STEMS, OPENING, Names
from index.overview import first_lines, lines_of, tell
from index.ranking import Candidate, Question, ScoredSentence, SentenceRanker
from index.scope import Scope, Sections
from index.spelling import spelled
from index.term_weights import TermWeights
from index.words import content_stems, stems

if TYPE_CHECKING:
    from index.library import Library
    from index.passages import StoredPassage

# How many passages each search proposes, and how many fused ones have their sentences ranked: the right one is
# among the best 20 for 98 % of the questions of XQuAD (tests/benchmarks/ranking.py).
PROPOSED = 50
RANKED_PASSAGES = 20
# A document that a question names has its sentences preferred by this much in log-odds. Of the 282 questions of the
# development half of XQuAD 51 name one, and the best sentence of each is as often right with 0, .5, 1 or 2.
NAMED = 1.0
# "… (the “Landlord”)" leaves no doubt who that is.
DEFINES = 3.0
OVERVIEW_SENTENCES = 4
OVERVIEW_DOCUMENTS = 8
WHOLE_SECTION = 8  # sentences
LONG = 15  # passages
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
    _known: tuple[int, Names] = PrivateAttr((-1, Names({})))  # with the library's generation
    _sections: Sections = PrivateAttr(default_factory=Sections)

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        documents: Collection[str] | None = None,
        conversation: Conversation | None = None,
    ) -> list[LangChainDocument]:
        library: Library = self.library
        names = self._names()
        named = names.spoken_of(query, names.documents if documents is None else documents)
        texts = [query, *((conversation.typed, conversation.whole) if conversation else ())]
        searched = {text: self._search(self._question(text), documents) for text in dict.fromkeys(texts)}
        proposed = [id for one in searched.values() for id in one.best(self.passages)]
        if named:
            proposed += self._search(searched[query].question, named).best(self.passages)
        best = library.passages(list(dict.fromkeys(proposed)))
        candidates = [Candidate(p.passage, p.encoding, names.called(p.passage.document_id)) for p in best]
        rankings = {text: self.ranker.rank(one.question, candidates) for text, one in searched.items()}
        ranked = rankings[query]
        if conversation:
            typed, whole = rankings[conversation.typed], rankings[conversation.whole]
            ranked = within_conversation(ranked, typed, whole, conversation.reply)
        headings = library.headings({passage.passage.document_id for passage in best})
        preferred = _preferring(ranked, named, definition(query))
        return _in_order_of_relevance(best, preferred, searched[query], headings)[: self.passages]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[LangChainDocument]:
        return await asyncio.to_thread(
            self._get_relevant_documents, query, run_manager=run_manager.get_sync(), **kwargs
        )

    def _question(self, text: str) -> Question:
        library: Library = self.library
        encoder: Encoder = self.encoder
        wanted = content_stems(text)
        weights = TermWeights.of(wanted, library.document_frequencies(wanted), library.passage_count)
        return Question.of(text, encoder.encode_question(text), weights)

    def _search(self, question: Question, documents: Collection[str] | None) -> Proposed:
        library: Library = self.library
        vector, wanted = question.encoding.vector, content_stems(question.text)
        dense = {hit.passage_id: hit.score for hit in library.search_dense(vector, PROPOSED, documents)}
        lexical = {hit.passage_id: hit.score for hit in library.search_lexical(wanted, PROPOSED, documents)}
        vectors = library.vectors(list(dense.keys() | lexical.keys()))
        # A list that was not cut has every passage with any of the words: the others have none, which BM25 calls 0.
        floor = min(lexical.values()) if len(lexical) == PROPOSED else 0.0
        return Proposed(question, dense, lexical, fuse(vector, vectors, lexical, floor))

    def spelled(self, question: str, documents: Collection[str] | None = None) -> str:
        """The question with its misspelt words as they were meant, and its abbreviations as the documents have them."""
        question = spelled(question, self.library, documents)
        if not (unknown := unknown_abbreviations(question, self.library)):
            return question
        near = self._search(self._question(question), documents).best(PROPOSED)
        texts = [stored.passage.text for stored in self.library.passages(near)]
        return written_out(question, unknown, texts, self.encoder)

    def scope(self, question: str, documents: Collection[str] | None = None) -> Scope:
        """What an overview that a question asks for is to be of."""
        return Scope.of_question(question, self.library, self._names(), self._sections, documents)

    def section(self, wanted: str, owner: str, documents: Collection[str] | None = None) -> Scope | None:
        """The one section that is called as what is wanted, of the document that is so called, or of any if none is."""
        if owner and not self.names(owner, documents):
            return None
        return Scope.of_heading(wanted, owner, self.library, self._names(), self._sections, documents)

    def names(self, phrase: str, documents: Collection[str] | None = None) -> bool:
        """Whether a phrase says nothing but what a document is called, or the kind of the only one."""
        names = self._names()
        ids = [id for id in names.documents if documents is None or id in documents]
        kinds = set(content_stems(phrase)) <= KIND_STEMS
        return (kinds and len(ids) == 1) or any(names.covers(phrase, id) for id in names.best(phrase, ids))

    def speaks_of_documents(self, phrase: str, documents: Collection[str] | None = None) -> bool:
        """Whether a phrase has no words but those that documents are asked with, and their names."""
        names = self._names()
        named = names.best(phrase, [id for id in names.documents if documents is None or id in documents])
        return names.asking(named).issuperset(stems(phrase))

    def overview(self, scope: Scope) -> list[LangChainDocument]:
        """Sentences that tell what documents are about, in reading order, with the metadata of `invoke`.

        Each is cut out of its passage. Of one document, or a section: how it opens and what is most central. Of
        several: as many sentences in all. Documents without prose are left out; if none has any, how they open. A
        short section is told whole.
        """
        chosen = scope.documents[:OVERVIEW_DOCUMENTS]
        each = max(1, OVERVIEW_SENTENCES // max(1, len(chosen)))
        passages = [self.library.passages_of(record.id) for record in chosen]
        if scope.section and (lines := lines_of(passages[0], scope.section, WHOLE_SECTION)):
            return self._unranked([_cut(*line) for line in lines])
        told = [t for of_one in passages for t in tell(of_one, _enough(each, of_one), scope.section)]
        cut = [_cut(t.stored, t.sentence) for t in told]
        if not cut:
            cut = [_cut(*line) for p in passages for line in first_lines(p, OVERVIEW_SENTENCES, scope.section)]
        return self._unranked(cut)

    def whole(self, scope: Scope) -> list[LangChainDocument]:
        """All passages of the documents, or of the section, in reading order; of the first few documents."""
        passages = [p for record in scope.documents[:WHOLE_DOCUMENTS] for p in self.library.passages_of(record.id)]
        if section := scope.section:
            passages = [p for p in passages if p.passage.start < section.end and section.start < p.passage.end]
        return self._unranked(passages)

    def _names(self) -> Names:
        """What the documents are known by; after a change only those that are new or others are looked into."""
        library: Library = self.library
        generation = library.generation()
        known_at, names = self._known
        if known_at != generation:
            names = Names.of(library.documents(), library.openings(2 * OPENING), names)
            self._known = generation, names
        return names

    def _unranked(self, passages: Sequence[StoredPassage]) -> list[LangChainDocument]:
        headings = self.library.headings({passage.passage.document_id for passage in passages})
        unscored = dict.fromkeys(SCORES)
        return [_retrieved(passage, unscored, [], headings) for passage in passages]


def _preferring(
    ranked: Sequence[ScoredSentence], named: Collection[str], defining: re.Pattern[str] | None
) -> Sequence[ScoredSentence]:
    """The sentences with those of the documents that a question names, and those that say who or what is called as it
    asks, as much more likely as that tells."""
    if not named and defining is None:
        return ranked

    def by(scored: ScoredSentence) -> float:
        defines = defining is not None and defining.search(scored.text) is not None
        return NAMED * (scored.passage.document_id in named) + DEFINES * defines

    preferred = [replace(s, within=(s.score if s.within is None else s.within) + by(s)) for s in ranked]
    return sorted(preferred, key=lambda scored: scored.order)


def _enough(each: int, passages: Sequence[StoredPassage]) -> int:
    """How many sentences tell what a document is about: one more of a long one."""
    return each + (each == OVERVIEW_SENTENCES and len(passages) > LONG)


def _cut(stored: StoredPassage, sentence: Sentence) -> StoredPassage:
    """A passage of a sentence alone."""
    text = stored.passage.quote(sentence.start, sentence.end)
    passage = replace(stored.passage, start=sentence.start, end=sentence.end, text=text, sentences=(sentence,))
    return replace(stored, passage=passage)


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

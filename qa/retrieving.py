"""What a retriever found, made ready for citing: ours with its ranked sentences, or any other's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableConfig

from index.conversing import Conversation
from index.document import Document, Passage
from index.encoding import load_encoder
from index.ranking import Candidate, Question, ScoredSentence, SentenceRanker
from index.retrieval import OVERVIEW_DOCUMENTS, EvidenceRetriever
from index.scope import Scope
from index.splitting import split
from index.term_weights import TermWeights
from qa.answer import Citation, Evidence, Notice, PassageScores, RetrievedPassage
from qa.citing import SourcePassage, Support
from qa.overview import distinct, notices_of

Place = tuple[str, int]  # document id and start of a passage

DIGEST = 12  # characters that tell apart what another retriever returns of one source


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence that was found, as it can be cited, with the calibrated probability that it holds the answer."""

    citation: Citation
    score: float


@dataclass(frozen=True)
class Retrieved:
    """Passages by place, and their sentences from the most relevant on."""

    passages: Mapping[Place, SourcePassage] = field(default_factory=dict)
    ranked: Sequence[ScoredSentence] = ()
    notices: tuple[Notice, ...] = ()

    def evidence(self, scored: ScoredSentence) -> Evidence:
        """A ranked sentence as it is shown."""
        retrieved = self._passage(scored).retrieved
        return Evidence(
            document_id=retrieved.document_id,
            title=retrieved.title,
            source=retrieved.source,
            start=scored.sentence.start,
            end=scored.sentence.end,
            text=scored.text,
            score=scored.relevance,
        )

    def joined(self, others: Iterable[Retrieved]) -> Retrieved:
        """With what else was found; of each sentence the better score."""
        passages, notices = dict(self.passages), self.notices
        best = {scored.key: scored for scored in self.ranked}
        for other in others:
            passages = {**other.passages, **passages}
            for scored in other.ranked:
                if scored.key not in best or scored.score > best[scored.key].score:
                    best[scored.key] = scored
        return Retrieved(passages, sorted(best.values(), key=lambda scored: scored.order), notices)

    def hits(self, count: int) -> tuple[Hit, ...]:
        """The most relevant sentences, numbered from the best on."""
        return tuple(
            Hit(
                Support(self._passage(scored), scored.sentence.start, scored.sentence.end).cited_as(number),
                scored.relevance,
            )
            for number, scored in enumerate(self.ranked[:count], 1)
        )

    def _passage(self, scored: ScoredSentence) -> SourcePassage:
        return self.passages[scored.passage.document_id, scored.passage.start]


def retrieve(
    retriever: BaseRetriever,
    question: str,
    documents: Sequence[str] | None,
    config: RunnableConfig,
    conversation: Conversation | None = None,
) -> Retrieved:
    """Asks a retriever.

    Args:
        retriever: ours or any other, which is asked the question alone.
        question: as it stands alone.
        documents: restricts what may be found to these ids.
        config: handed on.
        conversation: what it was asked after; see `index.retrieval.EvidenceRetriever`.
    """
    if isinstance(retriever, EvidenceRetriever):
        found = retriever.invoke(question, config, documents=documents, conversation=conversation)
        ranked = [scored for document in found for scored in document.metadata["sentences"]]
        ranked.sort(key=lambda scored: scored.order)
        return Retrieved(_by_place(map(_own, found)), ranked)
    found = retriever.invoke(question, config)
    return _foreign(question, found, documents)


def spelled(retriever: BaseRetriever, question: str, documents: Sequence[str] | None) -> str:
    """The question with its misspelt words as they were meant; as it stands for another retriever than ours."""
    return retriever.spelled(question, documents) if isinstance(retriever, EvidenceRetriever) else question


def titles(retriever: BaseRetriever, documents: Sequence[str] | None) -> list[str] | None:
    """What the documents are called, told apart where two have the same title; None if only our retriever knows."""
    if not isinstance(retriever, EvidenceRetriever):
        return None
    return distinct([r for r in retriever.library.documents() if documents is None or r.id in documents])


def retrieve_overview(
    retriever: BaseRetriever,
    question: str,
    scope: Scope | None,
    documents: Sequence[str] | None,
    config: RunnableConfig,
) -> Retrieved:
    """Passages to give an overview from, in reading order; nothing is ranked. A notice says what it is of."""
    if isinstance(retriever, EvidenceRetriever) and scope:
        return _summed_up(scope, retriever.overview(scope))
    found = retrieve(retriever, question, documents, config)
    places = list(found.passages)
    step = -(-len(places) // OVERVIEW_DOCUMENTS) or 1  # from all over what it finds, as many as documents are told of
    kept = {place: found.passages[place] for place in places[::step]}
    return Retrieved(kept, [s for s in found.ranked if (s.passage.document_id, s.passage.start) in kept])


def retrieve_whole(
    retriever: BaseRetriever,
    question: str,
    scope: Scope | None,
    documents: Sequence[str] | None,
    config: RunnableConfig,
) -> Retrieved:
    """All passages of the documents that an overview is of, in reading order, nothing ranked, with the notice.

    Of another retriever's documents there is only what it finds.
    """
    if isinstance(retriever, EvidenceRetriever) and scope:
        return _summed_up(scope, retriever.whole(scope))
    return retrieve(retriever, question, documents, config)


def _summed_up(scope: Scope, found: Sequence[LangChainDocument]) -> Retrieved:
    passages = _by_place(map(_own, found))
    return Retrieved(passages, notices=notices_of(scope, list(passages.values())))


def _by_place(passages: Iterable[SourcePassage]) -> dict[Place, SourcePassage]:
    return {(p.retrieved.document_id, p.retrieved.start): p for p in passages}


def _own(document: LangChainDocument) -> SourcePassage:
    metadata = document.metadata
    return SourcePassage(
        RetrievedPassage(
            document_id=metadata["document_id"],
            title=metadata["title"],
            source=metadata["source"],
            start=metadata["start"],
            end=metadata["end"],
            text=document.page_content,
            scores=PassageScores(**metadata["scores"]),
        ),
        content_hash=metadata["content_hash"],
        page=metadata["page"],
        heading=metadata["heading"],
        headings=metadata["headings"],
    )


def _foreign(question: str, found: Sequence[LangChainDocument], documents: Sequence[str] | None) -> Retrieved:
    """Splits, encodes and ranks what another retriever found."""
    encoder, passages, candidates = load_encoder(), {}, []
    for id, document in _by_id(map(_as_document, found)).items():
        if documents is not None and document.source not in documents and id not in documents:
            continue
        for passage in split(document, encoder.word_pieces, encoder.window):
            own = Passage(id, passage.start, passage.end, passage.text, passage.sentences)
            passages[id, own.start] = SourcePassage(
                RetrievedPassage(
                    document_id=id,
                    title=document.title,
                    source=document.source,
                    start=own.start,
                    end=own.end,
                    text=own.text,
                    scores=PassageScores(dense=None, lexical=None, fused=None),
                ),
                content_hash=document.content_hash,
            )
            candidates.append(own)
    encodings = encoder.encode(candidates) if candidates else []
    asked = Question.of(question, encoder.encode_question(question), TermWeights())
    pairs = [Candidate(p, e) for p, e in zip(candidates, encodings, strict=True)]
    return Retrieved(passages, SentenceRanker().rank(asked, pairs))


def _by_id(found: Iterable[Document]) -> dict[str, Document]:
    """By source; where a source comes with several texts, as chunks of a file do, by source and digest of the text."""
    texts: dict[str, dict[str, Document]] = {}
    for document in found:
        texts.setdefault(document.source, {}).setdefault(document.content_hash, document)
    return {
        source if len(those) == 1 else f"{source}#{digest[:DIGEST]}": document
        for source, those in texts.items()
        for digest, document in those.items()
    }


def _as_document(found: LangChainDocument) -> Document:
    text = found.page_content.encode("utf-8", "replace").decode()  # half a surrogate pair, as from some PDF files
    source = str(found.metadata.get("source") or f"retrieved:{hashlib.sha256(text.encode()).hexdigest()[:16]}")
    return Document(source=source, title=str(found.metadata.get("title") or source), text=text)

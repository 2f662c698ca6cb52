"""What a question is about that its documents do not mention: it helps to see why there is no answer."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.retrievers import BaseRetriever

from index.retrieval import EvidenceRetriever
from index.term_weights import background
from index.words import function_stems, stem, words

MOST = 3
# A word that more English passages have than this says how something is asked, not what about: "mean", "happen".
TOO_COMMON = 0.015
_SAYS_HOW = frozenset(map(stem, ("happen", "kind", "sort", "think", "know", "explain", "mention")))


def unmentioned(retriever: BaseRetriever, question: str, documents: Sequence[str] | None) -> list[str]:
    """The telling words that stand nowhere in the documents, as they were typed; none if that cannot be known.

    Args:
        retriever: ours; of another one's documents only what it finds is known.
        question: as it stands alone.
        documents: ids to look in; all if None.
    """
    if not isinstance(retriever, EvidenceRetriever) or retriever.library.health != "ready":
        return []
    typed: dict[str, str] = {}
    for word in words(question):
        typed.setdefault(stem(word.group()), word.group())
    common = function_stems() | _SAYS_HOW
    telling = [s for s in typed if s not in common and background().get(s, 0.0) <= TOO_COMMON]
    return [typed[s] for s in telling if not retriever.library.search_lexical([s], 1, documents)][:MOST]


def told(unmentioned: Sequence[str]) -> str:
    """A sentence that names them; empty if there are none."""
    if not unmentioned:
        return ""
    *others, last = [f"“{word}”" for word in unmentioned]
    named = f"{', '.join(others)} and {last}" if others else last
    return f"{named} {'stand' if others else 'stands'} nowhere in them. "

"""Suggestions over 30 documents: is each answered, and does its answer cite first the document it came from?

    FOOTNOTE_EVAL_DATA=… python -m tests.benchmarks.suggestions [development]

Seven sets in turn give a document each, from the half that the suggestions were not developed on. Every suggestion is
asked over the whole library, also one that was drawn from a single document and asked of that alone.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Sequence

from index.encoding import load_encoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from qa.chain import CitedAnswers, build_chain
from qa.suggesting import Suggester, Suggestion
from tests.benchmarks.questions import library_of, names_below

SETS = ("clapnq", "covidqa", "mtrag_clapnq", "mtrag_govt", "mtrag_ibmcloud", "selqa", "squad")
DOCUMENTS = 30


def main(half: str) -> None:
    """Prints every suggestion and the shares."""
    with library_of(names(DOCUMENTS, half)) as library:
        chain = build_chain(EvidenceRetriever(library=library, encoder=load_encoder()))
        suggester = Suggester(library, chain.invoke)
        _of_each_document(library, chain, suggester)
        _of_the_library(library, chain, suggester)


def names(count: int, half: str = "reported", sets: Sequence[str] = SETS) -> list[str]:
    """Documents of the sets in turn, each set in the order of its names' SHA-256, every second one a half's."""
    first = {"development": 0, "reported": 1}[half]
    ranked = [sorted(names_below(one), key=lambda name: hashlib.sha256(name.encode()).hexdigest()) for one in sets]
    chosen = [ordered[place] for place in range(first, 2 * count, 2) for ordered in ranked if place < len(ordered)]
    return chosen[:count]


def is_kept(chain: CitedAnswers, suggestion: Suggestion) -> bool:
    """Whether a suggestion, asked over the whole library, is answered from its document first."""
    answer = chain.invoke(suggestion.question)
    return answer.kind == "answer" and answer.citations[0].document_id == suggestion.document_id


def _of_each_document(library: Library, chain: CitedAnswers, suggester: Suggester) -> None:
    print("Drawn from each document alone, asked over the whole library:")
    records, kept, served = library.documents(), [], 0
    for record in records:
        found = suggester.suggest(3, [record.id])
        served += bool(found)
        print(f"  {record.source}" + ("" if found else ": none"))
        kept += [_print(chain, suggestion) for suggestion in found]
    print(f"{served} of {len(records)} documents have a suggestion; {sum(kept)} of {len(kept)} are kept")


def _of_the_library(library: Library, chain: CitedAnswers, suggester: Suggester) -> None:
    for count in (3, DOCUMENTS):
        began = time.perf_counter()
        found = suggester.suggest(count)
        took = time.perf_counter() - began
        print(f"suggest({count}), {took:.1f} s:")
        kept = [_print(chain, suggestion) for suggestion in found]
        sources = len({suggestion.document_id for suggestion in found})
        print(f"{sum(kept)} of {len(found)} are kept; they come from {sources} documents")


def _print(chain: CitedAnswers, suggestion: Suggestion) -> bool:
    kept = is_kept(chain, suggestion)
    print(f"    {'+' if kept else '-'} {suggestion.question}")
    return kept


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "reported")

"""What a misspelt word does to an answer, on XQuAD: one index over its 24 articles.

    FOOTNOTE_EVAL_DATA=… python -m tests.benchmarks.spelling [development|reported]

Into a content word of each question, of five letters or more, one mistake is typed: a letter is left out, doubled,
taken for another one or swapped with its neighbour, but never the first or the last. Each question is asked as it was
written, misspelt with its spelling as it stands, and misspelt as Footnote reads it. Intervals are by article.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from random import Random
from string import ascii_lowercase

from index.encoding import load_encoder
from index.retrieval import EvidenceRetriever
from index.words import FUNCTION_WORDS, words
from qa.answer import Answer
from qa.chain import build_chain
from tests.benchmarks.questions import Record, library_of, names_below, overlaps_gold, records, report

SHORTEST = 5  # letters


class AsTyped(EvidenceRetriever):
    """The retriever without a look at the spelling."""

    def spelled(self, question: str, documents: object = None) -> str:
        """The question as it stands."""
        return question


def main(half: str) -> None:
    """Prints every figure."""
    rows = records("xquad_en", half)
    typed = [misspelt(row["question"]) for row in rows]
    with library_of(names_below("squad")) as library:
        encoder = load_encoder()
        read = build_chain(EvidenceRetriever(library=library, encoder=encoder))
        as_typed = build_chain(AsTyped(library=library, encoder=encoder))
        clean = [read.invoke(row["question"]) for row in rows]
        _figures("as written", rows, clean)
        _figures("misspelt, spelling as it stands", rows, [as_typed.invoke(question) for question in typed])
        _figures("misspelt", rows, [read.invoke(question) for question in typed])
    changed = [float(answer.standalone_question is not None) for answer in clean]
    report("as written, read otherwise", changed, [row["group"] for row in rows])
    print(*sorted(f"  {a.question} -> {a.standalone_question}" for a in clean if a.standalone_question), sep="\n")


def misspelt(question: str) -> str:
    """With one mistake in one word; as it stands if no word is long enough."""
    random = Random(question)
    long = [
        word
        for word in words(question)
        if len(word.group()) >= SHORTEST and word.group().isalpha() and word.group().casefold() not in FUNCTION_WORDS
    ]
    if not long:
        return question
    word = random.choice(long)
    return question[: word.start()] + _mistyped(word.group(), random) + question[word.end() :]


def _mistyped(word: str, random: Random) -> str:
    while True:
        at = random.randrange(1, len(word) - 2)
        before, letter, after = word[:at], word[at], word[at + 1 :]
        wrong = random.choice(
            [
                before + after,
                before + letter + letter + after,
                before + random.choice(ascii_lowercase) + after,
                before + after[0] + letter + after[1:],
            ]
        )
        if wrong != word:
            return wrong


def _figures(label: str, rows: Sequence[Record], answers: Sequence[Answer]) -> None:
    groups = [row["group"] for row in rows]
    first = [
        any(overlaps_gold(r, e.document_id, e.start, e.end) for e in a.evidence[:1])
        for r, a in zip(rows, answers, strict=True)
    ]
    report(f"{label}: evidence[0] overlaps the gold evidence", [float(hit) for hit in first], groups)
    report(f"{label}: refused", [float(answer.kind == "refusal") for answer in answers], groups)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "reported")

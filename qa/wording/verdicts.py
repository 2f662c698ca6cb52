"""What is said of how well an answer's sentences are supported, on every surface that has words only."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.answer import Answer, Statement

IN_WORDS = {
    "quoted": "quoted word for word",
    "supported": "supported by the quoted words",
    "partial": "only partly supported",
    "unsupported": "not supported",
}


def doubt(statement: Statement) -> str | None:
    """What stands beside a sentence that its footnotes do not fully support; None beside any other."""
    return IN_WORDS[statement.verdict] if statement.verdict in ("partial", "unsupported") else None


def verdict(answer: Answer) -> str:
    """One sentence about all of the answer's; nothing where nothing was judged."""
    quotes = {citation.quote for citation in answer.citations}
    verdicts = Counter(
        "quoted" if statement.text in quotes else statement.verdict
        for statement in answer.statements
        if statement.verdict
    )
    if not verdicts:
        return ""
    if len(verdicts) == 1:
        what = IN_WORDS[next(iter(verdicts))]
        return f"Verdict: every sentence is {what}." if verdicts.total() > 1 else f"Verdict: {what}."
    counts = (f"{_sentences(verdicts[word])} {IN_WORDS[word]}" for word in IN_WORDS if verdicts[word])
    return f"Verdict: {', '.join(counts)}."


def _sentences(number: int) -> str:
    return f"{number:,} sentence" if number == 1 else f"{number:,} sentences"

"""Overviews: the sentence of a passage that tells most without the others, and what an overview is of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from index.document import Sentence
from index.naming import file_name
from index.prose import is_prose, mark_length
from index.records import DocumentRecord
from index.scope import Scope
from qa.answer import Notice
from qa.citing import SourcePassage, Support


def telling(passage: SourcePassage) -> Sentence:
    """The first sentence of prose that stands on its own, without its list mark; failing that, the first sentence."""
    sentences = passage.sentences()
    for sentence in sentences:
        words = Support(passage, sentence.start, sentence.end).quote
        mark = mark_length(words)
        if is_prose(words[mark:]):
            return Sentence(sentence.start + mark, sentence.end)
    return sentences[0]


def notices_of(scope: Scope, passages: Sequence[SourcePassage]) -> tuple[Notice, ...]:
    """Which documents an overview draws on, unless there is only one; and that they have no prose."""
    quoted = {passage.retrieved.document_id for passage in passages}
    drawn_on = [record for record in scope.documents if record.id in quoted]
    if not drawn_on:
        return ()
    notices = []
    if scope.section:
        part = f"This is from the section “{scope.section.heading}” of {_titles(drawn_on)}."
        notices.append(Notice(code="overview_of", message=part))
    elif scope.of > 1:
        of = f"all {scope.of}" if len(drawn_on) == scope.of else f"{len(drawn_on)} of the {scope.of}"
        more = "" if len(drawn_on) == len(scope.documents) else " Name one to have it summed up."
        notices.append(Notice(code="overview_of", message=f"This draws on {of} documents: {_titles(drawn_on)}.{more}"))
    if not scope.section and not any(map(_has_prose, passages)):
        message = "There are no sentences to sum it up with: this is how it begins."
        notices.append(Notice(code="no_prose", message=message))
    return tuple(notices)


def _has_prose(passage: SourcePassage) -> bool:
    chosen = telling(passage)
    return is_prose(Support(passage, chosen.start, chosen.end).quote)


def distinct(records: Sequence[DocumentRecord]) -> list[str]:
    """The titles, with the file's name where two have the same."""
    counts = Counter(record.title for record in records)
    return [r.title if counts[r.title] == 1 else f"{r.title} ({file_name(r.source)})" for r in records]


def _titles(records: Sequence[DocumentRecord]) -> str:
    return ", ".join(f"“{title}”" for title in distinct(records))

"""The answerer without a language model: picks evidence sentences and quotes them as they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from index.document import Sentence
from index.ranking import ScoredSentence
from qa.answer import Turn
from qa.answering import Work
from qa.citing import Claim, SourcePassage, Support
from qa.overview import telling
from qa.retrieving import Retrieved
from qa.stretching import list_asked_for, with_its_subject, with_what_is_missing

MODEL = "extractive"

# At most this many sentences; more is a page, not an answer.
MOST = 4
# What may be left out is, if another sentence is at least this share as likely to hold the answer as the best one: one
# that is less likely would answer something else, and the words in question are then quoted as the quotation they are.
AS_GOOD = 0.5
# A further sentence must be this likely to hold the answer, and nearly as likely as the best one: on the development
# half of XQuAD a second sentence then is right in one of two cases (tests/benchmarks/ranking.py).
LIKELY = 0.5
NEARLY = 0.8


class ExtractiveAnswerer:
    """Quotes the best sentence, and those nearly as likely to hold the answer; all of a list, if that is asked for."""

    model = MODEL
    reads_all = False

    def __init__(self, leaves_out: Callable[[str], bool] | None = None) -> None:
        """Sets it up.

        Args:
            leaves_out: of words of a document, whether they are quoted only if there are no others.
        """
        self._leaves_out = leaves_out

    def propose(self, question: str, found: Retrieved, work: Work) -> Iterator[Claim]:
        """At least the best sentence; its words and nothing else."""
        said: list[tuple[str, Sentence]] = []
        for scored in self._chosen(self._quotable(found.ranked)):
            document_id, passage = scored.passage.document_id, scored.passage
            for stretch in _stretches(question, scored):
                if stretch != scored.sentence and not self._is_quotable(passage.quote(stretch.start, stretch.end)):
                    continue
                if not any(document_id == other and _overlap(stretch, s) for other, s in said):
                    said.append((document_id, stretch))
                    yield quote(found.passages[document_id, passage.start], stretch)
                    break

    def sum_up(self, question: str, found: Retrieved, work: Work) -> Iterator[Claim]:
        """One sentence of each passage."""
        every = [quote(passage, telling(passage)) for passage in found.passages.values()]
        yield from [claim for claim in every if self._is_quotable(claim.text)] or every

    def restate(self, question: str, history: Sequence[Turn], work: Work) -> None:
        """It has no words of its own."""

    def _quotable(self, ranked: Sequence[ScoredSentence]) -> Sequence[ScoredSentence]:
        if all(self._is_quotable(scored.text) for scored in ranked[:MOST]):
            return ranked
        likely = [scored for scored in ranked if scored.relevance >= AS_GOOD * ranked[0].relevance]
        return [scored for scored in likely if self._is_quotable(scored.text)] or ranked

    def _is_quotable(self, words: str) -> bool:
        return self._leaves_out is None or not self._leaves_out(words)

    def _chosen(self, ranked: Sequence[ScoredSentence]) -> Iterator[ScoredSentence]:
        best = ranked[0]
        yield best
        for scored in ranked[1:MOST]:
            if scored.relevance >= max(LIKELY, NEARLY * best.relevance):
                yield scored


def quote(passage: SourcePassage, stretch: Sentence) -> Claim:
    """A claim that is its own evidence."""
    support = Support(passage, stretch.start, stretch.end)
    return Claim(support.quote, (support,))


def _stretches(question: str, scored: ScoredSentence) -> Iterator[Sentence]:
    """What may be quoted for a sentence, the most telling first; the sentence alone at the end."""
    yield from list_asked_for(question, scored)
    yield from with_what_is_missing(question, scored)
    yield with_its_subject(scored)
    yield scored.sentence


def _overlap(a: Sentence, b: Sentence) -> bool:
    return a.start < b.end and b.start < a.end

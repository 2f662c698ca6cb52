"""The answerer without a language model: picks evidence sentences and quotes them as they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from index.document import Sentence
from index.lists import list_around
from index.ranking import ScoredSentence
from index.splitting import leans_on_previous, parts_paragraphs
from qa.answer import Turn
from qa.answering import Work
from qa.citing import Claim, SourcePassage, Support
from qa.overview import telling
from qa.retrieving import Retrieved

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
# So much better, as a cosine, a question for a whole list fits what is above the list than an item of it. On our own
# questions for an item the difference is at most .12.
OF_ALL = 0.15
# A sentence that leans on one that leans itself brings both.
FARTHEST_BACK = 2

# "Also known as the Old Fort, the tower …" names its subject, if late; "Originally built in 1850, it …" does not.
_NAMES_IT_LATER = re.compile(
    r"(?:also|initially|later|now|originally|then)\s\w+(?:ed|en|lt|wn)\s(?!(?:is|are|was|were)\b)"
    r"(?!.*,\s(?:it|he|she|they)\b).*,\s",
    re.IGNORECASE | re.DOTALL,
)
# "Yes. You may work from home …": what is answered, and the answer.
_REPLY = re.compile(
    r"(?:yes|no|not yet|not always|of course|of course not|certainly|sometimes|never|unfortunately not)[.!]",
    re.IGNORECASE,
)


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
            for stretch in (*_list_asked_for(scored), _with_its_subject(scored), scored.sentence):
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


def _list_asked_for(scored: ScoredSentence) -> Iterator[Sentence]:
    """The list that a sentence is an item of, or announces, if all of it is asked for; with what announces it."""
    passage, sentences = scored.passage, scored.passage.sentences
    place = sentences.index(scored.sentence)
    announces = scored.text.endswith(":") and place + 1 < len(sentences)
    by_context = scored.signals.context_interaction - scored.signals.late_interaction
    if not announces and by_context < OF_ALL:
        return
    items = list_around(passage, place + announces)
    if items is None:
        return
    first = items[0]
    if first and passage.quote(sentences[first - 1].start, sentences[first - 1].end).endswith(":"):
        first -= 1
    yield Sentence(sentences[first].start, sentences[items[-1]].end)


def _with_its_subject(scored: ScoredSentence) -> Sentence:
    """The sentence, from the one that names its subject on if it opens with a pronoun or a bare connective, and with
    the "yes" or "no" that it explains; these with what explains them."""
    passage, sentences = scored.passage, scored.passage.sentences
    last = first = sentences.index(scored.sentence)
    while first > 0 and last - first < FARTHEST_BACK:
        before, opening = sentences[first - 1], sentences[first]
        between = passage.text[before.end - passage.start : opening.start - passage.start]
        if parts_paragraphs(between) or not _lacks_its_subject(passage.quote(opening.start, opening.end)):
            break
        first -= 1
    if first > 0 and _REPLY.fullmatch(passage.quote(sentences[first - 1].start, sentences[first - 1].end)):
        first -= 1
    if first == last and last + 1 < len(sentences) and _REPLY.fullmatch(scored.text):
        last += 1
    return Sentence(sentences[first].start, sentences[last].end)


def _overlap(a: Sentence, b: Sentence) -> bool:
    return a.start < b.end and b.start < a.end


def _lacks_its_subject(sentence: str) -> bool:
    return leans_on_previous(sentence) and not _NAMES_IT_LATER.match(sentence)

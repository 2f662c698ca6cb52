"""Questions to start from, drawn from the library; each was asked, and is answered from the document it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from index.errors import UnknownDocument
from index.splitting import split_sentences
from index.words import FUNCTION_WORDS, content_stems, stems, words
from qa.conversation import leans_on_history
from qa.smalltalk import smalltalk_reply
from qa.whole import asks_about_the_whole
from qa.wording.questions import questions
from qa.wording.soundness import is_sound
from qa.wording.spelling import Lexicon
from qa.wording.topics import topics

if TYPE_CHECKING:
    from index.document import Document, Sentence
    from index.library import Library
    from index.records import DocumentRecord
    from qa.answer import Answer
    from qa.chain import Ask

MOST = 50  # suggestions at once
# For each suggestion that is wanted: documents read, documents with candidates after which no more is read, and
# questions asked, at most. They bound the work, however large the library is.
READ, ENOUGH, ASKED = 10, 5, 4
CHARACTERS = 20_000  # read of a document
KEPT_OF_A_DOCUMENT = 12  # candidates
REMEMBERED = 32  # results
# The least share of English function words in a text that is taken for English prose; chosen, not fitted.
ENGLISH = 0.2
# An answer less sure is no good suggestion. Footnote answers from about 0.3 on.
SURE = 0.5
# Of the fallbacks for want of a real question this one is answered most often, since it says nothing beyond the topic:
# 23 of 51 topics of 30 documents with a confidence of 0.64, "What is known about ...?" 14, "What is said ...?" 10.
ABOUT_A_TOPIC = "Tell me about {}."
OVERVIEW = "What is this document about?"  # where there is but one


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that is answered first from this document."""

    question: str
    document_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that some sentences of a document seem to answer; one of higher worth reads better and tells more."""

    suggestion: Suggestion
    sentences: tuple[Sentence, ...]
    worth: float

    @property
    def question(self) -> str:
        """What would be asked."""
        return self.suggestion.question

    @property
    def document_id(self) -> str:
        """Where it came from."""
        return self.suggestion.document_id

    def is_answered_by(self, answer: Answer) -> bool:
        """Whether an answer is sure of itself and cites one of the sentences first."""
        if answer.kind != "answer" or answer.confidence < SURE:
            return False
        first = answer.citations[0]
        return first.document_id == self.document_id and any(
            first.start < sentence.end and sentence.start < first.end for sentence in self.sentences
        )


class Suggester:
    """Finds suggestions; the same library gives the same ones. For one thread at a time."""

    def __init__(self, library: Library, ask: Callable[[Ask], Answer]) -> None:
        """
        Args:
            library: what the questions are drawn from.
            ask: a chain's `invoke`, or whatever else answers from the library.
        """
        self._library = library
        self._ask = ask
        self._generation = -1
        self._found: dict[tuple[int, frozenset[str] | None], tuple[Suggestion, ...]] = {}  # of that generation

    def suggest(self, count: int = 3, documents: Collection[str] | None = None) -> tuple[Suggestion, ...]:
        """Up to so many suggestions, at most `MOST`, best first; fewer or none where few can be made.

        Args:
            count: how many are wanted.
            documents: ids to draw from and to answer from; all if left out.
        """
        *_, found = self.steps(count, documents)
        return found

    def steps(self, count: int = 3, documents: Collection[str] | None = None) -> Iterator[tuple[Suggestion, ...]]:
        """As `suggest`, with what is found so far after each document read and each question asked."""
        count = max(0, min(count, MOST))
        chosen = None if documents is None else frozenset(documents)
        generation, key = self._library.generation(), (count, chosen)
        if generation != self._generation or len(self._found) >= REMEMBERED:
            self._found.clear()
            self._generation = generation
        if key not in self._found:
            found: tuple[Suggestion, ...] = ()
            for found in self._search(count, chosen):
                yield found
            self._found[key] = found
        yield self._found[key]

    def _search(self, count: int, chosen: frozenset[str] | None) -> Iterator[tuple[Suggestion, ...]]:
        pool: list[Candidate] = []
        sample = self._sample(count, chosen)
        for record in sample:
            pool += self._candidates(record)
            yield ()
            if len({candidate.document_id for candidate in pool}) >= ENOUGH * count:
                break
        choice = Choice(pool)
        for candidate in islice(choice, ASKED * count):
            ask: Ask = {"question": candidate.question}
            if chosen is not None:
                ask["documents"] = sorted(chosen)
            if candidate.is_answered_by(self._ask(ask)):
                choice.kept.append(candidate)
            yield choice.suggestions
            if len(choice.kept) == count:
                return
        if chosen is None and len(sample) == 1:  # its opening answers that, whatever is in it
            yield (*choice.suggestions, Suggestion(OVERVIEW, sample[0].id, sample[0].title))

    def _sample(self, count: int, chosen: frozenset[str] | None) -> list[DocumentRecord]:
        """Any documents, but always the same: an id is a digest, so their order is as good as random."""
        records = [r for r in self._library.documents() if chosen is None or r.id in chosen]
        return sorted(records, key=lambda record: record.id)[: READ * count]

    def _candidates(self, record: DocumentRecord) -> list[Candidate]:
        try:
            return candidates(self._library.document(record.id))
        except UnknownDocument:  # removed meanwhile
            return []


class Choice:
    """What to ask next: the best that is left, but rather of another document and opening than what was kept."""

    def __init__(self, pool: Sequence[Candidate]) -> None:
        self._pool = list(pool)
        self.kept: list[Candidate] = []
        self._tried: Counter[str] = Counter()  # questions of each document

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """What was kept."""
        return tuple(candidate.suggestion for candidate in self.kept)

    def __iter__(self) -> Iterator[Candidate]:
        while self._pool:
            best = max(self._pool, key=lambda candidate: (self._score(candidate), candidate.question))
            self._pool.remove(best)
            if not any(_alike(best.question, kept.question) for kept in self.kept):
                self._tried[best.document_id] += 1
                yield best

    def _score(self, candidate: Candidate) -> float:
        same_document = sum(kept.document_id == candidate.document_id for kept in self.kept)
        same_opening = sum(_opening(kept.question) == _opening(candidate.question) for kept in self.kept)
        tried = self._tried[candidate.document_id]
        return candidate.worth - 0.5 * same_document - 0.15 * min(same_opening, 3) - 0.1 * tried


def _opening(question: str) -> str:
    return " ".join(question.split()[:2])


def _alike(a: str, b: str) -> bool:
    """Whether two questions share half the words of the shorter one."""
    one, other = set(content_stems(a)), set(content_stems(b))
    return 2 * len(one & other) >= min(len(one), len(other))


def candidates(document: Document) -> list[Candidate]:
    """The best questions that can be made of how a document opens; none of one that is not in English."""
    text = document.text[:CHARACTERS]
    if not _is_english(text):
        return []
    sentences, lexicon, counts = split_sentences(text), Lexicon(text), Counter(stems(text))
    merits: dict[str, float] = {}
    places: dict[str, tuple[Sentence, ...]] = {}
    for sentence in sentences:
        for wording in questions(text[sentence.start : sentence.end], lexicon):
            merits[wording.question] = wording.merit
            places[wording.question] = (*places.get(wording.question, ()), sentence)
    titles = [document.title, *(heading.text for heading in document.headings)]
    for topic in topics(text, sentences, lexicon, titles):
        if is_sound(f"What is {topic.phrase}?"):
            question = ABOUT_A_TOPIC.format(topic.phrase)
            merits[question] = 0.3 + 0.3 * topic.weight
            places[question] = topic.sentences

    def candidate(question: str) -> Candidate:
        central = [min(counts[stem], 4) / 4 for stem in content_stems(question)]
        early = 1 - places[question][0].start / len(text)
        worth = merits[question] + 0.2 * sum(central) / len(central) + 0.1 * early
        return Candidate(Suggestion(question, document.id, document.title), places[question], worth)

    made = [candidate(question) for question in merits if _asks_of_the_documents(question)]
    return sorted(made, key=lambda one: (-one.worth, one.question))[:KEPT_OF_A_DOCUMENT]


def _asks_of_the_documents(question: str) -> bool:
    """Whether the chain takes a question for what it is."""
    return not (asks_about_the_whole(question) or leans_on_history(question) or smalltalk_reply(question))


def _is_english(text: str) -> bool:
    found = [word.group().casefold() for word in words(text)]
    return sum(word in FUNCTION_WORDS for word in found) >= ENGLISH * max(1, len(found))

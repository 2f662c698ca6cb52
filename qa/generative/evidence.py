"""Which sentences a language model is shown, in which order, within its window; and which of them it may rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.document import Passage
from index.ranking import ScoredSentence
from index.splitting import leans_on_previous
from qa.citing import SourcePassage, Support
from qa.generative.prompting import line_tokens
from qa.instructing import instructing_from
from qa.retrieving import Retrieved
from qa.verifying import Place

# A sentence that holds the answer with a smaller chance than this is not shown, and so never cited: what is said must
# have to do with the question. No gold sentence of 141 questions of XQuAD's development half scores lower, 20 % of all
# others that are ranked do.
LEAST = 0.01
AT_LEAST = 5  # of the best sentences, however unlikely they are
# A sentence that is less likely to hold the answer than this share of the best one's chance is shown for the context
# and never cited: true or not, what it says is no answer to the question, whatever the model or the document wants
# said. Of the same questions 99 % of the gold sentences are as likely and 6 % of the others that are ranked.
BEARING = 0.35


@dataclass(frozen=True, slots=True)
class Shown:
    """The sentences that a model is shown, numbered from 1, and those among them that statements may rest on."""

    supports: tuple[Support, ...]
    bearing: tuple[Support, ...]

    @classmethod
    def all_of(cls, supports: tuple[Support, ...]) -> Shown:
        """Where each bears on what is asked, as when documents are summed up."""
        return cls(supports, supports)

    def named(self, numbers: Iterable[int]) -> tuple[Support, ...]:
        """Those that numbers stand for; a number that stands for none, or for none that bears, goes for nothing."""
        named = (self.supports[number - 1] for number in numbers if 0 < number <= len(self.supports))
        return tuple(support for support in named if support in self.bearing)


def closest(found: Retrieved, room: int) -> Shown:
    """The most relevant sentences, with what they lean on, as many as fit; in reading order, the best passage first.

    Args:
        found: ranked sentences.
        room: tokens.
    """
    honest = {passage: _honest_count(passage) for passage in {scored.passage for scored in found.ranked}}
    ranked = [(at, s) for at, s in enumerate(found.ranked) if s.passage.sentences.index(s.sentence) < honest[s.passage]]
    best = max((scored.relevance for _, scored in ranked), default=0.0)
    chosen: dict[Place, Support] = {}
    bearing: set[Place] = set()
    for place, scored in ranked:
        if place >= AT_LEAST and scored.relevance < LEAST:  # a likelier one may follow, within a conversation
            continue
        passage = found.passages[scored.passage.document_id, scored.passage.start]
        leant_on = list(_with_what_it_leans_on(passage, scored))
        fresh = [support for support in leant_on if support.place not in chosen]
        room -= sum(line_tokens(support.quote) for support in fresh)
        if room < 0:
            break
        chosen.update((support.place, support) for support in fresh)
        if scored.relevance >= BEARING * best:
            bearing.update(support.place for support in leant_on)
    order = {place: position for position, place in enumerate(found.passages)}

    def place_of(support: Support) -> tuple[int, int]:
        retrieved = support.passage.retrieved
        return order[retrieved.document_id, retrieved.start], support.start

    shown = tuple(sorted(chosen.values(), key=place_of))
    return Shown(shown, tuple(support for support in shown if support.place in bearing))


def sentences(passages: Iterable[SourcePassage]) -> list[Support]:
    """All sentences of passages, in their order, of each up to one that instructs."""
    return [support for passage in passages for support in _honest(passage)]


def parts(supports: Iterable[Support], room: int) -> list[tuple[Support, ...]]:
    """Words in their order, in as few parts as fit; what fits into none is left out.

    Args:
        supports: the words.
        room: tokens of a part.
    """
    found: list[list[Support]] = [[]]
    left = room
    for support in supports:
        cost = line_tokens(support.quote)
        if cost > room:
            continue
        if cost > left:
            found.append([])
            left = room
        found[-1].append(support)
        left -= cost
    return [tuple(part) for part in found if part]


def _honest_count(passage: Passage) -> int:
    """How many of its sentences come before one that instructs."""
    return instructing_from([passage.quote(sentence.start, sentence.end) for sentence in passage.sentences])


def _with_what_it_leans_on(passage: SourcePassage, scored: ScoredSentence) -> Iterator[Support]:
    sentences = scored.passage.sentences
    place = sentences.index(scored.sentence)
    first = place - 1 if place and leans_on_previous(scored.text) else place
    for sentence in sentences[first : place + 1]:
        yield Support(passage, sentence.start, sentence.end)


def _honest(passage: SourcePassage) -> list[Support]:
    supports = [Support(passage, sentence.start, sentence.end) for sentence in passage.sentences()]
    return supports[: instructing_from([support.quote for support in supports])]

"""Which sentences a language model is shown, in which order, within its window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from index.document import Passage
from index.ranking import ScoredSentence
from index.splitting import leans_on_previous
from qa.citing import SourcePassage, Support
from qa.generative.instructing import instructing_from
from qa.generative.prompting import line_tokens
from qa.retrieving import Retrieved
from qa.verifying import Place

# A sentence that holds the answer with a smaller chance than this is not shown, and so never cited: what is said must
# have to do with the question. 1 % of the gold sentences of XQuAD's development half score lower, 65 % of all that are
# ranked.
LEAST = 0.01
AT_LEAST = 5  # of the best sentences, however unlikely they are


def closest(found: Retrieved, room: int) -> tuple[Support, ...]:
    """The most relevant sentences, with what they lean on, as many as fit; in reading order, the best passage first.

    Args:
        found: ranked sentences.
        room: tokens.
    """
    honest = {passage: _honest_count(passage) for passage in {scored.passage for scored in found.ranked}}
    chosen: dict[Place, Support] = {}
    for place, scored in enumerate(found.ranked):
        if place >= AT_LEAST and scored.relevance < LEAST:  # a likelier one may follow, within a conversation
            continue
        passage = found.passages[scored.passage.document_id, scored.passage.start]
        leant_on = _with_what_it_leans_on(passage, scored, honest[scored.passage])
        fresh = [support for support in leant_on if support.place not in chosen]
        room -= sum(line_tokens(support.quote) for support in fresh)
        if room < 0:
            break
        chosen.update((support.place, support) for support in fresh)
    order = {place: position for position, place in enumerate(found.passages)}

    def place_of(support: Support) -> tuple[int, int]:
        retrieved = support.passage.retrieved
        return order[retrieved.document_id, retrieved.start], support.start

    return tuple(sorted(chosen.values(), key=place_of))


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


def _with_what_it_leans_on(passage: SourcePassage, scored: ScoredSentence, honest: int) -> Iterator[Support]:
    sentences = scored.passage.sentences
    place = sentences.index(scored.sentence)
    if place >= honest:
        return
    first = place - 1 if place and leans_on_previous(scored.text) else place
    for sentence in sentences[first : place + 1]:
        yield Support(passage, sentence.start, sentence.end)


def _honest(passage: SourcePassage) -> list[Support]:
    supports = [Support(passage, sentence.start, sentence.end) for sentence in passage.sentences()]
    return supports[: instructing_from([support.quote for support in supports])]

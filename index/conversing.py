"""A question within a conversation: what comes first is what fits both, above all what stands near the last reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.ranking import ScoredSentence

# How much what was asked counts: completed, as it was typed, and after what had been asked before; the sum is 1.
COMPLETED, TYPED, WHOLE = 0.25, 0.25, 0.5
# Log-odds for the sentence behind the last one of a reply, for the one behind that, and for what was said already. Of
# 324 written follow-ups (`index.training.data.written_questions`) half are answered by the sentence behind.
NEXT, SECOND, SAID = 0.5, 0.25, -0.4
# So many characters may stand between two sentences of which one is behind the other.
GAP = 200
# Fewer characters stand in any reply.
SHORTEST_SAID = 12


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a question was asked after."""

    typed: str  # the question before it was completed
    whole: str  # the question after those that it may be about
    reply: str = ""  # the last one


def within_conversation(
    completed: Sequence[ScoredSentence],
    typed: Sequence[ScoredSentence],
    whole: Sequence[ScoredSentence],
    reply: str = "",
) -> list[ScoredSentence]:
    """Sentences in the order of their scores for a question and for the conversation that it belongs to.

    The weighted mean of all log-odds, a logarithmic opinion pool (Genest and Zidek 1986), and what a sentence's place
    adds. Its own score stays what it is given the question alone: that the topic was changed makes no answer less
    likely.

    Args:
        completed: the sentences, ranked for the question as it stands alone.
        typed: the same ones, ranked for the question as it was typed.
        whole: the same ones, ranked for the question after those before it.
        reply: the last one; sentences that it quotes were said.
    """
    of_typed, of_whole = ({scored.key: scored.score for scored in ranked} for ranked in (typed, whole))
    places = _places(completed, reply)
    pooled = [
        replace(
            scored,
            within=COMPLETED * scored.score
            + TYPED * of_typed[scored.key]
            + WHOLE * of_whole[scored.key]
            + places.get(scored.key, 0.0),
        )
        for scored in completed
    ]
    return sorted(pooled, key=lambda scored: scored.order)


def _places(ranked: Sequence[ScoredSentence], reply: str) -> dict[tuple[str, int, int], float]:
    """What the place of some sentences adds, by their keys."""
    told = _plain(reply)
    in_order = sorted(ranked, key=lambda scored: (scored.passage.document_id, scored.sentence.start))
    said = [len(text := _plain(scored.text)) >= SHORTEST_SAID and text in told for scored in in_order]
    places: dict[tuple[str, int, int], float] = {}
    for at, scored in enumerate(in_order):
        if said[at]:
            places[scored.key] = SAID
        elif at and said[at - 1] and _is_behind(scored, in_order[at - 1]):
            places[scored.key] = NEXT
        elif places.get(in_order[at - 1].key if at else scored.key) == NEXT and _is_behind(scored, in_order[at - 1]):
            places[scored.key] = SECOND
    return places


def _is_behind(scored: ScoredSentence, other: ScoredSentence) -> bool:
    is_near = 0 <= scored.sentence.start - other.sentence.end <= GAP
    return is_near and scored.passage.document_id == other.passage.document_id


def _plain(text: str) -> str:
    return " ".join(text.split())

"""What a conversation does to the order of sentences."""

from __future__ import annotations

import pytest

from index.conversing import NEXT, SAID, SECOND, within_conversation
from index.document import Passage, Sentence
from index.ranking import ScoredSentence, Signals

NOTHING = Signals(*[0.0] * len(Signals.__dataclass_fields__))


def scored(scores: list[float], document_id: str = "a", gap: int = 1) -> list[ScoredSentence]:
    """Sentences of one passage, in their order in it, as one question scores them."""
    texts = [f"The {word} of the sentences." for word in ("first", "second", "third", "fourth")[: len(scores)]]
    starts = [sum(len(text) + gap for text in texts[:at]) for at in range(len(texts))]
    sentences = tuple(Sentence(start, start + len(text)) for start, text in zip(starts, texts, strict=True))
    passage = Passage(document_id, 0, sentences[-1].end, (" " * gap).join(texts), sentences)
    return [
        ScoredSentence(passage, sentence, NOTHING, score, 0.5)
        for sentence, score in zip(sentences, scores, strict=True)
    ]


def test_a_conversation_changes_the_order_of_sentences_and_not_their_scores() -> None:
    alone, around = scored([1.0, 0.0]), scored([0.0, 3.0])
    within = within_conversation(alone, alone, around)
    assert [one.score for one in within] == [0.0, 1.0]
    assert [one.within for one in within] == pytest.approx([1.5, 0.5])  # half of it is the conversation's


def test_what_was_typed_counts_beside_what_was_made_of_it() -> None:
    flat = scored([0.0, 0.0])
    [best, *_] = within_conversation(flat, scored([0.0, 1.0]), flat)
    assert best.text.startswith("The second")


def test_what_stands_behind_the_last_reply_comes_first_of_equals_and_what_it_said_last() -> None:
    flat = scored([0.0] * 4)
    within = within_conversation(flat, flat, flat, "The first of\nthe sentences. [1]")
    assert [one.text.split()[1] for one in within] == ["second", "third", "fourth", "first"]
    assert [one.within for one in within] == [NEXT, SECOND, 0.0, SAID]


def test_what_stands_far_behind_it_or_in_another_document_does_not() -> None:
    flat = [*scored([0.0, 0.0], gap=500), *scored([0.0], "b")]
    within = within_conversation(flat, flat, flat, "The first of the sentences.")
    assert [one.within for one in within if one.text.startswith("The second")] == [0.0]
    assert sorted({one.within for one in within if one.within is not None}) == [SAID, 0.0]


def test_a_reply_in_other_words_changes_nothing() -> None:
    alone = scored([0.0, 1.0])
    assert within_conversation(alone, alone, alone, "In other words.") == within_conversation(alone, alone, alone)

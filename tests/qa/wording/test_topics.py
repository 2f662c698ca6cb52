"""What a text speaks of, found by its names, subjects and repeated terms."""

from __future__ import annotations

from index.splitting import split_sentences
from qa.wording.spelling import Lexicon
from qa.wording.topics import topics


def phrases(text: str, *titles: str) -> list[str]:
    return [topic.phrase for topic in topics(text, split_sentences(text), Lexicon(text), titles)]


def test_names_are_topics_with_the_article_they_have() -> None:
    found = "A letter was found by Edith Marlow in the Round Tower, near the besieged Gaza Strip."
    text = f"{found} A map was found by Edith Marlow in the Round Tower, near the besieged Gaza Strip."

    assert set(phrases(text)) == {"Edith Marlow", "the Round Tower"}


def test_part_of_a_name_is_no_topic() -> None:
    text = "She worked at the Centers for Disease Control, for years. He came to the Centers for Disease Control, too."

    assert phrases(text) == ["the Centers for Disease Control"]


def test_a_name_that_is_mentioned_once_in_passing_is_no_topic() -> None:
    assert phrases("It was established after the Vietnam War, for good reasons.") == []
    assert phrases("The Vietnam War changed the office, for good.") == ["the Vietnam War"]


def test_a_clause_is_no_topic() -> None:
    assert "Ratzel believed expansion" not in phrases("Ratzel believed expansion was necessary for a state.")


def test_a_term_is_a_topic_once_it_is_used_again() -> None:
    once = "The mouse was given dissent cables, for fun."

    assert phrases(once) == []
    assert phrases("He wrote about dissent cables, for fun. She wrote about dissent cables, too.") == ["dissent cables"]


def test_what_the_title_says_comes_first() -> None:
    text = "He came with Edith Marlow to Lund. Then judo was shown to many, as the art of judo."

    assert phrases(text, "Judo")[0] == "judo"


def test_a_topic_has_every_sentence_that_speaks_of_it() -> None:
    text = "The Round Tower stands in Lund. We climbed the Round Tower. It is old."

    [topic] = topics(text, split_sentences(text), Lexicon(text))

    assert [text[s.start : s.end] for s in topic.sentences] == [
        "The Round Tower stands in Lund.",
        "We climbed the Round Tower.",
    ]

"""Lexical search against the formula of BM25."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.lexical import LexicalStore
from index.passages import Entry
from index.words import stems

TEXTS = [
    "The bridge opened in 1934 and the bridge was painted green.",
    "Ships pass below the bridge.",
    "The owl hunts at night.",
    "At night the bridge is lit, and the ships sound their horns at night.",
    "Paint is made of pigments.",
]
ENTRIES = [Entry(row + 1, f"d{row % 3}", text, np.zeros(3, dtype=np.float32)) for row, text in enumerate(TEXTS)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LexicalStore]:
    opened = LexicalStore.create(tmp_path / "lexical", 3)
    opened.add(ENTRIES)
    opened.commit()
    yield opened
    opened.close()


def bm25(words: list[str], text: str) -> float:
    """Robertson and Zaragoza 2009, k1 = 1.2, b = 0.75, with the idf that is never negative."""
    every = [stems(other) for other in TEXTS]
    average = sum(map(len, every)) / len(every)
    own = stems(text)
    score = 0.0
    for word in words:
        holding = sum(word in other for other in every)
        idf = math.log(1 + (len(every) - holding + 0.5) / (holding + 0.5))
        count = own.count(word)
        score += idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * len(own) / average))
    return score


@pytest.mark.parametrize("question", ["bridge", "bridges at night", "who painted the ships", "horns horns horns"])
def test_scores_are_bm25(store: LexicalStore, question: str) -> None:
    words = stems(question)
    expected = {row + 1: score for row, text in enumerate(TEXTS) if (score := bm25(words, text)) > 0}

    hits = store.search(words, 10)

    assert {hit.passage_id: hit.score for hit in hits} == pytest.approx(expected, rel=1e-4)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_filter_changes_which_are_found_but_no_score(store: LexicalStore) -> None:
    everywhere = {hit.passage_id: hit.score for hit in store.search(["bridg"], 10)}

    within = store.search(["bridg"], 10, ["d0", "none"])

    assert {hit.passage_id: hit.score for hit in within} == {
        row: pytest.approx(everywhere[row]) for row in everywhere if ENTRIES[row - 1].document_id == "d0"
    }
    assert within


def test_thousands_of_documents_fit_into_a_filter(store: LexicalStore) -> None:
    assert len(store.search(["bridg"], 10, [f"d{number}" for number in range(5_000)])) == 3


def test_frequencies_and_count(store: LexicalStore) -> None:
    assert store.frequencies(["bridg", "night", "nothing"]) == [3, 2, 0]
    assert store.count() == len(TEXTS)


def test_words_count_as_what_they_are_not_as_a_query_language(store: LexicalStore) -> None:
    for words in (["AND"], ["bridg:"], ['"'], ["*"], ["(", "OR", ")"], ["\x00"], [" "], ["x" * 70_000]):
        assert store.search(words, 3) == []


def test_a_stem_that_folds_into_several_words_is_found(store: LexicalStore) -> None:
    # U+FDFA is one letter whose compatibility form is four words.
    entry = Entry(99, "d9", "\ufdfa", np.zeros(3, dtype=np.float32))
    store.add([entry])
    store.commit()

    assert [hit.passage_id for hit in store.search(stems("\ufdfa"), 3)] == ([99] if stems("\ufdfa") else [])


def test_nothing_changes_before_the_commit(store: LexicalStore) -> None:
    store.delete([1])
    store.add([Entry(9, "d9", "A bridge of ice.", np.zeros(3, dtype=np.float32))])
    assert store.ids() == {1, 2, 3, 4, 5}

    store.commit()

    assert store.ids() == {2, 3, 4, 5, 9}
    assert {hit.passage_id for hit in store.search(["bridg"], 10)} == {2, 4, 9}


def test_it_is_all_there_after_opening_it_again(tmp_path: Path) -> None:
    store = LexicalStore.create(tmp_path / "lexical", 3)
    store.add(ENTRIES)
    store.commit()
    store.close()

    again = LexicalStore.open(tmp_path / "lexical")

    assert again.ids() == {1, 2, 3, 4, 5}
    assert all(again.finds(entry) for entry in ENTRIES)
    assert not again.finds(Entry(9, "d9", "Nothing of the kind.", np.zeros(3, dtype=np.float32)))
    again.close()


def test_many_small_commits_stay_quick_to_search(store: LexicalStore) -> None:
    for number in range(60):
        store.add([Entry(100 + number, "many", f"Bridge number {number}.", np.zeros(3, dtype=np.float32))])
        store.commit()

    assert len(store.search(["bridg"], 100)) == 63
    assert store.count() == 65

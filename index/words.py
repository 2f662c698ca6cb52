"""Words as lexical search, ranking and verification see them: folded, stemmed, without function words."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

# A word, or a number with its separators ("11,000", "3.5"); an apostrophe ends a word ("House’s" -> House, s). An
# accent may be a character of its own, which is no letter.
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_](?:[^\W_]|[\u0300-\u036f])*")

# Words that say how a sentence is built, not what it is about; Snowball's English list, with question words.
FUNCTION_WORDS = frozenset(
    """a about above after again against all also am an and any are aren as at be because been before being below
    between both but by can could did didn do does doesn doing don down during each few for from further had hadn has
    hasn have haven having he her here hers herself him himself his how i if in into is isn it its itself just ll me
    more most my myself no nor not now of off on once only or other our ours ourselves out over own re s same shall
    she should so some such t than that the their theirs them themselves then there these they this those through to
    too under until up upon us ve very was wasn we were what when where which while who whom whose why will with
    would wouldn you your yours yourself yourselves tell please according""".split()
)

_stemmer = snowballstemmer.stemmer("english")
_stemmer_lock = threading.Lock()  # the pure-Python stemmer keeps its state on the instance


def words(text: str) -> Iterator[re.Match[str]]:
    """Each word of the text as a match, so that its offsets are at hand."""
    return _WORD.finditer(text)


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The Snowball (Porter 2) stem of a word, folded for case, width and accents' composition."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    with _stemmer_lock:
        return str(_stemmer.stemWord(folded))


def stems(text: str) -> list[str]:
    """The stem of every word, in order, function words included."""
    return [stem(word) for word in _WORD.findall(text)]


@lru_cache(maxsize=4_096)
def stem_set(text: str) -> frozenset[str]:
    """The stems of a sentence's words, remembered: one question's sentences come back with the next."""
    return frozenset(stems(text))


@lru_cache(maxsize=1)
def function_stems() -> frozenset[str]:
    """The stems of the function words."""
    return frozenset(stem(word) for word in FUNCTION_WORDS)


def content_stems(text: str) -> list[str]:
    """The stems that say what a text is about; all of them if it has nothing but function words."""
    every = stems(text)
    return [s for s in every if s not in function_stems()] or every

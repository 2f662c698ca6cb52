"""Misspelt words of a question, read as the nearest word that the documents have, or that English has.

A word is left alone if it stands anywhere in the library or is English, and so is one that may be what it says: an
abbreviation, a number, an address, what is quoted. Only words that begin alike are near, and end alike, but long names:
"licensor" is no misspelt "licensee".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.bundled import VOCABULARY, WHEEL
from index.term_weights import background
from index.words import FUNCTION_WORDS, stem, words

if TYPE_CHECKING:
    from index.library import Library

SHORTEST = 4  # letters; most words that are shorter have another one beside them
LONG = 8  # letters, from which on two may be wrong
LONG_NAME = 7
ENGLISH = 0.25  # of a question's words, at least, for it to be English
# So many words of a text are looked for, each in about 5 ms: one that has more is in no language that is known here.
MOST = 20
LOOKED_AT = 8  # stems of the documents
CUT = 4  # letters of a word that its stem lacks

_QUOTED = re.compile(r"\"[^\"]*\"|“[^“”]*”|`[^`]*`")
_UNSPACED = re.compile(r"\S+")
_ADDRESS = re.compile(r"[@/\\_#]|\w[.:]\w")


def spelled(question: str, library: Library, documents: Collection[str] | None = None) -> str:
    """The question with each misspelt word replaced; as it stands while the lexical index heals.

    Args:
        question: as it was typed.
        library: whose words it may be about.
        documents: ids of those that are asked, from which alone words are taken; None: all.
    """
    unknown = _unknown(question, library)
    or_english = bool(unknown) and _is_english(question)
    parts, end = [], 0
    for start, typed in unknown[:MOST]:
        if meant := _meant(typed, library, documents, or_english=or_english and typed.islower()):
            parts += [question[end:start], meant[:1].upper() + meant[1:] if typed[0].isupper() else meant]
            end = start + len(typed)
    return "".join([*parts, question[end:]])


def literals(question: str) -> list[tuple[int, int]]:
    """Where something stands that is meant to the letter: a quotation, an address, a file."""
    quoted = [found.span() for found in _QUOTED.finditer(question)]
    return quoted + [found.span() for found in _UNSPACED.finditer(question) if _ADDRESS.search(found.group())]


def _unknown(question: str, library: Library) -> list[tuple[int, str]]:
    """The words that may be misspelt, with their offsets."""
    literal = literals(question)
    typed = [
        (found.start(), word)
        for found in words(question)
        if _is_checked(word := found.group()) and not any(start <= found.start() < end for start, end in literal)
    ]
    frequencies = library.document_frequencies([stem(word) for _, word in typed]) if typed else []
    return [one for one, frequency in zip(typed, frequencies, strict=True) if not frequency]


def _is_checked(word: str) -> bool:
    return len(word) >= SHORTEST and word.isalpha() and not word.isupper() and not _is_known(word)


def _meant(typed: str, library: Library, documents: Collection[str] | None, *, or_english: bool) -> str | None:
    """The nearest word, of the documents rather than another one; None if there is none."""
    terms = library.terms(typed[0].casefold(), documents)
    near = _near(typed, _written_in(library, documents, _alike(typed.casefold(), terms)))[:1]
    if or_english and terms:
        near += _near(typed, _english().get(typed[0], ()))[:1]
    return min(near, key=lambda word: _mistake(typed.casefold(), word.casefold()), default=None)


def _alike(typed: str, stems: Sequence[str]) -> list[str]:
    """The stems of words that may be near: one begins as its word does, and its ending may be cut ("isra", Israeli)."""
    most = _most_wrong(typed) + 1
    found = []
    for meant in stems:
        if -CUT <= len(meant) - len(typed) <= most:
            distance = OSA.distance(typed[: len(meant)], meant, score_cutoff=most)
            found.append((distance, abs(len(meant) - len(typed)), meant))
    return [meant for distance, _, meant in sorted(found)[:LOOKED_AT] if distance <= most]


def _written_in(library: Library, documents: Collection[str] | None, stems: Sequence[str]) -> list[str]:
    """The words with these stems, each as it stands in the passage that has it most."""
    hits = [hit for one in stems for hit in library.search_lexical([one], 1, documents)]
    texts = [stored.passage.text for stored in library.passages([hit.passage_id for hit in hits])]
    found = (word.group() for text in texts for word in words(text))
    return sorted({word for word in found if stem(word) in stems}, key=lambda word: (not word.islower(), word))


def _near(typed: str, known: Sequence[str]) -> list[str]:
    """The words that may have been meant, the nearest first; of equals, those that are known first.

    A letter is left out, doubled or swapped with its neighbour sooner than it is taken for another one.
    """
    most, folded = _most_wrong(typed), str.casefold
    found = process.extract(typed, known, scorer=OSA.distance, processor=folded, score_cutoff=most, limit=None)
    near = [
        (_mistake(folded(typed), folded(word)), place, word)
        for word, distance, place in found
        if _may_be(folded(typed), folded(word), is_name=typed[0].isupper() and distance == 1)
    ]
    return [word for *_, word in sorted(near)]


def _may_be(typed: str, meant: str, *, is_name: bool) -> bool:
    """Whether one word may be the other misspelt, not another one of the same root: "licensee" is none of "license"."""
    short, long = sorted((typed, meant), key=len)
    is_doubled = long == short + short[-1]
    has_ending = long.startswith(short) and not is_doubled
    ends_alike = typed[-1] == meant[-1] or (is_name and len(typed) >= LONG_NAME)
    return typed[0] == meant[0] and ends_alike and not has_ending


def _most_wrong(typed: str) -> int:
    return 2 if len(typed) >= LONG else 1


def _mistake(typed: str, meant: str) -> tuple[int, bool]:
    """How many letters are wrong, missing, too many or swapped, and if any is wrong at all: the less the likelier."""
    short, long = sorted((typed, meant), key=len)
    rest = iter(long)
    is_left_out_or_doubled = all(letter in rest for letter in short)
    return int(OSA.distance(typed, meant)), not is_left_out_or_doubled and sorted(typed) != sorted(meant)


def _is_english(question: str) -> bool:
    """Whether enough of its words are: another language has its own."""
    said = [word.group().casefold() for word in words(question)]
    return ENGLISH * len(said) <= sum(word in _english_words() for word in said)


def _is_known(word: str) -> bool:
    """Whether it is a word of English, or a name or a foreign word that the bundled model knows as a whole."""
    folded = word.casefold()
    return stem(word) in background() or folded in _word_pieces() or folded in _english_words()  # what is large last


@lru_cache(maxsize=1)
def _english() -> dict[str, list[str]]:
    """By first letter, 82,000 words, the most frequent first: SymSpell's list, of Google's n-grams and SCOWL."""
    counted = _lines("symspellpy", "symspellpy/frequency_dictionary_en_82_765.txt")  # "the 23135851162"
    by_letter: dict[str, list[str]] = {}
    for line in sorted(counted, key=lambda line: -int(line.partition(" ")[2])):
        by_letter.setdefault(line[0], []).append(line.partition(" ")[0])
    return by_letter


@lru_cache(maxsize=1)
def _english_words() -> frozenset[str]:
    return FUNCTION_WORDS.union(*_english().values())


@lru_cache(maxsize=1)
def _word_pieces() -> frozenset[str]:
    return frozenset(_lines(WHEEL, VOCABULARY))


def _lines(wheel: str, name: str) -> list[str]:
    """A file of an installed wheel, whose package is not imported for it."""
    return Path(str(distribution(wheel).locate_file(name))).read_text("utf-8-sig").splitlines()

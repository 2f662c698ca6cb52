"""What a document's own spelling tells of its words: which of them are names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from index.words import FUNCTION_WORDS

# Common nouns that names of bodies and offices are made of: such a name has an article.
IN_TITLES = frozenset(
    """act agency association award board bridge bureau cabinet center centre charter church club college commission
    committee company conference constitution convention corporation council court department director district empire
    exchange foundation fund governor group guard hotel institute island kingdom league library mayor minister ministry
    museum network office organization organisation party president prize program programme project river sea secretary
    service services society stadium state states system team theater theatre tower treaty union university""".split()
)

_LINKS = frozenset("of and for &".split())  # within a name, too


class Lexicon:
    """The words of a document, counted by how they are spelt."""

    def __init__(self, text: str) -> None:
        self._small = Counter(re.findall(r"\b[a-z][\w’'-]*", text))
        self._capital = Counter(re.findall(r"(?<=[a-z0-9,;] )[A-Z][\w’'-]*", text))  # within a sentence

    def is_common(self, word: str) -> bool:
        """Whether the document writes a word with a small letter, too, or anyone would."""
        return self._small[word.lower()] > 0 or word.lower() in IN_TITLES

    def within(self, phrase: Sequence[str]) -> list[str] | None:
        """A phrase that opened a sentence, spelt as it is within one; None if that cannot be told."""
        word, following = phrase[0], next((w for w in phrase[1:] if w not in _LINKS), "")
        small = [word[:1].lower() + word[1:], *phrase[1:]]
        if word in ("The", "A", "An"):
            return small
        if not word[:1].isupper() or any(c.isupper() or c.isdigit() for c in word[1:]):
            return list(phrase)
        names, nouns = self._capital[word], self._small[small[0]]
        if nouns and not names:
            return None if following.istitle() else small  # "Operation Anvil", or "Early Christians"?
        if nouns and following[:1].islower():
            return small
        if nouns and not following:
            return None  # both "Cabinet" and "cabinet"
        is_name = names or (following.istitle() and following.casefold() not in FUNCTION_WORDS)
        return list(phrase) if is_name else None

"""Which words of a text stand under a negation."""

from __future__ import annotations

import re

from index.words import function_stems, stem, words

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|without|cannot|hardly|rarely|seldom|"
    r"fail(?:s|ed)? to|refus(?:es?|ed) to|unable to|instead of|rather than)\b|n['’]t\b|\bn 't\b",
    re.I,
)
_NOT_NEGATING = re.compile(
    r"\bnot (?:only|just|merely|necessarily)\b|\bno (?:doubt|longer than)\b|\bwhether or not\b|"
    r"\b(?-i:No)\. ?(?=\d)|"  # "No. 1"
    r"\b(?:do|ca|could|wo|would)n['’]t you (?:tell|show|say|give|explain)\b",  # "Why don’t you show me …?"
    re.I,
)
# A negation reaches this many content words, and no farther than the clause.
REACH = 3
_CLAUSE = re.compile(r"[,;:.!?()]|\b(?:but|however|although|because|while)\b", re.I)


def negations(text: str) -> list[re.Match[str]]:
    """Each word or ending that negates."""
    excused = [(m.start(), m.end()) for m in _NOT_NEGATING.finditer(text)]
    return [m for m in _NEGATION.finditer(text) if not any(a <= m.start() < b for a, b in excused)]


def negated(text: str) -> frozenset[int]:
    """Where the content words start that a negation reaches (an even number of negations reaches none)."""
    content = [(w.start(), w.end()) for w in words(text) if stem(w.group()) not in function_stems()]
    reached: set[int] = set()
    for negation in negations(text):
        clause = _CLAUSE.search(text, negation.end())
        end = clause.start() if clause else len(text)
        within = [start for start, _ in content if negation.end() <= start < end]
        reached ^= set(within[:REACH])
    return frozenset(reached)

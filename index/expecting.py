"""What kind of answer a question asks for, and whether a sentence has one of that kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice

import numpy as np

from index.encoding import Floats
from index.words import words

_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|long|old|far|big|large|tall|high|deep|fast|often)\b|\bpercent|\bnumber\b|\bpopulation\b",
    re.I,
)
_ASKS_DATE = re.compile(r"\bwhen\b|\b(?:what|which|in what) (?:year|date|century|decade|month|day)\b", re.I)
_ASKS_REASON = re.compile(r"\bwhy\b|\bfor what reason\b", re.I)
_ASKS_NAME = re.compile(r"\bwho(?:m|se)?\b", re.I)
_HAS_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion|"
    r"half|third|quarter|first|second)\b",
    re.I,
)
_HAS_DATE = re.compile(
    r"\b1\d{3}\b|\b20\d\d\b|\bcentur(?:y|ies)\b|\b(?:January|February|March|April|May|June|July|August|September|"
    r"October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b|\b\d+ years? ago\b|"
    r"\b(?:[Aa]fter|[Bb]efore|[Dd]uring|[Ss]ince|[Uu]ntil) the\b"
)
_HAS_REASON = re.compile(
    r"\bbecause\b|\bdue to\b|\bsince\b|\bas a result\b|\bin order\b|\bso that\b|\bcause|\breason|\bto [a-z]+",
    re.I,
)
_ASKS_AMOUNT = re.compile(
    r"\bhow (?:many|old|long|far|tall|high|deep|wide|often|fast|big|large|heavy|"
    r"much (?:money|time|does|do|did|is|are|was|were|will|would|can|could|should|must|has|have|had))\b|"
    r"\b(?:what|which) (?:age|percentage|proportion|share|number)\b",
    re.I,
)
_ASKS_WHO_IS = re.compile(
    r"^\W*(?:and |so )?(?:who|what) (?:is|are|was|were) (?:the )?(?P<term>\w[\w ’'-]{1,40}?)\W*$", re.I
)
_HAS_AMOUNT = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|(?:twen|thir|for|fif|six|seven|"
    r"eigh|nine)ty|dozens?|hundreds?|thousands?|millions?|billions?|half|halves|thirds?|quarters?|both|once|twice|none|"
    r"nobody|until|since|daily|weekly|monthly|yearly|annual(?:ly)?|biennial|every|free|"
    r"(?:second|minute|hour|day|night|week|month|year|decade)s?|centur(?:y|ies))\b",
    re.I,
)


def _names_another(question: str) -> Callable[[str], bool]:
    """Whether a sentence has a capitalised word, behind its first one, that the question has not."""
    asked = {word.group() for word in words(question)}

    def has(sentence: str) -> bool:
        others = islice((word.group() for word in words(sentence)), 1, None)
        return any(word[0].isupper() and word not in asked for word in others)

    return has


# By kind, what asks for it, and, for a question, what tells whether a sentence has it.
EXPECTED: dict[str, tuple[re.Pattern[str], Callable[[str], Callable[[str], object]]]] = {
    "number": (_ASKS_NUMBER, lambda _: _HAS_NUMBER.search),
    "date": (_ASKS_DATE, lambda _: _HAS_DATE.search),
    "reason": (_ASKS_REASON, lambda _: _HAS_REASON.search),
    "name": (_ASKS_NAME, _names_another),
}


def expected(kind: str, question: str, sentences: Sequence[str]) -> Floats:
    """(sentences,): 1 where a question asks for a kind of answer, a key of `EXPECTED`, and the sentence has it."""
    asks, teller = EXPECTED[kind]
    if not asks.search(question):
        return np.zeros(len(sentences), dtype=np.float32)
    has = teller(question)
    return np.array([bool(has(sentence)) for sentence in sentences], dtype=np.float32)


def definition(question: str) -> re.Pattern[str] | None:
    """What the sentence has in it that says who or what is called so, if that is asked: who the landlord is is told by
    “Orla Finnegan (the "Landlord")”, not by what the landlord has to do."""
    asked = _ASKS_WHO_IS.match(question)
    if asked is None:
        return None
    term = re.escape(asked["term"].removesuffix("s"))
    return re.compile(rf"\([^()]{{0,40}}[\"“'‘„«](?:the )?{term}s?[\"”'’“»]", re.I)


def asks_amount(question: str) -> bool:
    """Whether it is asked how many, how old or how long."""
    return _ASKS_AMOUNT.search(question) is not None


def has_amount(sentence: str) -> bool:
    """Whether a sentence has a number or a time."""
    return _HAS_AMOUNT.search(sentence) is not None

"""What kind of answer a question asks for, and whether a sentence has one of that kind.

A kind that is written in few ways is told apart from those near it: a price is no year, and "about 5,000 car journeys
a day" answers no question for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from index.encoding import Floats
from index.words import function_stems, stem, words

Tells = Callable[[str], bool]  # whether a sentence has it


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer."""

    asks: re.Pattern[str]  # found in the questions for it
    teller: Callable[[str], Tells]  # for a question

    def is_asked_for(self, question: str) -> bool:
        """Whether a question asks for it."""
        return self.asks.search(question) is not None


def _found(pattern: re.Pattern[str]) -> Callable[[str], Tells]:
    return lambda _: lambda sentence: pattern.search(sentence) is not None


_YEAR = r"(?:1[1-9]|20)\d\d\b(?![.,]\d)"
_NUMERALS = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
)
_ROUND = r"dozens?|hundreds?|thousands?|millions?|billions?"
_SHARES = r"half|halves|thirds?|quarters?|fifths?|tenths?|both|once|twice|single|double|none|nobody|no one"

# Prices.

_ASKS_PRICE = re.compile(
    r"\bhow (?:much|expensive)\b(?=.*\b(?:costs?|costing|pa(?:y|ys|id|ying)|earn(?:s|ed|ing)?|spen[dt]|charged?|"
    r"priced?|worth|fined?|owed?|sell|sold|buy|bought|donated?|raised?|invest(?:ed)?|money|salary|rent|refund(?:ed)?|"
    r"expensive)\b)|\bwhat (?:does|did|do|will|would|can) .*\bcost\b|"
    r"\b(?:what(?:['’]s| is| are| was| were| will be)|how (?:high|much) (?:is|are|was|were|will)) "
    r"(?:the |its |his |her |their |my |our |your )?(?:[\w’'-]+ ){0,3}?(?:costs?|price|salary|fees?|rent|wages?|"
    r"fare)\b",
    re.I,
)
_HAS_PRICE = re.compile(
    r"[£$€¥₹%]|\b\d[\d.,]*\s?(?:k|m|bn)\b|"
    r"\b(?:euros?|pounds?|dollars?|yen|rupees?|pesos?|kron\w+|cents?|pence|crowns?|francs?|marks|shillings?|roubles?|"
    r"eur|gbp|usd|chf|nok|sek|dkk|per ?cent|free|nothing|gratis|unpaid|afford|" + _ROUND + r")\b|"
    r"\bno (?:\w+ )?(?:charge|fee|cost|extra)|\b(?:with|without|full|half|normal) pay\b|"
    r"\b(?:half|third|quarter|twice|double|times) (?:of |as |the |that )|\b\d[\d,]*\.\d\d\b|"
    # A number that counts nothing: "| Lunch | 30 |", "40 a month".
    rf"(?<![\d.,])(?!{_YEAR})\d[\d.,]*"
    r"(?=\s*(?:$|[|;)/–-]|\.(?!\d)|,(?!\d)|(?:a|an|per|each|or|and|to|for|in)\b))",
    re.I,
)

# Ages and times of the day.

_ASKS_AGE = re.compile(r"\bhow old\b|\b(?:what|which) age\b|\b(?:his|her|their) age\b", re.I)
_HAS_AGE = re.compile(
    rf"(?<![\d.,])\d{{1,3}}(?![\d%]|[.,]\d)|\b{_YEAR}|"
    r"\b(?:BC|centur\w+|decades?|years?|months?|weeks?|days?|\w+teens?|teen\w*|adults?|child\w*|newborn|"
    rf"(?:twen|thir|for|fif|six|seven|eigh|nine)t(?:y|ies)|{_ROUND})\b",
    re.I,
)
_ASKS_CLOCK = re.compile(r"\b(?:what|which) time\b(?! (?:of|period|frame|span|zone)\b)", re.I)
_HAS_CLOCK = re.compile(
    r"\b\d{1,2}[.:h]\d\d\b|\b\d{1,2}\s?(?:[ap]\.?m\b|o['’]clock|h\b|hrs?\b|hours\b)|"
    r"\b(?:o['’]clock|noon|midday|midnight|dawn|dusk|sun(?:set|rise)|morning|evening|afternoon|night\w*|lunch\w*|"
    r"half past|quarter (?:to|past)|hours?|minutes?|any ?time)\b|"
    r"\b(?:at|from|until|till|by|before|after|between|to|around|about|and) (?:about |around |nearly )?"
    r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b(?![.,]\d)",
    re.I,
)

# Numbers.

_ASKS_COUNT = re.compile(r"\bhow many\b", re.I)
_DATED = re.compile(
    rf"\b(?:in|since|by|from|until|till|of|during|before|after|between|and|to|early|late|mid|the|"
    rf"January|February|March|April|May|June|July|August|September|October|November|December|[Ss]ummer|[Ww]inter|"
    rf"[Ss]pring|[Aa]utumn)[ -]{_YEAR}(?! (?:people|(?!does)[a-z]{{4,}}s)\b)|\({_YEAR}"
)
_COUNT = re.compile(
    rf"\d|\b(?:{_NUMERALS}|{_ROUND}|{_SHARES}|every|unlimited|nothing|pair|couple|trio|daily|weekly|monthly|yearly|"
    r"annual\w*|biennial)\b",
    re.I,
)
_ASKS_MEASURE = re.compile(
    r"\bhow (?:long|far|tall|high|deep|wide|often|fast|big|large|heavy|"
    r"much (?:money|time|does|do|did|is|are|was|were|will|would|can|could|should|must|has|have|had))\b|"
    r"\b(?:what|which) (?:percentage|proportion|share|number)\b",
    re.I,
)
_HAS_MEASURE = re.compile(
    rf"\d|\b(?:{_NUMERALS}|{_ROUND}|half|halves|thirds?|quarters?|both|once|twice|none|nobody|until|since|daily|"
    r"weekly|monthly|yearly|annual(?:ly)?|biennial|every|free|"
    r"(?:second|minute|hour|day|night|week|month|year|decade)s?|centur(?:y|ies))\b",
    re.I,
)


def _counts(sentence: str) -> bool:
    """Whether it has a number that is no year."""
    return _COUNT.search(_DATED.sub("", sentence)) is not None


# Names.

_ASKS_NAME = re.compile(
    r"\b(?:what|which)(?:['’]s| is| are| was| were) (?:the )?(?:[\w’'-]+ ){0,4}?names?\b(?! for\b)|"
    r"\bname (?:of )?the\b|\bwhat (?:is|was|are|were) (?:[\w’'-]+ ){1,5}?(?:called|named)\W*$|"
    r"\b(?:which|what) (?:(?:political|football|rock|news|law|air|insurance) ?)?(?:party|company|brand|firm|newspaper|"
    r"school|university|street|hotel|ship|airline|bank|band|hospital|city|town|village|country|river|club|team)\b",
    re.I,
)
# Says what it is called, or that nobody says so.
_IS_NAMED = re.compile(r"\b(?:anonym\w*|unnamed|unidentified|name\w*|called|known as)\b|[\"“„«‘*_]\w", re.I)


def _names_another(question: str) -> Tells:
    """Whether a sentence has a capitalised word, behind its first one, that the question has not."""
    asked = {word.group() for word in words(question)}

    def has(sentence: str) -> bool:
        others = islice((word.group() for word in words(sentence)), 1, None)
        return any(word[0].isupper() and word not in asked for word in others)

    return has


# "London is …", but not "Deputy leader Graham Pell …".
_OPENS_WITH_NAME = re.compile(r"\W*(?P<name>[A-Z][\w’'-]+)(?=,| (?:is|was|are|were|has|had|and|or|also|became)\b)")


def _may_name(question: str) -> Tells:
    """The same, or its first word may be one, or it says in another way what something is called."""
    asked = {word.group() for word in words(question)}
    names_another = _names_another(question)

    def has(sentence: str) -> bool:
        opening = _OPENS_WITH_NAME.match(sentence)
        opens = opening is not None and opening["name"] not in asked and stem(opening["name"]) not in function_stems()
        return opens or _IS_NAMED.search(sentence) is not None or names_another(sentence)

    return has


# A sentence that answers has one of the kind, whatever its words. On the development halves and our own questions all
# but 5 of the 436 that are asked so are answered by a sentence that has.
NEEDED = (
    Kind(_ASKS_PRICE, _found(_HAS_PRICE)),
    Kind(_ASKS_AGE, _found(_HAS_AGE)),
    Kind(_ASKS_CLOCK, _found(_HAS_CLOCK)),
    Kind(_ASKS_COUNT, lambda _: _counts),
    Kind(_ASKS_MEASURE, _found(_HAS_MEASURE)),
    Kind(_ASKS_NAME, _may_name),
)


_LAST = re.compile(r"[^?]*\w[^?]*[?\s]*$")


def lacking(question: str, sentences: Sequence[str]) -> NDArray[np.bool_]:
    """(sentences,): where it is asked for a price, an age, a time of the day, a number or a name, and there is none.

    Of several sentences, as a follow-up that stands alone may be, the last one asks.
    """
    found = _LAST.search(question)
    asked = found.group() if found else question
    tellers = [kind.teller(question) for kind in NEEDED if kind.is_asked_for(asked)]
    if not tellers:
        return np.zeros(len(sentences), dtype=np.bool_)
    return np.array([not all(has(sentence) for has in tellers) for sentence in sentences], dtype=np.bool_)


# What makes a sentence likelier to answer.

_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|long|old|far|big|large|tall|high|deep|fast|often)\b|\bpercent|\bnumber\b|\bpopulation\b",
    re.I,
)
_HAS_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion|"
    r"half|third|quarter|first|second)\b",
    re.I,
)
_ASKS_DATE = re.compile(r"\bwhen\b|\b(?:what|which|in what) (?:year|date|century|decade|month|day)\b", re.I)
_HAS_DATE = re.compile(
    r"\b1\d{3}\b|\b20\d\d\b|\bcentur(?:y|ies)\b|\b(?:January|February|March|April|May|June|July|August|September|"
    r"October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b|\b\d+ years? ago\b|"
    r"\b(?:[Aa]fter|[Bb]efore|[Dd]uring|[Ss]ince|[Uu]ntil) the\b"
)
_ASKS_REASON = re.compile(r"\bwhy\b|\bfor what reason\b", re.I)
_HAS_REASON = re.compile(
    r"\bbecause\b|\bdue to\b|\bsince\b|\bas a result\b|\bin order\b|\bso that\b|\bcause|\breason|\bto [a-z]+",
    re.I,
)


def _tells_reason(question: str) -> Tells:
    """Whether a sentence gives a reason in other words than the question: of "Why do they have to knit?" "They have to
    knit" gives none."""
    asked = {found.group().casefold() for found in _HAS_REASON.finditer(question)}
    return lambda sentence: any(found.group().casefold() not in asked for found in _HAS_REASON.finditer(sentence))


_ASKS_WHO = re.compile(r"\bwho(?:m|se)?\b", re.I)

EXPECTED = {
    "number": Kind(_ASKS_NUMBER, _found(_HAS_NUMBER)),
    "date": Kind(_ASKS_DATE, _found(_HAS_DATE)),
    "reason": Kind(_ASKS_REASON, _tells_reason),
    "name": Kind(_ASKS_WHO, _names_another),
}


def expected(kind: str, question: str, sentences: Sequence[str]) -> Floats:
    """(sentences,): 1 where a question asks for a kind of answer, a key of `EXPECTED`, and the sentence has it."""
    if not EXPECTED[kind].is_asked_for(question):
        return np.zeros(len(sentences), dtype=np.float32)
    has = EXPECTED[kind].teller(question)
    return np.array([has(sentence) for sentence in sentences], dtype=np.float32)


_ASKS_WHO_IS = re.compile(
    r"^\W*(?:and |so )?(?:who|what) (?:is|are|was|were) (?:the )?(?P<term>\w[\w ’'-]{1,40}?)\W*$", re.I
)


def definition(question: str) -> re.Pattern[str] | None:
    """What the sentence has in it that says who or what is called so, if that is asked: who the landlord is is told by
    “Orla Finnegan (the "Landlord")”, not by what the landlord has to do."""
    asked = _ASKS_WHO_IS.match(question)
    if asked is None:
        return None
    term = re.escape(asked["term"].removesuffix("s"))
    return re.compile(rf"\([^()]{{0,40}}[\"“'‘„«](?:the )?{term}s?[\"”'’“»]", re.I)

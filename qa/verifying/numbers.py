"""The numbers of a text as values, however they are written: 1,000, "one thousand", 5 %, "five percent", 1914–18.

A sign belongs to the value; where a unit stands beside two numbers, the same value of another unit is another number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.words import FUNCTION_WORDS
from qa.verifying.beside import beside

_SMALL = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * tens for tens, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_SCALES = {
    "hundred": 100.0,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "dozen": 12.0,
    # After digits only: "$5m", "12bn", "40k".
    "k": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "bn": 1e9,
}
_SHORT_SCALES = frozenset({"k", "m", "mn", "bn"})
_ORDINALS = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
}

# Digits with their separators, letters, or punctuation that parts two numbers. A blank or an apostrophe before every
# three digits parts thousands (10 000, 10'000), each time the same one.
_PLAIN = r"\d+(?:[.,]\d+)*"
_GROUPED = (
    r"(?<![^\W\d_])(?<![^\W\d_]-)(?!0)\d{1,3}(?P<gap>[ \u00a0\u202f\u2009'’])"
    r"\d{3}(?:(?P=gap)\d{3})*(?!\d|,\d{3})(?:[.,]\d+)?"
)
_REST = r"(?P<word>[^\W\d_]+)|(?P<mark>[^\w\s])"
_TOKEN = re.compile(rf"(?P<digits>{_GROUPED}|{_PLAIN})|{_REST}")
_UNGROUPED = re.compile(rf"(?P<digits>{_PLAIN})|{_REST}")
# Behind these a number is one by itself, and what follows a plain blank is another: "on May 10 300 people came".
_COUNTED = re.compile(
    r"\b(?:(?:Jan|Febr)uary|March|April|May|June|July|August|(?:Septem|Octo|Novem|Decem)ber|"
    r"(?i:page|chapter|section|table|figure|day|no|number|room|route|highway))\.? $"
)
_LONGEST_COUNTED = 12
# "10.000" is ten in one country and ten thousand in another; of things that are counted, nobody writes ten so.
_EITHER = re.compile(r"(?!0)\d{1,3}\.\d{3}")
_THING = re.compile(r"[ \u00a0\u202f]([^\W\d_]{3,})")
_MEASURED = FUNCTION_WORDS | frozenset(
    "sec degree degrees percent point points times million billion trillion thousand hundred".split()
)
_LIST_MARK = re.compile(r"\s*\d{1,3}[.)]\s")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{2,3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,}")
_SHORT_RANGE = re.compile(r"\b(\d{4})\s?[-–/]\s?(\d{2})\b(?![-/.]\d)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number and where it is written; offsets are code points into the text, without sign and unit."""

    value: float
    start: int
    end: int
    others: frozenset[float] = frozenset()  # what else it may be: "10.000", "a loss of 5"
    units: frozenset[str] = frozenset()  # what its unit may be; none if none stands beside it
    first: int = -1  # with sign and unit
    last: int = -1
    # "one of the", "at first", the mark of a list item: so often nothing that is claimed that it says little.
    is_weak: bool = False
    is_list_mark: bool = False

    @property
    def readings(self) -> frozenset[float]:
        """Every value that it may have."""
        return self.others | {self.value}

    def is_same(self, other: Number) -> bool:
        """Whether they may have the same value, and no other unit: what has none may have any."""
        are_units_other = self.units and other.units and self.units.isdisjoint(other.units)
        return not are_units_other and not self.readings.isdisjoint(other.readings)


class KnownNumbers:
    """The numbers that a text gives, those that shortened ranges (1914–18) stand for as well."""

    def __init__(self, text: str) -> None:
        self._of: dict[float, list[Number]] = {}
        for number in numbers(text):
            for value in number.readings:
                self._of.setdefault(value, []).append(number)
        for match in _SHORT_RANGE.finditer(text):
            value = float(match.group(1)[:2] + match.group(2))
            self._of.setdefault(value, []).append(Number(value, match.start(), match.end()))

    @property
    def values(self) -> frozenset[float]:
        """All of them, whatever their units."""
        return frozenset(self._of)

    def has(self, number: Number) -> bool:
        """Whether one is the same."""
        return any(there.is_same(number) for value in number.readings for there in self._of.get(value, ()))


def numbers(text: str) -> list[Number]:
    """Every number of a text, in order."""
    mark = _LIST_MARK.match(text)
    return [
        replace(n, is_weak=True, is_list_mark=True) if mark and n.end <= mark.end() else _with_beside(n, text)
        for n in _runs(text)
    ]


def _with_beside(number: Number, text: str) -> Number:
    """With its sign and unit; "one mile" and "the first mile" say too little to have one."""
    found = beside(text, number.start, number.end)
    sign = -1.0 if found.is_negative else 1.0
    others = frozenset(sign * other for other in number.others)
    if found.may_be_negative:
        others |= {-value for value in number.readings}
    units = frozenset[str]() if number.is_weak else found.units
    return replace(number, value=sign * number.value, others=others, units=units, first=found.start, last=found.end)


def _tokens(text: str) -> Iterator[re.Match[str]]:
    """What numbers are made of, and what parts them."""
    at = 0
    while match := _TOKEN.search(text, at):
        before = text[max(0, match.start() - _LONGEST_COUNTED) : match.start()]
        if match["gap"] == " " and _COUNTED.search(before):
            match = _UNGROUPED.match(text, match.start()) or match
        yield match
        at = match.end()


def _runs(text: str) -> Iterator[Number]:
    """Reads neighbouring number words as one number: "two hundred and five", "3.5 million"."""
    run = _Run()
    for match in _tokens(text):
        if run.takes(match, text):
            continue
        if number := run.ended():
            yield number
        run = _Run()
        run.takes(match, text)
    if number := run.ended():
        yield number


class _Run:
    """A number as it is being read."""

    def __init__(self) -> None:
        self._total = 0.0
        self._group = 0.0
        self._start = self._end = -1
        self._last: str | None = None  # what kind of token the run ends with
        self._is_weak = False
        self._may_be_thousands = False

    def takes(self, match: re.Match[str], text: str) -> bool:
        """Whether a token goes on with the number, or begins one."""
        word = match.group().casefold()
        if self._last and match.group("mark") == "-" and self._last == "tens":
            return True
        if self._last == "scale" and word == "and":
            return True
        if match.group("digits"):
            return self._last is None and self._take_digits(match, text)
        if word in _ORDINALS or word in _SMALL:
            return self._take_small(match, word)
        if word in _TENS:
            return self._last in (None, "scale") and self._take(match, "tens", _TENS[word])
        if word in _SCALES and (word not in _SHORT_SCALES or (self._last == "digits" and self._end == match.start())):
            return self._scale(match, _SCALES[word])
        return False

    def ended(self) -> Number | None:
        """The number that was read, if any."""
        if self._last is None:
            return None
        value = self._total + self._group
        others = frozenset({value * 1000}) if self._may_be_thousands else frozenset[float]()
        return Number(value, self._start, self._end, others, first=self._start, last=self._end, is_weak=self._is_weak)

    def _take_digits(self, match: re.Match[str], text: str) -> bool:
        value = _parsed(match.group())
        if _EITHER.fullmatch(match.group()):
            is_of_things = match.group().endswith("000") and _is_thing(text, match.end())
            value *= 1000 if is_of_things else 1
            self._may_be_thousands = not is_of_things
        return self._take(match, "digits", value)

    def _take_small(self, match: re.Match[str], word: str) -> bool:
        value = _SMALL.get(word, _ORDINALS.get(word, 0))
        if self._last not in (None, "scale") and not (self._last == "tens" and 0 < value < 10):
            return False
        is_weak = self._last is None and (value <= 1 or word == "second")
        self._take(match, "small", value)
        self._is_weak = is_weak
        return True

    def _take(self, match: re.Match[str], kind: str, value: float) -> bool:
        self._group += value
        self._start = match.start() if self._last is None else self._start
        self._end, self._last, self._is_weak = match.end(), kind, False
        return True

    def _scale(self, match: re.Match[str], scale: float) -> bool:
        if self._last is None:  # "a hundred", "a dozen"
            return self._take(match, "scale", scale)
        if scale == 100:
            self._group *= scale
        else:
            self._total += self._group * scale
            self._group = 0.0
        self._end, self._last, self._is_weak = match.end(), "scale", False
        return True


def _is_thing(text: str, offset: int) -> bool:
    """Whether what may be counted follows: a word, but no unit and none that only links."""
    word = _THING.match(text, offset)
    return word is not None and word.group(1).casefold() not in _MEASURED and not beside(text, offset, offset).units


def _parsed(digits: str) -> float:
    """The value of digits in any script; a comma or repeated full stop parts thousands, else it is a decimal mark."""
    plain = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in digits if c.isdigit() or c in ".,")
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "") if "," in plain else plain.replace(".", "")
    parts = re.split(r"[.,]", plain)
    return float(parts[0] + ("." + "".join(parts[1:]) if len(parts) > 1 else ""))

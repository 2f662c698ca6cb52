"""The numbers of a text as values, however they are written: 1,000, "one thousand", 5 %, "five percent", 1914–18."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

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

# Digits with their separators, a range's second year, letters, or punctuation that parts two numbers.
_TOKEN = re.compile(r"(?P<digits>\d+(?:[.,]\d+)*)|(?P<word>[^\W\d_]+)|(?P<mark>[^\w\s])")
_LIST_MARK = re.compile(r"\s*\d{1,3}[.)]\s")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{2,3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,}")
_SHORT_RANGE = re.compile(r"\b(\d{4})\s?[-–/]\s?(\d{2})\b(?![-/.]\d)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number and where it is written; offsets are code points into the text."""

    value: float
    start: int
    end: int
    # "one of the", "at first", the mark of a list item: so often nothing that is claimed that it says little.
    is_weak: bool = False
    is_list_mark: bool = False


def numbers(text: str) -> list[Number]:
    """Every number of a text, in order."""
    mark = _LIST_MARK.match(text)
    return [replace(n, is_weak=True, is_list_mark=True) if mark and n.end <= mark.end() else n for n in _runs(text)]


def values(text: str) -> frozenset[float]:
    """All values that a text gives, those that shortened ranges (1914–18) stand for as well."""
    implied = {float(m.group(1)[:2] + m.group(2)) for m in _SHORT_RANGE.finditer(text)}
    return frozenset({number.value for number in numbers(text)} | implied)


def _runs(text: str) -> Iterator[Number]:
    """Reads neighbouring number words as one number: "two hundred and five", "3.5 million"."""
    run = _Run()
    for match in _TOKEN.finditer(text):
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

    def takes(self, match: re.Match[str], text: str) -> bool:
        """Whether a token goes on with the number, or begins one."""
        word = match.group().casefold()
        if self._last and match.group("mark") == "-" and self._last == "tens":
            return True
        if self._last == "scale" and word == "and":
            return True
        if match.group("digits"):
            return self._last is None and self._take(match, "digits", _parsed(match.group()))
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
        return Number(self._total + self._group, self._start, self._end, self._is_weak)

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


def _parsed(digits: str) -> float:
    """The value of digits in any script; a comma or repeated full stop parts thousands, else it is a decimal mark."""
    plain = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in digits)
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "") if "," in plain else plain.replace(".", "")
    parts = re.split(r"[.,]", plain)
    return float(parts[0] + ("." + "".join(parts[1:]) if len(parts) > 1 else ""))

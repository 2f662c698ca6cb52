"""What stands directly beside a number and makes it another one: a sign, a currency, a unit.

The table is closed, and a text that has nothing of it beside a number says nothing otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Each line is a unit; what is on several lines may be any of these. Names ignore case, short forms do not.
_NAMES = """
euro: euro euros
dollar: dollar dollars
pound sterling: pound pounds
pound: pound pounds
yen: yen
yuan: yuan renminbi
mile: mile miles
kilometre: kilometre kilometres kilometer kilometers
metre: metre metres meter meters
foot: foot feet
kilogram: kilogram kilograms kilogramme kilogrammes
gram: gram grams gramme grammes
Celsius: celsius centigrade
Fahrenheit: fahrenheit
second: second seconds
minute: minute minutes
hour: hour hours
day: day days
week: week weeks
month: month months
year: year years
"""
_SHORT = """
euro: € EUR
dollar: $ USD
pound sterling: £ GBP
yen: ¥ JPY
yuan: ¥ CNY
mile: mph
kilometre: km kph kmh
foot: ft
kilogram: kg
gram: g
pound: lb lbs
Celsius: °C
Fahrenheit: °F
"""


def _read(table: str) -> dict[str, frozenset[str]]:
    units: dict[str, frozenset[str]] = {}
    for line in table.strip().splitlines():
        unit, written = line.split(": ")
        for word in written.split():
            units[word] = units.get(word, frozenset()) | {unit}
    return units


_BY_NAME, _BY_SHORT = _read(_NAMES), _read(_SHORT)


def _any_of(units: dict[str, frozenset[str]]) -> str:
    return "|".join(re.escape(word) for word in sorted(units, key=len, reverse=True))


_BLANK = "[ \u00a0\u202f\u2009]"
_AFTER = re.compile(
    rf"(?:{_BLANK}|-)?(?:(?:US|U\.S\.|square|cubic|degrees?){_BLANK})?"
    rf"(?:(?P<name>(?i:{_any_of(_BY_NAME)}))|(?P<short>{_any_of(_BY_SHORT)}))(?![^\W\d_²³])"
)
# A hyphen is a minus where a word could begin, but not behind a number: "10 -15", "Covid-19", "2019-20" have none.
_MINUS = rf"(?<![^\s(\[{{\"“'‘=:~≈<>≤≥|])(?<![\d%°]{_BLANK})[-−]"
_MONEY = "[€$£¥]"
_BEFORE = re.compile(
    rf"(?:(?P<money>{_MONEY})(?P<inner>[-−])|"
    rf"(?P<sign>{_MINUS}|(?<!\d{_BLANK})\b(?i:minus){_BLANK})?"
    rf"(?P<currency>(?:{_MONEY}|\b(?:EUR|USD|GBP|JPY|CNY)){_BLANK}?)?)$"
)
# More characters than what stands before a number has.
_WINDOW = 40
# "Fell by 3.5 percent" and "−3.5 percent" are the same; "fell to 15" and "fell to −15" are not.
_LESS = r"(?:fall|drop|decline|decrease|loss|contraction|reduction)s?"
_LESS_BEFORE = re.compile(
    rf"\b(?:{_LESS}|fell|fallen|falling|dropp(?:ed|ing)|declin(?:ed|ing)|decreas(?:ed|ing)|shr[aiu]nk|shrinking|"
    r"contract(?:ed|ing)|lost|los(?:e|es|ing)|down|negative|reduc(?:ed|ing))"
    r"(?: (?:by|of|a|an|about|around|almost|nearly|some|roughly|approximately|over|more|than))*"
    rf" {_MONEY}?$",
    re.IGNORECASE,
)
_LESS_AFTER = re.compile(
    rf"(?:[ -]|%)(?:[\w°%]+ ){{0,2}}(?:below (?:zero|freezing)|{_LESS}|lower|less)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a number; offsets are those of the number with it."""

    start: int
    end: int
    is_negative: bool
    may_be_negative: bool  # words say so, if any do: "a loss of 5"
    units: frozenset[str]  # what its unit may be; none if it has none


def beside(text: str, start: int, end: int) -> Beside:
    """What stands beside the number between two offsets of a text."""
    window = text[max(0, start - _WINDOW) : start]
    before, after = _BEFORE.search(window), _AFTER.match(text, end)
    money = before and (before["money"] or (before["currency"] or "").strip())
    is_negative = bool(before and (before["sign"] or before["inner"]))
    units: frozenset[str] = frozenset()
    if money:
        units = _BY_SHORT[money]
    elif after:
        named = after["name"]
        units = _BY_NAME.get(named.casefold(), units) if named else _BY_SHORT[after["short"]]
    return Beside(
        start - len(before.group()) if before else start,
        after.end() if after else end,
        is_negative,
        not is_negative and bool(_LESS_BEFORE.search(window) or _LESS_AFTER.match(text, end)),
        units,
    )

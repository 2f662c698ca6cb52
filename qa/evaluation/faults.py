"""Faults to plant into a true claim: a number, a name or the polarity is changed, everything else stays.

Each function returns the changed text, or None where there is nothing that it can change; the same generator state
gives the same fault. What comes out reads like English, and says something else than before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

from index.negation import negations
from qa.verifying.names import names as names_in
from qa.verifying.numbers import numbers

_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_OTHER_WORDS = "thirty forty fifty sixty seventy eighty ninety hundred thousand million billion".split()
_DIGITS = re.compile(r"\d")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_FARTHEST_YEAR = 12
# An auxiliary that "not" can follow; "has" and its like only before a participle, for "has not three" is no English.
_AUXILIARY = re.compile(
    r"\b(?:is|was|are|were|can|could|will|would|should|may|might|must|(?:has|have|had)(?= (?:been|\w+(?:ed|en))\b))\b"
    r"(?! (?:not|never|no)\b)(?!n['’]t)(?= \w)",
    re.I,
)
# What takes the place of a negation, for those that can simply go.
_REMOVABLE = re.compile(r" (?:not|never)\b|\b(?:cannot|no|without|ca ?n ?['’]t|wo ?n ?['’]t)\b| ?n ?['’]t\b", re.I)
_WITHOUT = {"cannot": "can", "no": "some", "without": "with", "can't": "can", "won't": "will"}


def change_number(text: str, rng: Random) -> str | None:
    """Another number of the same kind takes the place of one: a year near it, as many digits, another number word."""
    found = numbers(text)
    candidates = [n for n in found if not n.is_weak] or found
    rng.shuffle(candidates)
    for number in candidates:
        written = text[number.start : number.end]
        changed = _other_digits(written, rng) if _DIGITS.search(written) else _other_word(written, rng)
        if changed is not None:
            return text[: number.start] + changed + text[number.end :]
    return None


def change_name(text: str, rng: Random, names: Sequence[str]) -> str | None:
    """One of `names` that the text lacks takes the place of a name."""
    found = _whole_names(text)
    others = [name for name in names if name.casefold() not in text.casefold()]
    if not found or not others:
        return None
    start, end = rng.choice(found)
    return text[:start] + rng.choice(others) + text[end:]


def negate(text: str, rng: Random) -> str | None:
    """Takes a negation out, or puts "not" behind an auxiliary."""
    counted = [negation.end() for negation in negations(text)]
    removable = [match for match in _REMOVABLE.finditer(text) if match.end() in counted]
    if removable:
        negation = rng.choice(removable)
        written = negation.group().casefold().replace(" ", "").replace("’", "'")
        return text[: negation.start()] + _WITHOUT.get(written, "") + text[negation.end() :]
    auxiliaries = list(_AUXILIARY.finditer(text))
    if not auxiliaries:
        return None
    end = rng.choice(auxiliaries).end()
    return f"{text[:end]} not{text[end:]}"


Change = Callable[[str, Random, Sequence[str]], str | None]
"""A text, a generator and names to choose from -> the changed text."""

FAULTS: dict[str, Change] = {
    "changed number": lambda text, rng, names: change_number(text, rng),
    "changed name": change_name,
    "negated": lambda text, rng, names: negate(text, rng),
}


def whole_names(text: str) -> list[str]:
    """The names of a text, neighbouring capitalised words as one: a pool for `change_name`."""
    return [text[start:end] for start, end in _whole_names(text)]


def _whole_names(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for word in names_in(text):
        if spans and text[spans[-1][1] : word.start()] in (" ", ". "):
            spans[-1] = (spans[-1][0], word.end())
        else:
            spans.append((word.start(), word.end()))
    return spans


def _other_digits(written: str, rng: Random) -> str:
    if _YEAR.fullmatch(written):
        return str(int(written) + rng.choice([-1, 1]) * rng.randint(1, _FARTHEST_YEAR))
    places = [match.start() for match in _DIGITS.finditer(written)]
    place = rng.choice(places)
    least = 1 if place == places[0] else 0
    digit = rng.choice([d for d in "0123456789"[least:] if d != written[place]])
    return written[:place] + digit + written[place + 1 :]


def _other_word(written: str, rng: Random) -> str | None:
    """One word of a spelled-out number exchanged."""
    parts = re.split(r"([ -])", written)
    for index in rng.sample(range(len(parts)), len(parts)):
        for kind in (_WORDS[2:], _ORDINALS[1:], _OTHER_WORDS[:7], _OTHER_WORDS[7:]):
            if parts[index].casefold() in kind:
                # Within "twenty-one" the part stays below ten.
                wanted = kind[:8] if len(parts) > 1 and kind[0] in ("two", "first") else kind
                other = rng.choice([w for w in wanted if w != parts[index].casefold()])
                parts[index] = other.capitalize() if parts[index][0].isupper() else other
                return "".join(parts)
    return None

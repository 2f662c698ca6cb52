"""Faults to plant into a true claim: a number, a name, the polarity or the direction is changed, everything else stays.

Each function returns the changed text, or None where there is nothing that it can change; the same generator state
gives the same fault. What comes out reads like English, and says something else than before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

from index.words import words
from qa.evaluation.negating import add_negation, negate, remove_negation
from qa.verifying.names import runs
from qa.verifying.numbers import numbers
from qa.verifying.opposites import opposites

__all__ = ["FAULTS", "Change", "change_name", "change_number", "negate", "turn", "whole_names"]

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
# After these a verb's form is its participle: "was permitted" has "was forbidden" as its opposite.
_BEFORE_PARTICIPLE = re.compile(r"\b(?:am|is|was|are|were|be|been|being|has|have|had|not|n['’]t)(?: \w+ly)? $", re.I)


def change_number(text: str, rng: Random) -> str | None:
    """Another number of the same kind takes the place of one: a year near it, as many digits, another number word."""
    found = [number for number in numbers(text) if not number.is_list_mark]
    candidates = [number for number in found if not number.is_weak] or found
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


def turn(text: str, rng: Random) -> str | None:
    """A word's opposite takes its place: "rose" becomes "fell"."""
    found = [(word, others) for word in words(text) if (others := _opposites(text, word))]
    if not found:
        return None
    word, others = rng.choice(found)
    return f"{text[: word.start()]}{rng.choice(others)}{text[word.end() :]}"


Change = Callable[[str, Random, Sequence[str]], str | None]
"""A text, a generator and names to choose from -> the changed text."""

FAULTS: dict[str, Change] = {
    "changed number": lambda text, rng, names: change_number(text, rng),
    "changed name": change_name,
    "negation added": lambda text, rng, names: add_negation(text, rng),
    "negation removed": lambda text, rng, names: remove_negation(text, rng),
    "opposite": lambda text, rng, names: turn(text, rng),
}


def whole_names(text: str) -> list[str]:
    """The names of a text, neighbouring capitalised words as one: a pool for `change_name`."""
    return [text[start:end] for start, end in _whole_names(text)]


def _opposites(text: str, word: re.Match[str]) -> Sequence[str]:
    """In the form of the word, so that the sentence stays grammatical; none of a name, nor of the first word."""
    is_participle = bool(_BEFORE_PARTICIPLE.search(text[: word.start()]))
    return opposites(word.group(), is_participle=is_participle) if word.group().islower() else ()


def _whole_names(text: str) -> list[tuple[int, int]]:
    return [(run[0].start(), run[-1].end()) for run in runs(text)]


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

"""Forms of English verbs: what "did not approve" becomes without its "not", and which verb "rose" is a form of."""

from __future__ import annotations

import re
from functools import lru_cache

from index.words import stem

# Base form, past, participle where it is another one. Those that are as they were ("cut", "put") have one form.
_IRREGULAR = """
be was been|become became become|begin began begun|bear bore borne|beat beat beaten|bind bound|break broke broken
bring brought|build built|buy bought|catch caught|choose chose chosen|come came come|cost cost|cut cut|deal dealt
do did done|draw drew drawn|drive drove driven|eat ate eaten|fall fell fallen|feel felt|fight fought|find found
fly flew flown|forbid forbade forbidden|forget forgot forgotten|freeze froze frozen|get got got|give gave given
go went gone|grow grew grown|have had|hear heard|hide hid hidden|hit hit|hold held|hurt hurt|keep kept
know knew known|lay laid|lead led|leave left|lend lent|let let|lie lay lain|lose lost|make made|mean meant|meet met
pay paid|put put|quit quit|read read|ride rode ridden|ring rang rung|rise rose risen|run ran run|say said|see saw seen
seek sought|sell sold|send sent|set set|shake shook shaken|shine shone|shoot shot|show showed shown|shrink shrank shrunk
shut shut|sing sang sung|sink sank sunk|sit sat|sleep slept|speak spoke spoken|spend spent|split split|spread spread
stand stood|steal stole stolen|stick stuck|strike struck|swear swore sworn|sweep swept|swim swam swum
take took taken|teach taught|tear tore torn|tell told|think thought|throw threw thrown|undergo underwent undergone
understand understood|undertake undertook undertaken|wear wore worn|win won|withdraw withdrew withdrawn
withhold withheld|write wrote written|overcome overcame overcome|arise arose arisen|feed fed|hang hung|upset upset
foresee foresaw foreseen|bid bid|bet bet|breed bred|bend bent|bite bit bitten|blow blew blown|burst burst|cast cast
dig dug|drink drank drunk|fit fit|flee fled|forgive forgave forgiven|rid rid|shed shed|slide slid|spin spun|wake woke
"""
_FORMS = {base: rest for base, *rest in (entry.split() for entry in re.split(r"[|\n]", _IRREGULAR) if entry.strip())}
_BASES = {form: base for base, forms in _FORMS.items() for form in forms}
# One consonant after one vowel, in a word of one syllable or stressed on its last: "stop", "admit", "occur".
_DOUBLES = re.compile(r"^[^aeiou]*[aeiou][bdgmnprt]$|(?:mit|cur|fer|pel|ban|plan|get|rol|trol)$")


def past(base: str) -> str:
    """What a verb is in the past."""
    return _FORMS[base][0] if base in _FORMS else _with_ending(base, "ed")


def participle(base: str) -> str:
    """What it is after "has been"."""
    return _FORMS[base][-1] if base in _FORMS else _with_ending(base, "ed")


def gerund(base: str) -> str:
    """With "-ing"."""
    return _with_ending(base, "ing")


def third_person(base: str) -> str:
    """What it is after "it"."""
    if base in ("have", "be"):
        return {"have": "has", "be": "is"}[base]
    if re.search(r"(?:s|x|z|ch|sh|o)$", base):
        return f"{base}es"
    return f"{base[:-1]}ies" if re.search(r"[^aeiou]y$", base) else f"{base}s"


@lru_cache(maxsize=200_000)
def root(word: str) -> str:
    """The stem of a word; of an irregular form, that of its base: "rose" and "rises" have the same."""
    return stem(_BASES.get(word.casefold(), word))


def _with_ending(base: str, ending: str) -> str:
    if _DOUBLES.search(base):
        return f"{base}{base[-1]}{ending}"
    if ending == "ed" and re.search(r"[^aeiou]y$", base):
        return f"{base[:-1]}ied"
    if base.endswith("ie") and ending == "ing":
        return f"{base[:-2]}ying"
    if base.endswith("e") and not (ending == "ing" and base.endswith(("ee", "oe", "ye"))):
        base = base[:-1]
    return f"{base}{ending}"

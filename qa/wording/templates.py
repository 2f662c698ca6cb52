"""What follows on which verb makes which question; a row more is a kind of question more."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from qa.wording.grammar import (
    BASE_OF_PAST,
    BASE_OF_PRESENT,
    BE,
    IS,
    WAS,
    Clause,
    is_noun_phrase,
    is_participle,
    tokens,
)

_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_YEAR = r"(?:1[0-9]|20)\d\d"
DATE = (
    r"(?:(?:early|mid|late|the|spring|summer|autumn|winter|fall|of|beginning|end)[ -])*"
    rf"(?:(?:\d{{1,2}} )?{_MONTH}(?: \d{{1,2}} ?,?)? ?(?:of )?{_YEAR}|{_YEAR}(?:[–-]\d\d)?s?|"
    rf"{_MONTH}(?: \d{{1,2}})?|\d\d?(?:st|nd|rd|th) century)\b"
)
ABOUT = "(?:over|about|around|nearly|approximately|roughly|almost|at least|up to|more than|fewer than|an estimated)"
NUMBER = (
    rf"(?:{ABOUT} )?(?:\d[\d,.]*(?: (?:thousand|million|billion))?|two|three|four|five|six|seven|eight|nine|ten|"
    r"eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
)
# In what form a participle is looked for where a whole list would be too long.
PARTICIPLE = r"[a-z]+(?:ed|en|ilt|rn|ung|old|eld|und)\b"

# What a stretch that is taken over into a question may not hold: it would lean on its sentence, or be one itself.
_LEANS = re.compile(
    r"\b(?:since|after|until|before|as|while|when|he|she|it|they|him|them|we|us|i|you|which|who|that|where|this|these|"
    r"those|his|her|its|their|was|were|is|are|has|have|had|from|but|if|than|by|not|one|there|so)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Wording:
    """A question, and from 0 to 1 how well those made in the same way read and fit."""

    question: str
    merit: float


def stands_alone(text: str, most: int) -> bool:
    """Whether up to so many words can be taken over into a question; "a study" could be any."""
    return len(text.split()) <= most and not _LEANS.search(text) and not re.fullmatch("an? [a-z-]+", text)


def holds_verb(complement: str) -> bool:
    """Whether a complement has a second verb form, so that a date behind it might belong to that."""
    return any(is_participle(word) or word in BASE_OF_PAST for word in complement.split()[1:])


def tells_an_event(complement: str) -> bool:
    """Whether what follows on "was" happened once, and says enough of it: "founded", "hit by a storm", not "hit"."""
    first, *more = complement.split()
    if first == "first" and more:
        return is_participle(more[0])
    return first in _COMPLETE or (bool(more) and is_participle(first) and first not in _STATES)


@dataclass(frozen=True)
class Template:
    """What follows on a verb, and the question that it answers.

    Groups of the pattern are put into the wording; `c`, a complement, must be short and stand alone, `np` must be a
    noun phrase, and `event` must tell one. {s}, {v}, {base} and {does} are the subject, the verb, its base form, and
    "do" in its form.
    """

    verbs: Collection[str]
    pattern: str
    wording: str
    merit: float
    longest: int = 7  # words of the complement

    def ask(self, clause: Clause) -> Wording | None:
        """The question, if the clause fits."""
        found = re.match(self.pattern, clause.rest) if clause.verb in self.verbs else None
        if not found:
            return None
        parts = {name: text.strip() for name, text in found.groupdict(default="").items()}
        complement = parts.get("c", "")
        if not stands_alone(complement, self.longest) or holds_verb(complement):
            return None
        if "np" in parts and not is_noun_phrase(tokens(parts["np"])):
            return None
        if "event" in parts and not tells_an_event(parts["event"]):
            return None
        filled = self.wording.format(s=clause.subject, v=clause.verb, base=clause.base, does=clause.does, **parts)
        return Wording(f"{' '.join(filled.split())}?", self.merit)


def _present(*bases: str) -> frozenset[str]:
    return frozenset(form for form, base in BASE_OF_PRESENT.items() if base in bases)


# Participles that tell an event by themselves.
_COMPLETE = frozenset(
    """founded established built created formed opened closed released published completed discovered invented
    introduced abolished demolished destroyed defeated killed elected launched signed adopted ratified rediscovered
    remodelled restored rebuilt constructed crowned married executed assassinated dissolved incorporated born buried
    identified isolated repealed enacted cancelled renamed""".split()
)
# Participles that say little without who did it.
_STATES = frozenset(
    """succeeded followed replaced dominated controlled accompanied marked ruled owned influenced joined used known
    made held""".split()
)
# A past form of these without an object is a participle: "the company founded in 1902".
_NEEDS_OBJECT = frozenset(
    "founded created established built wrote published signed released designed discovered developed held made".split()
)
_FREE = r"(?P<c>[^,;:.–—]*?)"
_END = r"(?=$|[,;:–—]| (?:and|with|when|as|after|by|for|to|at|from|where|which|while|because|but|under|during|in|on)\b)"
_ON_DATE = rf" ?\b(?:in|on) {DATE}{_END}"
_REASON = r"(?P<c>[^,;:.]+?),? (?:because|due to|owing to|as a result of) "
_PLACE = r"(?:[a-z]+ly )?(?:in|at|near|along|off|on)"
_SIZE = r"(?:miles|kilomet(?:er|re)s|met(?:er|re)s|feet|inches|km|m|ft|pages|years|light-years)"
_DID_SOMETHING = frozenset(
    """founded invented discovered wrote designed composed directed built painted introduced defeated acquired purchased
    bought established created won led""".split()
)
_NAMED_OBJECT = (
    rf"(?P<np>(?:the )?(?:[a-z-]+ )?[A-Z](?:[^,;:.–—]*?))(?= in {DATE}|$|[,;:–—]"
    r"| (?:and|with|when|as|after|by|to|at|which|while|because|but|under|during)\b)"
)

TEMPLATES = (
    # When.
    Template(WAS, rf"(?P<event>[a-z]+ ?{_FREE}){_ON_DATE}", "When {v} {s} {event}", 0.95),
    Template(BASE_OF_PAST.keys() - _NEEDS_OBJECT, rf"{_FREE}{_ON_DATE}", "When did {s} {base} {c}", 0.9),
    Template(_NEEDS_OBJECT, rf"(?!in |on )(?P<c>[^,;:.–—]+?){_ON_DATE}", "When did {s} {base} {c}", 0.9),
    # Where.
    Template(
        BE,
        r"(?P<p>located|situated|headquartered|buried|born|filmed|spoken|based(?= in)) "
        rf"{_PLACE} (?!(?:the )?(?:\d|order|{DATE}))",
        "Where {v} {s} {p}",
        0.9,
    ),
    # Why.
    Template(BE, _REASON, "Why {v} {s} {c}", 0.9, 9),
    Template(BASE_OF_PAST.keys() | BASE_OF_PRESENT.keys(), _REASON, "Why {does} {s} {base} {c}", 0.9, 9),
    # Who.
    Template(_DID_SOMETHING, _NAMED_OBJECT, "Who {v} {np}", 0.85),
    # How much, how big.
    Template(BE, rf"{NUMBER} {_SIZE} (?P<p>long|tall|high|wide|deep|old|thick)", "How {p} {v} {s}", 0.9),
    Template({"has"}, r"an? (?:estimated |total )?population of", "What is the population of {s}", 0.9),
    # What it is for, has and does.
    Template(IS, r"(?:[a-z]+ly )?used (?:to|for|as) ", "What {v} {s} used for", 0.85),
    Template(
        BE,
        r"(?:best )?(?P<p>(?:known|famous|noted) for|made of|composed of|made up of|named after) ",
        "What {v} {s} {p}",
        0.85,
    ),
    Template(IS, r"(?P<p>designed|required) to (?!be)[a-z]+ ", "What {v} {s} {p} to do", 0.7),
    Template(BE, r"(?P<p>divided|split|organized|organised|grouped) into ", "How {v} {s} {p}", 0.75),
    Template(_present("consist"), "of ", "What {does} {s} consist of", 0.8),
    Template(_present("oversee", "prohibit"), "(?!that|in|for|to)", "What {does} {s} {base}", 0.75),
    Template(
        _present("allow", "enable", "require"),
        "(?P<np>(?!the opportunity|access)[^,;:.]+?) to (?!be)",
        "What {does} {s} {base} {np} to do",
        0.85,
    ),
)

"""Other words for a sentence of the evidence, to fit on: they keep its numbers, names, negations and directions.

What is fitted on such sentences with their negation taken out is fitted on them with it, too, and in other words;
else a negation in the evidence would itself come to speak against a claim.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from index.negation import negations
from index.words import words
from qa.verifying.inflection import root
from qa.verifying.opposites import opposites

SHORTEST = 4  # words that are left of a sentence
MOST_SYNONYMS = 3
_LINKS = (
    "However|Moreover|Furthermore|In addition|Additionally|Also|Thus|Therefore|Nevertheless|Indeed|Meanwhile|Instead"
)
_AUXILIARIES = "is are was were do does did has have had could would should".split()
_SYNONYMS = (
    "started began|often frequently|many numerous|main chief|built constructed|large big|famous well-known|"
    "got received|"
    "said stated|called named|needs requires|need require|must has to|before prior to|"
    "used employed|because since|however though|help assist|workers employees|staff employees|buy purchase|"
    "people persons|area region|began started|became turned into|quickly rapidly|almost nearly|given provided|"
    "sent dispatched|children kids|allowed permitted|forbidden prohibited|increased rose|fell declined|"
    "company firm|money funds|told informed|possible feasible|important significant|enough sufficient|made produced|"
    "accepted taken|covered insured|changed altered|able in a position|until till|reached attained|found discovered"
)
_OTHER = {one: " ".join(other) for one, *other in (pair.split() for pair in _SYNONYMS.split("|"))}


def reworded(sentence: str, rng: Random) -> str:
    """The sentence with some of the rules applied; as it was where none can be."""
    text = " ".join(sentence.split())
    for rule, share in _RULES:
        if rng.random() < share:
            text = rule(text, rng)
    return text


def _aside(text: str, rng: Random) -> str:
    """Without what stands in brackets, and without an opening "However,"."""
    text = re.sub(r" \([^()]{1,80}\)(?=[ ,.;:])", "", text)
    return re.sub(rf"^(?:{_LINKS}), (\w)", lambda match: match[1].upper(), text)


def _part(text: str, rng: Random) -> str:
    """One clause of it, if a semicolon, "because" or "but" parts them and the one has all the negations."""
    parts = re.split(r"; |,? (?:because|while|whereas|although|but) |, (?:and|so|which|who) ", text)
    negating = [part for part in parts if negations(part)] or parts[:1]
    if len(parts) < 2 or len(negating) != 1 or negating[0] != parts[0] or len(parts[0].split()) < SHORTEST:
        return text
    is_whole = parts[0].count('"') % 2 == 0 and parts[0].count("(") == parts[0].count(")")
    return f"{parts[0].rstrip(' ,.')}." if is_whole and not re.match(r"(?:If|When|Unless)\b", parts[0]) else text


def _opening(text: str, rng: Random) -> str:
    """ "In 1934, A opened." becomes "A opened in 1934."."""
    match = re.fullmatch(r"(?P<opening>(?:In|On|At|By|During|After|Before|Since|From|Under|Until) [^,;:]{3,50}), "
                         r"(?P<rest>[^,;:]+)\.", text)  # fmt: skip
    if not match:
        return text
    rest, opening = match["rest"], match["opening"]
    return f"{rest[0].upper()}{rest[1:]} {opening[0].lower()}{opening[1:]}."


def _negation(text: str, rng: Random) -> str:
    """The same negation otherwise: "is not" and "isn't", "no ransom was" and "a ransom was not"."""
    changed = [rewrite(text) for rewrite in _OTHERWISE]
    others = [other for other in changed if other != text]
    return rng.choice(others) if others else text


def _contracted(text: str) -> str:
    return re.sub(rf"\b({'|'.join(_AUXILIARIES)}) not\b", r"\1n't", text, count=1)


def _spelt_out(text: str) -> str:
    text = re.sub(r"\bcan['’]t\b", "cannot", text, count=1)
    return re.sub(rf"\b({'|'.join(_AUXILIARIES)})n['’]t\b", r"\1 not", text, count=1)


def _unable(text: str) -> str:
    return re.sub(r"\bcan(?:not|['’]t)\b", "is not able to", text, count=1)


def _behind_the_verb(text: str) -> str:
    """ "No ransom was paid" -> "A ransom was not paid"."""
    return re.sub(
        r"\b([Nn])o ((?!longer|more|less|one)[a-z]+(?: [a-z]+)?) (is|was|are|were|has|have|may|can|will|could|must)\b",
        lambda m: f"{'A' if m[1] == 'N' else 'a'}{'n' if m[2][0] in 'aeio' else ''} {m[2]} {m[3]} not"
        if m[3] not in ("are", "were", "have") else f"{m[2].capitalize() if m[1] == 'N' else m[2]} {m[3]} not",
        text,
        count=1,
    )  # fmt: skip


def _before_the_noun(text: str) -> str:
    """ "Did not have a" -> "had no", "is not a" -> "is no"."""
    text = re.sub(r"\b(is|was|are|were) not an? ", r"\1 no ", text, count=1)
    return re.sub(r"\b(?:did not have|didn['’]t have) (?:an?|any) ", "had no ", text, count=1)


def _failing(text: str) -> str:
    return re.sub(r"\bdid(?: not|n['’]t) (?=(?!have|know|want|need)[a-z]{4,})", "failed to ", text, count=1)


def _opposed(text: str) -> str:
    """ "Is not allowed" -> "is forbidden"."""
    for match in re.finditer(r"\b(is|are|was|were|be)(?: not|n['’]t) ([a-z]+)\b", text):
        if others := opposites(match[2], is_participle=True, complements_only=True):
            return f"{text[: match.start()]}{match[1]} {others[0]}{text[match.end() :]}"
    return text


def _synonyms(text: str, rng: Random) -> str:
    found = [word for word in words(text) if word.group() in _OTHER]
    for word in sorted(rng.sample(found, min(MOST_SYNONYMS, len(found))), key=lambda w: -w.start()):
        text = f"{text[: word.start()]}{_OTHER[word.group()]}{text[word.end() :]}"
    return text


def _same_direction(text: str, rng: Random) -> str:
    """ "Rose" for "increased": another word whose opposites are the same."""
    for word in words(text):
        if word.group().islower():
            same = {s for o in opposites(word.group()) for s in opposites(o)}
            near = sorted(s for s in same if root(s) != root(word.group()))
            if near and set(opposites(word.group())) == set(opposites(near[0])):
                return f"{text[: word.start()]}{rng.choice(near)}{text[word.end() :]}"
    return text


_OTHERWISE: tuple[Callable[[str], str], ...] = (
    _contracted,
    _spelt_out,
    _unable,
    _behind_the_verb,
    _before_the_noun,
    _failing,
    _opposed,
)
_RULES: tuple[tuple[Callable[[str, Random], str], float], ...] = (
    (_aside, 1.0),
    (_part, 0.6),
    (_opening, 0.7),
    (_synonyms, 0.8),
    (_same_direction, 0.5),
    (_negation, 0.6),
)

"""Negations put into a sentence and taken out of it, in grammatical English: the sense turns over, all else stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from index.negation import negations
from qa.verifying.inflection import past, third_person

# An auxiliary that "not" can follow; "has" and its like only before a participle, for "has not three" is no English.
_AUXILIARY = re.compile(
    r"\b(?:is|was|are|were|can|could|will|would|should|may|might|must|(?:has|have|had)(?= (?:been|\w+(?:ed|en))\b))\b"
    r"(?! (?:not|never|no)\b)(?!n['’]t)(?= \w)",
    re.I,
)
_NOT = r"(?: not\b| ?n ?['’]t\b)"
_Rewrite = Callable[[re.Match[str]], str]


def _inflected(form: Callable[[str], str]) -> _Rewrite:
    return lambda match: f"{match['between'] or ''}{form(match['verb'])}"


def _opening_as(some: str, one: str) -> _Rewrite:
    """ "No ransom was paid." becomes "A ransom was paid.", "No ransoms were paid." "Some ransoms were paid."."""

    def rewrite(match: re.Match[str]) -> str:
        noun = match["noun"]
        is_many = noun.endswith("s") and not noun.endswith(("ss", "us", "is"))
        article = some if is_many or match["single"] is None else f"{one}n" if noun[0] in "aeio" else one
        return f"{_cased(article, match.group())} {noun}"

    return rewrite


def _cased(word: str, like: str) -> str:
    return word.capitalize() if like[:1].isupper() else word


def _word(one: str) -> _Rewrite:
    return lambda match: _cased(one, match.group())


_VERB = r"(?P<between> (?:yet |\w+ly )?)(?P<verb>(?!have\b(?= been)|so\b|in\b|the\b|a\b|it\b|they\b|do\b)[a-z]{2,})\b"
_NO = (
    r"\bno (?P<noun>(?!(?:more|less|longer|better|match|matter|such|sooner)\b)[a-z]{3,})\b"
    r"(?P<single>(?= (?:is|was|has|can|may|will|could|must)\b))?(?! \w+ nor\b)"
)
_BARE = (
    r"(?<=\w)(?:(?<!\bdo)(?<!does)(?<!did)(?<!\bor) not\b(?! (?:only|at all))| ?n ?['’]t\b| never\b)"
    r"(?=[ .,;])"
)
# What a negation becomes, tried in this order; the sentence has to go on as if it had never had one.
_REMOVALS: tuple[tuple[re.Pattern[str], _Rewrite], ...] = tuple(
    (re.compile(pattern, flags), rewrite)
    for pattern, flags, rewrite in (
        (rf" did{_NOT}{_VERB}", 0, _inflected(past)),
        (rf" does{_NOT}{_VERB}", 0, _inflected(third_person)),
        (rf" do{_NOT}{_VERB}", 0, _inflected(lambda verb: verb)),
        (r"\bca(?: ?n ?['’]t|nnot)\b", re.I, _word("can")),
        (r"\bwo ?n ?['’]t\b", re.I, _word("will")),
        (r" no longer\b", 0, lambda match: " still"),
        (r"\bneither (?=[^.,;]+ nor )", re.I, _word("both ")),
        (r"\bnone of\b", re.I, _word("all of")),
        (r"\bnobody\b", re.I, _word("everybody")),
        (r"\bnothing\b", re.I, _word("something")),
        (r"\bno one\b", re.I, _word("someone")),
        (r"\bwithout\b(?! \w+ing\b)", re.I, _word("with")),
        (r"\b(?:failed|refused) to (?P<between>)(?P<verb>[a-z]{2,})\b", 0, _inflected(past)),
        (r"\b(?:fails|refuses) to (?P<between>)(?P<verb>[a-z]{2,})\b", 0, _inflected(third_person)),
        (_NO, re.I, _opening_as("some", "a")),
        (_BARE, 0, lambda match: ""),
    )
)  # fmt: skip


def negate(text: str, rng: Random) -> str | None:
    """Takes a negation out, or, where there is none that can go, puts "not" behind an auxiliary."""
    return remove_negation(text, rng) or add_negation(text, rng)


def add_negation(text: str, rng: Random) -> str | None:
    """With "not" behind an auxiliary; None where there is none, or where the text negates already."""
    auxiliaries = list(_AUXILIARY.finditer(text))
    if not auxiliaries or _removals(text):
        return None
    end = rng.choice(auxiliaries).end()
    return f"{text[:end]} not{text[end:]}"


def remove_negation(text: str, rng: Random) -> str | None:
    """As if one of its negations had never been there: "did not open" becomes "opened"; None where none can go."""
    found = _removals(text)
    if not found:
        return None
    match, rewrite = rng.choice(found)
    removed = f"{text[: match.start()]}{rewrite(match)}{text[match.end() :]}"
    if rewrite(match).startswith(("both ", "Both ")):
        removed = re.sub(r" nor (?=[^.,;]*)", " and ", removed, count=1)
    if len(negations(removed)) >= len(negations(text)):
        return None
    # What "not" alone lets stand: "not ... any" asks for "some", "not ... yet" for "already".
    after = removed[match.start() :]
    return removed[: match.start()] + re.sub(
        r"\b(any|anything|anyone|either|yet)\b",
        lambda m: {"any": "some", "anything": "something", "anyone": "someone", "either": "too", "yet": "already"}[
            m[1]
        ],
        after,
        count=1,
    )


def _removals(text: str) -> list[tuple[re.Match[str], _Rewrite]]:
    """Each negation once, with what takes its place."""
    counted = negations(text)
    found: list[tuple[re.Match[str], _Rewrite]] = []
    for pattern, rewrite in _REMOVALS:
        for match in pattern.finditer(text):
            negates = any(match.start() <= n.start() < match.end() or n.end() == match.end() for n in counted)
            if negates and all(match.end() <= m.start() or m.end() <= match.start() for m, _ in found):
                found.append((match, rewrite))
    return found

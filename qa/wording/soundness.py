"""Whether a question can be read, and understood without the sentence that it was made from."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.words import FUNCTION_WORDS
from qa.wording.spelling import IN_TITLES

LONGEST = 17  # words
_READABLE = re.compile(r"[A-Z][\w ,.'’&%$€£/–-]*\?")
_DANGLING = re.compile(
    r"\b(?:he|she|it|they|him|them|we|us|our|you|your|this|that|these|those|here|which|itself|themselves|himself|"
    r"herself|such|above|below|other|others|another)\b|(?<!\w)['’]| - |,| (?:and|or|the|a|an|also|first)\?",
    re.I,
)
_REPEATED = re.compile(r"\b(\w+) \1\b")
_UNIQUE = frozenset("world sun moon earth internet sky ocean sea human immune plant solar same".split())
_RANKING = re.compile(r"first|second|third|only|latest|[a-z]{2,}est|most|least|main|primary|basic|official|principal")
# Questions of one happening need a name in them, or nobody knows which happening.
_OF_AN_EVENT = frozenset("When Where Who".split())
_PAST = frozenset("was were did".split())


def is_sound(question: str) -> bool:
    """Whether a question stands on its own."""
    words = question[:-1].split()
    if not 3 <= len(words) <= LONGEST or not _READABLE.fullmatch(question) or _REPEATED.search(question):
        return False
    if _DANGLING.search(question.split(" ", 1)[1]) or not _all_definite(words):
        return False
    is_of_an_event = words[0] in _OF_AN_EVENT or words[1] in _PAST
    return not is_of_an_event or any(word[:1].isupper() for word in words[1:])


def _all_definite(words: Sequence[str]) -> bool:
    """Whether every "the ..." says which one is meant."""
    return all(_is_definite(words[place + 1 :]) for place, word in enumerate(words) if word == "the")


def _is_definite(words: Sequence[str]) -> bool:
    """Whether what follows on a "the" says which one is meant: by a name, an "of", or since there is only one."""
    end = next((i for i, w in enumerate(words) if w in FUNCTION_WORDS or not w[:1].islower()), len(words))
    following = [*words[end : end + 3], "", "", ""]
    if end and re.search("['’]s$", words[0]):
        return False
    is_named = bool(following[0]) and not following[0][:1].islower() and "-" not in following[0]
    if following[0].lower() in IN_TITLES and not following[1][:1].isupper() and following[1] not in ("of", "for"):
        return False  # "the Commission"
    has_of = following[0] == "of" and not (following[1] == "the" and following[2].islower())
    is_unique = words[:1] and (words[0] in _UNIQUE or any(_RANKING.fullmatch(word) for word in words[:2]))
    return bool(is_named or has_of or is_unique)

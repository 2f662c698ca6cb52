"""The names of a text: capitalised words that are no mere beginning of a sentence; and where evidence has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise

from index.splitting import split_sentences
from index.term_weights import background
from index.words import function_stems, stem, words
from qa.verifying.composing import composed

# A capitalised word that opens a sentence is a name if everyday English has it in fewer passages than this...
RARE = 0.0005
# ... or, where a capitalised word follows, than this; within a sentence, "Want" and "First" are words of a title.
COMMON = 0.01
# Two spellings of one name ("Kazakhastan", "Kazakhstan"; "America", "American") are at least this alike (difflib).
ALIKE = 0.9
_SHORTEST_ALIKE = 5
# Between two words of a name: "Ada Lovelace", "St. Louis", "Octavia E. Butler", "“Coco” Chanel".
_GAP = re.compile(r"\.? (?:[A-Z]\. )?[\"“]?|[\"”] ")
_ABBREVIATED = 3  # letters, of a word before a full stop that ends no sentence
# Words that link a sentence to another or answer one, beside those in "-ly": as rare as names are.
_LINKING = frozenset(
    stem(word)
    for word in (
        "furthermore haha hello hence hey hi however indeed instead likewise meanwhile moreover nevertheless "
        "nonetheless often oh ok okay otherwise perhaps sometimes sorry sure thanks therefore thus well wow yea yeah "
        "yes"
    ).split()
)


def names(text: str) -> list[re.Match[str]]:
    """Each word of a name, in order. Scripts without capitals have none."""
    openings = {sentence.start for sentence in split_sentences(text)}
    found = list(words(text))
    return [word for index, word in enumerate(found) if _is_name(text, found, index, openings)]


def _is_name(text: str, found: list[re.Match[str]], index: int, openings: set[int]) -> bool:
    word = found[index].group()
    if not word[0].isupper() or stem(word) in function_stems():
        return False
    start = found[index].start()
    opens = index == 0 or any(o <= start and not text[o:start].strip("\"'“‘«([¿¡*_ ") for o in openings)
    share = background().get(stem(word), 0.0)
    if share >= COMMON:
        return False
    if not opens:
        return True
    following = found[index + 1] if index + 1 < len(found) else None
    goes_on = (
        following is not None
        and text[found[index].end() : following.start()] == " "
        and following.group()[0].isupper()
        and stem(following.group()) not in function_stems()
    )
    return goes_on or share < RARE


def runs(text: str) -> list[list[re.Match[str]]]:
    """The words of each whole name: "Ada Lovelace" is one."""
    found: list[list[re.Match[str]]] = []
    for word in names(text):
        if found and _are_joined(text, found[-1][-1], word):
            found[-1].append(word)
        else:
            found.append([word])
    return found


def openings(text: str) -> list[re.Match[str]]:
    """The words that open a sentence and may be names, for all that a capital tells there."""
    found = list(words(text))
    first = [next((word for word in found if word.start() >= s.start), None) for s in split_sentences(text)]
    return [word for word in first if word is not None and _may_be_name(word.group())]


def _may_be_name(word: str) -> bool:
    known = stem(word)
    is_linking = known in function_stems() or known in _LINKING or word.endswith("ly")
    return word[0].isupper() and not is_linking and background().get(known, 0.0) < COMMON


class KnownNames:
    """What a name may be called in some evidence."""

    def __init__(self, evidence: str) -> None:
        evidence = composed(evidence)
        found = [match.group() for match in words(evidence)]
        self._stems = {stem(word) for word in found}
        self._stems |= {stem(one + other) for one, other in pairwise(found)}  # "Gameboy", "Game Boy"
        self._initials = "".join(word[0] for word in found).upper()
        content = (word for word in found if stem(word) not in function_stems())
        self._capitals = "".join(word[0] if word[0].isupper() else " " for word in content)
        self._evidence = evidence

    def has(self, name: str) -> bool:
        """The word itself, its initials, or another spelling."""
        wanted = stem(composed(name))
        return wanted in self._stems or self._has_initials(name) or any(self._alike(wanted))

    def completes(self, run: Sequence[str], at: int) -> bool:
        """Whether a name's word only says more than the evidence, which has what follows it by itself.

        "Octavia Butler" beside "Butler's first novel"; not beside "Robert Butler's".

        Args:
            run: the words of a whole name.
            at: which of them.
        """
        own = {stem(word) for word in run}
        return any(not before or before in own for word in run[at + 1 :] for before in self._before.get(stem(word), ()))

    @cached_property
    def _before(self) -> dict[str, set[str]]:
        """Looked for only once a name is missing."""
        return _before(self._evidence)

    def _has_initials(self, name: str) -> bool:
        """Of capitalised words ("UT", "University of Texas"), or of any: two letters would be found by chance."""
        if len(name) < 2 or not name.isupper():
            return False
        return name in self._capitals or (len(name) > 2 and name in self._initials)

    def _alike(self, wanted: str) -> Iterator[bool]:
        if len(wanted) < _SHORTEST_ALIKE:
            return
        for known in self._stems:
            if known[0] == wanted[0] and len(known) >= _SHORTEST_ALIKE - 1:
                matcher = SequenceMatcher(None, known, wanted, autojunk=False)
                if matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE:
                    yield True


def _before(text: str) -> dict[str, set[str]]:
    """Each stem's neighbours: the stems that stand before it as part of a name, "" where none does."""
    before: dict[str, set[str]] = {}
    last: re.Match[str] | None = None
    for word in words(text):
        is_named = (
            last is not None
            and last.group()[0].isupper()
            and stem(last.group()) not in function_stems()
            and _are_joined(text, last, word)
        )
        before.setdefault(stem(word.group()), set()).add(stem(last.group()) if last is not None and is_named else "")
        last = word
    return before


def _are_joined(text: str, word: re.Match[str], following: re.Match[str]) -> bool:
    gap = text[word.end() : following.start()]
    return _GAP.fullmatch(gap) is not None and (gap[0] != "." or len(word.group()) <= _ABBREVIATED)

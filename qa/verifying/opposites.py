"""Words that mean the opposite of one another: "increased", where the evidence has "fell", is another claim.

No model runs here: to an encoder, opposites are close neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.negation import negated
from index.words import words
from qa.verifying.inflection import gerund, participle, past, root, third_person

# A line a pair, words for the same separated by blanks; ":" before verbs, "=" where "not the one" is the other.
_TABLE = """
: increase rise grow climb | decrease fall drop decline shrink
: raise | lower reduce
: expand | contract shrink
: strengthen | weaken
: improve | worsen deteriorate
: accelerate | slow
: gain | lose
: win | lose
: accept | reject refuse
: approve | reject
:= allow permit | forbid prohibit ban
: enable | disable prevent
: encourage | discourage
: support | oppose
: include | exclude
: start begin | end stop finish
: open | close
: buy purchase | sell
: lend | borrow
: arrive | depart leave
: enter | leave
: add | remove subtract
: attach | detach
: connect | disconnect
: lock | unlock
: appear | disappear
: succeed | fail
: pass | fail
: remember | forget
: love like | hate dislike
: agree | disagree
: approve | disapprove
: create | destroy
: attack | defend
: push | pull
: load | unload
: install | uninstall
: activate | deactivate
: hire | fire dismiss
: confirm | deny
: export | import
: ascend | descend
: save | spend waste
: advance | retreat
: legalize | outlaw
: overestimate | underestimate
growth | decline
gain | loss
success | failure
victory | defeat
profit | loss
majority | minority
maximum | minimum
surplus | deficit
shortage | surplus
beginning start | end
top | bottom
advantage | disadvantage
strength | weakness
entrance | exit
buyer | seller
winner | loser
friend | enemy
parent | child
more | less
more | fewer
most | least
before | after
above | below
inside | outside
first | last
earlier | later
early | late
higher | lower
highest | lowest
high | low
greater | smaller lesser
larger bigger | smaller
largest biggest | smallest
large big | small
longer | shorter
longest | shortest
long | short
older | younger
older | newer
oldest | youngest
oldest | newest
old | new
old | young
better | worse
best | worst
good | bad
stronger | weaker
strong | weak
faster quicker | slower
fast quick | slow
warmer hotter | colder cooler
warm hot | cold cool
heavier | lighter
heavy | light
richer | poorer
rich wealthy | poor
deeper | shallower
deep | shallow
wider broader | narrower
wide broad | narrow
safer | riskier
easier simpler | harder
easy simple | difficult hard
cheaper | costlier dearer
cheap | expensive
brighter | darker
bright | dark
thick | thin
always | never
often frequently | rarely seldom
everyone everybody | nobody
everything | nothing
= open | closed
= possible | impossible
= legal | illegal
= present | absent
= available | unavailable
= successful | unsuccessful
= able | unable
= complete | incomplete
= correct | incorrect
= valid | invalid
= dependent | independent
= visible | invisible
= likely | unlikely
= common | uncommon
= necessary | unnecessary
= safe | unsafe
= healthy | unhealthy
= stable | unstable
= equal | unequal
= aware | unaware
= true | false
= alive | dead
= public | private
= voluntary | compulsory mandatory
= optional | mandatory required
= temporary | permanent
= guilty | innocent
= male | female
= man men | woman women
= full | empty
= married | unmarried
= directly | indirectly
= active | inactive
= formal | informal
major | minor
positive | negative
northern | southern
eastern | western
upper | lower
internal | external
domestic | foreign
rural | urban
ancient | modern
senior | junior
maternal | paternal
vertical | horizontal
liberal | conservative
even | odd
daily | yearly
upward upwards | downward downwards
forward forwards | backward backwards
"""
_LINE = re.compile(r"(?P<verbs>:?)(?P<complements>=?) ?(?P<one>[^|]+) \| (?P<other>.+)")


@dataclass(frozen=True, slots=True)
class _Pair:
    sides: tuple[tuple[str, ...], tuple[str, ...]]
    are_verbs: bool
    are_complements: bool


@dataclass(frozen=True, slots=True)
class Direction:
    """How the words of a claim stand to those of a sentence that has their opposites instead."""

    opposite: tuple[str, ...]  # words of the claim; both or neither is negated
    is_turned_twice: bool  # one of them is, so that "not allowed" and "forbidden" say the same


def direction(claim: str, sentence: str) -> Direction:
    """Each word of a claim whose opposite the sentence has, and neither itself nor another word for the same."""
    there: dict[str, set[bool]] = {}
    reached = negated(sentence)
    for word in words(sentence):
        there.setdefault(root(word.group()), set()).add(word.start() in reached)
    here, own = negated(claim), {root(word.group()) for word in words(claim)}
    found, turned = [], False
    for word in words(claim):
        for same, opposed in _sides().get(root(word.group()), ()):
            others = opposed & there.keys()
            if not others or same & there.keys() or opposed & own:
                continue
            if all(there[other] == {word.start() not in here} for other in others):
                turned = True
            else:
                found.append(word.group())
    return Direction(tuple(dict.fromkeys(found)), turned)


@lru_cache(maxsize=100_000)
def opposites(word: str, *, is_participle: bool = False, complements_only: bool = False) -> Sequence[str]:
    """The opposites of a word, in its own form; none if it has none here.

    Args:
        word: as it is within a sentence.
        is_participle: whether it is one where it could be a past as well: "were permitted", "they permitted".
        complements_only: only those that say the same as "not" before the word.
    """
    forms = (participle if is_participle else past, third_person, gerund)
    found: list[str] = []
    for pair in _pairs():
        if complements_only and not pair.are_complements:
            continue
        for side, other in (pair.sides, pair.sides[::-1]):
            if word in side:
                found += other
            elif pair.are_verbs and any(word == form(base) for form in forms for base in side):
                form = next(form for form in forms if any(word == form(base) for base in side))
                found += [form(base) for base in other]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=1)
def _pairs() -> tuple[_Pair, ...]:
    matches = [match for line in _TABLE.splitlines() if (match := _LINE.fullmatch(line))]
    return tuple(
        _Pair((tuple(m["one"].split()), tuple(m["other"].split())), bool(m["verbs"]), bool(m["complements"]))
        for m in matches
    )


@lru_cache(maxsize=1)
def _sides() -> dict[str, list[tuple[frozenset[str], frozenset[str]]]]:
    """For each root, the roots of the words for the same and of those for the opposite, pair by pair."""
    found: dict[str, list[tuple[frozenset[str], frozenset[str]]]] = {}
    for pair in _pairs():
        for side, other in (pair.sides, pair.sides[::-1]):
            same, opposed = (frozenset(root(word) for word in one) for one in (side, other))
            for word in same:
                found.setdefault(word, []).append((same, opposed))
    return found

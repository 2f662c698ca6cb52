"""Words that may stand for one another in any sentence, one way each line: left becomes right."""

from __future__ import annotations

import re

_TABLE = """
about = approximately, before a digit
almost = nearly
also known as = also called
although = though
approximately = about
around = about, before a digit
as a result = consequently
as well as = and also
at the time = then
attempted to = tried to
because = since, not before of
became = turned into, before a or an
began = started
begin = start
big = large
built = constructed
called = known as
children = kids
commenced = started
considered to be = regarded as
consists of = is made up of
constructed = built
created = made
currently = at present
difficult = hard
due to = because of
during = in the course of
each year = every year
enormous = huge
entire = whole
especially = particularly
famous = well-known
frequently = often
help = assist
helped = aided
important = significant
in addition to = besides
in order to = to
includes = contains
is located in = lies in
known as = called
large = big, before a noun but no amount
largest = biggest
led to = resulted in
located at = situated at
located in = situated in
main = chief
mainly = primarily
must = have to
nearly = almost
numerous = many
obtained = acquired
occurred = took place
often = frequently
over = more than, before a digit
particularly = especially
physicians = doctors
primarily = mainly
prior to = before
prominent = notable
provide = offer
provides = offers
purchased = bought
quickly = rapidly
rapidly = quickly
received = got, before a or an
refers to = denotes
regarded as = seen as
region = area
required = needed
resulted in = led to
said that = stated that
several = a number of
started = began
such as = like
therefore = so
thus = hence
took place = occurred
typically = usually
United States = US
usually = normally
various = different
was established = was founded
wealthy = rich
whereas = while
whole = entire
"""
_CONDITIONS = {
    "before a digit": r"(?= \d)",
    "before a or an": r"(?= an? )",
    "not before of": r"(?! of)",
    "before a noun but no amount": r"(?! (?:number|amount|scale|part|and|or|as|enough|majority))",
}


def _rows() -> dict[str, tuple[str, str]]:
    rows = {}
    for line in _TABLE.strip().splitlines():
        word, _, other = line.partition(" = ")
        other, _, condition = other.partition(", ")
        rows[word] = other, _CONDITIONS.get(condition, "")
    return rows


_ROWS = _rows()
_PATTERN = re.compile(
    "|".join(rf"(?<=[\w,] ){re.escape(word)}{_ROWS[word][1]}(?=[ ,])" for word in sorted(_ROWS, key=len, reverse=True))
)


def with_synonyms(text: str, most: int) -> str:
    """At most so many words exchanged, the first ones; the sentence's first word stays."""
    return _PATTERN.sub(lambda match: _ROWS[match.group()][0], text, count=most)

"""A sentence as it is before its grammar is looked at."""

from __future__ import annotations

import re

FEWEST_WORDS, MOST_WORDS = 5, 60
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_NOTE_MARK = re.compile(r" ?\[[\d, –-]{1,12}\]")
_ASIDE = re.compile(r" \([^()]*\)(?=[\s,.;:!]|$)")
_UNFIT = re.compile(
    r"[<>{}|\\^~=#*_`@\[\]()…]|https?:|www\.|\.\.|[^\x00-\u024f\u2010-\u201f\u20ac]"
    r"|[a-z][A-Z]{2}|[a-z]\.[A-Z]|[a-z](?:The|This|It|What|How|For|To|An?|We|You|Our)\b"  # glued together
)


def plain(sentence: str) -> str | None:
    """A sentence on one line, without asides, links, note marks and its full stop; None if it is no plain sentence."""
    text = " ".join(_LINK.sub(r"\1", sentence).split())
    if " ," in text or text.endswith(" ."):  # as tokenised corpora write
        text = re.sub(r" ('s|'|n't|’s)(?= )", r"\1", text)
        text = re.sub(r"(?<=\w) - (?=\w)", "-", text)
    text = re.sub(r" ([,.;:])", r"\1", _ASIDE.sub("", _NOTE_MARK.sub("", text)))
    opens = text[:1].isupper() or text[:1].isdigit()
    if not (FEWEST_WORDS <= len(text.split()) <= MOST_WORDS and opens and text[-1] in ".!") or _UNFIT.search(text):
        return None
    return text[:-1]

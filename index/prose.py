"""What stands in a text as prose, and what as a table row or an entry."""

from __future__ import annotations

import re

from index.splitting import leans_on_previous

# Shorter ones are titles and captions.
FEWEST_WORDS = 6

_STOPS = ".!?。！？…"
_QUOTES = '"“„«‹'
_CLOSERS = "\"'”’»)]*_"
# "4.1", "- ", "3. ", "A3. ", "(b)" before what they number; "412 ships" and "J. Smith" are what the sentence speaks of.
_MARK = re.compile(
    r"(?:>\s*)*(?:[-*+•–]\s+|\(?(?:\d{1,3}(?:\.\d{1,3})*[.)]|[A-Z]\d{1,2}[.)]|[a-zA-Z]\)|[a-h]\.)\s+|"
    r"\d{1,3}(?:\.\d{1,3})+\s+(?=[A-Z]))"
)
_LABEL = re.compile(r"(?:\*\*|__)?[A-Z][\w .’'/()-]{0,30}:(?:\*\*|__)?\s")
_GREETING = re.compile(
    r"(?:dear|hi|hello|hey|good (?:morning|afternoon|evening))\b[^.]{0,40}[,!.]|(?:thank you|thanks|"
    r"congratulations)\b|(?:any )?(?:questions|queries|comments) (?:about|on|regarding|should|can|may|go)\b",
    re.I,
)
# A reply to a question that is not said, and what is said of a text instead of in it.
_REPLY = re.compile(r"(?:yes|no)[,.]\s|after that\b|until then\b|in that case\b|if so\b", re.I)
# "The meeting decided to leave them out" does not say whom.
_THEY = re.compile(r"\b(?:they|them|theirs?)\b", re.I)
_THOSE = re.compile(r"\b(?:\w{2,}s|people|children|men|women|police|staff|team|public|\w+ and \w+)\b", re.I)
_PERSON = re.compile(r"\b(?:he|she|him|his|hers?)\b", re.I)
_NAMED = re.compile(r"(?<=\w )[A-Z]\w|[A-Z]\w+ [A-Z]\w|\b(?:[Tt]he|[Aa]n?|[Ee]ach|[Ee]very|[Oo]ne|[Hh]er|[Hh]is) \w")
_BYLINE = re.compile(
    r"[*_]|(?:by|reporting by|(?:last |first )?(?:released|prepared|published|updated|written|posted|compiled|edited) "
    r"(?:on|by|for|in))\s|.*\b(?:last updated|version \d)|"
    r"(?:the )?minutes\b.*\b(?:approved|agreed|accepted|confirmed|taken)\b|apologies\b",
    re.I,
)
_ROW = re.compile(r"\|.*\||;\S*;|\t.*\t")


def mark_length(sentence: str) -> int:
    """How many characters number it, or mark it as an entry of a list."""
    found = _MARK.match(sentence)
    return found.end() if found else 0


def is_prose(sentence: str) -> bool:
    """Whether a sentence, without its list mark, tells something by itself."""
    words = sentence.split()
    return (
        len(words) >= FEWEST_WORDS
        and sentence.rstrip(_CLOSERS)[-1:] in _STOPS
        and not sentence.rstrip(_CLOSERS).endswith(("?", "？"))
        and sum(word[0].islower() for word in words) > 1
        and not sentence.startswith(("#", "|", ">", *_QUOTES))
        and not any(pattern.match(sentence) for pattern in (_LABEL, _GREETING, _REPLY))
        and not _BYLINE.match(sentence.removeprefix("**"))
        and not _ROW.search(sentence)
        and not leans_on_previous(sentence)
        and not _speaks_of_another(sentence)
    )


def _speaks_of_another(sentence: str) -> bool:
    """Whether it is part of a longer quotation, or has a pronoun with nothing before it that this can stand for."""
    if sentence.count('"') % 2 or sentence.count("“") != sentence.count("”"):
        return True
    return any(
        (found := pronoun.search(sentence)) is not None and not known.search(sentence, 0, found.start())
        for pronoun, known in ((_THEY, _THOSE), (_PERSON, _NAMED))
    )

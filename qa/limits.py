"""What can be asked for, and how much at once, the same wherever it is asked. Text is counted in characters."""

from __future__ import annotations

import re

from qa.literal import CONTROLS

LONGEST_SENT = 100_000  # of a question that is looked at; of a shorter one that is too long the chain itself says so
MOST_MESSAGES = 100  # of a conversation
LONGEST_MESSAGE = 8_000
MOST_DOCUMENTS = 10_000  # that a question can be restricted to
LONGEST_CLAIM = 4_000
MOST_QUOTES = 20  # that are cited for a claim
MOST_SENTENCES = 50  # that a search finds
LONGEST_QUOTE = 20_000  # a passage has about 700
LONGEST_COMMENT = 2_000

EMPTY_QUERY = "is empty: say what to look for"  # goes on after its name, as the words of `fault_in`

_CONTROL = re.compile(f"[{CONTROLS}]")


def fault_in(text: str, longest: int | None = None) -> str | None:
    """Why a text from a person is not taken, in words that go on after its name; None if it is."""
    if not is_unicode(text):
        return "has half a surrogate pair in it: send valid Unicode"
    if _CONTROL.search(text):
        return "has control characters in it: leave them out"
    if longest is not None and len(text) > longest:
        return f"has {len(text):,} characters: shorten it to {longest:,}"
    return None


def is_unicode(text: str) -> bool:
    """Whether there is no half of a surrogate pair in it, which no store and no tokeniser takes."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return False
    return True


def problem_of(question: str, longest: int) -> str | None:
    """Why a question, of so many characters at most, cannot be answered; None if it can."""
    if not question:
        return "There is no question: write one in a sentence."
    if not is_unicode(question):
        return "The question has half a surrogate pair in it: send valid Unicode."
    if len(question) > longest:
        return (
            f"The question has {len(question):,} characters; shorten it to {longest:,}, "
            "or add the long text as a document and ask about it."
        )
    return None

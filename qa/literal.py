"""What stands in a document, shown to people as what it is: no control characters, nothing that turns other text."""

from __future__ import annotations

import re
import unicodedata

# Besides the control characters: those that turn the direction of the text after them.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# Of a regular expression's set: the control characters but tabs and line ends, which text from a person may have.
CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"

_BREAK = re.compile(r"\s*[\n\r\t\v\f\x1c-\x1e\x85\u2028\u2029]\s*")


def literal(text: str) -> str:
    """The text with what could steer a terminal, or be written nowhere, as U+FFFD; line breaks and tabs stay."""
    return "".join("\ufffd" if _steers(character) else character for character in text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """As `literal`, on one line: white space with a line break or a tab in it is one space, none is at the ends."""
    return literal(_BREAK.sub(" ", text)).strip()


def _steers(character: str) -> bool:
    return character in TURNING or (unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t")

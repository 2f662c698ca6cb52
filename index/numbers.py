"""Numbers of a question and of a sentence, as they are compared."""

from __future__ import annotations

import re

# Of digits alone, and not of one: "5th" may be the fifth, and "5" be written out.
NUMBER = re.compile(r"(?<![\w.,])v?(\d{2,}(?:[.,]\d+)*|\d(?:[.,]\d+)+)(?!\w)")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")


def written(found: re.Match[str]) -> str:
    """As it is compared: "v2.4.0" without its letter, "1,000" without its comma."""
    digits = found[1]
    return digits.replace(",", "") if _THOUSANDS.fullmatch(digits) else digits


def is_same(asked: str, other: str) -> bool:
    """Whether two numbers are one; "2.4" is 2.4.0, too."""
    return asked == other or ("." in asked and other.startswith(f"{asked}."))

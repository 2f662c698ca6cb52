"""Bytes -> text, or the reason why they are not text."""

from __future__ import annotations

import codecs
import unicodedata

from index.errors import BinaryFile, DamagedText, EmptyFile

# A byte order mark says it all; UTF-32's little-endian one begins with UTF-16's, so it is looked for first.
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
NEVER_WITHOUT_MARK = ["utf_7", "utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le"]
WESTERN = "cp1252"
TIE = 0.03  # of charset-normalizer's coherence, 0 to 1; readings of the same text differ by this much by chance
SPARSE = 0.2  # of the bytes; accents are fewer, Cyrillic or Chinese is more
SAMPLE = 100_000  # bytes
MOSTLY = 2  # times as many sequences that are right as that are wrong

# White space, and what old texts hold: backspaces of overstruck manual pages, escapes, the end mark of DOS.
HARMLESS = frozenset("\t\n\v\f\r\b\x1b\x1a\x85")
MOST_CONTROLS = 0.01  # of the characters; random bytes read as cp1252 or Latin-1 have 0.1 to 0.25


def decode(data: bytes, name: str) -> str:
    """The text of a file without its byte order mark, and otherwise as it stands.

    Args:
        data: the whole file.
        name: what an error calls it.

    Raises:
        BinaryFile: NUL bytes, no encoding that fits, or mostly control characters.
        EmptyFile: nothing but white space.
        DamagedText: UTF-8 but for a few bytes.
    """
    text = _decoded(data, name)
    if text is None or "\0" in text or not _is_encodable(text) or _controls(text) > MOST_CONTROLS * len(text):
        raise BinaryFile(name)
    if not text.strip():
        raise EmptyFile(name)
    return text


def _decoded(data: bytes, name: str) -> str | None:
    for mark, encoding in MARKS.items():
        if data.startswith(mark):
            return _try(data[len(mark) :], encoding)
    if b"\0" in data:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        if _is_nearly_utf8(data):
            raise DamagedText(name, error.start) from None
    return _guessed(data)


def _is_nearly_utf8(data: bytes) -> bool:
    """Whether most of what is beyond ASCII is UTF-8, as hardly any of a text in an older encoding is."""
    text = data.decode(errors="replace")
    beyond = sum(character > "\x7f" for character in text)
    damaged = text.count("\ufffd")
    return beyond - damaged >= MOSTLY * damaged


def _guessed(data: bytes) -> str | None:
    """The text in the most likely of the older encodings.

    Between readings that look as good, the Western one is right most often: charset-normalizer then takes the first by
    name, and "crème brûlée" becomes "crčme brűlée".
    """
    from charset_normalizer import from_bytes

    matches = from_bytes(data, cp_exclusion=NEVER_WITHOUT_MARK)
    best = matches.best()
    if best is None:
        return _try(data, WESTERN)
    western = next((match for match in matches if WESTERN in match.could_be_from_charset), None)
    as_good = western and western.chaos <= best.chaos and western.coherence >= best.coherence - TIE
    no_idea = not best.coherence and _share_beyond_ascii(data) < SPARSE
    text = _try(data, WESTERN) if as_good or no_idea else None
    return text if text is not None else _try(data, best.encoding)


def _share_beyond_ascii(data: bytes) -> float:
    return sum(byte > 127 for byte in data[:SAMPLE]) / len(data[:SAMPLE])


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _is_encodable(text: str) -> bool:
    """Whether the text can be written as UTF-8: some codecs let lone surrogates through."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _controls(text: str) -> int:
    return sum(text.count(character) for character in set(text) - HARMLESS if unicodedata.category(character) == "Cc")

"""Bytes -> text, or the reason why they are not text."""

from __future__ import annotations

import codecs
import unicodedata

from index.errors import BinaryFile, EmptyFile

# A byte order mark says it all; UTF-32's little-endian one begins with UTF-16's, so it is looked for first.
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
FALLBACK = "cp1252"  # what most Western files without any other sign were written in

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
    """
    text = _decoded(data)
    if text is None or "\0" in text or not _is_encodable(text) or _controls(text) > MOST_CONTROLS * len(text):
        raise BinaryFile(name)
    if not text.strip():
        raise EmptyFile(name)
    return text


def _decoded(data: bytes) -> str | None:
    for mark, encoding in MARKS.items():
        if data.startswith(mark):
            return _try(data[len(mark) :], encoding)
    if b"\0" in data:
        return None
    text = _try(data, "utf-8")
    return _try(data, _guessed_encoding(data)) if text is None else text


def _guessed_encoding(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return best.encoding if best else FALLBACK


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

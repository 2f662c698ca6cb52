"""Text on its way to Slack and from it: each surface's own escaping, and cuts that no reader sees.

`rich_text` needs none of it: what stands in its text elements is shown literally.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from html import unescape

import regex

Measure = Callable[[str], int]

_GRAPHEME = regex.compile(r"\X")
_ENTITY = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:])")


def bytes_in_json(text: str) -> int:
    """What a text adds to a payload, in UTF-8."""
    return len(json.dumps(text, ensure_ascii=False).encode()) - 2


def utf8(text: str) -> int:
    """Bytes, in UTF-8."""
    return len(text.encode())


def pieces(text: str, most: int, measure: Measure = bytes_in_json) -> Iterator[str]:
    """The text in stretches that measure at most `most`, cut after a blank where there is one, never in a grapheme.

    Joined they are the text. A single grapheme that is larger (thousands of accents on one letter) is cut.
    """
    held: list[str] = []
    size = blank = 0  # of what is held; how many graphemes go up to its last blank
    for grapheme in _graphemes(text, most, measure):
        weight = measure(grapheme)
        while held and size + weight > most:  # what stays after a blank may be too much with it still
            cut = blank if blank > len(held) // 2 else len(held)
            yield "".join(held[:cut])
            held = held[cut:]
            size, blank = sum(map(measure, held)), 0
        held.append(grapheme)
        size += weight
        if grapheme.isspace():
            blank = len(held)
    if held:
        yield "".join(held)


def clipped(text: str, most: int, measure: Measure = bytes_in_json) -> str:
    """The text, or its beginning and an ellipsis."""
    if measure(text) <= most:
        return text
    return next(pieces(text, most - measure("…"), measure), "") + "…"


def on_one_line(text: str) -> str:
    """The text with every stretch of blanks and line breaks as one blank."""
    return " ".join(text.split())


def for_mrkdwn(text: str) -> str:
    """Literal in mrkdwn and in `text`, where nothing else turns `*`, `_` and bare addresses on."""
    return "".join(_ENTITIES.get(character, character) for character in text)


def for_markdown(text: str) -> str:
    """Literal in a `markdown` block and in a stream: no mention, no link, no format.

    Slack reads `<…>` there as in mrkdwn, and entities once; a bare address becomes no link once its colon and dots are
    escaped. Line breaks would begin lists and headings: blanks stand for them.
    """
    return for_mrkdwn(_MARKDOWN.sub(r"\\\1", re.sub(r"\s+", " ", text)))


def question_in(text: str, bot: str | None) -> str:
    """What a person wrote, as they read it in Slack: entities decoded, names for mentions, our own mention left out.

    Args:
        text: of a message or a command.
        bot: the bot's user id, if it is known.
    """
    if bot:
        text = re.sub(rf"<@{re.escape(bot)}(?:\|[^<>]*)?>", " ", text)
    return _without_controls(unescape_once(_ENTITY.sub(_as_read, text))).strip()


def unescape_once(text: str) -> str:
    """Slack's three entities decoded, each once: `&amp;lt;` was typed as `&lt;`."""
    return re.sub(r"&(?:amp|lt|gt);", lambda entity: unescape(entity.group()), text)


def mentions(text: str) -> frozenset[str]:
    """The ids of the users that a message is addressed to, or speaks of."""
    return frozenset(re.findall(r"<@([A-Z0-9]+)", text))


def _graphemes(text: str, most: int, measure: Measure) -> Iterator[str]:
    for grapheme in _GRAPHEME.findall(text):
        if measure(grapheme) <= most:
            yield grapheme
        else:
            yield from grapheme


def _without_controls(text: str) -> str:
    """No halves of surrogate pairs, no NUL: neither SQLite nor a tokenizer takes them."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def _as_read(entity: re.Match[str]) -> str:
    kind, target, label = entity.groups()
    if kind == "@":
        return f"@{label or target}"
    if kind == "#":
        return f"#{label or target}"
    if kind == "!":
        return f"@{label.lstrip('@') if label else target.split('^')[0]}"
    return label or target.removeprefix("mailto:")

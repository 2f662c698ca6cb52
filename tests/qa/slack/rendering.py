"""What a reader of Slack sees of a message, by each surface's own rules; and what in it would be alive."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from markdown_it import MarkdownIt

LIVE = re.compile(r"<[@#!]?[^<> ][^<>]*>")  # a mention, a channel, a link
ADDRESS = re.compile(r"https?://|www\.", re.I)
_MARKDOWN = MarkdownIt("commonmark").enable(["strikethrough", "table"])


class Alive(AssertionError):
    """Something that should have been literal would do something."""


@dataclass(frozen=True)
class Source:
    """A numbered quote, as it is shown."""

    number: str
    title: str
    quote: str
    url: str | None


def text_of(blocks: Sequence[Mapping[str, Any]]) -> str:
    """What the blocks say before their sources and remarks begin."""
    said: list[str] = []
    for block in flat(blocks):
        [*parts] = block.get("elements", []) if block["type"] == "rich_text" else []
        if len(parts) != 1 or is_remark(block):
            continue
        said.append(words(parts[0]))
    return "".join(said)


def sources_of(blocks: Sequence[Mapping[str, Any]]) -> list[Source]:
    """The quotes in order, each block's number with its own quote; one that was continued is one again."""
    found: list[Source] = []
    for block in flat(blocks):
        parts = block.get("elements", []) if block["type"] == "rich_text" else []
        if len(parts) != 2:
            continue
        head, quote = parts
        assert (head["type"], quote["type"]) == ("rich_text_section", "rich_text_quote")
        number, reference, where = head["elements"]
        source = Source(number["text"].strip(), reference["text"], words(quote), reference.get("url"))
        if reference["type"] == "citation":
            assert f"[{reference['index']}]" == source.number
        if where["text"].endswith("(continued)"):
            assert (found[-1].number, found[-1].url) == (source.number, source.url)
            source = Source(source.number, source.title, found.pop().quote + source.quote, source.url)
        found.append(source)
    return found


def remarks_of(blocks: Sequence[Mapping[str, Any]]) -> list[str]:
    return [words(block["elements"][0]) for block in flat(blocks) if is_remark(block)]


def is_remark(block: Mapping[str, Any]) -> bool:
    """A line in italics of its own."""
    if block["type"] != "rich_text" or len(block["elements"]) != 1:
        return False
    return all(part.get("style") == {"italic": True} for part in block["elements"][0]["elements"])


def flat(blocks: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for block in blocks:
        yield from block["child_blocks"] if block["type"] == "container" else [block]


def words(section: Mapping[str, Any]) -> str:
    """A section's text: literal, whatever is in it. Another element would be a mention or an emoji."""
    for element in section["elements"]:
        if element["type"] not in ("text", "link", "citation"):
            raise Alive(element)
    return "".join(element["text"] for element in section["elements"])


def plain_text(payload: Mapping[str, Any]) -> str:
    """A message's `text`. Names, addresses and formats are off; only `<…>` could still be alive."""
    assert (payload["mrkdwn"], payload["parse"], payload["link_names"]) == (False, "none", False)
    text = str(payload["text"])
    if LIVE.search(text):
        raise Alive(text)
    return re.sub(r"&(?:amp|lt|gt);", lambda entity: unescape(entity.group()), text)


def markdown_text(text: str) -> str:
    """A stream's text: CommonMark, in which Slack also reads `<…>`; only bold and italics may be in it."""
    if LIVE.search(text) or ADDRESS.search(text):
        raise Alive(text)
    said: list[str] = []
    for block in _MARKDOWN.parse(text):
        if block.type not in ("paragraph_open", "paragraph_close", "inline"):
            raise Alive(block)
        for token in block.children or []:
            if token.type not in ("text", "text_special", "strong_open", "strong_close", "em_open", "em_close"):
                raise Alive(token)
            said.append(token.content)
    return "".join(said)

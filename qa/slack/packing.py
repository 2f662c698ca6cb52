"""Units -> messages that Slack takes, and the plainer forms of a message that it does not take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from qa.slack.blocks import Block, Element, Unit, size
from qa.slack.text import clipped, for_mrkdwn, pieces, utf8

BLOCKS = 50  # in a message
# Bytes of UTF-8. A stream dies from 10,600 on (msg_too_long), blocks from 13,200 on (msg_blocks_too_long).
MESSAGE = 9_000
TEXT = 3_900  # bytes of a message's `text`; Slack advises 4,000 characters

Payload = dict[str, Any]
"""What a message consists of, whichever way it is sent: `text`, which notifications show, and mostly `blocks`."""


def messages(units: Iterable[Unit]) -> list[list[Block]]:
    """The blocks of each message; a unit is never divided."""
    packed: list[list[Block]] = []
    for unit in units:
        if packed and len(packed[-1]) + len(unit) <= BLOCKS and size([*packed[-1], *unit]) <= MESSAGE:
            packed[-1] += unit
        else:
            packed.append(list(unit))
    return packed


def forms(blocks: list[Block]) -> Iterator[list[Payload]]:
    """Ways to send a message, each plainer than the one before: as it is, with plain links, as text.

    Text may take several messages. What has only links anyway is not sent with links again.
    """
    yield [_payload(blocks)]
    simple = with_links(blocks)
    if simple != blocks:
        yield [_payload(simple)]
    yield [{"text": part} for part in _escaped_pieces(as_text(blocks))]


def with_links(blocks: Sequence[Block]) -> list[Block]:
    """The same words without what not every Slack knows: citation elements and containers."""
    flat: list[Block] = []
    for block in blocks:
        flat += block["child_blocks"] if block["type"] == "container" else [block]
    return [_linked(block) for block in flat]


def as_text(blocks: Sequence[Block]) -> str:
    """What a reader sees of blocks; buttons say nothing."""
    return "\n\n".join(filter(None, map(_block_as_text, blocks)))


def _payload(blocks: list[Block]) -> Payload:
    shown = as_text(blocks) or "Footnote"
    return {"text": clipped(for_mrkdwn(clipped(shown, TEXT, _escaped_size)), TEXT, utf8), "blocks": blocks}


def _escaped_pieces(text: str) -> Iterator[str]:
    return (for_mrkdwn(part) for part in pieces(text, TEXT, _escaped_size))


def _escaped_size(text: str) -> int:
    return utf8(for_mrkdwn(text))


def _linked(block: Block) -> Block:
    if block["type"] != "rich_text":
        return block
    return {**block, "elements": [_with_links_in(element) for element in block["elements"]]}


def _with_links_in(container: Element) -> Element:
    return {**container, "elements": [_link(e) if e["type"] == "citation" else e for e in container["elements"]]}


def _link(citation: Mapping[str, Any]) -> Element:
    return {"type": "link", "url": citation["url"], "text": citation["text"]}


def _block_as_text(block: Block) -> str:
    if block["type"] == "container":
        return as_text(block["child_blocks"])
    if block["type"] != "rich_text":
        return ""
    return "\n".join(_element_as_text(element) for element in block["elements"])


def _element_as_text(element: Element) -> str:
    words = "".join(part["text"] for part in element["elements"])
    return f"“{words}”" if element["type"] == "rich_text_quote" else words

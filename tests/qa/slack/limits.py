"""What Slack takes of a message, as its documentation and its users' reports say; sizes in bytes of UTF-8."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

BLOCKS, PAYLOAD, TEXT, URL = 50, 13_200, 4_000, 3_000
MARKDOWN, STREAM = 12_000, 10_600
INERT = frozenset({"text", "link", "citation"})  # of rich_text: no mention, no emoji


def utf8(value: object) -> int:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return len(text.encode())


def refusal(payload: Mapping[str, Any]) -> str | None:
    """Slack's word for why it would not take a message."""
    blocks = payload.get("blocks") or []
    if not (payload.get("text") or blocks):
        return "no_text"
    if utf8(payload.get("text") or "") > TEXT:
        return "msg_too_long"
    if utf8(blocks) > PAYLOAD or _markdown(blocks) > MARKDOWN:
        return "msg_blocks_too_long"
    faults = [*_faults(blocks)]
    return f"invalid_blocks: {faults[0]}" if faults else None


def _markdown(blocks: Sequence[Mapping[str, Any]]) -> int:
    return sum(utf8(block["text"]) for block in blocks if block["type"] == "markdown")


def _faults(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if len(blocks) > BLOCKS:
        yield f"{len(blocks)} blocks"
    for block in blocks:
        yield from _faults_of(block)
        for element in within(block):
            if not element:
                yield "null"
            elif len(element.get("url", "")) > URL:
                yield "url"
            elif element.get("type") in ("citation", "link", "text") and not element.get("text"):
                yield "empty text"


def _faults_of(block: Mapping[str, Any]) -> Iterator[str]:
    """What the SDK's own models find, and whether they know everything in it."""
    known = json.loads(json.dumps(block, default=str), object_hook=_as_link)
    try:
        parsed = Block.parse(known)
        if parsed is None:
            yield f"{block['type']} is unknown"
        elif (again := json.loads(json.dumps(parsed.to_dict()))) != known:
            yield f"{block['type']} was read as {again}"
    except SlackObjectFormationError as error:
        yield str(error)


def _as_link(element: dict[str, Any]) -> dict[str, Any]:
    """The models do not know citations; what stands in one is checked as a link."""
    if element.get("type") != "citation":
        return element
    assert set(element) == {"type", "url", "text", "index", "details"}, element
    assert element["details"] == {"citation_type": "external", "app_name": "Footnote"}
    return {"type": "link", "url": element["url"], "text": element["text"]}


def within(value: Any) -> Iterator[Mapping[str, Any]]:
    """Everything inside a block, also null."""
    if isinstance(value, Mapping):
        yield value
        for one in value.values():
            if one is None or isinstance(one, Mapping | list):
                yield from within(one)
    elif isinstance(value, list):
        for one in value:
            yield from within(one)
    elif value is None:
        yield {}

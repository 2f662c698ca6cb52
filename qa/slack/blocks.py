"""Answer -> what Slack shows of it: units of Block Kit, each of which has to stay in one message.

Plain dicts, since the SDK's models replace a citation element by null. Everything that comes from a document or a
person stands in `rich_text`, which has no markup: the words are the exact words, and nothing has to be escaped. Only
what would turn the text around it, or is no character to be shown, is replaced, as everywhere (`qa.literal`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from qa.answer import Answer, Citation, Evidence, Statement
from qa.linking import Link
from qa.literal import literal
from qa.slack.text import bytes_in_json, clipped, on_one_line, pieces
from qa.wording.verdicts import doubt, verdict

Block = dict[str, Any]
Element = dict[str, Any]
Unit = list[Block]
Part = list[Element]
"""Words of an answer that stay together."""

PIECE = 2_000  # bytes of text in one element or section
IN_THE_OPEN = 3  # sources; more are collapsed
TOGETHER = 10  # blocks that a container takes
CLOSEST = 3  # passages shown beside a refusal
LONGEST_TITLE = 300  # bytes
LONGEST_URL = 3_000  # characters that Slack takes

RATE, SHARE = "footnote_rate", "footnote_share"  # action ids


def units(answer: Answer, link: Link | None, *, rateable: bool = False, shareable: bool = False) -> list[Unit]:
    """All of an answer in reading order: text, sources, verdict, buttons.

    Args:
        answer: a whole one.
        link: gives the addresses at which its quotes can be opened; without it they have none.
        rateable: it is kept, so that a rating has something to stand beside.
        shareable: with a button that posts it to the channel.
    """
    return [*body(answer), *footing(answer, link, rateable=rateable, shareable=shareable)]


def body(answer: Answer) -> list[Unit]:
    """What the answer says."""
    if answer.refusal:
        return _sections([_text("No answer: ", bold=True), *_texts(answer.refusal.message)])
    return running(parts(answer.statements))


def parts(statements: Sequence[Statement], most: int = PIECE) -> list[Part]:
    """Statements with their numbers, which stay with their last words, in parts of at most `most` bytes of text."""
    return [part for number, one in enumerate(statements) for part in _statement(one, most, is_first=not number)]


def running(parts: Iterable[Part]) -> list[Unit]:
    """Parts as running text, in blocks of at most about `PIECE` bytes each; no part is divided."""
    blocks: list[Part] = [[]]
    held = 0
    for part in parts:
        weight = sum(bytes_in_json(element["text"]) for element in part)
        if blocks[-1] and held + weight > PIECE:
            blocks.append([])
            held = 0
        blocks[-1] += part
        held += weight
    return [[_rich_text(_section(elements))] for elements in blocks if elements]


def footing(answer: Answer, link: Link | None, *, rateable: bool = False, shareable: bool = False) -> list[Unit]:
    """What stands below an answer's text."""
    shown = [*sources(answer, link), *_remarks(answer)]
    if rateable and answer.kind not in ("smalltalk", "clarification"):
        shown.append([_rating(answer.trace_id)])
    if shareable and not answer.refusal:
        shown.append([_sharing(answer.trace_id)])
    return shown


def sources(answer: Answer, link: Link | None) -> list[Unit]:
    """The numbered sources with their exact quotes; beside a refusal the closest passages."""
    if answer.refusal:
        closest = answer.evidence[:CLOSEST]
        heading = _sections([_text("Closest, perhaps not an answer:", bold=True)]) if closest else []
        return [*heading, *([block] for one in closest for block in _quoted(one, one.text, link))]
    quoted = [block for citation in answer.citations for block in _quoted(citation, citation.quote, link)]
    if len(answer.citations) <= IN_THE_OPEN:
        return [[block] for block in quoted]
    return list(_collapsed(quoted, len(answer.citations)))


def line(text: str) -> list[Unit]:
    """A message of our own, for a person."""
    return _sections(_texts(text))


def _statement(statement: Statement, most: int, *, is_first: bool) -> Iterator[Part]:
    *begun, last = pieces(statement.text, most) if statement.text else [""]
    before = "" if is_first else " "
    for piece in begun:
        yield [_text(before + piece, strike=statement.is_struck)]
        before = ""
    marks = [_text(f" [{number}]", bold=True) for number in statement.citations]
    doubted = doubt(statement)
    said = _text(before + last, strike=statement.is_struck)
    yield [said, *([_text(f" ({doubted})", italic=True)] if doubted else []), *marks]


def _quoted(place: Citation | Evidence, words: str, link: Link | None) -> Iterator[Block]:
    """A source over its quote; a quote too long for one block goes on in another that names it again."""
    number = f"[{place.number}] " if isinstance(place, Citation) else "• "
    for count, part in enumerate(pieces(words, PIECE)):
        head = [_text(number, bold=True), _reference(place, link), _text(_where(place, is_continued=count > 0))]
        yield _rich_text(_section(head), {"type": "rich_text_quote", "elements": [_text(part)]})


def _reference(place: Citation | Evidence, link: Link | None) -> Element:
    title = clipped(on_one_line(place.title) or place.source, LONGEST_TITLE)
    url = link(place) if link else ""
    if not 0 < len(url) <= LONGEST_URL:
        return _text(title)
    if not isinstance(place, Citation):
        return {"type": "link", "url": url, "text": literal(title)}
    details = {"citation_type": "external", "app_name": "Footnote"}
    return {"type": "citation", "url": url, "text": literal(title), "index": place.number, "details": details}


def _where(place: Citation | Evidence, *, is_continued: bool) -> str:
    parts = [""]
    if isinstance(place, Citation):
        parts += [f"page {place.page}"] if place.page is not None else []
        parts += [f"“{clipped(on_one_line(place.heading), LONGEST_TITLE)}”"] if place.heading else []
    parts.append(f"characters {place.start} to {place.end}")
    return ", ".join(parts) + (" (continued)" if is_continued else "")


def _collapsed(blocks: Sequence[Block], count: int) -> Iterator[Unit]:
    """Containers, each small enough for any message."""
    held: list[Block] = []
    for block in blocks:
        if held and (len(held) == TOGETHER or size([*held, block]) > 3 * PIECE):
            yield [_container(held, count)]
            held = []
        held.append(block)
    yield [_container(held, count)]


def _container(blocks: list[Block], count: int) -> Block:
    return {
        "type": "container",
        "title": {"type": "plain_text", "text": f"{count} sources", "emoji": False},
        "child_blocks": blocks,
        "is_collapsible": True,
        "default_collapsed": True,
    }


def _remarks(answer: Answer) -> list[Unit]:
    said = [
        f"Understood as: {on_one_line(answer.standalone_question)}" if answer.standalone_question else "",
        verdict(answer),
        *(f"Note: {on_one_line(notice.message)}" for notice in answer.notices),
    ]
    return [[_rich_text(_section([_text(part, italic=True)]))] for one in said for part in pieces(one, PIECE)]


def _rating(trace_id: str) -> Block:
    def button(text: str, value: str) -> dict[str, Any]:
        return {"text": {"type": "plain_text", "text": text, "emoji": False}, "value": f"{value}:{trace_id}"}

    element = {
        "type": "feedback_buttons",
        "action_id": RATE,
        "positive_button": button("Helpful", "helpful"),
        "negative_button": button("Not helpful", "unhelpful"),
    }
    return {"type": "context_actions", "elements": [element]}


def _sharing(trace_id: str) -> Block:
    text = {"type": "plain_text", "text": "Post to channel", "emoji": False}
    return {"type": "actions", "elements": [{"type": "button", "action_id": SHARE, "text": text, "value": trace_id}]}


def _sections(elements: Iterable[Element]) -> list[Unit]:
    return running([element] for element in elements)


def _texts(text: str) -> list[Element]:
    return [_text(part) for part in pieces(text, PIECE)]


def _text(text: str, **styles: bool) -> Element:
    """Literal text; the styles are Slack's: bold, italic, strike."""
    style = {name: True for name, on in styles.items() if on}
    return {"type": "text", "text": literal(text), **({"style": style} if style else {})}


def _section(elements: Iterable[Element]) -> Element:
    return {"type": "rich_text_section", "elements": [e for e in elements if e["text"]]}


def _rich_text(*elements: Element) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def size(blocks: Sequence[Block]) -> int:
    """Bytes of blocks as they are sent, in UTF-8."""
    return len(json.dumps(blocks, ensure_ascii=False).encode())

"""Whether an answer stays text on every surface: as Markdown, in OpenAI's form, as JSON, on a terminal."""

from __future__ import annotations

import contextlib
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from html import unescape

from markdown_it import MarkdownIt

from qa.answer import Answer
from qa.cli.printing import print_answer
from qa.literal import TURNING
from qa.markdown import as_markdown
from qa.web.openai.told import Chunks, as_event, completion

RENDERERS = {
    "CommonMark": MarkdownIt("commonmark"),
    "GFM": MarkdownIt("gfm-like", {"html": True, "linkify": True}),
}
PLAIN = {"p", "/p", "ul", "/ul", "li", "/li"}  # a refusal lists the closest passages


def faults(answer: Answer) -> list[str]:
    """What is more than text, or is not the same everywhere; nothing where all is well."""
    return [*_markdown(answer), *_openai(answer), *_terminal(answer), *_wire(answer)]


def _markdown(answer: Answer) -> Iterator[str]:
    written = as_markdown(answer)
    for name, renderer in RENDERERS.items():
        html = renderer.render(written)
        tags = set(re.findall(r"<([^ >]+)[^>]*>", html))
        if not tags <= PLAIN:
            yield f"{name} makes {sorted(tags - PLAIN)} of it"
        if any(_steers(character) for character in unescape(html)):
            yield f"{name} has control characters"


def _openai(answer: Answer) -> Iterator[str]:
    whole = completion(answer, None)
    chunks = Chunks(None, with_usage=True)
    deltas = [json.loads(as_event(c).removeprefix(b"data: ")) for c in [*chunks.of(answer), *chunks.end()]]
    pieces = [c["choices"][0]["delta"].get("content") or "" for c in deltas if c["choices"]]
    if "".join(pieces) != whole.choices[0].message.content:
        yield "OpenAI's form says another thing streamed than whole"
    whole.model_dump_json().encode()


def _terminal(answer: Answer) -> Iterator[str]:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        print_answer(answer)
    if any(_steers(character) for character in shown.getvalue()):
        yield "the terminal is sent control characters"


def _wire(answer: Answer) -> Iterator[str]:
    if Answer.from_json(answer.to_json().encode()) != answer:
        yield "the wire form is another answer"


def _steers(character: str) -> bool:
    return character in TURNING or (unicodedata.category(character) == "Cc" and character not in "\n\t")

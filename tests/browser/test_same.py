"""Numbers, quotes and verdicts are the same on the page, in what is copied, in the export and on the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from qa.answer import Answer, Citation
from tests.browser.conftest import Chat
from tests.browser.shelf import HOSTILE_QUESTION

SIGNED, ORGANISED = "How many government officials signed the memo?", "Who organized it?"
CONVERSATIONS = {
    "a follow-up": (SIGNED, ORGANISED),
    "an overview": ("What is the article about?",),
    "a heading that is the title": ("On which day is the walnut bread sold?",),
    "a hostile document": (HOSTILE_QUESTION,),
    "two sentences": ("What did the lamp of the lighthouse burn until 1902?",),
    "a list": ("Which cakes have to be ordered a day before?",),
    "right to left": ("What is the pilot boat of the harbour named?",),
    "tabs and accents": (
        "When did the boiler of the Pellworm Ferry explode?",
        "Which word does the choir's banner bear in silver thread?",
    ),
    "a refusal": ("How many moons does Jupiter have?",),
}
SIGNS = {"quoted": "✓ quoted", "supported": "✓ supported", "partial": "≈ partly", "unsupported": "✗ not supported"}
SEEN = """(turn) => ({
    text: [...turn.querySelectorAll('.statement')].map((statement) => {
        const words = statement.cloneNode(true);
        words.querySelectorAll('.mark, .unseen').forEach((node) => node.remove());
        const marks = [...statement.querySelectorAll('.mark')];
        return [words.textContent.trimEnd(), marks.map((mark) => Number(mark.textContent))];
    }),
    footnotes: [...turn.querySelectorAll('.footnotes li')].map((note) => [
        Number(note.querySelector('.number').textContent),
        note.querySelector('.quote').textContent,
        note.querySelector('.where').firstChild.textContent,
        note.querySelector('.verdict').textContent,
    ]),
    refusal: turn.querySelector('.refusal .lead')?.textContent ?? null,
    understood: turn.querySelector('.understood').textContent,
})"""

Asked = tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """A conversation on the page, and what the command line says to the same questions."""

    chat: Chat
    answers: list[Answer]


@pytest.fixture(scope="module")
def by_command(data_copy: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Asked, list[Answer]]:
    """What `footnote ask` says, a question after the other, each with the conversation before it."""
    from qa.cli import main

    folder = tmp_path_factory.mktemp("batch")
    told: dict[Asked, list[Answer]] = {asked: [] for asked in CONVERSATIONS.values()}
    for place in range(max(map(len, told))):
        rounds = [asked for asked in told if len(asked) > place]
        lines = [
            {"id": str(n), "question": asked[place], "history": history(told[asked])} for n, asked in enumerate(rounds)
        ]
        batch, out = folder / f"{place}.jsonl", folder / f"{place}.out.jsonl"
        batch.write_text("".join(json.dumps(line) + "\n" for line in lines))
        assert main(["ask", "--batch", str(batch), "--out", str(out), "--data", str(data_copy)]) == 0
        for asked, line in zip(rounds, out.read_bytes().splitlines(), strict=True):
            told[asked].append(Answer.from_json(line))
    return told


def history(answers: list[Answer]) -> list[dict[str, str]]:
    """A conversation as the page hands it on: without marks."""
    return [
        message
        for answer in answers
        for message in (
            {"role": "user", "content": answer.question},
            {"role": "assistant", "content": " ".join(statement.text for statement in answer.statements)},
        )
    ]


@pytest.fixture(params=CONVERSATIONS.values(), ids=list(CONVERSATIONS))
def told(request: pytest.FixtureRequest, by_command: dict[Asked, list[Answer]], chat: Chat) -> Iterator[Told]:
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for question in request.param:
        chat.ask(question)
    yield Told(chat, by_command[request.param])


def test_page_copy_and_export_say_what_the_command_line_says(told: Told) -> None:
    turns = told.chat.page.get_by_role("article")
    assert turns.count() == len(told.answers)

    for place, answer in enumerate(told.answers):
        turn = turns.nth(place)
        assert turn.evaluate(SEEN) == on_page(answer)
        turn.get_by_role("button", name="Copy with footnotes").click()
        turn.get_by_role("button", name="Copied").wait_for()
        assert told.chat.page.evaluate("navigator.clipboard.readText()") == as_text(answer)
    assert without_escapes(export(told.chat)) == as_markdown(told.answers)


def test_the_export_renders_as_the_text_it_was_made_from(told: Told) -> None:
    rendered = MarkdownIt("commonmark", {"html": True}).render(export(told.chat))

    assert set(re.findall(r"<(\w+)", rendered)) <= {"h1", "h2", "p", "blockquote"}
    words = spaceless(unescape(re.sub(r"<[^>]*>", "", rendered)))
    for answer in told.answers:
        for statement in answer.statements:
            assert spaceless(statement.text) in words
        for citation in answer.citations:
            assert spaceless(citation.quote) in words


def export(chat: Chat) -> str:
    """What is downloaded."""
    chat.page.get_by_label("More").click()
    with chat.page.expect_download() as started:
        chat.page.get_by_role("button", name="Export as Markdown").click()
    assert started.value.suggested_filename.endswith(".md")
    return started.value.path().read_bytes().decode()


# What ought to be seen, said once more in Python.


def where(citation: Citation) -> str:
    page = f"page {citation.page}" if citation.page else None
    heading = citation.heading if citation.heading != citation.title else None
    return " · ".join(part for part in (citation.title, heading, page) if part)


def sign(citation: Citation, answer: Answer) -> str:
    """The weakest verdict of the statements that rest on it."""
    verdicts = [
        "quoted" if statement.text.split() == citation.quote.split() else str(statement.verdict)
        for statement in answer.statements
        if citation.number in statement.citations
    ]
    return SIGNS[max(verdicts, key=list(SIGNS).index)]


def on_page(answer: Answer) -> dict[str, Any]:
    return {
        "text": [[statement.text, list(statement.citations)] for statement in answer.statements],
        "footnotes": [[c.number, f"“{c.quote}”", where(c), sign(c, answer)] for c in answer.citations],
        "refusal": answer.refusal.message if answer.refusal else None,
        "understood": f"Understood as: {answer.standalone_question}" if answer.standalone_question else "",
    }


def said(answer: Answer) -> str:
    if answer.kind != "overview":
        return answer.text
    return "\n\n".join(f"{s.text}{''.join(f' [{number}]' for number in s.citations)}" for s in answer.statements)


def as_text(answer: Answer) -> str:
    notes = [f"[{c.number}] “{c.quote}” ({where(c)}; {sign(c, answer)})" for c in answer.citations]
    return "\n\n".join([said(answer), *notes])


def as_markdown(answers: list[Answer]) -> str:
    parts = ["# Footnote"]
    for answer in answers:
        parts.append(f"## {answer.question}")
        if answer.standalone_question:
            parts.append(f"Understood as: {answer.standalone_question}")
        parts.append(said(answer))
        for citation in answer.citations:
            quote = "\n".join(f"> {line}" for line in re.split(r"\r\n|\r|\n", citation.quote))
            parts += [f"[{citation.number}] {where(citation)} — {sign(citation, answer)}", quote]
    return "\n\n".join(parts) + "\n"


def without_escapes(markdown: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)


def spaceless(text: str) -> str:
    return "".join(text.split())

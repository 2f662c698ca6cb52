"""What stands in a question, a document, its name, title and headings, or a comment is text, and nothing but text."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

from playwright.sync_api import Locator, Route

from tests.browser.conftest import Chat, OpenChat
from tests.browser.shelf import HOSTILE_NAME, HOSTILE_QUESTION, MARKUP
from tests.server import Server

ABOUT_NOTHING = "Who founded the city of the three eyes and seven legs?"  # refused; the closest sentence is hostile
SURFACES = {
    "question",
    "answer",
    "footnote",
    "preview",
    "source",
    "title",
    "file name",
    "why",
    "refusal",
    "kept conversation",
}
# What the page's own scripts make, with its own attributes. Anything else came out of a text.
INTRUDERS = """(place) => {
    const ours = `article aside b button dd details dialog div dl dt form h1 h2 header input kbd li mark nav ol p
        section span summary sup table tbody td textarea th thead tr ul`.split(/\\s+/);
    const acts = (node) => [...node.attributes].some(({ name }) => name.startsWith('on'));
    return [place, ...place.querySelectorAll('*')]
        .filter((node) => !ours.includes(node.localName) || acts(node))
        .map((node) => node.outerHTML.slice(0, 80));
}"""
# As a person would, but also where a text's style has hidden everything.
ASK = """async (question) => {
    const before = document.querySelectorAll('.turn').length;
    const form = document.querySelector('.composer');
    form.question.value = question;
    form.requestSubmit();
    const isDone = () => document.querySelectorAll('.turn .actions:not([hidden])').length > before;
    while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 20));
}"""
# Every way by which the page makes nodes of text, and the same with the text as markup.
AS_MARKUP = {
    "node.append(...children": "appendMarkup(node, ...children",
    "node.append(...opening": "appendMarkup(node, ...opening",
    ".textContent = ": ".innerHTML = ",
}
APPEND_MARKUP = """const appendMarkup = (node, ...children) => {
    for (const child of children)
        if (child.nodeType) node.append(child);
        else node.insertAdjacentHTML('beforeend', child);
};"""


class Surface(NamedTuple):
    """A place of the page, and what has to stand there to the letter."""

    name: str
    place: Locator
    texts: tuple[str, ...]


def surfaces(chat: Chat) -> Iterator[Surface]:
    """Goes everywhere where a text is shown."""
    page, turn, reader = chat.page, chat.page.locator(".turn").last, chat.page.locator(".reader")
    page.evaluate(ASK, MARKUP)
    yield Surface("question", turn.locator(".question"), (MARKUP,))
    page.evaluate(ASK, HOSTILE_QUESTION)
    yield Surface("answer", turn.locator(".answer"), (f"The flimwick handbook says {MARKUP} to everyone.",))
    yield Surface(
        "footnote", turn.locator(".footnotes"), (f"says {MARKUP} to", f"Flimwick {MARKUP} · Heading {MARKUP}")
    )
    turn.locator(".mark").first.dispatch_event("pointerenter", {"pointerType": "mouse"})
    page.locator(".preview:not([hidden])").wait_for(state="attached")
    yield Surface("preview", page.locator(".preview"), (f"The flimwick handbook says {MARKUP[:200]}",))
    turn.locator(".mark").first.dispatch_event("click")
    reader.locator("mark").wait_for(state="attached")
    yield Surface("source", reader.locator(".reader-text"), (f"## Heading {MARKUP}", f"says {MARKUP} to everyone."))
    yield Surface("title", reader.locator(".reader-title"), (f"Flimwick {MARKUP}",))
    yield Surface("file name", reader.locator(".reader-about"), (HOSTILE_NAME,))
    turn.locator(".why").evaluate("(fold) => { fold.open = true; }")
    turn.locator("table").wait_for(state="attached")
    yield Surface("why", turn.locator(".why"), (f"Flimwick {MARKUP}", "The flimwick handbook says <script>"))
    page.evaluate(ASK, ABOUT_NOTHING)
    yield Surface("refusal", turn.locator(".refusal"), ("<b>three</b> eyes [2]",))
    page.reload()
    turn.wait_for(state="attached")
    yield Surface("kept conversation", page.locator(".transcript"), (MARKUP, f"says {MARKUP} to everyone."))


def faults(chat: Chat) -> dict[str, list[str]]:
    """What is not shown to the letter, or became more than text, by the place where it did."""
    found = {}
    for name, place, texts in surfaces(chat):
        shown = place.text_content() or ""
        wrong = [text for text in texts if text not in shown]
        wrong += place.evaluate(INTRUDERS)
        if wrong:
            found[name] = wrong
    return found


def test_markup_templates_and_marks_are_shown_to_the_letter_everywhere(chat: Chat) -> None:
    assert faults(chat) == {}

    chat.page.wait_for_timeout(300)  # in which an image could fail to load
    assert chat.page.evaluate("window.hacked") is None


def test_the_same_page_drawing_markup_is_found_out_everywhere(server: Server, open_chat: OpenChat) -> None:
    def serve_drawing_markup(route: Route) -> None:
        body = route.fetch().text()
        for safe, unsafe in AS_MARKUP.items():
            assert safe in body
            body = body.replace(safe, unsafe)
        route.fulfill(
            body=body.replace("<head>", f"<head><script>{APPEND_MARKUP}</script>", 1), content_type="text/html"
        )

    chat = open_chat(server.address)
    chat.page.route("**/chat/", serve_drawing_markup)
    chat.page.reload()
    chat.page.locator(".composer textarea").wait_for(state="attached")  # a title's <style> may hide it from roles

    assert set(faults(chat)) == SURFACES
    assert chat.page.evaluate("window.hacked") is not None
    assert "http://example.com/flimwick.gif" in chat.problems
    chat.problems.clear()


def test_a_comment_is_kept_to_the_letter(chat: Chat, server: Server) -> None:
    turn = chat.ask(HOSTILE_QUESTION)
    turn.get_by_role("button", name="Not helpful").click()
    turn.get_by_role("textbox", name="What is wrong?").fill(MARKUP)

    turn.get_by_role("button", name="Send").click()
    turn.get_by_text("Not helpful, with your comment").wait_for()

    trace_id = chat.kept()[-1]["answer"]["trace_id"]
    with closing(sqlite3.connect(f"file:{server.data / 'answers.sqlite3'}?mode=ro", uri=True)) as answers:
        assert answers.execute("SELECT helpful, comment FROM feedback WHERE trace_id = ?", [trace_id]).fetchall() == [
            (0, MARKUP)
        ]
    assert chat.page.locator(".transcript").evaluate(INTRUDERS) == []
    assert chat.page.evaluate("window.hacked") is None

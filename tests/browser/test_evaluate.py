"""The page that evaluates: the real program, the bundled set, Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.test_access import AXE, RULES
from tests.server import Server

OpenEvaluate = Callable[..., Page]

COLOUR = "(node) => getComputedStyle(node).color"
LEFT = "(node) => node.getBoundingClientRect().left + parseFloat(getComputedStyle(node).paddingLeft)"
# Where the lines of a label's words begin, and where its radio button ends.
BEGINNINGS = """(label) => {
    const range = document.createRange();
    range.selectNodeContents(label.querySelector('span'));
    const lefts = [...range.getClientRects()].map((line) => line.left);
    return [Math.min(...lefts), label.querySelector('input').getBoundingClientRect().right];
}"""


@pytest.fixture
def open_evaluate(server: Server, browser: Browser) -> Iterator[OpenEvaluate]:
    """Opens the page; nothing may be asked of another host, and no script may fail."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def opened(width: int = 1360, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 860}, color_scheme="dark" if scheme == "dark" else "light"
        )
        contexts.append(context)
        context.on("request", lambda r: None if r.url.startswith(server.address) else problems.append(r.url))
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{server.address}/evaluate")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def test_the_bundled_set_is_evaluated_and_its_report_shown(open_evaluate: OpenEvaluate) -> None:
    page = open_evaluate()

    page.get_by_role("button", name="Evaluate").click()
    expect(page.locator("[data-role=count]")).to_contain_text("of 50", timeout=60_000)
    expect(page.get_by_role("button", name="Stop")).to_be_visible()

    report = page.frame_locator("iframe[title=Report]")
    expect(report.get_by_text("unanswerable refused").first).to_be_visible(timeout=120_000)
    expect(page.get_by_role("link", name="Open the report by itself")).to_be_visible()
    expect(page.get_by_role("button", name="Evaluate")).to_be_focused()


def test_a_run_can_be_stopped_and_another_started(open_evaluate: OpenEvaluate) -> None:
    page = open_evaluate()
    page.get_by_role("button", name="Evaluate").click()
    expect(page.locator("[data-role=count]")).to_contain_text("of", timeout=60_000)

    page.get_by_role("button", name="Stop").click()

    expect(page.get_by_role("status")).to_have_text("Stopped.")
    assert page.get_by_role("status").evaluate(COLOUR) == page.locator(".run .where").first.evaluate(COLOUR)
    expect(page.locator("iframe")).to_be_hidden()
    page.get_by_role("button", name="Evaluate").click()
    expect(page.locator("iframe")).to_be_visible(timeout=120_000)


def test_a_bad_set_is_named_by_line_field_and_reason(open_evaluate: OpenEvaluate) -> None:
    page = open_evaluate()
    page.get_by_label("A set of your own").check()
    line = b'{"id": "one", "question": 7, "answerable": true}\n'
    page.get_by_label("File of questions").set_input_files(
        {"name": "<b>set.jsonl", "mimeType": "text/plain", "buffer": line}
    )

    page.get_by_role("button", name="Evaluate").click()

    expect(page.get_by_role("status")).to_contain_text("<b>set.jsonl, line 1, field question")
    assert page.get_by_role("status").evaluate(COLOUR) != page.locator(".run .where").first.evaluate(COLOUR)


def test_the_chat_leads_there_and_back(open_evaluate: OpenEvaluate, server: Server) -> None:
    page = open_evaluate()

    page.get_by_role("link", name="Ask your documents").click()
    page.get_by_role("textbox", name="Question").wait_for(timeout=30_000)
    page.locator("summary[aria-label=More]").click()
    page.get_by_role("link", name="Evaluate").click()

    expect(page).to_have_url(f"{server.address}/evaluate")


@pytest.mark.parametrize("width", [320, 390, 768])
def test_on_a_phone_all_begins_where_the_header_does_and_no_words_are_below_the_buttons(
    open_evaluate: OpenEvaluate, width: int
) -> None:
    page = open_evaluate(width)

    assert page.locator(".setup").evaluate(LEFT) == page.locator(".top").evaluate(LEFT)
    for label in page.locator(".run label").all():
        words, button = label.evaluate(BEGINNINGS)
        assert words >= button


@pytest.mark.parametrize("width", [320, 1360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_evaluate: OpenEvaluate, scheme: str, width: int) -> None:
    page = open_evaluate(width, scheme)

    page.evaluate(AXE)
    found = page.evaluate("(rules) => axe.run(document, rules)", RULES)

    assert [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found["violations"]] == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width

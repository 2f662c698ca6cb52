"""The page for everyone: axe finds nothing, targets can be hit, nothing is spoken twice, paper gets what matters."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Chat, OpenChat
from tests.browser.shelf import HOSTILE_QUESTION
from tests.server import Server

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
# WCAG A and AA and best practice are what axe does by itself; the size of targets, of 2.2, has to be asked for.
RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
OVERVIEW, REFUSED = "What is the article about?", "How many moons does Jupiter have?"
TWO_SENTENCES = "What did the lamp of the lighthouse burn until 1902?"

# Of what can be operated and seen, that which cannot be hit anywhere within 24 by 24 CSS pixels around its middle (WCAG
# 2.2, 2.5.8). A link within a sentence is exempt; a mark is a link within a sentence, and is not.
TOO_SMALL = """() => {
    const operable = 'button, summary, a[href], input, textarea, select, [role=button]';
    const panel = document.querySelector('.panel:not([hidden])');
    const isSheet = panel && getComputedStyle(panel).position === 'absolute';
    const small = [];
    for (const node of document.querySelectorAll('.footnote :is(' + operable + ')')) {
        if (node.disabled || !node.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
        if (node.matches('.closest .link, .where .link') || node.closest('dialog:not([open])')) continue;
        if (document.querySelector('dialog[open]') && !node.closest('dialog[open]')) continue;
        if (isSheet && node.closest('.composer')) continue;  // which comes forth when the focus does
        node.style.scrollMargin = '40px';
        node.scrollIntoView({ block: 'start' });
        const box = node.getClientRects()[0];
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2].map(Math.round);
        const reach = [-12, 0, 11];  // what is hit are whole pixels: 24 of them
        const target = node.labels?.length && node.closest('label') || node;  // a click on its label is one on it
        const isHit = (dx, dy) => target.contains(document.elementFromPoint(x + dx, y + dy));
        if (reach.every((dx) => reach.every((dy) => isHit(dx, dy)))) continue;
        small.push([node.className, node.ariaLabel ?? node.textContent, box.width, box.height].join(' '));
    }
    return small;
}"""
SIDEWAYS = """() => [document.scrollingElement, ...document.querySelectorAll('.footnote, .footnote *')]
    .filter((node) => node.scrollWidth > node.clientWidth && getComputedStyle(node).overflowX !== 'visible')
    .filter((node) => !node.matches('.unseen, .passages'))  // what is not seen, and a table, which may
    .map((node) => node.className)"""
# What a screen reader speaks by itself: each change of a live region, anywhere on the page.
LISTEN = """() => {
    const live = '[aria-live]:not([aria-live=off]), [role=status], [role=alert]';
    window.spoken = [];
    new MutationObserver((changes) => {
        for (const change of changes) {
            const node = change.target.nodeType === Node.TEXT_NODE ? change.target.parentElement : change.target;
            const region = node?.closest(live);
            if (region?.textContent.trim()) window.spoken.push(region.textContent);
        }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def violations(chat: Chat) -> list[str]:
    """What axe finds, with the elements it finds it at."""
    chat.page.evaluate(AXE)
    found: dict[str, Any] = chat.page.evaluate("(rules) => axe.run(document, rules)", RULES)
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found["violations"]]


def walk(chat: Chat, look: str) -> dict[str, list[str]]:
    """What is wrong by `look` ("axe", or a script that lists it) in each state that the page has."""
    found = {}

    def note(state: str) -> None:
        chat.page.mouse.move(0, 0)
        chat.page.wait_for_timeout(50)  # until what was open has been drawn away
        found[state] = violations(chat) if look == "axe" else chat.page.evaluate(look)

    note("empty")
    chat.ask(OVERVIEW)
    note("answered")
    chat.page.locator("summary", has_text="Why this answer").click()
    note("why")
    chat.page.locator("summary", has_text="Why this answer").click()
    chat.ask(HOSTILE_QUESTION)
    chat.open_mark(1)
    note("source")
    chat.page.keyboard.press("Escape")
    chat.ask(REFUSED)
    note("refused")
    chat.turn.get_by_role("button", name="Not helpful").click()
    note("comment")
    chat.page.get_by_role("button", name="New", exact=True).focus()
    chat.page.keyboard.press("d")
    chat.page.get_by_role("region", name="Documents").get_by_role("checkbox").first.check()
    note("documents")
    chat.page.keyboard.press("Escape")
    chat.page.keyboard.press("?")
    chat.page.get_by_role("dialog").wait_for()
    note("help")
    return {state: wrong for state, wrong in found.items() if wrong}


@pytest.mark.parametrize("width", [1360, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(server: Server, open_chat: OpenChat, scheme: str, width: int) -> None:
    assert walk(open_chat(server.address, width=width, height=844, color_scheme=scheme), "axe") == {}


def test_axe_does_find_what_is_wrong(chat: Chat) -> None:
    chat.page.evaluate("document.querySelector('textarea').removeAttribute('aria-label')")
    chat.page.evaluate("document.querySelector('textarea').removeAttribute('placeholder')")

    assert [found for found in violations(chat) if found.startswith("label")]


@pytest.mark.parametrize("width", [1360, 320])
def test_every_target_can_be_hit_within_24_by_24_pixels(server: Server, open_chat: OpenChat, width: int) -> None:
    assert walk(open_chat(server.address, width=width, height=844), TOO_SMALL) == {}


def test_nothing_scrolls_sideways_at_320_pixels(server: Server, open_chat: OpenChat) -> None:
    assert walk(open_chat(server.address, width=320, height=640), SIDEWAYS) == {}


def test_each_finished_answer_is_spoken_once(chat: Chat) -> None:
    chat.page.evaluate(LISTEN)

    for question in (TWO_SENTENCES, REFUSED, OVERVIEW):
        chat.ask(question)
    chat.page.wait_for_timeout(500)  # in which it could be said again

    turns = chat.kept()
    assert chat.page.evaluate("window.spoken") == [
        f"{turns[0]['answer']['statements'][0]['text']} Footnotes: 1.",
        turns[1]["answer"]["refusal"]["message"],
        " ".join(statement["text"] for statement in turns[2]["answer"]["statements"])
        + f" Footnotes: {len(turns[2]['answer']['citations'])}.",
    ]


def test_forced_colours_keep_marks_highlight_and_focus_apart(chat: Chat) -> None:
    chat.page.emulate_media(forced_colors="active")
    chat.ask(OVERVIEW)
    closed = style(chat, ".turn .mark >> nth=1")
    chat.open_mark(1)

    opened = style(chat, ".turn .mark >> nth=0")
    highlight, around = style(chat, ".reader-text mark"), style(chat, ".panel.reader")

    assert closed["borderStyle"] == "solid"
    assert opened["backgroundColor"] != closed["backgroundColor"]
    assert highlight["backgroundColor"] != around["backgroundColor"]
    chat.page.keyboard.press("Escape")
    assert style(chat, ".turn .mark >> nth=0")["outlineStyle"] == "solid"
    assert violations(chat) == []


def test_nothing_moves_where_motion_is_to_be_reduced(chat: Chat) -> None:
    chat.ask(OVERVIEW)
    moving = """() => [...document.querySelectorAll('.footnote *')]
        .filter((node) => getComputedStyle(node).animationName !== 'none'
            || getComputedStyle(node).transitionDuration !== '0s')
        .map((node) => node.className)"""

    chat.page.emulate_media(reduced_motion="no-preference")
    assert chat.page.evaluate(moving) == ["status"]
    chat.page.emulate_media(reduced_motion="reduce")
    assert chat.page.evaluate(moving) == []


def test_paper_gets_the_answers_with_whole_quotes_and_no_controls(chat: Chat) -> None:
    chat.ask(OVERVIEW)
    chat.ask(HOSTILE_QUESTION)
    chat.open_mark(1)
    chat.page.emulate_media(media="print")

    page = chat.page.locator(".footnote")
    expect(page.locator(".question")).to_have_count(2)
    for place in (".question", ".answer", ".footnotes", ".quote", ".number", ".verdict"):
        count = page.locator(f".turn {place}").count()
        assert count >= 2
        expect(page.locator(f".turn {place}").filter(visible=True)).to_have_count(count)
    for place in (".composer", ".tools", ".actions", ".why", ".panel", ".preview"):
        expect(page.locator(place).filter(visible=True)).to_have_count(0)
    cut = chat.page.evaluate(
        """() => [...document.querySelectorAll('.footnote .turn, .footnote .turn *')]
            .filter((node) => node.checkVisibility() && !node.matches('.unseen'))
            .filter((node) => getComputedStyle(node).overflowY === 'hidden')
            .filter((node) => node.scrollHeight > node.clientHeight + 1)
            .map((node) => node.className)"""
    )
    assert cut == []
    # All of it is in the flow of the page, not behind a box that scrolls.
    assert chat.page.evaluate(
        "document.scrollingElement.scrollHeight >= [...document.querySelectorAll('.turn')]"
        ".reduce((sum, turn) => sum + turn.offsetHeight, 0)"
    )


def test_a_dark_page_is_printed_dark_on_light(server: Server, open_chat: OpenChat) -> None:
    chat = open_chat(server.address, color_scheme="dark")
    chat.ask(OVERVIEW)
    chat.page.emulate_media(media="print")

    for place in (".question", ".answer", ".quote", ".where", ".verdict", ".mark"):
        red, green, blue = map(int, style(chat, f".turn {place} >> nth=0")["color"].strip("rgb()").split(","))
        assert 0.2126 * red + 0.7152 * green + 0.0722 * blue < 120, place
    behind = "(nodes) => [...new Set(nodes.map((node) => getComputedStyle(node).backgroundColor))]"
    assert chat.page.locator("body, gradio-app, .gradio-container").evaluate_all(behind) == ["rgb(255, 255, 255)"]


def style(chat: Chat, selector: str) -> dict[str, str]:
    """How the first such element looks."""
    names = ("color", "backgroundColor", "borderStyle", "outlineStyle")
    looks: dict[str, str] = chat.page.locator(f".footnote {selector}").evaluate(
        "(node, names) => Object.fromEntries(names.map((name) => [name, getComputedStyle(node)[name]]))", list(names)
    )
    return looks

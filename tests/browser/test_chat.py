"""The page as a person meets it: the real program, the bundled article, Chromium."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ARTICLE, Chat, OpenChat
from tests.browser.running import Running
from tests.browser.shelf import HOSTILE_QUESTION
from tests.qa.web.scripted import DOCUMENT
from tests.server import Server

SIGNED = "How many government officials signed the memo?"
FAR_OFF = "How many moons does Jupiter have?"
ORGANISED = "The memo, reportedly organized by a junior diplomat"


def test_an_answer_is_cited_and_its_mark_opens_exactly_the_quoted_words(chat: Chat) -> None:
    turn = chat.ask(SIGNED)

    quoted = chat.open_mark(1)

    article = ARTICLE.read_bytes().decode("utf-8")
    assert "approximately 100 US government officials" in quoted
    assert article.count(quoted) == 1
    assert quoted in (turn.locator(".answer").text_content() or "")
    shown = chat.source.locator(".words").text_content() or ""
    assert shown in article
    assert article.index(quoted) == article.index(shown) + shown.index(quoted)
    expect(turn.locator(".footnotes")).to_contain_text("✓ quoted")
    expect(turn.locator(".footnotes")).to_contain_text("article")


def test_the_quoted_words_are_in_sight(chat: Chat) -> None:
    chat.ask("Which actions does the memo say violate international law?")

    chat.open_mark(1)

    expect(chat.source.locator("mark")).to_be_in_viewport(ratio=1)
    expect(chat.box).to_be_in_viewport()


def test_the_entries_of_a_list_are_below_each_other(chat: Chat) -> None:
    turn = chat.ask("Which cakes have to be ordered a day before?")

    lines = turn.locator(".statement").inner_text().splitlines()
    assert [line.strip() for line in lines if line.strip()] == [
        "These cakes have to be ordered a day before:",
        "- honey cake 🍯",
        "- poppy seed roll",
        "- plum tart 🥧1",
    ]


def test_a_question_the_documents_do_not_answer_is_refused_without_marks(chat: Chat) -> None:
    turn = chat.ask(FAR_OFF)

    expect(turn).to_contain_text("don’t seem to answer")
    expect(turn).to_contain_text("perhaps not an answer")
    expect(turn.get_by_role("button", name=re.compile("^Citation"))).to_have_count(0)
    expect(turn.locator(".footnotes")).to_be_hidden()


@pytest.mark.parametrize(("confidence", "shown"), [(0.0, "under 1 %"), (0.0099, "under 1 %"), (0.274, "27 %")])
def test_a_refusal_has_one_probability(chat: Chat, confidence: float, shown: str) -> None:
    chat.ask(FAR_OFF)
    chat.page.evaluate(
        """(confidence) => {
            const name = 'footnote:conversation:' + location.hash.slice(3);
            const kept = JSON.parse(localStorage.getItem(name));
            kept.turns[0].answer.confidence = confidence;
            localStorage.setItem(name, JSON.stringify(kept));
        }""",
        confidence,
    )
    chat.page.reload()
    chat.turn.locator("summary", has_text="Why this answer").click()

    expect(chat.turn.locator(".refusal")).to_contain_text(f"({shown} likely)")
    expect(chat.turn.locator(".why-body")).to_contain_text(f"a probability of {shown}.")


def test_the_closest_passage_of_a_refusal_leads_into_the_source(chat: Chat) -> None:
    turn = chat.ask(FAR_OFF)
    closest = turn.locator(".closest li").first

    closest.get_by_role("button", name="See it in the source").click()

    assert (chat.source.locator("mark").text_content() or "-") in (closest.text_content() or "")


def test_a_follow_up_is_understood_from_the_conversation(chat: Chat) -> None:
    chat.ask(SIGNED)

    turn = chat.ask("Who organized it?")

    expect(turn.locator(".understood")).to_contain_text("memo")
    expect(turn.locator(".answer")).to_contain_text(ORGANISED)
    assert ORGANISED in chat.open_mark(1)


def test_an_overview_is_cited_sentence_by_sentence(chat: Chat) -> None:
    turn = chat.ask("What is the article about?")

    statements = turn.locator(".statement")
    assert statements.count() >= 2
    for place in range(statements.count()):
        assert statements.nth(place).get_by_role("button").count() >= 1


def test_a_greeting_is_answered_without_footnotes(chat: Chat) -> None:
    turn = chat.ask("Hello!")

    expect(turn.locator(".answer")).to_contain_text("Ask me something about your documents")
    expect(turn.get_by_role("button", name=re.compile("^Citation"))).to_have_count(0)


def test_the_empty_page_suggests_questions_of_what_is_ticked(running: Running, open_chat: OpenChat) -> None:
    chat = open_chat(running.address)
    suggestions = chat.page.locator(".suggestion")
    expect(suggestions).to_have_text(["What is said in all?"])

    chat.page.get_by_role("button", name="All documents").click()
    panel = chat.page.get_by_role("region", name="Documents")
    panel.get_by_role("checkbox").first.check()
    expect(suggestions).to_have_text([f"What is said in {DOCUMENT.id}?"])
    panel.get_by_role("checkbox").first.uncheck()
    expect(suggestions).to_have_text(["What is said in all?"])
    panel.get_by_role("checkbox").first.check()
    expect(suggestions).to_have_text([f"What is said in {DOCUMENT.id}?"])
    panel.get_by_role("button", name="Ask all").click()
    expect(suggestions).to_have_text(["What is said in all?"])


def test_a_question_that_is_too_long_gets_one_line(chat: Chat) -> None:
    chat.box.fill("x" * 2_400)

    chat.box.press("Enter")

    expect(chat.turn.locator(".refusal")).to_contain_text("2,400 characters; shorten it to 2,000")


@pytest.mark.parametrize("width", [320, 390, 819, 820, 1360])
def test_nothing_scrolls_sideways(server: Server, open_chat: OpenChat, width: int) -> None:
    chat = open_chat(server.address, width=width, height=700)
    chat.ask(SIGNED)
    chat.ask(HOSTILE_QUESTION)
    chat.open_mark(1)

    wider = chat.page.evaluate(
        """() => [document.scrollingElement, ...document.querySelectorAll('.footnote, .footnote *')]
            .filter((node) => node.scrollWidth > node.clientWidth && getComputedStyle(node).overflowX !== 'visible')
            .filter((node) => !node.classList.contains('unseen'))
            .map((node) => node.className)"""
    )

    assert wider == []
    box = chat.source.bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width


def test_the_sheet_on_a_phone_leaves_the_cited_sentence_in_sight(server: Server, open_chat: OpenChat) -> None:
    chat = open_chat(server.address, width=390, height=844)
    chat.ask("What is the article about?")
    marks = chat.turn.locator(".mark")

    marks.last.click()
    chat.source.locator("mark").wait_for()

    mark, sheet = marks.last.bounding_box(), chat.source.bounding_box()
    assert mark is not None and sheet is not None
    assert mark["y"] + mark["height"] <= sheet["y"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(server: Server, open_chat: OpenChat, scheme: str) -> None:
    chat = open_chat(server.address, color_scheme=scheme)
    chat.ask(SIGNED)
    chat.open_mark(1)

    places = (".question", ".answer", ".mark", ".number", ".quote", ".where", ".verdict", ".reader-about", "mark")
    ratios = {place: contrast(chat, place) for place in places}

    assert {place: ratio for place, ratio in ratios.items() if ratio < 4.5} == {}


def contrast(chat: Chat, selector: str) -> float:
    """WCAG 2.2's contrast ratio of an element's text and what is behind it."""
    colours: list[str] = chat.page.locator(f".footnote {selector}").first.evaluate(
        """(node) => {
            let behind = node;
            while (getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)') behind = behind.parentElement;
            return [getComputedStyle(node).color, getComputedStyle(behind).backgroundColor];
        }"""
    )
    darker, lighter = sorted(luminance(colour) for colour in colours)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(channel) / 255 for channel in re.findall(r"\d+", colour)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

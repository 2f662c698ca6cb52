"""The page when things go wrong or take long: a service whose answers are written here, everything else real."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from index.document import Document
from qa.web.chat import NOT_KEPT
from tests.browser.conftest import OpenChat
from tests.browser.running import Running
from tests.qa.web.scripted import DOCUMENT, FIRST, SECOND


def test_the_page_says_what_is_loading_and_moves_on_by_itself(loading: Running, open_chat: OpenChat) -> None:
    threading.Timer(1.5, loading.loaded.set).start()

    chat = open_chat(loading.address, wait=False)

    expect(chat.page.get_by_role("status")).to_contain_text("Counting pages")
    expect(chat.box).to_be_visible(timeout=20_000)
    expect(chat.ask("plain").locator(".statement")).to_have_count(2)


def test_the_first_sentence_is_there_before_the_second_is_written(running: Running, open_chat: OpenChat) -> None:
    chat = open_chat(running.address)

    chat.send("slow, please")

    expect(chat.turn.locator(".answer")).to_contain_text(FIRST)
    expect(chat.turn.locator(".statement")).to_have_count(1)
    mark = chat.turn.get_by_role("button", name="Citation 1", exact=True)
    mark.focus()
    running.script.go_on.set()
    expect(chat.turn.locator(".statement")).to_have_count(2)
    expect(mark).to_be_focused()


def test_stop_ends_the_work_and_keeps_what_was_written(running: Running, open_chat: OpenChat) -> None:
    chat = open_chat(running.address)
    chat.send("slow, please")
    expect(chat.turn.locator(".answer")).to_contain_text(FIRST)

    chat.page.get_by_role("button", name="Stop").click()
    expect(chat.turn.locator(".problem")).to_have_text("Stopped.")
    expect(chat.box).to_be_focused()
    stopped = chat.turn.inner_text()
    running.go_on_once_cancelled()

    assert running.script.ended.wait(5)
    assert not running.script.finished.is_set()
    chat.page.wait_for_timeout(500)  # in which an update could still arrive
    assert FIRST in stopped
    assert chat.turn.inner_text() == stopped
    expect(chat.ask("and now?").locator(".statement")).to_have_count(2)


def test_closing_the_tab_ends_the_work(running: Running, open_chat: OpenChat) -> None:
    chat = open_chat(running.address)
    other = open_chat(running.address)
    chat.send("slow, please")
    expect(chat.turn.locator(".answer")).to_contain_text(FIRST)

    chat.page.close()
    running.go_on_once_cancelled()

    assert running.script.ended.wait(5)
    assert not running.script.finished.is_set()
    expect(other.ask("plain").locator(".statement")).to_have_count(2)


@pytest.mark.parametrize(
    ("question", "line"),
    [("busy", "Too much is waiting: try again in 7 s."), ("fail", "Something went wrong")],
)
def test_trouble_is_one_line_in_the_transcript(running: Running, open_chat: OpenChat, question: str, line: str) -> None:
    chat = open_chat(running.address)

    turn = chat.ask(question)

    expect(turn.locator(".problem")).to_contain_text(line)
    expect(chat.page.get_by_text("secret of the house")).to_have_count(0)
    expect(chat.ask("again").locator(".statement")).to_have_count(2)


def test_a_server_that_is_gone_is_said_so(running: Running, open_chat: OpenChat) -> None:
    chat = open_chat(running.address)
    chat.send("slow, please")
    expect(chat.turn.locator(".answer")).to_contain_text(FIRST)

    running.stop()

    expect(chat.turn.locator(".problem")).to_contain_text("Start it again", timeout=15_000)


LIMITED = "Too many requests within a minute: try again in 7 s."


def break_off(route: Route) -> None:
    route.abort()


def limit(route: Route) -> None:
    body = json.dumps({"status": 429, "code": "too_many_requests", "detail": LIMITED})
    route.fulfill(status=429, content_type="application/problem+json", body=body)


@pytest.mark.parametrize(
    ("paths", "answer", "line"),
    [
        ((), None, "Footnote does not answer any more. Start it again, then ask again."),
        (("**/queue/join*",), break_off, "The question, or its answer, got lost on the way: ask it again."),
        (("**/queue/join*", "**/app_id"), limit, LIMITED),
    ],
    ids=["gone", "lost", "limited"],
)
def test_a_question_that_does_not_get_through_is_told_of_at_once_and_nothing_is_covered(
    running: Running, open_chat: OpenChat, paths: tuple[str, ...], answer: Callable[[Route], None] | None, line: str
) -> None:
    chat = open_chat(running.address)
    for path in paths:
        chat.page.route(path, answer or break_off)
    if not paths:
        running.stop()
    chat.page.evaluate("window.isTheSame = true")

    chat.send("plain")

    expect(chat.turn.locator(".problem")).to_have_text(line, timeout=2_500)  # the page looks by itself after 4 s
    expect(chat.page.locator(".toast-wrap")).to_be_hidden()
    expect(chat.page.locator(".toast-body")).not_to_have_count(0)  # it is Gradio's, and would be over what is clicked
    chat.page.unroute_all()
    if answer is break_off:  # of which Gradio makes a lost connection: it loads the page again
        chat.page.wait_for_function("!window.isTheSame")
    if paths:
        expect(chat.turn.locator(".problem")).to_have_text(line)
        chat.turn.get_by_role("button", name="Retry").click()
        expect(chat.turn.locator(".statement")).to_have_count(2)


def test_a_rating_that_fails_can_be_given_again(running: Running, open_chat: OpenChat) -> None:
    chat = open_chat(running.address)
    rating = chat.ask("plain").locator(".rating")
    helpful, not_helpful = (rating.get_by_role("button", name=name, exact=True) for name in ("Helpful", "Not helpful"))

    helpful.click()  # no answer is kept here
    expect(rating.get_by_role("status")).to_have_text(NOT_KEPT)
    not_helpful.click()
    rating.get_by_label("What is wrong?").fill("All of it.")
    chat.page.route("**/component_server*/**", break_off)
    rating.get_by_role("button", name="Send").click()

    expect(rating.get_by_role("status")).to_have_text("It could not be kept: try again.")
    expect(rating.get_by_label("What is wrong?")).to_have_value("All of it.")
    chat.page.unroute_all()
    rating.get_by_role("button", name="Send").click()
    expect(rating.get_by_role("status")).to_have_text(NOT_KEPT)
    running.stop()
    rating.get_by_role("button", name="Send").click()
    expect(rating.get_by_role("status")).to_contain_text("is it still running?")
    expect(rating.get_by_role("status")).to_have_count(1)


def test_what_is_not_supported_says_so(running: Running, open_chat: OpenChat) -> None:
    turn = open_chat(running.address).ask("invent something")

    expect(turn.locator(".verdict").first).to_have_text("✓ quoted")
    expect(turn.locator(".verdict").last).to_have_text("✗ not supported")
    expect(turn.locator(".statement").last).to_contain_text("(not supported by its source)")


def test_a_long_document_is_shown_around_the_quote(running: Running, open_chat: OpenChat) -> None:
    chat = open_chat(running.address)
    chat.ask("plain")

    assert chat.open_mark(2) == SECOND

    shown = chat.source.locator(".words").text_content() or ""
    assert shown in DOCUMENT.text
    assert 3_000 < len(shown) < 3_200  # 1,500 characters on each side


@pytest.mark.parametrize(("change", "said"), [("replace", "changed"), ("remove", "deleted")])
def test_a_source_that_is_no_longer_what_was_cited(
    running: Running, open_chat: OpenChat, change: str, said: str
) -> None:
    chat = open_chat(running.address)
    chat.ask("plain")
    about = chat.turn.locator(".footnotes .where").first
    assert about.text_content() == "Bridges ✓ quoted"
    running.script.library.held.clear()
    if change == "replace":
        other = Document(DOCUMENT.source, "Bridges", DOCUMENT.text.replace("1934", "1943"))
        running.script.library.held[other.id] = other

    chat.turn.get_by_role("button", name="Citation 1", exact=True).click()

    expect(chat.source).to_contain_text(f"{said} since it was cited")
    expect(chat.source).to_contain_text(FIRST)
    expect(chat.source.locator("mark")).to_have_count(0)
    link = chat.source.get_by_role("link", name="See the source as it is now")
    expect(link).to_have_count(1 if change == "replace" else 0)
    if change == "replace":
        with chat.page.context.expect_page() as opened:
            link.click()
        assert "start=" in opened.value.url and DOCUMENT.content_hash in opened.value.url
        expect(opened.value.get_by_role("status")).to_contain_text("cannot be told")
        expect(opened.value.locator(".words")).to_contain_text("Before.")
    chat.page.evaluate("window.dispatchEvent(new Event('focus'))")  # whereupon the page looks what has changed
    expect(about).to_have_text(f"Bridges ✓ quoted source {said}", use_inner_text=False)

"""With keys set, a person signs in, asks, and signs out; whoever may only ask sees nothing of adding and removing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Chat, OpenChat
from tests.browser.running import Running
from tests.browser.test_access import AXE, RULES, SIDEWAYS, TOO_SMALL

ASKER, EDITOR = "staple-correct-horse", "correct-horse-battery"
PREFIX = "/team"


@pytest.fixture(scope="module")
def guarded() -> Iterator[Running]:
    started = Running(api_keys=f"bob:ask:{ASKER},ann:edit:{EDITOR}")
    started.loaded.set()
    yield started
    started.stop()


def sign_in(page: Page, key: str) -> None:
    page.get_by_label("Key").fill(key)
    page.get_by_label("Key").press("Enter")


def signed_in(open_chat: OpenChat, running: Running, key: str, **screen: Any) -> Chat:
    chat = open_chat(running.address, wait=False, **screen)
    sign_in(chat.page, key)
    chat.box.wait_for()
    expect(chat.page.locator("[data-role=count]")).to_have_text("1")
    return chat


def menu(chat: Chat, name: str) -> Locator:
    chat.page.get_by_label("More").click()
    return chat.page.get_by_role("button", name=name)


def test_one_signs_in_asks_and_signs_out(guarded: Running, open_chat: OpenChat) -> None:
    chat = signed_in(open_chat, guarded, EDITOR)

    assert chat.page.url.startswith(f"{guarded.address}/chat/")
    assert chat.ask("When did it open?").locator(".statement").count() == 2
    assert chat.open_mark(1) == "The bridge opened in 1934."
    menu(chat, "Sign out").click()

    expect(chat.page.get_by_label("Key")).to_be_focused()
    assert chat.page.context.cookies() == []
    chat.page.goto(guarded.address + "/evaluate")
    assert chat.page.url == f"{guarded.address}/sign-in?next=%2Fevaluate"


def test_after_signing_in_one_is_where_one_wanted_to_be(guarded: Running, open_chat: OpenChat) -> None:
    chat = open_chat(guarded.address, wait=False)
    wanted = f"{guarded.address}/evaluate?a=1&b=%2F#run"
    chat.page.goto(wanted)

    sign_in(chat.page, ASKER)

    expect(chat.page.get_by_role("heading", name="How far can the footnotes be trusted?")).to_be_visible()
    assert chat.page.url == wanted


def test_a_wrong_key_is_said_and_can_be_mended(guarded: Running, open_chat: OpenChat) -> None:
    chat = open_chat(guarded.address, wait=False)
    sign_in(chat.page, "not-the-key")

    expect(chat.page.get_by_role("alert")).to_contain_text("not a key that is set here")
    field = chat.page.get_by_label("Key")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(
        "This is not a key that is set here. Check it, or ask whoever runs this Footnote for one."
    )
    sign_in(chat.page, ASKER)
    chat.box.wait_for()


def test_signing_in_needs_no_script(guarded: Running, open_chat: OpenChat) -> None:
    browser = open_chat(guarded.address, wait=False).page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(guarded.address + "/evaluate")

    sign_in(page, ASKER)

    expect(page.get_by_role("heading", name="How far can the footnotes be trusted?")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [1360, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_sign_in_page_is_for_everyone(guarded: Running, open_chat: OpenChat, scheme: str, width: int) -> None:
    chat = open_chat(guarded.address, wait=False, width=width, height=844, color_scheme=scheme)
    for wrong in (False, True):
        if wrong:
            sign_in(chat.page, "not-the-key")
            chat.page.get_by_role("alert").wait_for()
        chat.page.evaluate(AXE)
        found = chat.page.evaluate("(rules) => axe.run(document, rules)", RULES)
        assert [one["id"] for one in found["violations"]] == []
        assert chat.page.evaluate(TOO_SMALL) == []
        assert chat.page.evaluate(SIDEWAYS) == []


def test_whoever_may_only_ask_sees_nothing_of_adding_and_removing(guarded: Running, open_chat: OpenChat) -> None:
    chat = signed_in(open_chat, guarded, ASKER)
    for name in ("Add", "choose them"):
        expect(chat.page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    expect(chat.page.get_by_text("Drop .txt")).to_be_hidden()

    chat.page.locator("[data-role=documents]").click()
    panel = chat.page.get_by_role("region", name="Documents")

    expect(panel.get_by_role("checkbox")).to_have_count(1)
    expect(panel.get_by_role("button", name="Close the documents")).to_be_focused()
    expect(panel.get_by_role("button", name="Remove")).to_have_count(0)
    expect(panel.get_by_role("button", name="Add files")).to_have_count(0)


def test_whoever_may_edit_sees_it(guarded: Running, open_chat: OpenChat) -> None:
    chat = signed_in(open_chat, guarded, EDITOR)
    expect(chat.page.get_by_role("button", name="Add", exact=True)).to_be_visible()

    chat.page.locator("[data-role=documents]").click()

    expect(chat.page.get_by_role("button", name="Remove Bridges")).to_be_visible()


@pytest.mark.parametrize(("key", "offered"), [(ASKER, False), (EDITOR, True)])
def test_a_refusal_offers_to_add_only_to_whoever_may(
    guarded: Running, open_chat: OpenChat, key: str, offered: bool
) -> None:
    chat = signed_in(open_chat, guarded, key)

    refused = chat.ask("unanswerable").locator(".refusal")

    expected = "Ask it in other words, or add a document that says it." if offered else "Ask it in other words."
    assert refused.locator("p").last.inner_text() == expected


def drop(chat: Chat) -> bool:
    """Drops a file on the page; whether the browser was kept from opening it."""
    dropped: bool = chat.page.evaluate(
        """() => {
            const files = new DataTransfer();
            files.items.add(new File(["The tower is old."], "tower.txt"));
            const event = new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: files });
            document.querySelector(".footnote").dispatchEvent(event);
            return event.defaultPrevented;
        }"""
    )
    return dropped


def test_a_dropped_file_is_not_sent_by_whoever_may_only_ask(guarded: Running, open_chat: OpenChat) -> None:
    chat = signed_in(open_chat, guarded, ASKER)
    sent = []
    chat.page.on("request", lambda request: sent.append(request.url) if "uploads" in request.url else None)

    assert drop(chat)

    chat.page.wait_for_timeout(200)
    assert sent == []
    expect(chat.page.get_by_role("region", name="Documents")).to_be_hidden()


def test_signed_out_elsewhere_the_page_says_so(guarded: Running, open_chat: OpenChat) -> None:
    chat = signed_in(open_chat, guarded, EDITOR)
    chat.page.context.clear_cookies()

    chat.send("When did it open?")

    expect(chat.turn).to_contain_text("You are signed out: reload the page to sign in again.", timeout=20_000)


def test_without_keys_there_is_no_signing_out(running: Running, open_chat: OpenChat) -> None:
    chat = open_chat(running.address)
    expect(chat.page.locator("[data-role=count]")).to_have_text("1")

    expect(menu(chat, "Sign out")).to_have_count(0)
    expect(chat.page.get_by_role("button", name="Keys and signs")).to_be_visible()


def test_the_words_of_the_menu_lie_within_it(guarded: Running, open_chat: OpenChat) -> None:
    chat = signed_in(open_chat, guarded, EDITOR, width=390, height=844)
    expect(menu(chat, "Sign out")).to_be_visible()

    sticking_out = chat.page.locator(".menu-items .tool").evaluate_all(
        "(items) => items.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)"
    )

    assert sticking_out == []


# 600 requests a minute is what a key has by itself: forty people can open the page and ask within one.
def test_a_page_and_an_answer_take_few_of_the_requests_that_a_key_has(guarded: Running, open_chat: OpenChat) -> None:
    chat = signed_in(open_chat, guarded, EDITOR)
    counted: list[str] = []
    chat.page.on("request", lambda request: None if is_file(request.url) else counted.append(request.url))

    chat.page.reload()
    chat.box.wait_for()
    chat.ask("When did it open?")
    chat.open_mark(1)

    assert 3 < len(counted) <= 15, counted


def is_file(url: str) -> bool:
    return any(part in url for part in ("/assets/", "/static/", "theme.css", "favicon.ico"))


def test_under_a_path_one_signs_in_asks_and_signs_out(open_chat: OpenChat) -> None:
    behind = Running(api_keys=f"ann:edit:{EDITOR}", root_path=PREFIX)
    behind.loaded.set()
    try:
        chat = open_chat(behind.address + PREFIX, wait=False)
        chat.page.goto(f"{behind.address}{PREFIX}/evaluate")
        chat.page.wait_for_url(f"{behind.address}{PREFIX}/sign-in?next=%2Fteam%2Fevaluate")
        sign_in(chat.page, EDITOR)
        chat.page.get_by_role("link", name="Ask your documents").click()
        chat.box.wait_for()
        chat.ask("When did it open?")
        assert chat.open_mark(1) == "The bridge opened in 1934."
        menu(chat, "Sign out").click()
        chat.page.get_by_label("Key").wait_for()
        assert chat.page.url == f"{behind.address}{PREFIX}/sign-in"
    finally:
        behind.stop()

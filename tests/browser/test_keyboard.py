"""The page without a mouse: every test here presses keys, and nothing else."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Chat, OpenChat
from tests.browser.running import Running
from tests.qa.web.scripted import FIRST
from tests.server import Server

SIGNED = "How many government officials signed the memo?"
MOST_TABS = 40  # there are fewer stops on the page


def press(chat: Chat, *keys: str) -> None:
    for key in keys:
        chat.page.keyboard.press(key)


def ask(chat: Chat, question: str) -> None:
    """Types it where the focus is when the page opens."""
    expect(chat.box).to_be_focused()
    chat.page.keyboard.type(question)
    press(chat, "Enter")
    chat.page.get_by_role("heading", name=question, exact=True).last.wait_for()


def tab_to(chat: Chat, name: str, key: str = "Shift+Tab") -> None:
    """Presses Tab until what has this name has the focus; everything on the way must be named and seen."""
    for _ in range(MOST_TABS):
        press(chat, key)
        focused = chat.page.locator(":focus")
        expect(focused).to_be_visible()
        if focused.evaluate("(node) => node.ariaLabel ?? node.textContent.trim()") == name:
            return
    raise AssertionError(f"Tab does not reach {name}")


def test_a_mark_is_reached_opened_and_returned_to(chat: Chat) -> None:
    ask(chat, SIGNED)
    chat.answered()

    tab_to(chat, "Citation 1")
    mark = chat.mark(1)
    assert mark.evaluate("(node) => getComputedStyle(node).outlineStyle") == "solid"
    press(chat, "Enter")
    expect(chat.source.locator("mark")).to_be_focused()
    expect(mark).to_have_attribute("aria-expanded", "true")
    press(chat, "Escape")

    expect(chat.source).to_be_hidden()
    expect(mark).to_be_focused()


def test_a_mark_in_focus_previews_its_quote(chat: Chat) -> None:
    ask(chat, SIGNED)
    chat.answered()

    tab_to(chat, "Citation 1")

    tooltip = chat.page.get_by_role("tooltip")
    expect(tooltip).to_contain_text("approximately 100 US government officials")
    expect(chat.mark(1)).to_have_attribute("aria-describedby", tooltip.get_attribute("id") or "")
    press(chat, "Escape")
    expect(tooltip).to_be_hidden()
    expect(chat.mark(1)).to_be_focused()


def test_the_source_steps_from_citation_to_citation(chat: Chat) -> None:
    ask(chat, "What is the article about?")
    chat.answered()
    tab_to(chat, "Citation 1")
    press(chat, "Enter")
    expect(chat.source.locator("mark")).to_be_focused()
    first = chat.source.locator("mark").text_content() or ""

    press(chat, "]")
    expect(chat.source.locator("mark")).not_to_have_text(first)
    expect(chat.source.locator("mark")).to_be_focused()
    expect(chat.mark(2)).to_have_attribute("aria-expanded", "true")
    press(chat, "[")
    expect(chat.source.locator("mark")).to_have_text(first)
    press(chat, "]")
    expect(chat.mark(2)).to_have_attribute("aria-expanded", "true")
    press(chat, "Escape")

    expect(chat.mark(2)).to_be_focused()


def test_the_sheet_of_a_phone_makes_way_for_the_box(server: Server, open_chat: OpenChat) -> None:
    chat = open_chat(server.address, width=390, height=844)
    ask(chat, SIGNED)
    chat.answered()
    tab_to(chat, "Citation 1")
    press(chat, "Enter")
    expect(chat.source.locator("mark")).to_be_focused()

    press(chat, "/")

    expect(chat.box).to_be_focused()
    expect(chat.source).to_be_hidden()


def test_a_running_answer_is_stopped(running: Running, open_chat: OpenChat) -> None:
    chat = open_chat(running.address)
    ask(chat, "slow, please")
    expect(chat.turn.locator(".answer")).to_contain_text(FIRST)

    press(chat, "Escape")

    expect(chat.turn.locator(".problem")).to_have_text("Stopped.")
    running.go_on_once_cancelled()
    assert running.script.ended.wait(5)
    assert not running.script.finished.is_set()
    expect(chat.box).to_be_focused()


def test_the_stop_button_is_a_tab_away(running: Running, open_chat: OpenChat) -> None:
    chat = open_chat(running.address)
    ask(chat, "slow, please")
    expect(chat.turn.locator(".answer")).to_contain_text(FIRST)

    tab_to(chat, "Stop", key="Tab")
    press(chat, "Enter")

    expect(chat.turn.locator(".problem")).to_have_text("Stopped.")
    running.script.go_on.set()


def test_a_question_is_asked_again(chat: Chat) -> None:
    ask(chat, SIGNED)
    chat.answered()
    [before] = chat.kept()

    tab_to(chat, "Retry")
    press(chat, "Enter")
    expect(chat.box).to_be_focused()
    chat.answered()

    [after] = chat.kept()
    assert after["question"] == before["question"]
    assert after["answer"]["trace_id"] != before["answer"]["trace_id"]
    expect(chat.page.get_by_role("article")).to_have_count(1)


def test_the_last_question_is_edited(chat: Chat) -> None:
    ask(chat, SIGNED)
    chat.answered()

    tab_to(chat, "Edit")
    press(chat, "Enter")
    expect(chat.box).to_be_focused()
    expect(chat.box).to_have_value(SIGNED)
    press(chat, "ControlOrMeta+a")
    ask(chat, "Who organized the memo?")
    chat.answered()

    assert [turn["question"] for turn in chat.kept()] == ["Who organized the memo?"]
    expect(chat.page.get_by_role("article")).to_have_count(1)


def test_editing_is_given_up_by_escape(chat: Chat) -> None:
    ask(chat, SIGNED)
    chat.answered()
    tab_to(chat, "Edit")
    press(chat, "Enter")

    press(chat, "Escape")

    expect(chat.box).to_have_value("")
    expect(chat.page.get_by_role("article")).to_have_count(1)
    ask(chat, "Who organized the memo?")
    chat.answered()
    assert len(chat.kept()) == 2


def test_a_new_conversation_begins(chat: Chat) -> None:
    ask(chat, SIGNED)
    chat.answered()

    press(chat, "Tab", "n")  # out of the box, where an n is an n

    expect(chat.page.get_by_role("article")).to_have_count(0)
    expect(chat.box).to_be_focused()


def test_an_answer_is_rated_with_a_comment(chat: Chat) -> None:
    ask(chat, SIGNED)
    chat.answered()

    tab_to(chat, "Not helpful")
    press(chat, "Enter")
    chat.page.keyboard.type("It is about 100, not exactly.")
    press(chat, "Enter")

    expect(chat.turn.locator(".rating")).to_contain_text("Not helpful, with your comment")
    expect(chat.turn.locator(".rating").get_by_role("button", name="Change")).to_be_focused()


def test_the_list_of_keys_opens_and_closes(chat: Chat) -> None:
    expect(chat.box).to_be_focused()
    press(chat, "Tab", "?")
    expect(chat.page.get_by_role("dialog", name="Keys and signs")).to_be_visible()

    press(chat, "Escape")

    expect(chat.page.get_by_role("dialog")).to_have_count(0)


def test_the_menu_is_closed_by_escape_which_stops_nothing(running: Running, open_chat: OpenChat) -> None:
    chat = open_chat(running.address)
    ask(chat, "slow, please")
    expect(chat.turn.locator(".answer")).to_contain_text(FIRST)
    more, item = chat.page.locator(".menu summary"), chat.page.get_by_role("button", name="Export as Markdown")
    for keys in ((), ("Tab",)):
        tab_to(chat, "More", key="Shift+Tab")
        press(chat, "Enter")
        expect(item).to_be_visible()
        press(chat, *keys, "Escape")

        expect(item).to_be_hidden()
        expect(more).to_be_focused()
        press(chat, "/")
    expect(chat.page.get_by_role("button", name="Stop")).to_be_visible()
    running.script.go_on.set()


def test_what_the_menu_opened_gives_the_focus_back_to_it(chat: Chat) -> None:
    expect(chat.box).to_be_focused()
    tab_to(chat, "More")
    press(chat, "Enter")
    tab_to(chat, "Keys and signs", key="Tab")
    press(chat, "Enter")
    expect(chat.page.get_by_role("dialog", name="Keys and signs")).to_be_visible()

    press(chat, "Escape")

    expect(chat.page.get_by_role("dialog")).to_have_count(0)
    expect(chat.page.locator(".menu summary")).to_be_focused()
    expect(chat.page.get_by_role("button", name="Export as Markdown")).to_be_hidden()


def test_a_letter_in_the_box_is_a_letter(chat: Chat) -> None:
    expect(chat.box).to_be_focused()

    chat.page.keyboard.type("n d ? / [ ]")

    expect(chat.box).to_have_value("n d ? / [ ]")
    expect(chat.page.get_by_role("dialog")).to_have_count(0)

"""Many readers, and many tabs of one, each with a conversation of its own."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Chat, OpenChat
from tests.browser.shelf import QUESTIONS
from tests.server import Server

ASKED = [(name, question) for name, questions in QUESTIONS.items() for question in questions]
LEAD = 1_500  # ms in which every browser is told when to ask
ASK_AT = """([question, at]) => {
    const form = document.querySelector('.composer');
    form.question.value = question;
    setTimeout(() => form.requestSubmit(), at - Date.now());
}"""
# The next question a millisecond after the answer; those that were not answered.
ASK_ON = """async (questions) => {
    const form = document.querySelector('.composer');
    for (const [place, question] of questions.entries()) {
        form.question.value = question;
        form.requestSubmit();
        const isWhole = () => document.querySelectorAll('.turn .actions:not([hidden])').length > place;
        const began = Date.now();
        while (!isWhole() && Date.now() - began < 20_000) await new Promise((resolve) => setTimeout(resolve, 1));
        if (!isWhole()) return [question];
    }
    return [];
}"""


def ask_at_once(chats: list[Chat], questions: list[str]) -> None:
    """Each asks its own, all at the same moment."""
    at = chats[0].page.evaluate("Date.now()") + LEAD
    for chat, question in zip(chats, questions, strict=True):
        chat.page.evaluate(ASK_AT, [question, at])
    for chat in chats:
        expect(chat.page.locator(".turn .actions")).to_be_visible(timeout=60_000)


def test_twenty_browsers_at_once_are_each_answered_and_see_no_other(server: Server, open_chat: OpenChat) -> None:
    asked = ASKED[:20]
    chats = [open_chat(server.address) for _ in asked]

    ask_at_once(chats, [question for _, question in asked])

    for chat, (name, question) in zip(chats, asked, strict=True):
        [turn] = chat.kept()
        assert turn["question"] == question
        assert {Path(citation["source"]).name for citation in turn["answer"]["citations"]} == {name}
        shown = chat.page.locator(".transcript").text_content() or ""
        assert [other for _, other in asked if other in shown] == [question]


def test_eight_tabs_keep_eight_conversations_over_a_reload(server: Server, open_chat: OpenChat) -> None:
    questions = [question for _, question in ASKED[:8]]
    first = open_chat(server.address)
    tabs = [first, *(open_chat(server.address, beside=first) for _ in questions[1:])]
    ask_at_once(tabs, questions)

    for tab in tabs:
        tab.page.reload()
    for tab, question in zip(tabs, questions, strict=True):
        expect(tab.page.get_by_role("article")).to_have_count(1)
        expect(tab.turn.get_by_role("heading")).to_have_text(question)
        expect(tab.turn.locator(".footnotes li")).not_to_have_count(0)

    tabs[3].ask("Who was the first keeper of the Harrow Lighthouse?")
    for tab in tabs:
        tab.page.reload()
    assert [len(tab.kept()) for tab in tabs] == [1, 1, 1, 2, 1, 1, 1, 1]


def test_questions_asked_the_moment_an_answer_is_whole_are_all_answered(chat: Chat) -> None:
    questions = [question for _, question in ASKED[:12]]

    unheard = chat.page.evaluate(ASK_ON, questions)

    assert unheard == []
    assert [turn["question"] for turn in chat.kept() if turn["answer"]] == questions


def test_a_new_tab_is_empty(server: Server, open_chat: OpenChat) -> None:
    first = open_chat(server.address)
    first.ask(ASKED[0][1])

    second = open_chat(server.address, beside=first)

    expect(second.page.get_by_role("article")).to_have_count(0)
    expect(second.page.get_by_text("Ask your documents in plain language.")).to_be_visible()

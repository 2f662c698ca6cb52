"""An evaluation's page in a real browser: read from a file, by whoever it was sent to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from qa.evaluation.page import render
from qa.evaluation.summary import as_report, summarise
from tests.qa.evaluation.made import HOSTILE, hostile

OpenReport = Callable[..., Page]


@pytest.fixture
def open_report(browser: Browser, tmp_path: Path) -> Iterator[OpenReport]:
    """Opens the report on a run whose every word is hostile; nothing but the file may be asked for."""
    evaluation = hostile()
    file = tmp_path / "report.html"
    file.write_text(render(evaluation, as_report(evaluation, summarise(evaluation))), "utf-8")
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def opened(width: int = 1200, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
        )
        contexts.append(context)
        context.on("request", lambda request: None if request.url == file.as_uri() else problems.append(request.url))
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text))
        page.goto(file.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def test_a_wrong_answer_opens_with_the_keyboard_to_its_words(open_report: OpenReport) -> None:
    page = open_report()
    case = page.locator("details").first

    assert not case.get_by_text("Retrieved").is_visible()
    case.locator("summary").focus()
    page.keyboard.press("Enter")

    assert case.get_by_role("heading", name="Retrieved").is_visible()
    assert case.locator("mark.cited").first.is_visible()
    assert case.locator(".question").text_content() == HOSTILE
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize("width", [360, 390, 768, 1200])
def test_nothing_is_wider_than_the_screen(open_report: OpenReport, width: int) -> None:
    page = open_report(width)
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_dark_where_the_reader_has_it_dark(open_report: OpenReport) -> None:
    background = "getComputedStyle(document.body).backgroundColor"

    assert open_report(scheme="dark").evaluate(background) == "rgb(22, 21, 18)"
    assert open_report(scheme="light").evaluate(background) == "rgb(251, 250, 246)"

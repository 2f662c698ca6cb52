"""A real server on the bundled article and on documents that are hard to show, and a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page, Request, sync_playwright

from tests.browser.running import Running
from tests.browser.shelf import DOCUMENTS
from tests.server import ROOT, Server

ARTICLE = ROOT / "index" / "samples" / "article.txt"
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def chromium() -> str | None:
    """Where the browser is, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("FOOTNOTE_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="package")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documents of the shelf as files."""
    folder = tmp_path_factory.mktemp("papers")
    for name, text in DOCUMENTS.items():
        (folder / name).write_bytes(text.encode())
    return folder


@pytest.fixture(scope="package")
def data_folder(tmp_path_factory: pytest.TempPathFactory, papers: Path) -> Path:
    """A folder that a first start has filled, with the documents of the shelf."""
    from index.loading import load
    from qa.service import Footnote
    from qa.settings import Settings

    folder = tmp_path_factory.mktemp("data")
    with Footnote.open(Settings.read(data=folder)) as footnote:
        for name in DOCUMENTS:
            footnote.library.add(load(papers / name))
    return folder


@pytest.fixture(scope="package")
def data_copy(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same documents once more: a folder has one owner, and the server owns the other."""
    return Path(shutil.copytree(data_folder, tmp_path_factory.mktemp("copy") / "data"))


@pytest.fixture(scope="package")
def server(data_folder: Path, data_copy: Path) -> Iterator[Server]:
    """One for all tests: loading the model takes most of a start."""
    started = Server(data_folder)
    try:
        started.start()
        yield started
    finally:
        if started.process:
            started.process.kill()
            started.process.wait()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium. Without one these tests are left out, but not where CI is true.

    No longer than for these tests: Playwright's event loop would run beside those of other tests.
    """
    executable = chromium()
    if executable is None:
        where = "no chromium, chromium-browser or google-chrome on the path, and FOOTNOTE_CHROMIUM is not set"
        if os.environ.get("CI") == "true":
            pytest.fail(where)
        pytest.skip(where)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield launched
        launched.close()


@dataclass
class Chat:
    """A person in front of the page."""

    page: Page
    problems: list[str]  # script errors, dialogs, and requests to any other host, blocked or not

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox", name="Question")

    @property
    def source(self) -> Locator:
        return self.page.get_by_role("region", name="Source")

    @property
    def turn(self) -> Locator:
        """The last one."""
        return self.page.get_by_role("article").last

    def ask(self, question: str) -> Locator:
        """Asks, and waits until the answer is whole."""
        self.send(question)
        self.answered()
        return self.turn

    def send(self, question: str) -> None:
        self.box.fill(question)
        self.box.press("Enter")
        self.page.get_by_role("heading", name=question, exact=True).last.wait_for()

    def answered(self) -> None:
        """Waits until the answer is whole."""
        self.page.get_by_role("button", name="Ask", exact=True).wait_for(timeout=30_000)

    def begin(self) -> None:
        """Begins a new conversation."""
        self.page.get_by_role("button", name="New", exact=True).click()
        self.page.get_by_role("article").wait_for(state="detached")

    def mark(self, number: int = 1) -> Locator:
        """A mark of the last turn; the first one, where a number is used more than once."""
        return self.turn.get_by_role("button", name=f"Citation {number}", exact=True).first

    def open_mark(self, number: int = 1) -> str:
        """Clicks a mark of the last turn; the words that the source then highlights."""
        self.mark(number).click()
        self.source.locator("mark").wait_for()
        assert self.source.locator("mark").count() == 1
        return self.source.locator("mark").text_content() or ""

    def kept(self) -> list[dict[str, Any]]:
        """The turns of this conversation as the browser keeps them, with all that the server said."""
        turns: list[dict[str, Any]] = self.page.evaluate(
            "JSON.parse(localStorage.getItem('footnote:conversation:' + location.hash.slice(3))).turns"
        )
        return turns


OpenChat = Callable[..., Chat]


@pytest.fixture
def open_chat(browser: Browser) -> Iterator[OpenChat]:
    """Opens the page at an address: `open_chat(address, width=390, height=844, color_scheme="dark")`.

    With `beside` it is another tab of a chat's browser. Afterwards no script may have failed, no dialog may have
    opened, and nothing may have been asked of another host.
    """
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def note_request(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            problems.append(request.url)

    def note_dialog(dialog: Dialog) -> None:
        problems.append(dialog.message)
        dialog.dismiss()

    def new_context(width: int, height: int, color_scheme: str) -> BrowserContext:
        scheme: Literal["dark", "light"] = "dark" if color_scheme == "dark" else "light"
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        contexts.append(context)
        context.on("request", note_request)
        context.on("dialog", note_dialog)
        return context

    def opened(
        address: str,
        width: int = 1360,
        height: int = 860,
        color_scheme: str = "light",
        wait: bool = True,
        beside: Chat | None = None,
    ) -> Chat:
        page = (beside.page.context if beside else new_context(width, height, color_scheme)).new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(address + "/")
        chat = Chat(page, problems)
        if wait:
            chat.box.wait_for()
        return chat

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def chat(server: Server, open_chat: OpenChat) -> Chat:
    """The page of the real server, on a wide screen."""
    return open_chat(server.address)


@pytest.fixture
def loading() -> Iterator[Running]:
    started = Running()
    yield started
    started.loaded.set()
    started.stop()


@pytest.fixture
def running(loading: Running) -> Running:
    loading.loaded.set()
    return loading

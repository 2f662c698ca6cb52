"""Pictures of the running program.

python -m tests.browser.screenshots                # those of the README, into docs/
python -m tests.browser.screenshots screenshots    # every state on every screen, to look at, into that folder
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, FilePayload, sync_playwright

from tests.browser.conftest import FLAGS, Chat, chromium
from tests.server import ROOT, Server

ANSWERED, REFUSED, FOLLOWED_UP = "Who organized the memo?", "How many hostages were taken?", "And who obtained it?"
SETTLED = 300  # ms until the colours have settled


@dataclass(frozen=True)
class Screen:
    """What the page is looked at on."""

    width: int
    height: int
    scheme: Literal["light", "dark"]
    scale: int = 1


SCREENS = {
    "light": Screen(1360, 860, "light"),
    "dark": Screen(1360, 860, "dark"),
    "phone": Screen(390, 844, "light", scale=2),
}


def empty(chat: Chat) -> None:
    """Before the first question, once the suggestions are there."""
    chat.page.locator(".suggestion").first.wait_for(timeout=60_000)


def answered(chat: Chat) -> None:
    """A question and a follow-up, with the fold open that says why."""
    chat.ask(ANSWERED)
    chat.ask(FOLLOWED_UP).get_by_text("Why this answer").click()


def refused(chat: Chat) -> None:
    """A question that the article does not answer."""
    chat.ask(REFUSED)


def source(chat: Chat) -> None:
    """An answer with its source beside it, and on a wide screen a refusal below it."""
    chat.ask(ANSWERED)
    if (chat.page.viewport_size or {"width": 0})["width"] > 820:
        chat.ask(REFUSED)
        chat.page.locator(".scroll").evaluate("(node) => { node.scrollTop = 0; }")
    chat.page.get_by_role("button", name="Citation 1", exact=True).first.click()
    chat.source.locator("mark").wait_for()


def documents(chat: Chat) -> None:
    """The documents beside an answer, one of them ticked, after files were added."""
    chat.ask(ANSWERED)
    chat.page.locator("[data-role=documents]").click()
    minutes = b"# Minutes of May\n\nThe bridge is to be painted red.\n"
    files: list[FilePayload] = [
        {"name": "minutes.md", "mimeType": "text/markdown", "buffer": minutes},
        {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""},
    ]
    chat.page.locator("[type=file]").set_input_files(files)
    chat.page.locator(".upload.ended").nth(1).wait_for(timeout=60_000)
    chat.page.get_by_role("checkbox").first.check()


STATES: dict[str, Callable[[Chat], None]] = {
    state.__name__: state for state in (empty, answered, refused, source, documents)
}
README = {f"chat-{screen}.png": ("source", screen) for screen in SCREENS}
EVERY = {f"{state}-{screen}.png": (state, screen) for screen in SCREENS for state in STATES}


def main(folder: Path | None = None) -> int:
    """Takes the README's, or into a folder every one; returns the exit code."""
    executable = chromium()
    if executable is None:
        print("No Chromium found: install one, or set FOOTNOTE_CHROMIUM.", file=sys.stderr)
        return 3
    pictures, folder = (EVERY, folder) if folder else (README, ROOT / "docs")
    folder.mkdir(parents=True, exist_ok=True)
    with running() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        for name, (state, screen) in pictures.items():
            take(browser, address, STATES[state], SCREENS[screen], folder / name)
        browser.close()
    return 0


@contextmanager
def running() -> Iterator[str]:
    """The program on a new data folder; its address."""
    with TemporaryDirectory() as data:
        server = Server(Path(data))
        try:
            server.start()
            yield server.address
        finally:
            if server.process:
                server.stop()


def take(browser: Browser, address: str, reach: Callable[[Chat], None], screen: Screen, path: Path) -> None:
    """One picture."""
    context = browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        color_scheme=screen.scheme,
        device_scale_factor=screen.scale,
    )
    chat = Chat(context.new_page(), [])
    chat.page.goto(address + "/")
    reach(chat)
    chat.page.mouse.move(0, 0)
    chat.page.wait_for_timeout(SETTLED)
    chat.page.screenshot(path=path)
    context.close()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))

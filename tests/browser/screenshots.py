"""The pictures of the README, taken from the running program: `python -m tests.browser.screenshots`."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import FLAGS, ROOT, Chat, Server, chromium

PICTURES = {
    "chat-light.png": {"width": 1360, "height": 860},
    "chat-dark.png": {"width": 1360, "height": 860},
    "chat-phone.png": {"width": 390, "height": 844},
}
CONVERSATION = ("How many officials signed the memo?", "Who organized it?")


def main(folder: Path = ROOT / "docs") -> int:
    """Takes them; returns the exit code."""
    executable = chromium()
    if executable is None:
        print("No Chromium found: install one, or set FOOTNOTE_CHROMIUM.", file=sys.stderr)
        return 3
    folder.mkdir(exist_ok=True)
    with TemporaryDirectory() as data, sync_playwright() as playwright:
        server = Server(Path(data))
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        try:
            server.start()
            for name in PICTURES:
                take(browser, server.address, folder / name)
        finally:
            browser.close()
            if server.process:
                server.stop()
    return 0


def take(browser: Browser, address: str, path: Path) -> None:
    """One picture: a conversation with a source open."""
    size = PICTURES[path.name]
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        color_scheme="dark" if "dark" in path.name else "light",
        device_scale_factor=2,
    )
    chat = Chat(context.new_page(), [])
    chat.page.goto(address + "/")
    for question in CONVERSATION:
        chat.ask(question)
    if "phone" not in path.name:
        chat.page.locator(".scroll").evaluate("(node) => { node.scrollTop = 0; }")
    chat.open_mark(1)
    chat.page.mouse.move(0, 0)
    chat.page.wait_for_timeout(200)
    chat.page.screenshot(path=path)
    context.close()


if __name__ == "__main__":
    sys.exit(main())

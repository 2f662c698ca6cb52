"""The pictures of the README, taken from the running program: `python -m tests.browser.screenshots`."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import FLAGS, Chat, chromium
from tests.server import ROOT, Server

WIDE, PHONE = (1360, 860), (390, 844)
PICTURES = {"chat-light.png": WIDE, "chat-dark.png": WIDE, "chat-phone.png": PHONE}
ANSWERED, REFUSED = "Who organized the memo?", "How many hostages were taken?"


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
    """One picture: an answer with its source open, and on a wide screen a refusal below it."""
    (width, height), on_phone = PICTURES[path.name], PICTURES[path.name] == PHONE
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if "dark" in path.name else "light",
        device_scale_factor=2 if on_phone else 1,
    )
    chat = Chat(context.new_page(), [])
    chat.page.goto(address + "/")
    chat.ask(ANSWERED)
    if not on_phone:
        chat.ask(REFUSED)
        chat.page.locator(".scroll").evaluate("(node) => { node.scrollTop = 0; }")
    chat.page.get_by_role("button", name="Citation 1", exact=True).first.click()
    chat.source.locator("mark").wait_for()
    chat.page.mouse.move(0, 0)
    chat.page.wait_for_timeout(200)  # until the colours have settled
    chat.page.screenshot(path=path)
    context.close()


if __name__ == "__main__":
    sys.exit(main())

"""Pictures of the running program.

python -m tests.browser.screenshots                # those of the README, into docs/
python -m tests.browser.screenshots screenshots    # every state on every screen, to look at, into that folder
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, FilePayload, sync_playwright

from qa.answer import Citation
from qa.linking import permalink as permalink_of
from tests.browser.conftest import FLAGS, Chat, chromium
from tests.browser.running import Running
from tests.server import ROOT, Server

ANSWERED, REFUSED, FOLLOWED_UP = "Who organized the memo?", "How many hostages were taken?", "And who obtained it?"
QUOTE = "The customs house of Qamar 🛃 closes at 16:30."
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
    "phone-dark": Screen(390, 844, "dark", scale=2),
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


def permalink(chat: Chat) -> None:
    """The source at a quote, as a link from elsewhere opens it."""
    go(chat, link(chat))


def permalink_part(chat: Chat) -> None:
    """The middle of a document of several parts, part of which runs from right to left."""
    filler = "The harbour of Qamar was dredged again, and again it silted up. " * 300
    text = f"# Harbour\n\n{filler}\n\n## رسوم\n\nالمنارة بنيت في عام ١٨٧١.\n\n{QUOTE}\n\n{filler * 3}"
    file: FilePayload = {"name": "harbour.md", "mimeType": "text/markdown", "buffer": text.encode()}
    added = chat.page.request.post(f"{home(chat)}/api/v1/documents?replace=true", multipart={"file": file}).json()
    while (document := chat.page.request.get(home(chat) + added["url"]).json()["document"]) is None:
        chat.page.wait_for_timeout(100)
    start = text.index(QUOTE)
    go(chat, f"d/{document['id']}?start={start}&end={start + len(QUOTE)}")
    chat.page.get_by_role("link", name="Read the whole document").click()


def permalink_changed(chat: Chat) -> None:
    """Where the words no longer stand in the document."""
    go(chat, re.sub("hash=[0-9a-f]+", f"hash={'0' * 64}", link(chat)))


def permalink_deleted(chat: Chat) -> None:
    """Where there is no such document any more."""
    go(chat, f"d/gone?start=1&end=2&hash={'0' * 64}#quote")


def reference(chat: Chat) -> None:
    """The API's reference, with an operation open."""
    go(chat, "docs")
    chat.page.locator("summary").first.click()


def home(chat: Chat) -> str:
    """The address of the server."""
    return chat.page.url.partition("/chat/")[0]


def go(chat: Chat, path: str) -> None:
    """To another page of the server."""
    chat.page.goto(f"{home(chat)}/{path}")


def link(chat: Chat) -> str:
    """Of the first footnote of an answer, relative to the address."""
    answer = chat.page.request.post(f"{home(chat)}/api/v1/ask", data={"question": ANSWERED}).json()
    return permalink_of(Citation.model_validate(answer["citations"][0]))


def sign_in(chat: Chat) -> None:
    """Where keys are set; this server has one of its own."""
    with signed_out(chat):
        pass


def sign_in_refused(chat: Chat) -> None:
    """After a wrong key."""
    with signed_out(chat):
        chat.page.get_by_label("Key").fill("not the key")
        chat.page.get_by_label("Key").press("Enter")
        chat.page.get_by_role("alert").wait_for()


@contextmanager
def signed_out(chat: Chat) -> Iterator[None]:
    """The page of a server that has keys, once it has loaded."""
    guarded = Running(api_keys="ann:edit:correct-horse-battery")
    guarded.loaded.set()
    try:
        chat.page.goto(guarded.address + "/")
        chat.page.get_by_label("Key").wait_for(timeout=60_000)
        yield
    finally:
        guarded.stop()


STATES: dict[str, Callable[[Chat], None]] = {
    state.__name__: state
    for state in (
        *(empty, answered, refused, source, documents),
        *(permalink, permalink_part, permalink_changed, permalink_deleted, reference, sign_in, sign_in_refused),
    )
}
README = {f"chat-{screen}.png": ("source", screen) for screen in ("light", "dark", "phone")}
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

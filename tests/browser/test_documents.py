"""The documents panel: real files, the real pipeline, Chromium."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import FileChooser, Locator, expect

from qa.service import Footnote
from qa.settings import Settings
from qa.web.app import create_app
from qa.web.serve import listen
from tests.browser.conftest import Chat, OpenChat
from tests.browser.shelf import MARKUP

BRIDGE = "The Amber Bridge opened in 1934. It was painted red by Edith Marlow.\n"
REBUILT = "The Amber Bridge opened again in 1987 after it was rebuilt.\n"
TOWER = "# The Round Tower\n\nThe Round Tower was built by Ivar Holm in 1642.\n"
WHEN = "When did the Amber Bridge open?"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footnote]:
    with Footnote.open(Settings(data=tmp_path_factory.mktemp("documents") / "data", max_upload_mb=1)) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(service: Footnote) -> Iterator[str]:
    """Of a page that answers from the service."""
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(create_app(service), log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture
def chat(address: str, service: Footnote, open_chat: OpenChat) -> Iterator[Chat]:
    """The page, with the bundled article only."""
    yield open_chat(address)
    for record in service.library.documents():
        if record.source.startswith("upload:"):
            service.library.remove(record.id)
    service.library.purge(everything=True)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with files to choose from."""
    for name, text in (("bridge.txt", BRIDGE), ("tower.md", TOWER), ("empty.txt", ""), ("picture.png", "PNG")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "large.txt").write_text("word " * 300_000)
    return tmp_path


def panel(chat: Chat) -> Locator:
    return chat.page.get_by_role("region", name="Documents")


def open_panel(chat: Chat) -> Locator:
    chat.page.get_by_role("button", name="Documents", exact=False).first.click()
    return panel(chat)


def choose(chat: Chat, *paths: Path) -> Locator:
    """Chooses files; their lines, once each is done with."""
    if panel(chat).is_hidden():
        open_panel(chat)
    lines = panel(chat).get_by_role("list", name="Files being added").get_by_role("listitem")
    before = lines.count()
    with chat.page.expect_file_chooser() as chooser:
        panel(chat).get_by_role("button", name="Add files").click()
    chooser.value.set_files(list(paths))
    expect(lines).to_have_count(before + len(paths))
    busy = re.compile(r"waiting …|being read …|\d of \d+ passages")
    expect(lines.filter(has_text=busy)).to_have_count(0, timeout=60_000)
    return lines


def shelf(chat: Chat) -> Locator:
    return panel(chat).get_by_role("list", name="Documents", exact=True).get_by_role("listitem")


def test_of_a_mixed_selection_the_good_are_added_and_each_other_is_named_with_its_cause(
    chat: Chat, files: Path
) -> None:
    names = ("bridge.txt", "empty.txt", "picture.png", "large.txt", "tower.md")

    lines = choose(chat, *(files / name for name in names))

    expect(lines).to_have_text(
        [
            "bridge.txt added",
            "empty.txt not added: empty; there is nothing to index.",
            "picture.png not added: unsupported type; add .txt, .md, .markdown.",
            "large.txt not added: larger than 1 MB; split it into parts.",
            "tower.md added",
        ]
    )
    expect(shelf(chat)).to_have_count(3)
    expect(shelf(chat)).to_contain_text(["article", "bridge", "The Round Tower"])
    assert "1642" in (chat.ask("Who built the Round Tower?").locator(".answer").text_content() or "")
    expect(lines).to_have_count(5)  # they stay
    panel(chat).get_by_role("button", name="Clear these lines").click()
    expect(lines).to_have_count(0)
    expect(panel(chat).get_by_role("button", name="Clear these lines")).to_be_hidden()


@pytest.mark.parametrize(
    ("choice", "said", "titles"),
    [
        ("Replace", "replaced: the older text is gone", ["article", "bridge"]),
        ("Keep both", "added as bridge (2).txt", ["article", "bridge", "bridge (2)"]),
        ("Leave it", "not added", ["article", "bridge"]),
    ],
)
def test_the_same_name_again_asks(chat: Chat, files: Path, choice: str, said: str, titles: list[str]) -> None:
    choose(chat, files / "bridge.txt")
    expect(choose(chat, files / "bridge.txt").last).to_contain_text("unchanged")
    (files / "bridge.txt").write_text(REBUILT)

    clear = panel(chat).get_by_role("button", name="Clear these lines")
    clear.click()
    line = choose(chat, files / "bridge.txt").last
    expect(line).to_contain_text("There is already a bridge.txt")
    expect(clear).to_be_hidden()  # nothing is done with
    line.get_by_role("button", name=choice).click()

    expect(line).to_have_text(f"bridge.txt {said}")
    expect(shelf(chat).get_by_role("checkbox")).to_have_count(len(titles))
    expect(shelf(chat)).to_contain_text(titles)


def test_a_file_that_is_known_by_another_name_is_told_which(chat: Chat, files: Path) -> None:
    hidden = files / "bri\u2060dge.txt"  # with a character that nobody sees
    hidden.write_text(BRIDGE)

    choose(chat, hidden)
    lines = choose(chat, hidden)

    expect(lines.first).to_contain_text("added as bridge.txt")
    expect(lines.last).to_contain_text("unchanged: the same text is here already, called bridge.txt")
    hidden.write_text(REBUILT)
    line = choose(chat, hidden).last
    line.get_by_role("button", name="Replace").click()
    expect(line).to_contain_text("replaced: the older text of bridge.txt is gone")


def test_a_removed_document_is_cited_no_more_and_undo_brings_it_back(chat: Chat, files: Path) -> None:
    choose(chat, files / "bridge.txt")
    expect(chat.ask(WHEN).locator(".answer")).to_contain_text("1934")

    panel(chat).get_by_role("button", name="Remove bridge").click()

    undo = panel(chat).get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    expect(chat.page.get_by_role("article").first).to_contain_text("source deleted")
    expect(chat.ask(WHEN).locator(".answer")).not_to_contain_text("1934")
    undo.click()
    expect(shelf(chat)).to_contain_text(["article", "bridge"])
    expect(chat.page.get_by_role("article").first).not_to_contain_text("source deleted")
    expect(chat.ask(WHEN).locator(".answer")).to_contain_text("1934")


def test_questions_are_asked_of_the_chosen_documents_only(chat: Chat, files: Path) -> None:
    choose(chat, files / "bridge.txt", files / "tower.md")

    panel(chat).get_by_role("checkbox", name="The Round Tower").check()

    expect(panel(chat)).to_contain_text("Questions are asked of 1 document only.")
    expect(chat.page.get_by_role("button", name="1 document", exact=True)).to_be_visible()
    turn = chat.ask(WHEN)
    expect(turn).to_contain_text("Asked of: The Round Tower")
    expect(turn.locator(".refusal")).to_be_visible()
    turn.get_by_role("button", name="ask all documents").click()
    expect(chat.turn.locator(".answer")).to_contain_text("1934")
    expect(chat.page.get_by_role("button", name="All documents")).to_be_visible()


def test_a_removed_document_is_chosen_no_more(chat: Chat, files: Path) -> None:
    choose(chat, files / "bridge.txt")
    panel(chat).get_by_role("checkbox", name="bridge").check()

    panel(chat).get_by_role("button", name="Remove bridge").click()

    expect(chat.page.get_by_role("button", name="All documents")).to_be_visible()


def test_files_and_folders_can_be_dropped_anywhere(chat: Chat) -> None:
    drop = """(text) => {
        const data = new DataTransfer();
        data.items.add(new File([text], "dropped.txt", {type: "text/plain"}));
        const at = document.querySelector(".transcript");
        for (const name of ["dragover", "drop"])
            at.dispatchEvent(new DragEvent(name, {dataTransfer: data, bubbles: true, cancelable: true}));
    }"""

    chat.page.evaluate(drop, BRIDGE)

    lines = panel(chat).get_by_role("list", name="Files being added").get_by_role("listitem")
    expect(lines).to_have_text(["dropped.txt added"])


def test_hostile_names_titles_and_texts_are_shown_as_they_stand(chat: Chat, files: Path) -> None:
    name = "<img src=x onerror=window.hacked=1> ${window.hacked=2} {{x}} [1].md"
    (files / name).write_text(f"# {MARKUP}\n\nThe zorblat is a plant with blue leaves.\n")

    line = choose(chat, files / name).last

    expect(line).to_have_text(f"{name} added")
    expect(shelf(chat).filter(has_text=MARKUP)).to_have_count(1)
    turn = chat.ask("What colour are the leaves of the zorblat?")
    expect(turn.locator(".footnotes")).to_contain_text(MARKUP)
    chat.open_mark(1)
    expect(chat.source).to_contain_text("onerror=window.hacked=1")
    assert chat.page.evaluate("window.hacked") is None
    assert chat.page.locator(".footnote").locator("img, iframe, script, object, embed").count() == 0


def test_documents_are_added_removed_and_brought_back_from_the_keyboard(chat: Chat, files: Path) -> None:
    keyboard = chat.page.keyboard
    choosers: list[FileChooser] = []
    chat.page.on(
        "filechooser", lambda chooser: choosers.append(chooser)
    )  # in time: a key is quicker than Playwright's own waiting for it
    chat.box.press("Shift+Tab")
    keyboard.press("d")
    expect(panel(chat).get_by_role("button", name="Add files")).to_be_focused()
    keyboard.press("Enter")
    while not choosers:
        chat.page.wait_for_timeout(50)
    choosers[0].set_files([files / "bridge.txt"])
    expect(panel(chat)).to_contain_text("bridge.txt added")

    remove = panel(chat).get_by_role("button", name="Remove bridge")
    for _ in range(20):
        keyboard.press("Tab")
        if remove.evaluate("(node) => node === document.activeElement"):
            break
    keyboard.press("Enter")
    expect(panel(chat).get_by_role("button", name="Undo")).to_be_focused()
    keyboard.press("Enter")

    expect(remove).to_be_focused()
    keyboard.press("Escape")
    expect(panel(chat)).to_be_hidden()


def test_adding_can_be_stopped_and_leaves_nothing(chat: Chat, files: Path, service: Footnote) -> None:
    chapters = (f"Chapter {i}. Traveller {i} walked from the harbour and counted {3 * i} lamps." for i in range(6_000))
    (files / "book.txt").write_text("\n\n".join(chapters))
    open_panel(chat)
    with chat.page.expect_file_chooser() as chooser:
        panel(chat).get_by_role("button", name="Add files").click()
    chooser.value.set_files([files / "book.txt"])
    line = panel(chat).get_by_role("list", name="Files being added").get_by_role("listitem")
    expect(line).to_contain_text("passages", timeout=20_000)

    expect(chat.ask("Who organized the memo?").locator(".answer")).to_contain_text("junior diplomat")  # meanwhile
    line.get_by_role("button", name="Stop").click()

    expect(line).to_have_text("book.txt stopped")
    (files / "bridge.txt").write_text(BRIDGE)
    choose(chat, files / "bridge.txt")  # behind what was stopped
    assert [record.title for record in service.library.documents()] == ["article", "bridge"]


@pytest.mark.parametrize("width", [320, 390, 1360])
def test_the_panel_does_not_scroll_sideways(address: str, open_chat: OpenChat, width: int) -> None:
    chat = open_chat(address, width=width, height=700)
    open_panel(chat)

    wider = chat.page.evaluate(
        """() => [document.scrollingElement, ...document.querySelectorAll('.documents, .documents *')]
            .filter((node) => node.scrollWidth > node.clientWidth && getComputedStyle(node).overflowX !== 'visible')
            .map((node) => node.className)"""
    )

    assert wider == []

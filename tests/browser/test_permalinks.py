"""The source at a quote, as a link from elsewhere opens it, and the reference of the API: pages without a script."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from index.document import Document
from index.loading import load_upload
from qa.answers import AnswerStore
from qa.linking import permalink
from tests.browser.conftest import OpenChat
from tests.browser.running import Running
from tests.browser.shelf import BAKERY, DOCUMENTS, HARBOUR, HOSTILE_NAME, LEDGER, LIGHTHOUSE, MARKUP, NAMES
from tests.browser.test_access import AXE, RULES, SIDEWAYS, TOO_SMALL
from tests.browser.test_signing_in import EDITOR, sign_in
from tests.qa.web.scripted import FIRST, SECOND, answer
from tests.server import LONGEST_START, get

# Of a turned-around file name, and of one turn that is never ended.
TURNED = (
    "The invoice \u202efdp.exe\u202c was paid.\n\n\u2066\u202eThe rest is turned around. <b>[1]</b>\n\nThis is not.\n"
)
LONG = "".join(f"{number} lamps of the harbour were lit. " for number in range(4_000))
SHELF = {
    name: load_upload(name, text.encode())
    for name, text in {**DOCUMENTS, "turned.txt": TURNED, "long.txt": LONG}.items()
}
QUOTES = {
    "emoji": ("lighthouse.txt", LIGHTHOUSE, "lamp 💡 burned", "until 1902."),
    "joined emoji": ("bakery.md", BAKERY, "Family", "👨‍👩‍👧‍👦"),
    "line ends": ("lighthouse.txt", LIGHTHOUSE, "burned rapeseed", "Agnes Tolliver 👩🏽‍🔧"),
    "an odd line end first": ("lighthouse.txt", LIGHTHOUSE, "\n\r\nThe stairs", "steps 🪜."),
    "lone carriage return": ("ledger.txt", LEDGER, "\tThe boiler", "\u2028by the explosion.\r"),
    "marks upon marks": ("names.txt", NAMES, "The choir's banner", "silver thread."),
    "half a character as one sees it": ("names.txt", NAMES, "\u0301ria Choir was", "Zoe"),
    "right to left within": ("harbour.md", HARBOUR, "The pilot boat", "star of the sea."),
    "right to left": ("harbour.md", HARBOUR, "המגדלור", "١٨٧١."),
    "turned around": ("turned.txt", TURNED, "\u202efdp", "paid."),
    "never turned back": ("turned.txt", TURNED, "\u202eThe rest", "[1]</b>\n"),
    "far within": ("long.txt", LONG, "2345 lamps", "lit."),
}
IN_VIEW = """(mark) => {
    const first = [...mark.getClientRects()].find(({ width }) => width > 2);  // of a line end there is nothing to see
    return mark.contains(document.elementFromPoint(first.left + 1, first.top + first.height / 2));
}"""
# What the page itself is made of, with attributes that run nothing. Anything else came out of a text.
INTRUDERS = """() => {
    const ours = `html head meta title link style body div header p sup bdi nav a main h1 mark`.split(/\\s+/);
    const acts = (node) => [...node.attributes].some(({ name }) => name.startsWith('on'));
    const leaves = (node) => node.localName === 'a' && new URL(node.href).origin !== location.origin;
    return [...document.querySelectorAll('*')]
        .filter((node) => !ours.includes(node.localName) || acts(node) || leaves(node))
        .map((node) => node.outerHTML.slice(0, 80));
}"""


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with keys and with documents; it keeps answers."""
    started = Running(api_keys=f"ann:edit:{EDITOR}", requests_per_minute="100000")
    started.script.answers = AnswerStore(tmp_path_factory.mktemp("answers") / "answers.sqlite3", keep_days=30)
    started.script.library.held |= {document.id: document for document in SHELF.values()}
    started.loaded.set()
    end = time.monotonic() + LONGEST_START
    while get(f"{started.address}/readyz")[0] != 200:
        assert time.monotonic() < end
        time.sleep(0.1)
    yield started
    started.stop()
    started.script.answers.close()


def page_of(open_chat: OpenChat, running: Running, **screen: Any) -> Page:
    """A browser that is signed in."""
    page = open_chat(running.address, wait=False, **screen).page
    page.request.post(f"{running.address}/sign-in", form={"key": EDITOR})
    return page


def place(document: Document, first: str, last: str) -> tuple[str, str]:
    """A permalink without a fragment, and the words that it leads to."""
    start = document.text.index(first)
    end = document.text.index(last, start) + len(last)
    return f"/d/{document.id}?start={start}&end={end}&hash={document.content_hash}", document.text[start:end]


@pytest.mark.parametrize("fragment", ["", "#quote"])
def test_opened_while_signed_out_it_is_where_one_is_after_signing_in(
    guarded: Running, open_chat: OpenChat, fragment: str
) -> None:
    page = open_chat(guarded.address, wait=False, width=390, height=844).page
    path, quote = place(SHELF["long.txt"], "2345 lamps", "lit.")
    page.goto(guarded.address + path + fragment)
    expect(page.get_by_label("Key")).to_be_focused()
    assert quote not in page.content()

    sign_in(page, EDITOR)

    page.locator("mark").wait_for()
    assert page.url == guarded.address + path + fragment
    assert page.locator("mark").text_content() == quote
    assert page.locator("mark").evaluate(IN_VIEW)


@pytest.mark.parametrize("width", [1360, 390])
def test_the_marked_words_are_the_quote_to_the_letter_and_in_view(
    guarded: Running, open_chat: OpenChat, width: int
) -> None:
    page = page_of(open_chat, guarded, width=width, height=844)
    for name, (source, text, first, last) in QUOTES.items():
        path, quote = place(SHELF[source], first, last)
        assert quote in text
        for fragment in ("", "#quote"):
            page.goto("about:blank")
            page.goto(guarded.address + path + fragment)

            assert page.locator("mark").text_content() == quote, name
            assert page.locator("mark").evaluate(IN_VIEW), name
            around = page.locator(".words").text_content() or ""
            assert around in text and quote in around, name


def test_the_whole_document_is_the_document(guarded: Running, open_chat: OpenChat) -> None:
    page = page_of(open_chat, guarded)
    path, quote = place(SHELF["long.txt"], "2345 lamps", "lit.")
    page.goto(guarded.address + path)
    page.get_by_role("link", name="Read the whole document").click()
    assert page.locator("mark").text_content() == quote
    assert page.locator("mark").evaluate(IN_VIEW)
    while page.get_by_role("link", name="Previous part").count():
        page.get_by_role("link", name="Previous part").click()

    parts = [page.locator(".words").text_content() or ""]
    while page.get_by_role("link", name="Next part").count():
        page.get_by_role("link", name="Next part").click()
        parts.append(page.locator(".words").text_content() or "")

    assert len(parts) == 5
    assert "".join(parts) == LONG


def test_it_leads_there_without_a_script(guarded: Running, open_chat: OpenChat) -> None:
    browser = open_chat(guarded.address, wait=False).page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    path, quote = place(SHELF["long.txt"], "2345 lamps", "lit.")
    page.goto(guarded.address + path)
    sign_in(page, EDITOR)

    expect(page.locator("mark")).to_be_in_viewport()
    assert page.locator("mark").text_content() == quote
    context.close()


def test_the_title_stays_in_sight(guarded: Running, open_chat: OpenChat) -> None:
    page = page_of(open_chat, guarded, width=390, height=844)
    path, _ = place(SHELF["long.txt"], "2345 lamps", "lit.")

    page.goto(guarded.address + path)

    expect(page.get_by_role("heading", level=1)).not_to_be_in_viewport()
    expect(page.locator(".here")).to_be_in_viewport()
    expect(page.locator(".here")).to_have_css("opacity", "1")


def changed(guarded: Running) -> Iterator[tuple[str, str, str]]:
    """What has become of a source, by name, with the permalink to it and what the page says."""
    library, one = guarded.script.library, SHELF["lighthouse.txt"]
    path, _ = place(one, "The first keeper", "31 years.")
    yield "unchanged", path, ""
    yield "untold", path.replace(one.content_hash, "0" * 64), "cannot be told"
    yield "beyond", f"/d/{one.id}?start=5&end=99999", "The document has no such place"
    yield "deleted", f"/d/gone?start=1&end=2&hash={'0' * 64}", "This source was deleted"
    yield "unknown", "/d/gone", "There is no such document"
    given = answer("When?", ("supported", FIRST, FIRST), ("supported", SECOND, SECOND))
    guarded.script.answers.keep(given)
    first, second = given.citations
    before = library.held[first.document_id]
    text = f"Added since. {before.text}"
    library.held[before.id] = replace(before, text=text)
    yield "moved", f"/{permalink(first)}", "The words still stand in it, here"
    library.held[before.id] = replace(before, text=before.text.replace(SECOND, "It is grey."))
    yield "changed", f"/{permalink(second)}", "the words no longer stand in it"
    library.held[before.id] = before
    yield "part", place(SHELF["long.txt"], "2345 lamps", "lit.")[0] + "&part=3", ""


def test_what_has_become_of_the_source_is_said(guarded: Running, open_chat: OpenChat) -> None:
    page = page_of(open_chat, guarded)
    statuses = {}
    for name, path, said in changed(guarded):
        response = page.goto(guarded.address + path)
        assert response is not None
        statuses[name] = response.status
        notice = page.get_by_role("status")
        assert said in (notice.text_content() or "") if said else notice.count() == 0, name
        marked = page.locator("mark").all_text_contents()
        assert len(marked) == (name in ("unchanged", "moved", "part")), name
        if name == "moved":
            assert marked == [FIRST]

    gone = dict.fromkeys(("changed", "deleted"), 410) | dict.fromkeys(("beyond", "unknown"), 404)
    assert statuses == gone | dict.fromkeys(("unchanged", "untold", "moved", "part"), 200)


@pytest.mark.parametrize("width", [1360, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(guarded: Running, open_chat: OpenChat, scheme: str, width: int) -> None:
    page = page_of(open_chat, guarded, width=width, height=844, color_scheme=scheme)
    found = {}
    for name, path, _ in (*changed(guarded), ("hostile", f"/d/{SHELF[HOSTILE_NAME].id}", ""), ("docs", "/docs", "")):
        page.goto(guarded.address + path)
        if name == "docs":
            page.locator("details").evaluate_all("(all) => all.slice(0, 6).forEach((one) => { one.open = true; })")
        page.evaluate(AXE)
        result = page.evaluate("(rules) => axe.run(document, rules)", RULES)
        found[name] = [f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}" for one in result["violations"]]

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_nothing_scrolls_sideways_and_links_can_be_hit_at_320_pixels(guarded: Running, open_chat: OpenChat) -> None:
    page = page_of(open_chat, guarded, width=320, height=640)
    hostile = (f"/d/{SHELF[name].id}" for name in (HOSTILE_NAME, "turned.txt", "names.txt"))
    for path in (*(path for _, path, _ in changed(guarded)), *hostile, "/docs", "/sign-in"):
        page.goto(guarded.address + path)
        page.locator("details").evaluate_all("(all) => all.forEach((one) => { one.open = true; })")

        assert set(page.evaluate(SIDEWAYS)) <= {"here"}, path  # whose end is cut off
        assert path == "/docs" or page.evaluate(TOO_SMALL) == [], path


def test_a_hostile_document_is_only_text(guarded: Running, open_chat: OpenChat) -> None:
    page = page_of(open_chat, guarded)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for document in (SHELF[HOSTILE_NAME], SHELF["turned.txt"]):
        for path in (f"/d/{document.id}", f"/d/{document.id}?start=3&end=9"):
            page.goto(guarded.address + path)

            assert page.evaluate(INTRUDERS) == []
            assert (page.locator(".words").text_content() or "") == document.text
            expect(page.get_by_role("heading", level=1)).to_have_text(document.title, use_inner_text=False)
            page.mouse.click(300, 300)
    page.wait_for_timeout(300)  # in which an image could fail to load

    assert page.evaluate("window.hacked") is None
    assert {url.partition("/d/")[0] for url in asked} <= {guarded.address, f"{guarded.address}/favicon.ico"}


def test_a_turn_that_is_never_ended_turns_nothing_of_ours(guarded: Running, open_chat: OpenChat) -> None:
    page = page_of(open_chat, guarded)
    turned = replace(SHELF["turned.txt"], title="Plan \u202efdp.exe", source="upload:\u202efdp.exe")
    guarded.script.library.held[turned.id] = turned
    page.goto(f"{guarded.address}/d/{turned.id}")
    guarded.script.library.held[turned.id] = SHELF["turned.txt"]

    # Where the first and the last letter of what is ours stand.
    for place in ("Ask your documents", "characters", "This is not."):
        start, end = page.evaluate(
            """(words) => {
                const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                while (!texts.nextNode().data.includes(words));
                const { data } = texts.currentNode, from = data.indexOf(words), range = document.createRange();
                const left = (at) => {
                    range.setStart(texts.currentNode, at);
                    range.setEnd(texts.currentNode, at + 1);
                    return range.getBoundingClientRect().left;
                };
                return [left(from), left(from + words.length - 1)];
            }""",
            place,
        )
        assert start < end, place


def test_the_same_page_with_the_text_as_markup_is_found_out(guarded: Running, open_chat: OpenChat) -> None:
    def serve_as_markup(route: Route) -> None:
        body = route.fetch().text().replace("&lt;", "<").replace("&gt;", ">")
        route.fulfill(body=body.replace("http-equiv", "data-was"), content_type="text/html")

    chat = open_chat(guarded.address, wait=False)
    chat.page.request.post(f"{guarded.address}/sign-in", form={"key": EDITOR})
    chat.page.route("**/d/*", serve_as_markup)

    chat.page.goto(f"{guarded.address}/d/{SHELF[HOSTILE_NAME].id}")

    assert chat.page.evaluate(INTRUDERS) != []
    assert chat.page.evaluate("window.hacked") is not None
    assert any("example.com" in problem for problem in chat.problems)
    chat.problems.clear()


def test_the_reference_asks_for_nothing_else_and_its_links_lead_somewhere(
    guarded: Running, open_chat: OpenChat
) -> None:
    page = page_of(open_chat, guarded)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(guarded.address + "/docs")
    page.locator("details").evaluate_all("(all) => all.forEach((one) => { one.open = true; })")

    nowhere = page.locator("main a[href^='#']").evaluate_all(
        "(links) => links.filter((one) => !document.getElementById(one.hash.slice(1))).map((one) => one.hash)"
    )

    assert nowhere == []
    assert page.locator("main a[href^='#']").count() > 50
    assert MARKUP not in page.content()
    assert set(asked) <= {f"{guarded.address}/docs", f"{guarded.address}/favicon.ico"}

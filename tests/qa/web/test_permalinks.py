"""What a permalink answers, from the answer that cites to whatever has become of the source since."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import cast

import pytest
from fastapi.testclient import TestClient

from index.document import Document
from qa.answer import Citation
from qa.linking import permalink
from qa.service import Footnote
from qa.web.app import create_app
from qa.web.permalinks import PART
from tests.qa.web.scripted import Script

QUOTE = "The Amber Bridge 🌉 opened in 1934."
TEXT = f"Über Brücken & <b>Türme</b>\r\n\r\n{QUOTE}\r\n\r\nIt closed again.\r\n"


@pytest.fixture(scope="module")
def client(service: Footnote) -> Iterator[TestClient]:
    with TestClient(create_app(service)) as started:
        yield started


@pytest.fixture
def bridge(service: Footnote) -> Iterator[Document]:
    document = Document.from_text(TEXT, source="/papers/bridge <1>.txt", title="Bridges & <i>more</i>")
    service.library.add(document)
    yield document
    if document.id in [record.id for record in service.library.documents()]:
        service.library.erase(document.id)
    service.library.purge(everything=True)


@pytest.fixture
def link(client: TestClient, bridge: Document) -> str:
    """The permalink of the one citation of an answer."""
    [citation] = client.post("/api/v1/ask", json={"question": "When did the Amber Bridge open?"}).json()["citations"]
    assert citation["quote"] == QUOTE
    return "/" + permalink(Citation.model_validate(citation)).partition("#")[0]


def seen(client: TestClient, path: str) -> tuple[int, str | None, str | None]:
    """The status, what stands in the notice, and what is marked."""
    response = client.get(path)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "<script" not in response.text
    notice = re.search(r'role="status">(.*?)</p>', response.text)
    marked = re.search(r"<mark[^>]*>(.*?)</mark>", response.text, re.DOTALL)
    return response.status_code, notice and unescape(notice[1]), marked and unescape(marked[1])


def test_it_leads_to_the_quote(client: TestClient, link: str) -> None:
    assert seen(client, link) == (200, None, QUOTE)


def test_a_carriage_return_stays_one(client: TestClient, bridge: Document) -> None:
    page = client.get(f"/d/{bridge.id}").text

    words = re.search(r'<div class="words">(.*?)</div>', page, re.DOTALL)
    assert words
    assert "\r" not in words[1]
    assert unescape(words[1]) == TEXT


def test_what_stands_in_the_document_is_escaped(client: TestClient, bridge: Document) -> None:
    page = client.get(f"/d/{bridge.id}").text

    assert "<b>" not in page and "<i>" not in page
    assert "&lt;b&gt;Türme&lt;/b&gt;" in page
    assert "<title>Bridges &amp; &lt;i&gt;more&lt;/i&gt; – Footnote</title>" in page


def test_words_that_moved_are_found_where_they_are_now(
    client: TestClient, service: Footnote, bridge: Document, link: str
) -> None:
    text = f"New on top. 🆕\r\n\r\n{TEXT}\r\n{'More. ' * 900}{QUOTE}"
    service.library.add(replace(bridge, text=text))

    status, notice, marked = seen(client, link)

    assert (status, marked) == (200, QUOTE)
    assert notice and "changed since it was quoted" in notice
    assert f"Characters {text.index(QUOTE)} to" in client.get(link).text  # the nearer one of two


def test_words_that_are_gone_are_said_to_be(client: TestClient, service: Footnote, bridge: Document, link: str) -> None:
    service.library.add(replace(bridge, text=TEXT.replace("1934", "1951")))

    status, notice, marked = seen(client, link)

    assert (status, marked) == (410, None)
    assert notice and "the words no longer stand in it" in notice
    service.library.add(bridge)
    assert seen(client, link) == (200, None, QUOTE)


def test_a_removed_source_is_gone_until_it_is_brought_back(
    client: TestClient, service: Footnote, bridge: Document, link: str
) -> None:
    client.delete(f"/api/v1/documents/{bridge.id}")
    status, notice, marked = seen(client, link)
    assert (status, marked) == (410, None)
    assert notice and "was deleted" in notice
    assert QUOTE not in client.get(link).text and bridge.title not in client.get(link).text

    client.post(f"/api/v1/documents/{bridge.id}/restore")
    assert seen(client, link) == (200, None, QUOTE)

    client.delete(f"/api/v1/documents/{bridge.id}?purge=true")
    assert seen(client, link)[0] == 410


@pytest.mark.parametrize("lost", ["never kept", "forgotten"])
@pytest.mark.parametrize("later", [TEXT.replace("1934", "1951"), f"New on top. {TEXT}"], ids=["gone", "still there"])
def test_without_the_answer_nobody_can_tell_whether_its_words_still_stand_there(
    client: TestClient, service: Footnote, bridge: Document, link: str, lost: str, later: str
) -> None:
    service.library.add(replace(bridge, text=later))
    if lost == "forgotten":
        service.answers.forget_before(datetime.now(UTC) + timedelta(days=1))
    else:
        link = link.replace(bridge.content_hash, "0" * 64)

    status, notice, marked = seen(client, link)

    assert (status, marked) == (200, None)
    assert notice and "cannot be told" in notice and "no longer stand" not in notice
    assert unescape(client.get(link).text).count(later.split()[0]) >= 1


@pytest.mark.parametrize(
    "place", ["start=9&end=3", "start=3&end=3", f"start=0&end={len(TEXT) + 1}", "start=9999&end=10000"]
)
def test_a_place_that_the_document_does_not_have_is_not_found(client: TestClient, bridge: Document, place: str) -> None:
    status, notice, marked = seen(client, f"/d/{bridge.id}?{place}&hash={bridge.content_hash}")

    assert (status, marked) == (404, None)
    assert notice and "no such place" in notice


def test_a_document_that_never_was_is_not_found(client: TestClient) -> None:
    assert seen(client, "/d/nothing")[0] == 404
    assert seen(client, "/d/nothing?start=1&end=2&hash=x")[0] == 410


@pytest.mark.parametrize(
    "query", ["start=-1", "start=x", "end=1.5", f"end={(1 << 53) + 1}", "part=0", "part=x", f"hash={'0' * 65}"]
)
def test_parameters_that_make_no_sense_are_refused(client: TestClient, bridge: Document, query: str) -> None:
    response = client.get(f"/d/{bridge.id}?{query}")

    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    assert response.json()["code"] == "invalid_request"


@pytest.fixture(scope="module")
def reading(script: Script) -> Iterator[TestClient]:
    """Of documents that are only read: nothing is encoded."""
    with TestClient(create_app(cast("Footnote", script))) as started:
        yield started


# Each part ends at a word, where there is one, and the parts are the document.
@pytest.mark.parametrize("characters", [PART - 1, PART, PART + 1, 2 * PART, 2 * PART + 7])
@pytest.mark.parametrize("word", ["wort ", "x"])
def test_the_parts_are_the_document(reading: TestClient, script: Script, characters: int, word: str) -> None:
    document = Document.from_text((word * characters)[: characters - 1] + ".")
    script.library.held[document.id] = document
    parts, path = [], f"/d/{document.id}"
    while path:
        page = reading.get(path).text
        parts.append(unescape(re.findall(r'<div class="words">(.*?)</div>', page, re.DOTALL)[0]))
        following = re.search(r'href="([^"]*)" rel="next"', page)
        path = f"/d/{unescape(following[1])}" if following else ""

    assert "".join(parts) == document.text
    assert len(parts) == -(-characters // PART)


def test_a_quote_longer_than_a_part_is_marked_in_each(reading: TestClient, script: Script) -> None:
    document = Document.from_text("wort " * 20_000)
    script.library.held[document.id] = document
    path = f"/d/{document.id}?start=5&end={len(document.text) - 5}"

    marked = [seen(reading, f"{path}&part={number}")[2] or "" for number in range(1, 5)]

    assert "".join(marked) == document.text[5:-5]
    assert seen(reading, path)[2] == marked[0]

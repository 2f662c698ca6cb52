"""Documents over HTTP: the list in parts, stretches of text in code points, removing and bringing back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from index.document import Document
from qa.service import Footnote

WORDS = "Zwei 🗼 Türme\r\nund ein 👩🏽‍🔧 mit e\u0301 und \u202eהמגדלור\u202c.\n"
HUGE = 1 << 53


@pytest.fixture
def shelf(service: Footnote) -> Iterator[list[Document]]:
    """Seven documents, two of them of the same title."""
    made = [
        Document.from_text(f"{WORDS}{number}", source=f"/papers/{number}.txt", title=f"Tower {min(number, 5)}")
        for number in range(7)
    ]
    for document in made:
        service.library.add(document)
    yield made
    for record in service.library.documents():
        if record.source.startswith("/papers/"):
            service.library.erase(record.id)
    service.library.purge(everything=True)


def part(client: TestClient, offset: int, limit: int) -> dict[str, Any]:
    response = client.get("/api/v1/documents", params={"offset": offset, "limit": limit})
    assert response.status_code == 200
    return dict(response.json())


def in_parts(client: TestClient, limit: int) -> list[str]:
    """The ids of all documents, as they come part by part."""
    ids: list[str] = []
    while (found := part(client, len(ids), limit))["documents"]:
        ids += [one["id"] for one in found["documents"]]
    assert len(ids) == found["total"]
    return ids


@pytest.mark.parametrize("limit", [1, 3, 8, 1_000])
def test_the_parts_together_are_the_list(client: TestClient, service: Footnote, shelf: Any, limit: int) -> None:
    assert in_parts(client, limit) == [record.id for record in service.library.documents()]


# What comes before moves the rest on: one may be seen twice then, none missed.
@pytest.mark.parametrize("title", ["A first one", "Tower 2", "Zz last"])
def test_what_is_added_between_two_parts_hides_nothing(
    client: TestClient, service: Footnote, shelf: list[Document], title: str
) -> None:
    before = {record.id for record in service.library.documents()}
    first = [one["id"] for one in part(client, 0, 4)["documents"]]

    service.library.add(Document.from_text("New words.", source="/papers/new.txt", title=title))

    assert before <= {*first, *(one["id"] for one in part(client, 4, 100)["documents"])}


@pytest.mark.parametrize("offset", [8, 1_000, HUGE])
def test_beyond_the_end_there_is_nothing(client: TestClient, shelf: Any, offset: int) -> None:
    found = part(client, offset, 10)

    assert (found["documents"], found["total"], found["offset"], found["limit"]) == ([], 8, offset, 10)


@pytest.mark.parametrize(
    "query", ["offset=-1", "offset=x", "offset=1.5", "offset=", f"offset={HUGE + 1}", "offset=NaN", "offset=%00"]
)
def test_an_offset_that_is_none_is_refused(client: TestClient, query: str) -> None:
    response = client.get(f"/api/v1/documents?{query}")

    assert (response.status_code, response.json()["code"]) == (422, "invalid_request")
    assert response.json()["errors"][0]["field"] == "query.offset"


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "", "many", "1e3", "Infinity"])
def test_a_limit_that_is_none_is_refused(client: TestClient, limit: str) -> None:
    response = client.get("/api/v1/documents", params={"limit": limit})

    assert (response.status_code, response.json()["code"]) == (422, "invalid_request")


def test_a_stretch_of_text_is_counted_in_code_points(client: TestClient, shelf: list[Document]) -> None:
    document, some = shelf[0], random.Random(6)
    length = len(document.text)
    places = [(0, length), (5, 6), (6, 7), *(sorted(some.choices(range(length + 1), k=2)) for _ in range(20))]
    for start, end in places:
        got = client.get(f"/api/v1/documents/{document.id}/text", params={"start": start, "end": end}).json()
        assert (got["text"], got["start"], got["end"]) == (document.text[start:end], start, end)
        assert (got["id"], got["content_hash"]) == (document.id, document.content_hash)
    assert client.get(f"/api/v1/documents/{document.id}/text?start=5&end=6").json()["text"] == "🗼"
    assert client.get(f"/api/v1/documents/{document.id}/text").json()["text"] == document.text


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        (0, 10**6, (0, None)),
        (50, HUGE, (50, None)),
        (10**6, 10**6 + 5, (None, None)),
        (9, 3, (9, 9)),
        (HUGE, 0, (None, None)),
    ],
)
def test_a_stretch_beyond_the_text_ends_where_the_text_does(
    client: TestClient, shelf: list[Document], start: int, end: int, told: tuple[int | None, int | None]
) -> None:
    document = shelf[0]
    first, last = (len(document.text) if place is None else place for place in told)

    got = client.get(f"/api/v1/documents/{document.id}/text", params={"start": start, "end": end}).json()

    assert (got["start"], got["end"], got["text"]) == (first, last, document.text[first:last])


@pytest.mark.parametrize("query", ["start=-1", "end=-1", "start=a", "end=1.5", f"end={HUGE + 1}", "start=0x1"])
def test_an_offset_into_the_text_that_is_none_is_refused(client: TestClient, shelf: list[Document], query: str) -> None:
    assert client.get(f"/api/v1/documents/{shelf[0].id}/text?{query}").status_code == 422


def test_what_is_removed_is_gone_from_everything_and_can_be_brought_back(
    client: TestClient, service: Footnote, shelf: list[Document]
) -> None:
    path = f"/api/v1/documents/{shelf[3].id}"
    before, whole = client.get(path).json(), in_parts(client, 100)

    removed = client.delete(path).json()

    assert removed == {"document": before, "undo_seconds": 10}
    for gone in (client.get(path), client.get(f"{path}/text"), client.delete(path)):
        assert (gone.status_code, gone.json()["code"]) == (404, "unknown_document")
    assert shelf[3].id not in in_parts(client, 100)
    assert client.post(f"{path}/restore").json() == before
    assert in_parts(client, 100) == whole
    assert client.get(f"{path}/text").json()["text"] == shelf[3].text
    again = client.post(f"{path}/restore")
    assert (again.status_code, again.json()["code"]) == (404, "gone")


def test_what_is_purged_is_gone_for_good_and_what_was_quoted_from_it_too(client: TestClient, service: Footnote) -> None:
    bridge = Document.from_text("The Umber Bridge opened in 1871.", source="/papers/umber.txt")
    service.library.add(bridge)
    answer = client.post("/api/v1/ask", json={"question": "When did the Umber Bridge open?"}).json()
    assert answer["citations"][0]["quote"] == bridge.text

    removed = client.delete(f"/api/v1/documents/{bridge.id}?purge=true").json()

    assert removed["undo_seconds"] == 0
    assert client.post(f"/api/v1/documents/{bridge.id}/restore").status_code == 404
    kept = client.get(f"/api/v1/answers/{answer['trace_id']}").json()
    assert kept["citations"][0]["quote"] is None
    assert bridge.text not in str(kept)


def test_after_ten_seconds_it_cannot_be_brought_back(
    client: TestClient, service: Footnote, shelf: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    path = f"/api/v1/documents/{shelf[1].id}"
    client.delete(path)
    now = time.time()

    monkeypatch.setattr(time, "time", lambda: now + 10.5)

    assert client.post(f"{path}/restore").json()["code"] == "gone"


def test_a_removed_name_is_free(client: TestClient, service: Footnote, shelf: list[Document]) -> None:
    client.delete(f"/api/v1/documents/{shelf[2].id}")
    files = {"file": ("x.txt", b"Other words.")}

    response = client.post("/api/v1/documents", files=files, data={"source": shelf[2].source})

    assert response.status_code == 202
    assert response.json()["problem"] is None

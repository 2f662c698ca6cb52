"""The app over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest
from fastapi.testclient import TestClient

from index.document import Document
from index.errors import StorageFailed
from qa.web.app import create_app
from qa.web.excerpt import Place, excerpt
from tests.qa.web.scripted import DOCUMENT, SECOND, Library, Script
from tests.qa.web.serving import serving

if TYPE_CHECKING:
    import index.library
    from qa.service import Footnote


@pytest.fixture(scope="module")
def client(script: Script) -> Iterator[TestClient]:
    with TestClient(create_app(cast("Footnote", script))) as started:
        yield started


def test_the_front_page_is_the_chat(client: TestClient) -> None:
    response = client.get("/")

    assert response.url.path == "/chat/"
    assert response.status_code == 200
    assert "<title>Footnote</title>" in response.text or "Footnote" in response.text


def test_it_is_up_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "up"}
    assert client.get("/readyz").json() == {"status": "ready", "documents": 1, "search": "ready"}


def test_it_is_not_ready_while_its_store_cannot_be_read(
    client: TestClient, script: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    def fail() -> list[Document]:
        raise StorageFailed(tmp_path, "disk gone")

    monkeypatch.setattr(script.library, "documents", fail)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert "disk gone" in response.json()["reason"]


@pytest.mark.parametrize("path", ["/", "/healthz", "/chat/", "/nothing", "/chat/gradio_api/info"])
def test_every_response_keeps_the_browser_at_home(client: TestClient, path: str) -> None:
    headers = client.get(path, follow_redirects=False).headers

    assert "default-src 'self'" in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "origin", ["http://example.com", "http://testserver.example.com", "null", "http://testserver:1"]
)
@pytest.mark.parametrize("path", ["/uploads?name=a.txt", "/evaluations", "/chat/gradio_api/component_server"])
def test_another_sites_page_can_change_nothing(client: TestClient, path: str, origin: str) -> None:
    response = client.post(path, content=b"{}", headers={"origin": origin})

    assert response.status_code == 403
    assert "Footnote itself" in response.json()["detail"]


def test_its_own_page_and_programs_are_served(client: TestClient) -> None:
    assert client.get("/readyz", headers={"origin": "http://testserver"}).status_code == 200
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("path", ["/redoc", "/chat/runs"])
def test_pages_that_load_from_elsewhere_are_off(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "status", "code", "words"),
    [
        ("/nope", 404, "not_found", "There is nothing here"),
        ("/d/x?start=abc", 422, "invalid_request", "This address cannot be read"),
        ("/evaluations/x", 404, "not_kept", "This report is no longer kept: evaluate again."),
        ("/uploads", 405, "method_not_allowed", "Method not allowed"),
        ("/api/v1/documents/<b>", 404, "unknown_document", "No document &#39;&lt;b&gt;&#39; in the library"),
    ],
)
def test_what_is_refused_shows_a_person_a_page_and_a_program_a_problem(
    client: TestClient, path: str, status: int, code: str, words: str
) -> None:
    seen = client.get(path, headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    told = client.get(path)

    assert (seen.status_code, told.status_code) == (status, status)
    assert seen.headers["content-type"].startswith("text/html")
    assert words in seen.text
    assert "</style>" in seen.text and 'href="/chat/">Ask your documents' in seen.text
    assert seen.headers.get("allow") == told.headers.get("allow")
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["code"] == code


PATHS = ("/", "/chat/", "/docs", "/openapi.json", "/evaluate", "/healthz", "/readyz", "/metrics", "/v1/models")
OTHERS = ("/favicon.ico", "/api/v1/documents", f"/d/{DOCUMENT.id}", "/d/nothing", "/nope", "/mcp")


@pytest.mark.parametrize("path", [*PATHS, *OTHERS])
def test_head_is_answered_as_get_is_without_a_body(client: TestClient, path: str) -> None:
    got, head = (client.request(method, path, follow_redirects=False) for method in ("GET", "HEAD"))

    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers.get("content-type") == got.headers.get("content-type")


def test_after_a_head_the_connection_goes_on(script: Script) -> None:
    with serving(create_app(cast("Footnote", script))) as address, httpx.Client(base_url=address) as client:
        assert client.head("/docs").status_code == 200
        assert client.get("/healthz").json() == {"status": "up"}
        assert 'method="HEAD",route="/docs",status="200"' in client.get("/metrics").text


def test_only_ask_is_offered_to_programs(client: TestClient) -> None:
    assert list(client.get("/chat/gradio_api/info").json()["named_endpoints"]) == ["/ask"]


def test_no_documents_text_can_reach_a_template(client: TestClient) -> None:
    [page] = [part for part in client.get("/chat/config").json()["components"] if part["type"] == "html"]

    template = page["props"]["html_template"]

    assert not [mark for mark in ("${", "{{", "`", "\\", "@children") if mark in template]
    assert "innerHTML" not in page["props"]["js_on_load"]


# 1,500 code points on each side, though 🟥 is two in UTF-16.
def test_an_excerpt_is_cut_in_code_points() -> None:
    start = DOCUMENT.text.index(SECOND)
    place = Place(document_id=DOCUMENT.id, start=start, end=start + len(SECOND))

    shown = excerpt(library(), place)

    assert shown.quote == SECOND
    assert shown.before + shown.quote + shown.after in DOCUMENT.text
    assert 1_400 < len(shown.before) <= 1_500
    assert 1_400 < len(shown.after) <= 1_500
    assert (shown.starts_early, shown.ends_late) == (True, True)


@pytest.mark.parametrize(("start", "end"), [(0, 10**9), (10**9, 10**9 + 1), (9, 3)])
def test_a_place_that_is_not_there_shows_no_other_words(start: int, end: int) -> None:
    shown = excerpt(library(), Place(document_id=DOCUMENT.id, start=start, end=end))

    assert (shown.state, shown.before, shown.quote, shown.after) == ("changed", "", "", "")


def library() -> index.library.Library:
    return cast("index.library.Library", Library())

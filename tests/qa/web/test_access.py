"""Who may call what, asked of every route and mount of the real app."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from index.document import Document
from qa.service import Footnote
from qa.settings import Settings
from qa.web.access.callers import LOCAL, Caller, MayNotEdit, acting_as, require_edit
from qa.web.access.guard import LARGEST_BODY, Access
from qa.web.app import create_app
from qa.web.headers import SECURITY_HEADERS
from qa.web.serve import in_front
from tests.qa.web.routes import TABLE, Served, scripted_table, served

ASKER, EDITOR = "staple-correct-horse", "correct-horse-battery"
KEYS = f"bob:ask:{ASKER},ann:edit:{EDITOR}"
HERE = "http://127.0.0.1:7860"
# One of ours, Gradio's page, one of its routes, and one that is not there.
SOME = [
    Served("/uploads", "POST"),
    Served("/chat/", "GET"),
    Served("/chat/gradio_api/queue/join", "POST"),
    Served("/v1/nothing", "GET"),
]
GONE, OPENED = "never-was-a-key-of-it", "The bridge opened in 1934."


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.read(data=tmp_path_factory.mktemp("access") / "data", api_keys=KEYS, requests_per_minute=100_000)


@pytest.fixture(scope="module")
def service(settings: Settings) -> Iterator[Footnote]:
    with Footnote.open(settings) as opened:
        opened.library.add(Document.from_text(OPENED, title="Bridge", source="upload:bridge.txt"))
        yield opened


@pytest.fixture(scope="module")
def client(service: Footnote, settings: Settings) -> Iterator[TestClient]:
    """Nobody in particular, before the app as it is served."""
    with TestClient(in_front(create_app(service, Access.of(settings)), settings), HERE, follow_redirects=False) as one:
        yield one


@pytest.fixture(scope="module")
def routes(service: Footnote, settings: Settings) -> list[Served]:
    return served(create_app(service, Access.of(settings)))


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def problem(response: Any) -> tuple[int, str]:
    """The status and the code, in the form that the path promises."""
    if response.request.url.path.startswith("/v1/"):
        assert response.headers["content-type"] == "application/json"
        return response.status_code, response.json()["error"]["code"]
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == response.status_code
    return response.status_code, response.json()["code"]


def test_the_routes_of_gradio_and_of_routers_are_among_those_that_are_checked(routes: list[Served]) -> None:
    for path in (
        "/uploads",
        "/chat/gradio_api/queue/join",
        "/chat/gradio_api/component_server",
        "/chat/gradio_api/upload",
    ):
        assert Served(path, "POST") in routes
    assert len(routes) > 80


def test_the_table_in_the_docs_is_that_of_the_app() -> None:
    assert TABLE.read_text("utf-8") == scripted_table(), "run python -m tests.qa.web.routes"


def test_without_a_key_nothing_is_served_that_is_not_open(client: TestClient, routes: list[Served]) -> None:
    for one in routes:
        if one.needed != "open":
            assert refusal(client, one) == (401, "no_valid_key"), one


def test_with_a_wrong_key_nothing_is_served_that_is_not_open(client: TestClient, routes: list[Served]) -> None:
    for one in routes:
        if one.needed != "open":
            assert refusal(client, one, **bearer(GONE)) == (401, "no_valid_key"), one


@pytest.mark.parametrize("one", SOME, ids=str)
@pytest.mark.parametrize(
    "headers",
    [
        bearer(""),
        bearer(EDITOR[:-1]),
        bearer(EDITOR.upper()),
        bearer(f"ann:edit:{EDITOR}"),
        {"authorization": f"Basic {EDITOR}"},
        {"authorization": EDITOR},
        {"cookie": "footnote_session=ann"},
        {"cookie": f"footnote_session={EDITOR}"},
    ],
    ids="none shorter upper-case whole-entry basic bare made-up-session key-as-session".split(),
)
def test_what_is_nearly_a_key_is_none(client: TestClient, one: Served, headers: dict[str, str]) -> None:
    assert refusal(client, one, origin=HERE, **headers) == (401, "no_valid_key")


def test_what_another_sites_page_asks_is_refused_on_every_route(client: TestClient, routes: list[Served]) -> None:
    for one in routes:
        assert refusal(client, one, origin="http://example.com", **bearer(EDITOR)) == (403, "foreign_origin"), one


@pytest.mark.parametrize("one", SOME, ids=str)
@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://127.0.0.1:7861",
        "http://127.0.0.1:7860.example.com",
        "http://[",
        "://",
        "",
        "file://",
        "127.0.0.1:7860",
    ],
)
def test_what_is_nearly_its_own_origin_is_refused(client: TestClient, one: Served, origin: str) -> None:
    assert refusal(client, one, origin=origin, **bearer(EDITOR)) == (403, "foreign_origin")


def test_what_is_asked_under_another_name_is_refused_on_every_route(client: TestClient, routes: list[Served]) -> None:
    for one in routes:
        assert refusal(client, one, host="example.com", **bearer(EDITOR)) == (421, "unknown_host"), one


@pytest.mark.parametrize("one", SOME, ids=str)
@pytest.mark.parametrize(
    "host", ["127.0.0.1.example.com", "localhost.", "127.0.0.1:7860@example.com", "10.0.0.1", "", "a b", "[::2]"]
)
def test_what_is_nearly_its_own_name_is_refused(client: TestClient, one: Served, host: str) -> None:
    assert refusal(client, one, host=host, **bearer(EDITOR)) == (421, "unknown_host")


def refusal(client: TestClient, one: Served, **headers: str) -> tuple[int, str]:
    """How it is refused, with what every response says to a browser."""
    response = client.request(one.method, one.example, headers=headers)
    assert SECURITY_HEADERS[0][1].decode() in response.headers.get_list("content-security-policy")
    if one.method == "HEAD":  # which a test client gives no body
        return response.status_code, {401: "no_valid_key", 403: "foreign_origin", 421: "unknown_host"}[
            response.status_code
        ]
    return problem(response)


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "127.0.0.1:7860", "[::1]:7860", "LOCALHOST:7860"])
def test_it_answers_under_the_names_of_this_machine(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


def test_a_key_that_may_ask_changes_nothing_on_any_route(
    client: TestClient, routes: list[Served], service: Footnote
) -> None:
    before = [service.library.generation(), *service.library.documents()]
    [document] = [one for one in service.library.documents() if one.source == "upload:bridge.txt"]

    for one in routes:
        if one.method in ("GET", "HEAD", "OPTIONS"):
            continue
        path = one.example.replace("/x", f"/{document.id}")
        response = client.request(one.method, path, params={"name": "x.txt"}, content=b"{}", headers=bearer(ASKER))
        expected = {"edit": [403], "closed": [404]}.get(one.needed)
        assert expected is None or [response.status_code] == expected, one

    assert [service.library.generation(), *service.library.documents()] == before


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY"])
@pytest.mark.parametrize("path", ["/", "/nothing", "/api/v1/documents/x", "/api/v1/nothing", "/v1/nothing", "/d/x"])
def test_what_is_not_known_to_ask_is_held_to_change(client: TestClient, method: str, path: str) -> None:
    assert problem(client.request(method, path, headers=bearer(ASKER))) == (403, "needs_edit")
    assert client.request(method, path, headers=bearer(EDITOR)).status_code in (404, 405)


@pytest.mark.parametrize("name", ["remove", "restore"])
def test_a_key_that_may_ask_removes_nothing_through_the_pages_own_functions(
    client: TestClient, service: Footnote, name: str
) -> None:
    [document] = [one for one in service.library.documents() if one.source == "upload:bridge.txt"]

    answered = call(client, name, document.id, bearer(ASKER))

    assert "This key may ask, not change anything" in answered["problem"]
    assert document in service.library.documents()


def test_a_key_that_may_edit_removes_and_brings_back(client: TestClient, service: Footnote) -> None:
    [document] = [one for one in service.library.documents() if one.source == "upload:bridge.txt"]

    assert call(client, "remove", document.id, bearer(EDITOR))["document"]["id"] == document.id
    assert document.id not in [one.id for one in service.library.documents()]
    assert call(client, "restore", document.id, bearer(EDITOR))["document"]["id"] == document.id


def test_outside_a_request_nobody_may_change_anything() -> None:
    with pytest.raises(MayNotEdit):
        require_edit()
    with acting_as(Caller("bob", "ask")), pytest.raises(MayNotEdit):
        require_edit()
    with acting_as(LOCAL):
        require_edit()


def test_the_page_is_told_what_its_reader_may_do(client: TestClient) -> None:
    for key, may_edit in ((ASKER, False), (EDITOR, True)):
        told = call(client, "documents", None, bearer(key))
        assert (told["may_edit"], told["is_signed_in"]) == (may_edit, False)


def test_callers_at_the_same_time_are_not_taken_for_one_another(client: TestClient) -> None:
    keys = [ASKER, EDITOR] * 20

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda key: call(client, "documents", None, bearer(key))["may_edit"], keys))

    assert told == [False, True] * 20


def call(client: TestClient, name: str, data: object, headers: dict[str, str]) -> dict[str, Any]:
    """What a function answers that Gradio runs for the page."""
    config = client.get("/chat/config", headers=headers).json()
    [page] = [part["id"] for part in config["components"] if part["type"] == "html"]
    sent = {"data": data, "component_id": page, "session_hash": "s", "fn_name": name}
    response = client.post("/chat/gradio_api/component_server", json=sent, headers=headers)
    assert response.status_code == 200
    answered: dict[str, Any] = response.json()
    return answered


def test_a_key_with_the_right_role_is_served(client: TestClient) -> None:
    for key in (ASKER, EDITOR):
        assert client.get("/evaluate", headers=bearer(key)).status_code == 200
        assert client.get("/chat/", headers=bearer(key)).status_code == 200
    added = client.post("/uploads?name=tower.txt", content=b"The tower is old.", headers=bearer(EDITOR))
    assert '"added"' in added.text


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/favicon.ico", "/sign-in"])
def test_open_paths_need_no_key_and_mind_no_wrong_one(client: TestClient, path: str) -> None:
    for headers in ({}, bearer(GONE), {"cookie": "footnote_session=x"}):
        assert client.get(path, headers=headers).status_code == 200


@pytest.mark.parametrize("method", ["TRACE", "QUERY", "PROPFIND", "DELETE"])
@pytest.mark.parametrize("path", ["/", "/nothing", "/healthz", "/chat/", "/v1/nothing", "//chat//"])
def test_what_no_route_is_for_needs_a_key_as_well(client: TestClient, method: str, path: str) -> None:
    assert problem(client.request(method, path)) == (401, "no_valid_key")


def test_what_nobody_needs_of_gradio_is_not_even_served_to_whoever_may_edit(client: TestClient) -> None:
    files = {"files": ("x.txt", b"x")}
    assert problem(client.post("/chat/gradio_api/upload", files=files, headers=bearer(EDITOR))) == (404, "not_found")
    for path in ("file=/etc/hostname", "file/etc/hostname", "proxy=http://127.0.0.1/", "runs", "monitoring", "user"):
        response = client.get(f"/chat/gradio_api/{path}", headers=bearer(EDITOR))
        assert problem(response) == (404, "not_found"), path


def test_a_body_larger_than_is_taken_is_refused_said_beforehand_or_not(client: TestClient) -> None:
    def in_parts() -> Iterator[bytes]:
        for _ in range(LARGEST_BODY // 65536 + 1):
            yield b"x" * 65536

    whole = b"x" * (LARGEST_BODY + 1)
    for path in ("/chat/gradio_api/component_server", "/chat/gradio_api/queue/join"):
        for body in (whole, in_parts()):
            assert problem(client.post(path, content=body, headers=bearer(EDITOR))) == (413, "too_large")
    assert problem(client.post("/nothing", content=whole, headers=bearer(EDITOR))) == (413, "too_large")


def test_a_websocket_is_refused(client: TestClient) -> None:
    from starlette.websockets import WebSocketDisconnect

    for headers in ({}, bearer(ASKER), {"host": "example.com"}):
        with (
            pytest.raises(WebSocketDisconnect) as closed,
            client.websocket_connect("/chat/queue/join", headers=headers),
        ):
            pass
        assert closed.value.code in (1008, 1000)

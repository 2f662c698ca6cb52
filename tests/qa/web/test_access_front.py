"""What stands before the app: its own names, reverse proxies, how much one key may ask for, and no keys at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import pytest
from fastapi.testclient import TestClient

from qa.errors import WrongSetting
from qa.settings import Settings
from qa.web.access.guard import WRONG_KEYS, Access
from qa.web.access.hosts import Hosts, is_loopback
from qa.web.app import create_app
from qa.web.serve import in_front
from qa.web.startup import Startup
from tests.qa.conftest import Run
from tests.qa.web.routes import Served, served
from tests.qa.web.scripted import Script
from tests.qa.web.test_startup import Loading

if TYPE_CHECKING:
    from qa.service import Footnote

ASKER, EDITOR = "staple-correct-horse", "correct-horse-battery"
KEYS = f"bob:ask:{ASKER},ann:edit:{EDITOR}"
ASKING, EDITING = {"authorization": f"Bearer {ASKER}"}, {"authorization": f"Bearer {EDITOR}"}
HERE, PROXY = "http://127.0.0.1:7860", "10.0.0.1"
FORWARDED = {
    "x-forwarded-host": "docs.example.com",
    "x-forwarded-proto": "https",
    "x-forwarded-for": "192.0.2.7",
    "forwarded": "for=192.0.2.7;proto=https;host=docs.example.com",
}
HTML = {"accept": "text/html"}

Client = Callable[..., TestClient]


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """Opens one at an address before a server with these settings."""
    script = Script()

    @cache
    def app(**given: Any) -> Any:
        settings = Settings.read(**given)
        return in_front(create_app(cast("Footnote", script), Access.of(settings)), settings)

    def opened(at: str = PROXY, **given: Any) -> TestClient:
        return TestClient(app(**given), HERE, follow_redirects=False, client=(at, 50_000))

    yield opened
    script.queue.close()


# Names.


@pytest.mark.parametrize(
    ("hosts", "host", "is_ours"),
    [
        (Hosts(), "localhost:7860", True),
        (Hosts(), "127.0.0.2:7860", True),
        (Hosts(), "[::1]", True),
        (Hosts(), "2130706433", False),
        (Hosts(), "192.0.2.1:7860", False),
        (Hosts(), "docs.example.com", False),
        (Hosts(numbers=True), "192.0.2.1:7860", True),
        (Hosts(numbers=True), "[2001:db8::1]:7860", True),
        (Hosts(numbers=True), "docs.example.com", False),
        (Hosts(numbers=True), "192.0.2.1.example.com", False),
        (Hosts(numbers=True), "0x7f.1", False),
        (Hosts(["docs.example.com"]), "Docs.Example.com:443", True),
        (Hosts(["docs.example.com"]), "localhost", True),
        (Hosts(["docs.example.com"]), "evil.docs.example.com", False),
        (Hosts(["docs.example.com"]), "docs.example.com.evil.com", False),
        (Hosts(public_url="https://docs.example.com:8443/footnote"), "docs.example.com", True),
        (Hosts(public_url="https://docs.example.com/footnote"), "example.com", False),
    ],
)
def test_which_names_are_its_own(hosts: Hosts, host: str, is_ours: bool) -> None:
    assert hosts.hold(host) == is_ours


def test_the_public_address_is_a_name_and_an_origin_of_its_own(client: Client) -> None:
    behind = client(public_url="https://docs.example.com")

    # As a proxy that keeps the name, and one that puts its own in.
    for host in ("docs.example.com", "127.0.0.1:7860"):
        sent = {"host": host, "origin": "https://docs.example.com"}
        assert behind.post("/chat/gradio_api/cancel", headers=sent).status_code == 422
    sent = {"host": "127.0.0.1:7860", "origin": "https://docs.example.com.evil.com"}
    assert behind.post("/chat/gradio_api/cancel", headers=sent).json()["code"] == "foreign_origin"


def test_other_names_are_refused_while_it_loads() -> None:
    loading = in_front(Startup(Loading().open, lambda: None), Settings.read())
    client = TestClient(loading, HERE)

    assert client.get("/chat/").status_code == 200
    assert client.get("/chat/", headers={"host": "example.com"}).json()["code"] == "unknown_host"
    assert client.get("/healthz", headers={"host": "example.com"}).status_code == 421


# Keys, or this machine alone.


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_without_keys_it_does_not_listen_to_others(host: str, run: Run) -> None:
    ended = run("serve", "--host", host, "--port", 0)

    assert ended.code == 2
    assert ended.says("FOOTNOTE_API_KEYS", host, "FOOTNOTE_HOST")


# 192.0.2.1 is nobody's: with keys it gets as far as not being able to listen there.
def test_with_keys_it_may(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_API_KEYS", KEYS)

    ended = run("serve", "--host", "192.0.2.1", "--port", 0)

    assert ended.code == 3
    assert ended.says("Cannot listen on 192.0.2.1")


def test_wrong_keys_are_refused_at_the_start_and_not_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_API_KEYS", f"ann:admin:{EDITOR}")

    ended = run("serve", "--port", 0)

    assert ended.code == 2
    assert ended.says("FOOTNOTE_API_KEYS: entry 1 needs one of the roles ask and edit.")
    assert EDITOR not in ended.err


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *[("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True)],
        *[("0.0.0.0", False), ("::", False), ("192.0.2.1", False), ("::ffff:0.0.0.0", False)],
    ],
)
def test_what_is_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_without_keys_whoever_reaches_it_may_do_everything_and_needs_no_limit(client: Client) -> None:
    local = client(requests_per_minute=1)

    for _ in range(3):
        assert local.get("/evaluate").status_code == 200
        assert local.get("/evaluate", headers={"authorization": "Bearer not-needed"}).status_code == 200
    assert local.post("/uploads?name=x.png", content=b"x").status_code == 200


# How much.


def test_a_key_is_taken_so_often_a_minute_and_others_go_on(client: Client) -> None:
    limited = client(api_keys=KEYS, requests_per_minute=5)

    counted = [limited.get("/evaluate", headers=ASKING).status_code for _ in range(7)]
    refused = limited.get("/evaluate", headers=ASKING)

    assert counted == [200] * 5 + [429] * 2
    assert refused.json()["code"] == "too_many_requests"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    seen = limited.get("/evaluate", headers={**ASKING, **HTML})
    assert (seen.status_code, seen.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert "Too many requests within a minute" in seen.text and "retry-after" in seen.headers
    assert limited.post("/v1/chat/completions", headers=ASKING).json()["error"]["code"] == "too_many_requests"
    assert limited.get("/evaluate", headers=EDITING).status_code == 200


def test_wrong_keys_from_an_address_are_taken_so_often_and_then_even_the_right_one_waits(client: Client) -> None:
    guessing, elsewhere = client("192.0.2.1", api_keys=KEYS), client("192.0.2.2", api_keys=KEYS)
    guesses = [{"authorization": f"Bearer wrong-key-{number:06}"} for number in range(WRONG_KEYS)]
    assert {guessing.get("/evaluate", headers=guess).status_code for guess in guesses} == {401}

    refused = guessing.get("/evaluate", headers=EDITING)

    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_wrong_keys")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert guessing.post("/v1/chat/completions", headers=EDITING).status_code == 429
    assert guessing.get("/healthz", headers=EDITING).status_code == 200
    assert elsewhere.get("/evaluate", headers=EDITING).status_code == 200


def test_wrong_keys_behind_a_proxy_count_for_its_client(client: Client) -> None:
    behind = client(api_keys=KEYS, trusted_proxies=PROXY)
    near, far = {"x-forwarded-for": "192.0.2.1"}, {"x-forwarded-for": "192.0.2.2"}
    for _ in range(WRONG_KEYS):
        behind.get("/evaluate", headers={**near, "authorization": "Bearer wrong"})

    assert behind.get("/evaluate", headers={**near, **EDITING}).status_code == 429
    assert behind.get("/evaluate", headers={**far, **EDITING}).status_code == 200


def test_files_of_the_page_and_open_paths_are_not_counted(client: Client) -> None:
    limited = client(api_keys=KEYS, requests_per_minute=1)

    for _ in range(3):
        assert limited.get("/chat/theme.css", headers=ASKING).status_code == 200
        assert limited.get("/healthz", headers=ASKING).status_code == 200
    assert limited.get("/evaluate", headers=ASKING).status_code == 200


# Reverse proxies.


def root_of(client: TestClient, headers: dict[str, str]) -> str:
    """Where Gradio's page will send what it asks."""
    root: str = client.get("/chat/config", headers={**headers, **EDITING}).json()["root"]
    return root


def test_what_is_said_to_be_forwarded_is_dropped_unless_a_known_proxy_says_it(client: Client) -> None:
    given = {"api_keys": KEYS, "allowed_hosts": "docs.example.com", "trusted_proxies": PROXY}
    headers = {**FORWARDED, "x-gradio-server": "http://evil.example.com"}

    assert root_of(client(PROXY, **given), headers) == "https://docs.example.com/chat"
    assert root_of(client("10.0.0.2", **given), headers) == f"{HERE}/chat"
    del given["trusted_proxies"]
    assert root_of(client(PROXY, **given), headers) == f"{HERE}/chat"
    assert root_of(client("127.0.0.1", **given), headers) == f"{HERE}/chat"


def test_a_forwarded_name_has_to_be_its_own_as_well(client: Client) -> None:
    behind = client(PROXY, trusted_proxies="10.0.0.0/8")

    assert behind.get("/healthz", headers=FORWARDED).json()["code"] == "unknown_host"
    sent = {"x-forwarded-host": "docs.example.com, localhost"}  # the first is what the client made up
    assert behind.get("/healthz", headers=sent).status_code == 200


@pytest.mark.parametrize(("proto", "is_secure"), [("https", True), ("http", False)])
def test_a_session_begun_over_https_stays_there(client: Client, proto: str, is_secure: bool) -> None:
    behind = client(PROXY, api_keys=KEYS, allowed_hosts="docs.example.com", trusted_proxies=PROXY)
    sent = {**FORWARDED, "x-forwarded-proto": proto, "origin": f"{proto}://docs.example.com"}

    entered = behind.post("/sign-in", data={"key": EDITOR}, headers=sent)

    assert entered.status_code == 303
    assert ("secure" in entered.headers["set-cookie"].lower()) is is_secure


def test_a_page_that_came_by_http_is_no_page_of_what_is_served_by_https(client: Client) -> None:
    behind = client(PROXY, allowed_hosts="docs.example.com", trusted_proxies=PROXY)

    answered = behind.post("/uploads?name=x.png", headers={**FORWARDED, "origin": "http://docs.example.com"})
    assert answered.json()["code"] == "foreign_origin"
    answered = behind.post("/uploads?name=x.png", headers={**FORWARDED, "origin": "https://docs.example.com"})
    assert answered.status_code == 200


@pytest.mark.parametrize("kept", ["/team", ""], ids=["kept", "cut off"])
def test_under_a_path_everything_leads_back_there_whether_the_proxy_cuts_it_off_or_not(
    client: Client, kept: str
) -> None:
    behind = client(api_keys=KEYS, root_path="/team")
    origin = {"origin": HERE}

    sent = behind.get(f"{kept}/evaluate?x=1", headers=HTML)
    assert sent.headers["location"] == "/team/sign-in?next=%2Fteam%2Fevaluate%3Fx%3D1"
    entered = behind.post(f"{kept}/sign-in?next=/team/evaluate", data={"key": EDITOR}, headers=origin)
    assert entered.headers["location"] == "/team/evaluate"
    assert "path=/team" in entered.headers["set-cookie"].lower()
    elsewhere = behind.post(f"{kept}/sign-in?next=/other", data={"key": EDITOR}, headers=origin)
    assert elsewhere.headers["location"] == "/team/"
    behind.cookies.clear()
    assert behind.get(f"{kept}/", headers=EDITING).headers["location"] == "/team/chat/"
    config = behind.get(f"{kept}/chat/config", headers=EDITING).json()
    assert config["root"] == f"{HERE}/team/chat"
    assert behind.get(f"{kept}/v1/models").json()["error"]["code"] == "no_valid_key"
    assert behind.post(f"{kept}/uploads?name=x", headers=ASKING).json()["code"] == "needs_edit"
    assert behind.get(f"{kept}/healthz").status_code == 200


def test_a_path_that_is_on_the_way_to_a_route_is_none_to_be_served_under() -> None:
    ways = set[str]()
    for route in routes():
        parts = fixed(route).split("/")
        ways |= {"/".join(parts[:count]) for count in range(2, len(parts) + 1)}

    assert {"/api", "/api/v1", "/chat/gradio_api", "/v1", "/d", "/mcp"} <= ways
    for way in ways:
        with pytest.raises(WrongSetting, match=f"^--root-path is '{re.escape(way)}': has to be "):
            Settings.read(root_path=way)


@pytest.mark.parametrize("path", ["", "/", "/footnote", "/api/footnote", "/apis", "/docs.example"])
def test_other_paths_are(path: str) -> None:
    assert Settings.read(root_path=path).root_path == path.rstrip("/")


def routes() -> list[Served]:
    script = Script()
    script.queue.close()
    return served(create_app(cast("Footnote", script)))


def fixed(route: Served) -> str:
    """The part of its path that is the same whatever its parameters are."""
    return route.path.partition("{")[0].rstrip("/")


@pytest.mark.parametrize("path", ["/team", "/team/"])
def test_the_path_itself_is_the_front_page(client: Client, path: str) -> None:
    behind = client(root_path="/team")

    assert behind.get(path).headers["location"] == "/team/chat/"


def test_the_page_that_shows_while_it_loads_works_under_a_path() -> None:
    client = TestClient(in_front(Startup(Loading().open, lambda: None), Settings.read(root_path="/team")), HERE)

    for path in ("/team/chat/", "/chat/", "/team"):
        page = client.get(path)
        assert page.status_code == 200
        assert 'fetch("/team/readyz"' in page.text
    assert client.get("/team/readyz").status_code == 503

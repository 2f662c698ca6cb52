"""A browser exchanges a key for a session, and nobody comes by one in another way."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from fastapi.testclient import TestClient
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import SecretStr

from qa.keys import ApiKey
from qa.settings import Settings
from qa.web.access.guard import COOKIE, Access
from qa.web.access.keyring import SESSION_SECONDS, Keyring
from qa.web.access.signing_in import WRONG_KEYS, local
from qa.web.app import create_app
from qa.web.serve import in_front
from tests.qa.web.scripted import Script

if TYPE_CHECKING:
    from qa.service import Footnote

ASKER, EDITOR = "staple-correct-horse", "correct-horse-battery"
KEYS = f"bob:ask:{ASKER},ann:edit:{EDITOR}"
HERE = "http://127.0.0.1:7860"
HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
OWN = {"origin": HERE}
CHAT = "/chat/gradio_api/app_id"


Browser = Callable[..., TestClient]


@pytest.fixture(scope="module")
def browser(script: Script) -> Browser:
    """Opens one that keeps its cookies, at an address of its own, before a server with these settings."""
    addresses = count(1)

    @cache
    def app(**given: str) -> Any:
        settings = Settings.read(**{"api_keys": KEYS, **given})
        return in_front(create_app(cast("Footnote", script), Access.of(settings)), settings)

    def opened(**given: str) -> TestClient:
        return TestClient(app(**given), HERE, follow_redirects=False, client=(f"10.1.2.{next(addresses)}", 50_000))

    return opened


@pytest.fixture
def client(browser: Browser) -> TestClient:
    return browser()


def sign_in(client: TestClient, key: str = EDITOR, path: str = "/sign-in", **headers: str) -> Any:
    return client.post(path, data={"key": key}, headers={**OWN, **headers})


def test_a_page_leads_to_the_sign_in_page_and_back(client: TestClient) -> None:
    sent = client.get("/d/x1?start=3&end=9&hash=a%2Fb", headers=HTML)
    assert sent.status_code == 303
    assert sent.headers["location"] == "/sign-in?next=%2Fd%2Fx1%3Fstart%3D3%26end%3D9%26hash%3Da%252Fb"
    page = client.get(sent.headers["location"], headers=HTML)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"

    entered = sign_in(client, path=sent.headers["location"])

    assert entered.status_code == 303
    assert entered.headers["location"] == "/d/x1?start=3&end=9&hash=a%2Fb"
    assert client.get("/evaluate", headers=HTML).status_code == 200


def test_programs_are_told_the_status_instead_of_a_page(client: TestClient) -> None:
    assert client.get("/evaluate").status_code == 401
    assert client.post("/uploads", headers=HTML).status_code == 401
    assert client.get("/evaluate", headers={**HTML, "authorization": "Bearer x"}).status_code == 401


def test_the_session_cannot_be_read_by_scripts_or_sent_by_another_site(client: TestClient) -> None:
    cookie = sign_in(client).headers["set-cookie"]

    assert cookie.startswith(f"{COOKIE}=")
    assert EDITOR not in cookie
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/", f"max-age={SESSION_SECONDS}"} <= parts
    assert "secure" not in parts


def test_a_wrong_key_is_said_on_the_page_and_begins_no_session(client: TestClient) -> None:
    for key in ("", "wrong", EDITOR[:-1], "<script>alert(1)</script>", "\N{SNOWMAN}" * 16):
        page = sign_in(client, key)
        assert page.status_code == 403
        assert 'role="alert"' in page.text
        assert "<script" not in page.text
        assert "set-cookie" not in page.headers
    assert client.get(CHAT).status_code == 401


@pytest.mark.parametrize("body", [b"", b"\xff\xfe=\x00", b"key", b"key=%ff%00", b"&" * 5_000, b"key=a&key=b"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
def test_what_is_no_form_begins_no_session(client: TestClient, body: bytes, kind: str) -> None:
    answered = client.post("/sign-in", content=body, headers={**OWN, "content-type": kind})

    assert 400 <= answered.status_code < 500
    assert "set-cookie" not in answered.headers


def test_wrong_keys_are_taken_so_often_and_then_even_the_right_one_waits(browser: Browser) -> None:
    client = browser(trusted_proxies="10.1.2.0/24")
    near, far = {"x-forwarded-for": "192.0.2.1"}, {"x-forwarded-for": "192.0.2.2"}
    for _ in range(WRONG_KEYS):
        assert sign_in(client, "wrong", **near).status_code == 403

    refused = sign_in(client, EDITOR, **near)

    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert "try again in" in refused.text
    assert sign_in(client, EDITOR, **far).status_code == 303


def test_signing_out_ends_the_session_of_the_browser(client: TestClient) -> None:
    sign_in(client)
    assert client.get(CHAT).status_code == 200

    left = client.post("/sign-out", headers=OWN)

    assert (left.status_code, left.headers["location"]) == (303, "/sign-in")
    assert client.get(CHAT).status_code == 401


@pytest.mark.parametrize("headers", [{}, {"origin": "http://example.com"}, {"origin": "null"}])
@pytest.mark.parametrize("path", ["/uploads?name=x.txt", "/sign-out", "/evaluations", "/chat/gradio_api/queue/join"])
def test_with_a_session_only_an_own_page_may_change_something(
    client: TestClient, path: str, headers: dict[str, str]
) -> None:
    sign_in(client)

    assert client.post(path, headers=headers).json()["code"] == "foreign_origin"


def test_a_session_of_a_key_that_asks_may_not_change(client: TestClient) -> None:
    sign_in(client, ASKER)

    assert client.get(CHAT).status_code == 200
    assert client.post("/uploads?name=x.txt", headers=OWN).json()["code"] == "needs_edit"


@pytest.mark.parametrize(
    ("keys", "status"),
    [
        (f"ann:edit:{EDITOR}", 200),
        (f"bob:ask:{ASKER}", 401),
        ("ann:edit:another-key-of-hers", 401),
        (f"eve:edit:{EDITOR}", 401),
        (f"ann:edit:{ASKER},bob:ask:{EDITOR}", 401),
    ],
    ids=["kept", "removed", "changed", "renamed", "swapped"],
)
def test_a_key_that_is_removed_or_changed_ends_its_sessions(
    browser: Browser, client: TestClient, keys: str, status: int
) -> None:
    sign_in(client)

    later = browser(api_keys=keys)
    later.cookies = client.cookies

    assert later.get(CHAT).status_code == status


def test_another_role_counts_at_once(browser: Browser, client: TestClient) -> None:
    sign_in(client)

    later = browser(api_keys=f"ann:ask:{EDITOR}")
    later.cookies = client.cookies

    assert later.post("/uploads?name=x.txt", headers=OWN).json()["code"] == "needs_edit"


def test_a_session_ends_by_itself(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    sign_in(client)
    token = client.cookies[COOKIE]
    client.cookies.clear()  # which the browser does by itself, too

    def status(after: float) -> int:
        monkeypatch.setattr(time, "time", lambda: now + after)
        return client.get(CHAT, headers={"cookie": f"{COOKIE}={token}"}).status_code

    assert (status(SESSION_SECONDS - 1), status(SESSION_SECONDS + 1), status(-5)) == (200, 401, 401)


def test_where_no_keys_are_set_there_is_nothing_to_sign_in_to(browser: Browser) -> None:
    client = browser(api_keys="")

    assert client.get("/sign-in?next=/evaluate").headers["location"] == "/evaluate"
    assert sign_in(client, "whatever", "/sign-in?next=//example.com").headers["location"] == "/"
    assert client.get("/evaluate").status_code == 200


# Where `next` leads.

EVIL = [
    "//example.com", "///example.com", "/\\example.com", "\\\\example.com", "http://example.com", "https:example.com",
    "javascript:alert(1)", "/\t/example.com", "/\n/example.com", " //example.com", "\r//example.com", "example.com",
    "/%0d%0aset-cookie:x\r\nx: y", "", "/ü", "/a b", "\x00/", "data:text/html,x", "//example.com/../..", "/../../x",
]  # fmt: skip


def browsers_view(path: str) -> str:
    """Where a browser goes: it drops tabs and ends of lines, and reads a backslash as a slash (WHATWG, URL)."""
    read = "".join(c for c in path.strip("".join(map(chr, range(33)))) if c not in "\t\r\n").replace("\\", "/")
    return urljoin(f"{HERE}/sign-in", read)


@pytest.mark.parametrize("path", EVIL)
def test_no_other_site_is_led_to(client: TestClient, path: str) -> None:
    assert sign_in(client, path="/sign-in?" + urlencode({"next": path})).headers["location"] == "/"


@pytest.mark.parametrize("path", ["/", "/chat/", "/d/a?start=1&end=2&hash=a%2Fb", "/evaluate?next=//example.com"])
def test_a_page_of_its_own_is_led_to(path: str) -> None:
    assert local(path) == path


@given(st.text(st.sampled_from("/\\.:@?#%ab2e \t\n\r\x00é") | st.characters(), max_size=30))
@example("/\t/a.b")
@example("/%5c/a.b")
@example("/.//a.b")
@example("/..//a.b")
def test_whatever_is_asked_for_lies_on_this_server_below_its_root(path: str) -> None:
    for root in ("", "/root"):
        led = local(path, root)
        there = urlsplit(browsers_view(led))
        assert f"{there.scheme}://{there.netloc}" == HERE
        assert there.path.startswith(f"{root}/")
        assert led.isascii()
        assert led.isprintable()


# Sessions, whatever is in the cookie.

RING = Keyring([ApiKey("ann", "edit", SecretStr(EDITOR)), ApiKey("bob", "ask", SecretStr(ASKER))])
OWN_SESSION = RING.begin_session(ApiKey("ann", "edit", SecretStr(EDITOR)))


@given(st.text(max_size=200) | st.text(st.sampled_from('.-_=eyJ"ann'), max_size=200))
@example("")
@example("." * 200)
@example("ann")
@example("." + OWN_SESSION)
@example(OWN_SESSION + "\n")
@example("é.é.é")
def test_no_made_up_session_is_one(token: str) -> None:
    assert RING.of_session(token) is None


@given(st.integers(0, len(OWN_SESSION) - 2), st.characters(max_codepoint=127))
def test_a_session_that_is_changed_anywhere_is_none(place: int, character: str) -> None:
    # The last character is left out: two of its bits say nothing.
    changed = OWN_SESSION[:place] + character + OWN_SESSION[place + 1 :]

    key = RING.of_session(changed)

    assert (key is not None) == (changed == OWN_SESSION)


@given(st.text(max_size=40))
@example(EDITOR + "\x00")
@example("\ud800")
def test_no_other_secret_finds_a_key(secret: str) -> None:
    assert RING.find(secret) is None


def test_the_own_session_is_the_keys() -> None:
    key = RING.of_session(OWN_SESSION)
    assert key is not None
    assert (key.name, key.role) == ("ann", "edit")

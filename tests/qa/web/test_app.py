"""The app over HTTP, and the page that answers while it loads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest
from fastapi.testclient import TestClient

from index.document import Document
from index.errors import FootnoteError, StorageFailed
from qa.web.app import create_app
from qa.web.excerpt import Place, excerpt
from qa.web.headers import ASGIApp, Message, Receive, Scope, Send
from qa.web.startup import Open, Report, Startup
from tests.qa.web.scripted import DOCUMENT, SECOND, Library, Script

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


def test_an_address_that_is_none_shows_a_browser_a_page_and_a_program_a_problem(client: TestClient) -> None:
    seen = client.get("/nope", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    told = client.get("/nope")

    assert (seen.status_code, told.status_code) == (404, 404)
    assert seen.headers["content-type"].startswith("text/html")
    assert 'href="/chat/"' in seen.text
    assert told.json()["code"] == "not_found"


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


# The start: an app that takes as long as the test wants it to.


async def say_hello(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


class Loading:
    """Loads `say_hello` step by step, each when it is told to go on."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.go_on = asyncio.Event()
        self.problem = problem
        self.closed = False

    @asynccontextmanager
    async def open(self, report: Report) -> AsyncIterator[ASGIApp]:
        report("Fetching <coal>")
        await self.go_on.wait()
        if self.problem:
            raise self.problem
        try:
            report("Lighting the fire")
            yield say_hello
        finally:
            self.closed = True


class Lifespan:
    """A server's side of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._said: asyncio.Queue[Message] = asyncio.Queue()
        self._heard: asyncio.Queue[Message] = asyncio.Queue()
        self._task = asyncio.ensure_future(app({"type": "lifespan"}, self._said.get, self._heard.put))

    async def __call__(self, step: str) -> None:
        await self._said.put({"type": f"lifespan.{step}"})
        heard = await asyncio.wait_for(self._heard.get(), 5)
        assert heard["type"] == f"lifespan.{step}.complete"


def with_startup(
    test: Callable[[httpx.AsyncClient, Lifespan, Startup], Awaitable[None]],
    open_app: Open,
    failed: Callable[[], None] = lambda: None,
) -> None:
    async def run() -> None:
        startup = Startup(open_app, failed)
        transport = httpx.ASGITransport(startup)
        async with httpx.AsyncClient(transport=transport, base_url="http://footnote") as client:
            lifespan = Lifespan(startup)
            await lifespan("startup")
            await asyncio.sleep(0)
            await test(client, lifespan, startup)

    asyncio.run(run())


def test_while_loading_a_page_says_what_and_everything_else_waits() -> None:
    async def test(client: httpx.AsyncClient, lifespan: Lifespan, startup: Startup) -> None:
        page = await client.get("/chat/")
        assert page.status_code == 200
        assert "Fetching &lt;coal&gt;" in page.text
        assert page.headers["cache-control"] == "no-store"
        assert (await client.get("/healthz")).json() == {"status": "up"}
        readiness = await client.get("/readyz")
        assert (readiness.status_code, readiness.json()["loading"]) == (503, "Fetching <coal>")
        asked = await client.post("/chat/gradio_api/queue/join")
        assert (asked.status_code, asked.headers["retry-after"]) == (503, "2")

    with_startup(test, Loading().open)


def test_once_loaded_the_app_answers_and_is_closed_at_the_end() -> None:
    loading = Loading()

    async def test(client: httpx.AsyncClient, lifespan: Lifespan, startup: Startup) -> None:
        loading.go_on.set()
        await asyncio.sleep(0.01)
        assert (await client.get("/anything")).text == "hello"
        assert not loading.closed
        await lifespan("shutdown")
        assert loading.closed

    with_startup(test, loading.open)


def test_told_to_stop_while_loading_it_takes_no_further_step() -> None:
    loading = Loading()

    async def test(client: httpx.AsyncClient, lifespan: Lifespan, startup: Startup) -> None:
        asyncio.get_running_loop().call_later(0.05, loading.go_on.set)
        await lifespan("shutdown")
        assert loading.closed
        assert startup.problem is None

    with_startup(test, loading.open)


def test_a_failure_to_load_is_reported_once() -> None:
    problem = FootnoteError("No coal.")
    loading = Loading(problem)
    failures: list[str] = []

    async def test(client: httpx.AsyncClient, lifespan: Lifespan, startup: Startup) -> None:
        loading.go_on.set()
        await lifespan("shutdown")
        assert startup.problem is problem
        assert failures == ["failed"]

    with_startup(test, loading.open, lambda: failures.append("failed"))

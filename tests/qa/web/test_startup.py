"""What answers while the app loads: an app that takes as long as the test wants it to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from index.errors import FootnoteError
from qa.web.headers import ASGIApp, Message, Receive, Scope, Send
from qa.web.startup import Open, Report, Startup


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
        for path in ("/d/x", "/evaluate"):  # which a person may have been sent
            waiting = await client.get(path, headers={"accept": "text/html,*/*;q=0.8"})
            assert (waiting.status_code, waiting.text) == (503, page.text)
        assert (await client.head("/chat/")).content == b""

    with_startup(test, Loading().open)


@pytest.mark.parametrize(
    ("method", "path", "media_type"),
    [
        ("POST", "/api/v1/ask", "application/problem+json"),
        ("GET", "/api/v1/documents", "application/problem+json"),
        ("POST", "/mcp", "application/problem+json"),
        ("GET", "/v1/models", "application/json"),
        ("POST", "/v1/chat/completions", "application/json"),
        ("GET", "/readyz", "application/json"),
    ],
)
def test_while_loading_a_program_is_told_in_the_form_that_it_knows(method: str, path: str, media_type: str) -> None:
    async def test(client: httpx.AsyncClient, lifespan: Lifespan, startup: Startup) -> None:
        told = await client.request(method, path, headers={"x-request-id": "seven"})

        assert (told.status_code, told.headers["content-type"]) == (503, media_type)
        assert (told.headers["retry-after"], told.headers["x-request-id"]) == ("2", "seven")
        assert "default-src 'self'" in told.headers["content-security-policy"]
        assert (await client.request(method, path)).headers["x-request-id"]
        problem = told.json()
        if path.startswith("/v1/"):
            assert problem["error"]["type"] == "server_error"
            problem = {"code": problem["error"]["code"], "detail": problem["error"]["message"]}
        if path != "/readyz":
            assert problem["code"] == "loading"
            assert problem["detail"] == "Footnote is still loading: try again in 2 s."

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

"""A page that is closed while it is answered, as a server tells of it."""

from __future__ import annotations

import asyncio

import pytest

from qa.web.headers import Message, Receive, Scope, Send
from qa.web.leaving import STREAM, ClosedPages

PATH = f"/chat{STREAM}"


def run(path: str, *, closes: bool) -> list[str]:
    """Streams three lines to a page that closes after the second, or after the last; the sessions that have left."""
    left: list[str] = []
    gone = asyncio.Event()

    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        for line in range(3):
            await asyncio.sleep(0)
            if line == 2 and closes:
                gone.set()
                await asyncio.sleep(0.01)
                return  # as Starlette does when it notices
            await send({"type": "http.response.body", "body": b"line", "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def receive() -> Message:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if not message["more_body"]:
            gone.set()  # a server says the same of a response that is complete
            await asyncio.sleep(0.01)

    scope: Scope = {"type": "http", "path": path, "query_string": b"session_hash=abc"}
    asyncio.run(ClosedPages(stream, left.append)(scope, receive, send))
    return left


@pytest.mark.parametrize(
    ("path", "closes", "left"),
    [(PATH, True, ["abc"]), (PATH, False, []), ("/chat/", True, [])],
    ids=["closed while it was answered", "answered to the end", "another path"],
)
def test_only_a_page_that_was_being_answered_has_left(path: str, closes: bool, left: list[str]) -> None:
    assert run(path, closes=closes) == left

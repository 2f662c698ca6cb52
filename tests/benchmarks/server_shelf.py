"""A server under load as what the soak kills: documents come and go over HTTP while questions are asked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from index.document import Document
from tests.benchmarks.http_client import ask, connected, documents, upload
from tests.benchmarks.shelf import Quote
from tests.server import Server

SETTINGS = {"FOOTNOTE_REQUESTS_PER_MINUTE": "1000000", "FOOTNOTE_QUEUE": "64"}
ASKING = 4  # clients that keep asking


class ServerShelf:
    """`footnote serve`, in the process group of the life that is killed; its answers are looked up after the kill.

    The trace ids of whole answers stand in a file beside the data folder, one a line.
    """

    largest = 8
    undisturbed = 6.0

    def __init__(self, folder: Path) -> None:
        self._server = Server(folder, settings=SETTINGS)
        self._server.start()
        self._traces = folder.parent / "traces.txt"
        self._traces.touch()
        self._client = httpx.Client(base_url=self._server.address, timeout=120)
        self._stopped = threading.Event()
        self._asking = threading.Thread(target=lambda: asyncio.run(self._keep_asking()), daemon=True)

    def add(self, document: Document) -> None:
        """Uploads it; from the first change on, questions are asked all the time."""
        if not self._asking.ident:
            self._asking.start()
        ended = self._over_http(lambda client: upload(client, "soak.txt", document.text, document.source))
        if ended["status"] not in ("added", "replaced", "unchanged"):
            raise RuntimeError(f"{document.source} ended as {ended}")

    def remove(self, source: str) -> None:
        """Removes it for good."""
        self._client.delete(f"/api/v1/documents/{self._id(source)}", params={"purge": "true"}).raise_for_status()

    def hashes(self) -> dict[str, str]:
        """What the API lists."""
        return {one["source"]: one["content_hash"] for one in self._over_http(documents)}

    def text(self, source: str) -> str:
        """The whole text."""
        response = self._client.get(f"/api/v1/documents/{self._id(source)}/text")
        return str(response.raise_for_status().json()["text"])

    def faults(self, source: str) -> list[str]:
        """Answers that were given and cannot be read any more."""
        given = self._traces.read_text("ascii").splitlines()[-50:]
        statuses = {trace: self._client.get(f"/api/v1/answers/{trace}").status_code for trace in given}
        return [f"the answer {trace} is answered {status}" for trace, status in statuses.items() if status != 200]

    def ask(self, questions: Sequence[str]) -> list[list[Quote]]:
        """What each question found and cited."""
        return [_quotes(self._client.post("/api/v1/ask", json={"question": q}).json()) for q in questions]

    def healthy(self) -> bool:
        """Whether both indexes are in step."""
        return bool(self._client.get("/readyz").json()["search"] == "ready")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        if self._asking.ident:
            self._asking.join()
        self._client.close()
        self._server.stop()

    def _id(self, source: str) -> str:
        return next(str(one["id"]) for one in self._over_http(documents) if one["source"] == source)

    def _over_http(self, call: Any) -> Any:
        async def made() -> Any:
            async with connected(self._server.address) as client:
                return await call(client)

        return asyncio.run(made())

    async def _keep_asking(self) -> None:
        async with connected(self._server.address) as client:
            await asyncio.gather(*(self._ask_on(client) for _ in range(ASKING)))

    async def _ask_on(self, client: httpx.AsyncClient) -> None:
        while not self._stopped.is_set():
            one = await ask(client, "How many government officials signed the memo?")
            if one.answer:
                with self._traces.open("a", encoding="ascii") as traces:
                    traces.write(f"{one.answer['trace_id']}\n")


def _quotes(answer: dict[str, Any]) -> list[Quote]:
    cited = [Quote(c["source"], c["start"], c["end"], c["quote"]) for c in answer["citations"]]
    return [*cited, *(Quote(p["source"], p["start"], p["end"], p["text"]) for p in answer["passages"])]

"""The work of MCP's tools at the server that has the data folder open, over its HTTP API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from qa.answer import Answer, Citation
from qa.cli.connection import AsyncConnection
from qa.cli.server import API, Listing
from qa.results import Found, Judged
from qa.retrieving import Hit
from qa.verifying import Judgement

if TYPE_CHECKING:
    import httpx

    from index.records import DocumentRecord
    from qa.chain import Ask
    from qa.verifying import Place


class ServerBackend:
    """See `qa.mcp.backend.Backend`. An async context manager; entered, it knows that the server serves it.

    What the server refuses is told in its own words, which are those that are used without a server.
    """

    def __init__(self, address: str, key: str | None) -> None:
        """Raises `WrongSetting` if the key cannot be one."""
        self._connection = AsyncConnection(address, key)

    async def __aenter__(self) -> Self:
        try:
            await self._request("GET", "/documents", params={"limit": 1})
        except BaseException:
            await self._connection.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connection.close()

    async def ask(self, ask: Ask) -> Answer:
        """See `Backend`. The answer is checked again."""
        response = await self._request("POST", "/ask", json=ask)
        with self._connection.understood():
            return Answer.from_json(response.content)

    async def search(self, query: str, documents: Sequence[str] | None, count: int) -> tuple[Hit, ...]:
        """See `Backend`."""
        sent: dict[str, Any] = {"query": query, "limit": count}
        if documents is not None:
            sent["documents"] = list(documents)
        response = await self._request("POST", "/search", json=sent)
        with self._connection.understood():
            found = Found.model_validate_json(response.content).sentences
            return tuple(Hit(Citation(**one.model_dump(exclude={"url", "score"})), one.score) for one in found)

    async def verify(self, claim: str, quotes: Sequence[str], places: Sequence[Place]) -> tuple[Judgement, list[str]]:
        """See `Backend`."""
        spans = [asdict(place) for place in places]
        sent = {"claim": claim, "quotes": list(quotes), "spans": spans}
        response = await self._request("POST", "/verify", json=sent)
        with self._connection.understood():
            judged = Judged.model_validate_json(response.content)
        return Judgement(judged.verdict, judged.score), judged.quotes

    async def documents(self) -> Sequence[DocumentRecord]:
        """See `Backend`."""
        listing = Listing()
        while listing.goes_on:
            response = await self._request("GET", "/documents", params=listing.part)
            with self._connection.understood():
                listing.read(response.json())
        return listing.records

    async def _request(self, method: str, path: str, **sent: Any) -> httpx.Response:
        return await self._connection.request(method, f"{API}{path}", **sent)

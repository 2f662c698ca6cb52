"""A client of the HTTP API that keeps what it was told, for the benchmarks that put the server under load."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx

OK, ACCEPTED, TOO_MANY = 200, 202, 429
PATIENT = httpx.Timeout(120.0, pool=None)
MANY = httpx.Limits(max_connections=None, max_keepalive_connections=20)
METRIC = re.compile(r"^(?P<name>\w+)(?:\{(?P<labels>[^}]*)\})? (?P<value>\S+)$")
ENDED = ("added", "unchanged", "replaced", "failed", "cancelled")


def connected(address: str) -> httpx.AsyncClient:
    """A client that takes as many connections as it is asked for."""
    return httpx.AsyncClient(base_url=address, timeout=PATIENT, limits=MANY)


@dataclass
class Asked:
    """One request for an answer: how it ended, and when."""

    question: str
    status: int
    seconds: float
    answer: dict[str, Any] | None = None
    retry_after: str | None = None

    @property
    def said(self) -> tuple[Any, ...] | None:
        """What has to be the same whoever asks, and when."""
        return said(self.answer) if self.answer else None


def said(answer: dict[str, Any]) -> tuple[Any, ...]:
    """Kind, statements with their numbers and verdicts, and the quotes with their places."""
    return (
        answer["kind"],
        tuple((s["text"], tuple(s["citations"]), s["verdict"]) for s in answer["statements"]),
        tuple((c["number"], c["source"], c["start"], c["end"], c["quote"]) for c in answer["citations"]),
    )


async def ask(client: httpx.AsyncClient, question: str) -> Asked:
    """One plain question."""
    began = time.perf_counter()
    response = await client.post("/api/v1/ask", json={"question": question})
    seconds = time.perf_counter() - began
    answer = response.json() if response.status_code == OK else None
    return Asked(question, response.status_code, seconds, answer, response.headers.get("retry-after"))


async def events(client: httpx.AsyncClient, question: str) -> AsyncIterator[tuple[str, Any]]:
    """The events of a streamed answer: name and data.

    Raises:
        httpx.HTTPStatusError: it was refused.
    """
    async with client.stream("POST", "/api/v1/ask/stream", json={"question": question}) as response:
        response.raise_for_status()
        name = ""
        async for line in response.aiter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))


async def stream(client: httpx.AsyncClient, question: str) -> Asked:
    """One streamed question, read to its end."""
    began, answer = time.perf_counter(), None
    try:
        async for name, data in events(client, question):
            if name == "done":
                answer = data
    except httpx.HTTPStatusError as error:
        refused = error.response
        seconds = time.perf_counter() - began
        return Asked(question, refused.status_code, seconds, None, refused.headers.get("retry-after"))
    return Asked(question, OK if answer else 0, time.perf_counter() - began, answer)


async def upload(client: httpx.AsyncClient, name: str, text: str, source: str | None = None) -> dict[str, Any]:
    """Adds or replaces a document; returns the upload as it ended.

    Raises:
        httpx.HTTPStatusError: it was refused, other than for now.
    """
    while True:
        response = await client.post(
            "/api/v1/documents",
            params={"replace": "true"},
            files={"file": (name, text.encode(), "text/plain")},
            data={"source": source} if source else {},
        )
        if response.status_code != TOO_MANY:
            break
        await asyncio.sleep(float(response.headers["retry-after"]))
    response.raise_for_status()
    status: dict[str, Any] = response.json()
    while status["status"] not in ENDED:
        await asyncio.sleep(0.02)
        status = (await client.get(status["url"])).raise_for_status().json()
    return status


async def documents(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """All of them, page by page."""
    listed: list[dict[str, Any]] = []
    while True:
        response = await client.get("/api/v1/documents", params={"offset": len(listed), "limit": 100})
        page = response.raise_for_status().json()
        listed += page["documents"]
        if len(listed) >= page["total"] or not page["documents"]:
            return listed


@dataclass
class Metrics:
    """What /metrics says."""

    values: dict[str, float] = field(default_factory=dict)

    @classmethod
    async def read(cls, client: httpx.AsyncClient) -> Metrics:
        """Now."""
        text = (await client.get("/metrics")).raise_for_status().text
        found = cls()
        for line in text.splitlines():
            if (match := METRIC.match(line)) and not match["labels"]:
                found.values[match["name"]] = float(match["value"])
        return found

    @property
    def waiting(self) -> int:
        """Questions that wait or are being answered."""
        return int(self.values["footnote_queue_waiting"] + self.values["footnote_queue_running"])

    @property
    def resident(self) -> float:
        """Memory of the process, in MiB."""
        return self.values["process_resident_memory_bytes"] / 2**20

    @property
    def handles(self) -> int:
        """Open files and sockets."""
        return int(self.values["process_open_fds"])

    @property
    def threads(self) -> int:
        """Threads of the process."""
        return int(self.values["footnote_threads"])

    @property
    def longest_hold(self) -> float:
        """Seconds for which the event loop was held, at most, since the start."""
        return self.values["footnote_event_loop_longest_hold_seconds"]


def share(seconds: Iterable[float], part: float) -> float:
    """A quantile, the nearest one that was measured."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def statuses(asked: Iterable[Asked]) -> dict[int, int]:
    """How often each was given."""
    return dict(sorted(Counter(one.status for one in asked).items()))

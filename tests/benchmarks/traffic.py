"""Ten minutes of everything over HTTP: questions, streams, uploads, deletions, bad requests, clients that leave.

    python -m tests.benchmarks.traffic [--minutes 10] [--clients 8]

The real program. Every response is checked: an answer quotes the document as it was or is, a bad request is refused
with the status that it deserves, nothing is answered 500. Each minute memory, threads and open files are read from
/metrics; the last minute's memory may be at most 5 % over the third's.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from tests.benchmarks.http_client import OK, TOO_MANY, Metrics, ask, connected, documents, stream, upload
from tests.benchmarks.load import leave, questions, seconds_until_empty
from tests.server import Server

MOST_GROWTH = 1.05  # of the last minute's memory over the third's
NAMES = 6  # of documents that come, change and go

# What is wrong, and what it is refused with.
BAD: list[tuple[str, str, dict[str, Any], set[int]]] = [
    ("POST", "/api/v1/ask", {"content": b'{"question": NaN}', "headers": {"content-type": "application/json"}}, {422}),
    ("POST", "/api/v1/ask", {"json": {"question": ""}}, {OK, 422}),
    ("POST", "/api/v1/ask", {"json": {"question": "x" * 20_000}}, {OK, 413, 422}),
    ("POST", "/api/v1/ask", {"json": {"question": "x", "history": "?"}}, {422}),
    ("POST", "/api/v1/ask", {"content": b'{"question": "\\ud800"}'}, {415, 422}),
    ("GET", "/api/v1/ask", {}, {405}),
    ("GET", "/api/v1/nowhere", {}, {404}),
    ("DELETE", "/api/v1/documents/nothing", {}, {404}),
    ("GET", "/api/v1/answers/none", {}, {404}),
    ("POST", "/api/v1/documents", {"files": {"file": ("x.bin", b"\0\1\2", "text/plain")}}, {202, 415, 422}),
    ("POST", "/api/v1/documents", {"files": {"file": ("x.txt", b"", "text/plain")}}, {202, 422}),
    ("POST", "/v1/chat/completions", {"json": {"model": "footnote", "messages": []}}, {400, 422}),
]


@dataclass
class Minute:
    """What /metrics said in one minute."""

    resident: list[float] = field(default_factory=list)
    threads: int = 0
    handles: int = 0


@dataclass
class Traffic:
    """What was sent, and what of it went wrong."""

    rng: random.Random
    sent: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    versions: Counter[str] = field(default_factory=Counter)

    async def question(self, client: httpx.AsyncClient) -> None:
        """A plain or a streamed one."""
        way, name = self.rng.choice(((ask, "ask"), (stream, "stream")))
        one = await way(client, self.rng.choice(questions(50)))
        self.sent[name if one.status == OK else f"{name} {one.status}"] += 1
        if one.status not in (OK, TOO_MANY):
            self.faults.append(f"{name} was answered {one.status}")
        for citation in (one.answer or {}).get("citations", ()):
            await self.check(client, citation)

    async def check(self, client: httpx.AsyncClient, citation: dict[str, Any]) -> None:
        """A quote stands where it says, unless the document has been changed or removed since."""
        place = {"start": citation["start"], "end": citation["end"]}
        response = await client.get(f"/api/v1/documents/{citation['document_id']}/text", params=place)
        self.sent["text"] += 1
        found = response.json()
        if response.status_code == OK and found["content_hash"] == citation["content_hash"]:
            if found["text"] != citation["quote"]:
                self.faults.append(f"{citation['quote']!r} does not stand at {place}")
        elif response.status_code not in (OK, 404, 422):
            self.faults.append(f"text was answered {response.status_code}")

    async def change(self, client: httpx.AsyncClient) -> None:
        """A document that comes, changes, or goes."""
        name = f"traffic-{self.rng.randrange(NAMES)}.txt"
        if self.rng.random() < 0.6:
            self.versions[name] += 1
            lines = [f"Version {self.versions[name]} of {name} names {n} ships." for n in range(40)]
            status = (await upload(client, name, "\n".join(lines)))["status"]
            self.sent["upload"] += 1
            if status not in ("added", "replaced", "unchanged"):
                self.faults.append(f"an upload ended as {status}")
            return
        for document in await documents(client):
            if document["source"].endswith(name):
                response = await client.delete(f"/api/v1/documents/{document['id']}")
                self.sent["delete"] += 1
                if response.status_code not in (OK, 404):
                    self.faults.append(f"a deletion was answered {response.status_code}")

    async def mistake(self, client: httpx.AsyncClient) -> None:
        """A bad request."""
        method, path, content, expected = self.rng.choice(BAD)
        response = await client.request(method, path, **content)
        self.sent["bad"] += 1
        if response.status_code not in expected | {TOO_MANY}:
            self.faults.append(f"{method} {path} {str(content)[:60]} was answered {response.status_code}")

    async def absence(self, client: httpx.AsyncClient) -> None:
        """A client that leaves."""
        self.sent["left"] += 1
        async with connected(str(client.base_url)) as leaver:
            await leave(leaver, self.rng.choice(questions(50)), self.rng)

    async def go_on(self, client: httpx.AsyncClient, until: float) -> None:
        """One client's share of it."""
        kinds: list[Callable[[httpx.AsyncClient], Awaitable[None]]]
        kinds = [self.question, self.change, self.mistake, self.absence]
        while time.monotonic() < until:
            [kind] = self.rng.choices(kinds, weights=(6, 1, 2, 1))
            try:
                await kind(client)
            except (httpx.HTTPError, ValueError, KeyError) as error:
                self.faults.append(f"{kind.__name__}: {type(error).__name__} {error}")


async def watch(client: httpx.AsyncClient, minutes: list[Minute], until: float) -> None:
    """Reads /metrics every second."""
    began = time.monotonic()
    while (now := time.monotonic()) < until:
        number = int((now - began) / 60)
        while len(minutes) <= number:
            minutes.append(Minute())
        read = await Metrics.read(client)
        minute = minutes[number]
        minute.resident.append(read.resident)
        minute.threads, minute.handles = max(minute.threads, read.threads), max(minute.handles, read.handles)
        await asyncio.sleep(1)


async def drive(address: str, seconds: float, clients: int) -> bool:
    """All clients for so long; whether all went as it should."""
    traffic, minutes = Traffic(random.Random(0)), list[Minute]()
    async with connected(address) as client:
        await ask(client, "Is everything loaded?")
        start = await Metrics.read(client)
    until = time.monotonic() + seconds
    async with connected(address) as client:
        await asyncio.gather(watch(client, minutes, until), *(traffic.go_on(client, until) for _ in range(clients)))
    async with connected(address) as client:
        empty = await seconds_until_empty(client)
        await asyncio.sleep(2)  # connections that were closed are noticed
        end = await Metrics.read(client)
    return report(traffic, minutes, start, end, empty)


def report(traffic: Traffic, minutes: Sequence[Minute], start: Metrics, end: Metrics, empty: float) -> bool:
    """Prints the figures; whether all are as promised."""
    print("sent:", ", ".join(f"{count:,} {name}" for name, count in sorted(traffic.sent.items())))
    print(f"{'minute':>6}{'MiB':>8}{'threads':>9}{'files':>7}")
    means = [sum(minute.resident) / len(minute.resident) for minute in minutes if minute.resident]
    for number, (mean, minute) in enumerate(zip(means, minutes, strict=False), 1):
        print(f"{number:>6}{mean:>8.0f}{minute.threads:>9}{minute.handles:>7}")
    growth = means[-1] / means[min(2, len(means) - 1)]
    print(f"last minute / third: {growth:.3f} (at most {MOST_GROWTH})")
    print(f"after: queue empty in {empty:.2f} s, threads {start.threads} -> {end.threads}, "
          f"files {start.handles} -> {end.handles}")  # fmt: skip
    print(f"event loop held for {1000 * end.longest_hold:.0f} ms at most")
    print(f"{len(traffic.faults)} faults", *Counter(traffic.faults).most_common(20), sep="\n  ")
    return not traffic.faults and growth <= MOST_GROWTH


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; 1 if one misses what is promised."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.traffic")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=8)
    options = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        server = Server(Path(folder), settings={"FOOTNOTE_REQUESTS_PER_MINUTE": "1000000"})
        try:
            server.start()
            kept = asyncio.run(drive(server.address, 60 * options.minutes, options.clients))
        finally:
            ended = server.stop() if server.process else None
    print(f"the server ended with {ended}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

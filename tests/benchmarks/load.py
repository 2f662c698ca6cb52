"""Questions over HTTP: one at a time, all at once, more than are taken, and from clients that leave.

    python -m tests.benchmarks.load [--clients 50] [--leaving 200]

The real program with the bundled article and the questions that come with it. The client is a process of its own on
the same machine. Prints throughput and latency side by side, how overload was answered, how long the event loop was
held at most, and how soon the queue was empty after the last client had left.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from tests.article import QUESTIONS
from tests.benchmarks.http_client import OK, TOO_MANY, Asked, Metrics, ask, connected, events, share, statuses
from tests.server import Server

ROUNDS = 3
LONGEST_HOLD = 0.2  # seconds
EMPTY_WITHIN = 1.0  # seconds


def questions(count: int) -> list[str]:
    """Those that come with the article, as often as it takes."""
    return [asked["question"] for asked in islice(cycle(QUESTIONS), count)]


async def one_at_a_time(client: httpx.AsyncClient, asked: Sequence[str]) -> tuple[list[Asked], float]:
    """The answers, and the seconds that all of them took."""
    began = time.perf_counter()
    return [await ask(client, question) for question in asked], time.perf_counter() - began


async def at_once(client: httpx.AsyncClient, asked: Sequence[str]) -> tuple[list[Asked], float]:
    """The answers, and the seconds that all of them took."""
    began = time.perf_counter()
    return list(await asyncio.gather(*(ask(client, question) for question in asked))), time.perf_counter() - began


async def until_served(client: httpx.AsyncClient, question: str) -> tuple[Asked, int]:
    """Asks again after as long as it is told to wait; the answer, and how often it was refused."""
    refused = 0
    while (one := await ask(client, question)).status == TOO_MANY:
        refused += 1
        assert one.retry_after is not None
        await asyncio.sleep(float(one.retry_after))
    return one, refused


async def leave(client: httpx.AsyncClient, question: str, rng: random.Random) -> None:
    """Asks, plainly or as a stream, and is gone before the answer is whole."""
    patience = rng.uniform(0.0, 0.3)
    try:
        async with asyncio.timeout(patience):
            if rng.random() < 0.5:
                await ask(client, question)
            else:
                async for _ in events(client, question):
                    if rng.random() < 0.3:
                        return
    except (TimeoutError, httpx.HTTPError):
        pass


async def seconds_until_empty(client: httpx.AsyncClient) -> float:
    """Until nothing waits and nothing runs."""
    began = time.perf_counter()
    while (await Metrics.read(client)).waiting:
        await asyncio.sleep(0.02)
    return time.perf_counter() - began


def row(name: str, asked: Sequence[Asked], seconds: float) -> str:
    """A line of the table."""
    times = [one.seconds * 1000 for one in asked]
    return f"{name:<16}{len(asked) / seconds:>10.1f}{share(times, 0.5):>10.0f}{share(times, 0.95):>10.0f}"


async def compare(address: str, count: int) -> bool:
    """One at a time beside all at once, the same questions, interleaved; whether none was lost or wrong."""
    asked = questions(count)
    alone: list[Asked] = []
    crowd: list[Asked] = []
    seconds = [0.0, 0.0]
    async with connected(address) as client:
        await one_at_a_time(client, asked[:5])
        for _ in range(ROUNDS):
            for place, (way, kept) in enumerate(((one_at_a_time, alone), (at_once, crowd))):
                answers, took = await way(client, asked)
                kept += answers
                seconds[place] += took
    wrong = sum(one.said != other.said for one, other in zip(alone, crowd, strict=True))
    lost = sum(one.status != OK for one in [*alone, *crowd])
    print(f"{'':<16}{'a second':>10}{'p50 ms':>10}{'p95 ms':>10}")
    print(row("one at a time", alone, seconds[0]))
    print(row(f"{count} at once", crowd, seconds[1]))
    print(f"throughput ratio {seconds[0] / seconds[1]:.2f} (at least 1); lost {lost}, wrong {wrong}")
    return not lost and not wrong


async def overload(address: str, count: int) -> bool:
    """Far more at once than may wait; whether each was answered, or told to come back and answered then."""
    async with connected(address) as client:
        first = await asyncio.gather(*(ask(client, question) for question in questions(count)))
        ended = await asyncio.gather(*(until_served(client, question) for question in questions(count)))
    refusals = [one for one in first if one.status == TOO_MANY]
    told = sum(one.retry_after is not None for one in refusals)
    print(f"{count} at once: {statuses(first)}, Retry-After in {told} of {len(refusals)} refusals")
    served = sum(one.status == OK for one, _ in ended)
    print(f"asked again as told: {served} of {count} answered after {sum(n for _, n in ended)} refusals")
    return set(statuses(first)) <= {OK, TOO_MANY} and told == len(refusals) and served == count


async def leaving(address: str, count: int) -> bool:
    """Clients that are gone before their answer is whole; whether nothing is left of them."""
    rng = random.Random(0)
    async with connected(address) as client:
        before = await Metrics.read(client)
        for _ in range(2):  # the first time, what is kept for later comes to stay
            before = await Metrics.read(client)
            async with connected(address) as leavers:
                await asyncio.gather(*(leave(leavers, question, rng) for question in questions(count)))
            empty = await seconds_until_empty(client)
        after = await Metrics.read(client)
    print(
        f"{count} clients left: the queue was empty {empty:.2f} s later (at most {EMPTY_WITHIN:g}), memory "
        f"{before.resident:.0f} -> {after.resident:.0f} MiB, files {before.handles} -> {after.handles}, "
        f"threads {before.threads} -> {after.threads}"
    )
    return empty <= EMPTY_WITHIN and after.handles <= before.handles + 2 and after.threads <= before.threads


async def hold(address: str) -> bool:
    """The longest that the event loop was held, over all that went before: whatever is ready is served before it."""
    async with connected(address) as client:
        longest = (await Metrics.read(client)).longest_hold
    print(f"the event loop was held for {longest * 1000:.0f} ms at most ({LONGEST_HOLD * 1000:.0f} allowed)")
    return longest <= LONGEST_HOLD


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; 1 if one misses what is promised."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.load")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--leaving", type=int, default=200)
    options = parser.parse_args(arguments)
    kept = []
    with TemporaryDirectory() as folder:
        server = Server(Path(folder), settings={"FOOTNOTE_QUEUE": "64", "FOOTNOTE_REQUESTS_PER_MINUTE": "1000000"})
        try:
            server.start()
            for under, many in (
                (compare, options.clients),
                (overload, 4 * options.clients),
                (leaving, options.leaving),
            ):
                kept.append(asyncio.run(under(server.address, many)))
                kept.append(asyncio.run(hold(server.address)))
        finally:
            if server.process:
                server.stop()
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""How soon Slack's events are acknowledged while the real model answers them, measured from another process.

python -m tests.benchmarks.slack [EVENTS]
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import numpy as np

from qa.service import Footnote
from qa.settings import Settings
from tests.article import QUESTIONS
from tests.qa.slack.fake import fake_slack
from tests.qa.slack.scripted import event_of, signed, workspace

EVENTS = 20
ALLOWED = 3.0  # seconds, after which Slack sends an event again
ROUNDS = 3


def main(arguments: Sequence[str]) -> None:
    """Prints the distribution of each round, and how long until all were answered."""
    events = int(arguments[0]) if arguments else EVENTS
    questions = [record["question"] for record in QUESTIONS]
    with TemporaryDirectory() as folder, ProcessPoolExecutor(1) as other:
        data = Path(folder)
        other.submit(abs, 1).result()
        with Footnote.open(Settings.read(data=data)) as service, fake_slack() as slack:
            for number in range(1, ROUNDS + 1):
                with workspace(service, slack, data) as team:
                    bodies = [
                        event_of("app_mention", questions[n % len(questions)], f"C{number}{n % 5}")
                        for n in range(events)
                    ]
                    began = time.perf_counter()
                    waited = other.submit(acknowledged, str(team._client.base_url), bodies).result()
                    for body in bodies:
                        team.answers_to(body)
                    took = time.perf_counter() - began
                print(
                    f"round {number}: {events} events at once, acknowledged after "
                    + ", ".join(f"{name} {1000 * value:.0f} ms" for name, value in quantiles(waited))
                    + f" ({sum(wait < ALLOWED for wait in waited)} of {events} in under {ALLOWED:.0f} s); "
                    f"all answered after {took:.1f} s; {sum(slack.too_fast.values())} calls refused as too fast"
                )


def acknowledged(address: str, bodies: Sequence[dict[str, Any]]) -> list[float]:
    """Seconds until each of the events, all sent at once, was acknowledged."""

    def send(body: dict[str, Any]) -> float:
        content = json.dumps(body).encode()
        headers = {**signed(content), "content-type": "application/json"}
        began = time.perf_counter()
        with httpx.Client(timeout=60) as client:
            response = client.post(f"{address}/slack/events", content=content, headers=headers)
        response.raise_for_status()
        return time.perf_counter() - began

    with ThreadPoolExecutor(len(bodies)) as threads:
        return list(threads.map(send, bodies))


def quantiles(waited: Sequence[float]) -> list[tuple[str, float]]:
    return [(name, float(np.quantile(waited, q))) for name, q in (("p50", 0.5), ("p95", 0.95), ("max", 1.0))]


if __name__ == "__main__":
    main(sys.argv[1:])

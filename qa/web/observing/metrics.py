"""Prometheus metrics, in a registry of each app's own: two apps in a process do not share theirs."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from qa.web.observing.loop import LoopWatch

if TYPE_CHECKING:
    from qa.service import Footnote

KNOWN_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """What is counted of an app and its service."""

    def __init__(self, service: Footnote, loop: LoopWatch) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # when each began, which nobody asked for
        self._registry = CollectorRegistry()
        labels = ("method", "route")
        self._requests = Counter(
            "footnote_requests", "Requests that were answered.", (*labels, "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "footnote_request_seconds",
            "Until the last byte of a response.",
            labels,
            registry=self._registry,
            buckets=SECONDS,
        )
        self._registry.register(Questions(service))
        self._registry.register(Program(loop))
        ProcessCollector(registry=self._registry)

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts a request. A route is its template, so that a client cannot make up any number of them."""
        method = method if method in KNOWN_METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def exposition(self) -> bytes:
        """As Prometheus reads it."""
        return generate_latest(self._registry)


class Program(Collector):
    """What the process is made of beyond what Prometheus's own collector knows."""

    def __init__(self, loop: LoopWatch) -> None:
        self._loop = loop

    def collect(self) -> Iterator[Metric]:
        """Threads, and the longest time for which nothing was served."""
        yield GaugeMetricFamily("footnote_threads", "Threads of Python's.", threading.active_count())
        yield GaugeMetricFamily(
            "footnote_event_loop_longest_hold_seconds",
            "The longest that the event loop was held, since the start.",
            self._loop.longest_hold,
        )


class Questions(Collector):
    """What the service's queue holds, and what became of the questions, when someone asks."""

    def __init__(self, service: Footnote) -> None:
        self._service = service

    def collect(self) -> Iterator[Metric]:
        """The queue and the outcomes as they are now."""
        queue = self._service.queue
        yield GaugeMetricFamily("footnote_queue_waiting", "Jobs that wait for a worker.", queue.waiting)
        yield GaugeMetricFamily("footnote_queue_running", "Jobs that workers are at.", queue.running)
        questions = CounterMetricFamily(
            "footnote_questions",
            "What became of questions: the kind of their answer, or busy, given up, failed.",
            labels=["outcome"],
        )
        for outcome, count in self._service.outcomes.counts().items():
            questions.add_metric([outcome], count)
        yield questions
        notices = CounterMetricFamily("footnote_notices", "What answers told beside what they say.", labels=["code"])
        for code, count in self._service.notices.counts().items():
            notices.add_metric([code], count)
        yield notices
        yield from _of_the_model(self._service.model.counts())


def _of_the_model(taken: Mapping[str, int]) -> Iterator[Metric]:
    """What language models took, as far as their servers say."""
    yield CounterMetricFamily("footnote_model_calls", "Calls of the language model.", taken.get("calls", 0))
    seconds = taken.get("milliseconds", 0) / 1000
    yield CounterMetricFamily("footnote_model_seconds", "For which language models were waited for.", seconds)
    tokens = CounterMetricFamily("footnote_model_tokens", "Tokens that language models took.", labels=["direction"])
    for direction in ("input", "output"):
        tokens.add_metric([direction], taken.get(direction, 0))
    yield tokens

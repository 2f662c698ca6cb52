"""What Prometheus is told: that it can be read, counts what happened, and cannot be made to grow by a client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import httpx
import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from index.document import Document
from index.encoding import Encoder
from index.retrieval import EvidenceRetriever
from qa.chain import build_chain
from qa.service import DataFolder, Footnote
from qa.settings import Settings
from qa.web.access.guard import Access
from qa.web.app import create_app
from qa.web.serve import in_front
from qa.work import WorkQueue
from tests.qa.generative.scripted import Scripted
from tests.qa.web.scripted import BRIDGE, Script
from tests.qa.web.serving import serving

Sample = tuple[str, frozenset[tuple[str, str]]]

ASKER = "staple-correct-horse"


@pytest.fixture(scope="module")
def client(script: Script) -> Iterator[TestClient]:
    with TestClient(create_app(cast(Footnote, script))) as started:
        yield started


def read(client: TestClient) -> dict[Sample, float]:
    """All samples, as Prometheus' own parser reads them."""
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def value(samples: Mapping[Sample, float], name: str, **labels: str) -> float:
    return samples.get((name, frozenset(labels.items())), 0.0)


def routes(samples: Mapping[Sample, float]) -> set[str]:
    """Those under which requests were counted."""
    return {dict(labels)["route"] for name, labels in samples if name == "footnote_requests_total"}


def test_each_request_is_counted_by_its_route_and_status(client: TestClient) -> None:
    before = read(client)

    client.post("/api/v1/ask", json={"question": BRIDGE})
    client.post("/api/v1/ask", json={"question": ""})
    client.post("/api/v1/ask", json={"question": 1})
    client.get("/api/v1/documents/one")
    client.get("/api/v1/documents/two")

    after = read(client)
    for method, route, status, times in (
        ("POST", "/api/v1/ask", "200", 2),
        ("POST", "/api/v1/ask", "422", 1),
        ("GET", "/api/v1/documents/{document_id}", "404", 2),
        ("GET", "/metrics", "200", 1),
    ):
        labels = {"method": method, "route": route, "status": status}
        counted = value(after, "footnote_requests_total", **labels) - value(before, "footnote_requests_total", **labels)
        assert counted == times, labels
    timed = {"method": "POST", "route": "/api/v1/ask"}
    assert (
        value(after, "footnote_request_seconds_count", **timed)
        - value(before, "footnote_request_seconds_count", **timed)
        == 3
    )
    # The last bucket has them all.
    assert value(after, "footnote_request_seconds_bucket", **timed, le="+Inf") == value(
        after, "footnote_request_seconds_count", **timed
    )


def test_what_is_mounted_is_counted_under_its_whole_path(client: TestClient) -> None:
    client.get("/", follow_redirects=False)
    client.get("/chat/")
    client.get("/chat/config")

    samples = read(client)
    assert value(samples, "footnote_requests_total", method="GET", route="/", status="307") == 1
    assert value(samples, "footnote_requests_total", method="GET", route="/", status="200") == 0
    assert value(samples, "footnote_requests_total", method="GET", route="/chat/", status="200") == 1
    assert value(samples, "footnote_requests_total", method="GET", route="/chat/config", status="200") == 1


def test_below_a_root_path_the_routes_have_the_same_names(script: Script) -> None:
    settings = Settings.read(root_path="/team")
    with TestClient(in_front(create_app(cast(Footnote, script)), settings), "http://127.0.0.1") as behind:
        for path in ("/team/healthz", "/team/chat/config", "/team/nothing", "/nothing", "/team"):
            behind.get(path, follow_redirects=False)
        told = routes(read(behind))

    assert told == {"/healthz", "/chat/config", "unmatched", "/"}


def test_a_client_cannot_make_up_labels(client: TestClient, script: Script) -> None:
    seen = []
    for number in range(10):
        for path in (f"/made-up-{number}", f"/chat/made-up-{number}", f"/chat/gradio_api/made-up-{number}"):
            client.get(path)
        client.request(f"MADEUP{number}", "/healthz")
        client.get("/healthz", headers={"x-request-id": f"made-up-{number}", "host": f"made-up-{number}"})
        seen.append(read(client).keys())

    assert seen[1] == seen[-1]
    assert value(read(client), "footnote_requests_total", method="other", route="/healthz", status="405") == 10


def test_questions_are_counted_by_what_became_of_them(script: Script) -> None:
    script.outcomes.add("answer")
    script.outcomes.add("answer")
    script.outcomes.add("busy")
    with TestClient(create_app(cast(Footnote, script))) as client:
        samples = read(client)

    assert value(samples, "footnote_questions_total", outcome="answer") == 2
    assert value(samples, "footnote_questions_total", outcome="busy") == 1


def test_the_queue_is_seen(client: TestClient, script: Script) -> None:
    script.go_on.clear()
    jobs = [script.queue.submit(lambda: iter([script.go_on.wait(20)])) for _ in range(3)]
    while not script.queue.running:
        pass

    samples = read(client)
    script.go_on.set()
    for job in jobs:
        job.result()

    assert value(samples, "footnote_queue_running") == 1
    assert value(samples, "footnote_queue_waiting") == 2
    assert value(read(client), "footnote_queue_waiting") == 0


def test_a_key_is_needed_where_keys_are_set(script: Script) -> None:
    access = Access.of(Settings.read(api_keys=f"bob:ask:{ASKER}"))
    with TestClient(create_app(cast(Footnote, script), access)) as client:
        assert client.get("/metrics").status_code == 401
        assert client.get("/metrics", headers={"authorization": f"Bearer {ASKER}"}).status_code == 200


def test_tokens_calls_and_notices_are_counted(tmp_path: Path, encoder: Encoder) -> None:
    replies = iter(["The Amber Bridge opened in 1934. [1]", "It sank in 1935. [1]"])
    model = Scripted(reply=lambda prompt: next(replies))
    folder = DataFolder.open(Settings(data=tmp_path / "data"), encoder)
    folder.library.add(Document.from_text("The Amber Bridge opened in 1934.", source="bridge"))

    def chain_over(library: object) -> object:
        return build_chain(EvidenceRetriever(library=library, encoder=encoder), model)

    with Footnote(folder, encoder, chain_over, WorkQueue()) as service, serving(create_app(service)) as address:  # type: ignore[arg-type]
        answers = [
            httpx.post(f"{address}/api/v1/ask", json={"question": "When did the Amber Bridge open?"}).json()
            for _ in range(2)
        ]
        told = httpx.get(f"{address}/metrics").text

    assert [answer["usage"]["calls"] for answer in answers] == [1, 1]
    written = sum(answer["usage"]["output_tokens"] for answer in answers)
    assert "footnote_model_calls_total 2.0" in told
    assert f'footnote_model_tokens_total{{direction="output"}} {written}.0' in told
    assert 'footnote_notices_total{code="unsupported_answer"} 1.0' in told
    assert "footnote_model_seconds_total" in told

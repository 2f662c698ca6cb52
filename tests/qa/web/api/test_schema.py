"""The API keeps to its schema whatever it is sent, and the schema says all of it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa.service import Footnote
from qa.settings import Settings
from qa.web.app import create_app
from tests.qa.web.serving import serving

CONFIG = Path(__file__).parent / "schemathesis.toml"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own: whatever it is sent may remove what others look for."""
    settings = Settings(data=tmp_path_factory.mktemp("schema") / "data", max_upload_mb=1)
    with Footnote.open(settings) as service, serving(create_app(service)) as where:
        yield where


def test_schemathesis_finds_nothing(address: str, tmp_path: Path) -> None:
    run = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", CONFIG),
            *("run", f"{address}/openapi.json", "--include-path-regex", "^/(api|v1)/"),
            *("--seed", "6", "--max-examples", "15", "--checks", "all", "--continue-on-failure", "--no-color"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=240,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    generated = re.search(r"(\d+) generated, (\d+) passed", run.stdout)
    assert generated and int(generated[1]) == int(generated[2]) > 500


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def test_every_reference_leads_somewhere(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()

    known = {f"#/components/schemas/{name}" for name in schema["components"]["schemas"]}

    assert set(references(schema)) <= known


def test_every_operation_declares_what_it_answers_and_its_problems(client: TestClient) -> None:
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        if not path.startswith("/api/"):
            continue
        for method, operation in methods.items():
            where, responses = f"{method} {path}", operation["responses"]
            [success] = [told for status, told in responses.items() if status < "300"]
            schemas = [s for media in success.get("content", {}).values() for s in media.values()]
            assert all(schemas) and (schemas or "204" in responses), where
            for status in ("404", "405", "413", "415", "422", "429", "500", "503"):
                assert list(responses[status]["content"]) == ["application/problem+json"], f"{where}: {status}"
            assert operation["description"], where


def test_the_answer_is_described_field_by_field(client: TestClient) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]

    assert {"text", "statements", "citations", "refusal", "trace_id"} <= set(schemas["Answer"]["properties"])
    assert schemas["Citation"]["properties"]["quote"]["type"] == "string"
    assert schemas["KeptCitation"]["properties"]["quote"]["anyOf"][1] == {"type": "null"}
    assert {"feedback", "dropped", "timings_ms", "text"} <= set(schemas["KeptAnswer"]["properties"])


def test_the_reference_page_shows_all_of_it_and_loads_nothing(client: TestClient) -> None:
    schema, page = client.get("/openapi.json").json(), client.get("/docs")

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for path in schema["paths"]:
        assert path in page.text
    for name in schema["components"]["schemas"]:
        assert f'id="{name}"' in page.text
    assert "<script" not in page.text
    assert "http://" not in page.text and "https://" not in page.text

"""The real service behind the real app: with its lifespan in this process, or served on a port."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi.testclient import TestClient

from qa.service import Footnote
from qa.settings import Settings
from qa.web.app import create_app


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footnote]:
    """With the bundled article; takes files of one MB."""
    with Footnote.open(Settings(data=tmp_path_factory.mktemp("api") / "data", max_upload_mb=1)) as opened:
        yield opened


@pytest.fixture(scope="package")
def client(service: Footnote) -> Iterator[TestClient]:
    with TestClient(create_app(service)) as started:
        yield started


@pytest.fixture(scope="package")
def address(service: Footnote) -> Iterator[str]:
    """Where a real server answers, as long as the tests of this package run."""
    config = uvicorn.Config(create_app(service), port=0, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)

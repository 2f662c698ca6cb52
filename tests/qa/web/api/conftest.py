"""The real service behind the real app: with its lifespan in this process, or served on a port."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from qa.service import Footnote
from qa.settings import Settings
from qa.web.app import create_app
from tests.qa.web.serving import serving


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
    with serving(create_app(service)) as where:
        yield where

"""A service whose answers are written down, and a real one, for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qa.service import Footnote
from qa.settings import Settings
from tests.qa.web.scripted import Script


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    made = Script()
    yield made
    made.queue.close()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footnote]:
    """With the bundled article."""
    with Footnote.open(Settings(data=tmp_path_factory.mktemp("service") / "data")) as opened:
        yield opened

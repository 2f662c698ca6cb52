"""A service whose answers are written down, for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.qa.web.scripted import Script


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    made = Script()
    yield made
    made.queue.close()

"""The questions that the page opens with; what it sends for them may have been made up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import pytest

from qa.limits import MOST_DOCUMENTS
from qa.web.chat import _server_functions
from tests.qa.web.scripted import Script

if TYPE_CHECKING:
    from qa.service import Footnote


@pytest.mark.parametrize(
    ("sent", "questions"),
    [
        pytest.param((), ["What is said in all?"], id="nothing"),
        pytest.param((None,), ["What is said in all?"], id="no choice"),
        pytest.param(([],), ["What is said in all?"], id="an empty choice"),
        pytest.param((["a", "b"],), ["What is said in a, b?"], id="a choice"),
        pytest.param((["busy"],), [], id="too many wait"),
        pytest.param(("a",), [], id="a text"),
        pytest.param(({"a": 1},), [], id="an object"),
        pytest.param(([1, None],), [], id="no ids"),
        pytest.param((["a"] * (MOST_DOCUMENTS + 1),), [], id="far too many"),
    ],
)
def test_the_page_gets_questions_for_a_choice_that_can_be_read(sent: tuple[object, ...], questions: list[str]) -> None:
    script = Script()
    [suggestions] = [f for f in _server_functions(cast("Footnote", script)) if f.__name__ == "suggestions"]

    try:
        assert asyncio.run(suggestions(*sent)) == questions
    finally:
        script.queue.close()

"""Whatever a model writes, footnotes are the documents' exact words, and nothing that is shown is more than text."""

from __future__ import annotations

from itertools import pairwise

import pytest

from index.library import Library
from tests.llm.conftest import Door, only
from tests.llm.hostile import HOSTILE
from tests.llm.rendering import faults
from tests.llm.server import ModelServer

QUESTION = "When did the Amber Bridge open?"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_output_leaves_text_with_exact_footnotes(name: str, door: Door, library: Library) -> None:
    [bridge] = only(library, "bridge")
    text = library.document(bridge).text

    with ModelServer(HOSTILE[name]) as server:
        *snapshots, answer = door(server).stream({"question": QUESTION, "documents": [bridge]})

    assert server.asked
    assert answer.statements
    assert all(text[c.start : c.end] == c.quote and c.document_id == bridge for c in answer.citations)
    assert all(statement.verdict == "supported" for statement in answer.statements)
    assert not any(word in answer.text for word in ("cheese", "hunter2", "Shakespeare", "987"))
    assert faults(answer) == []
    assert all(a.statements[: len(b.statements)] == b.statements for b, a in pairwise(snapshots))

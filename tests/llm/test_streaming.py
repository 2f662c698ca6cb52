"""A statement is shown as soon as it is checked, and nothing that was shown is taken back."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest

from index.library import Library
from tests.llm.conftest import Door, only
from tests.llm.replies import Say, Stated, Write, always
from tests.llm.server import ModelServer

QUESTION = "When did the Amber Bridge open, and who designed it?"
FIRST = "In 1934 the Amber Bridge opened."
SECOND = "Edith Marlow designed it."
FALSE = "It opened in 1877."


@pytest.mark.parametrize("on_json", ["writes", "ignores"])
def test_the_first_statement_is_there_before_the_model_has_written_the_second(
    door: Door, library: Library, on_json: str
) -> None:
    go_on = threading.Event()
    script = always(Say([Stated(FIRST, (1,)), Stated(SECOND, (2,))], waits_after=(1, go_on)))

    with ModelServer(script, on_json=on_json) as server:  # type: ignore[arg-type]
        for answer in door(server).stream({"question": QUESTION, "documents": only(library, "bridge")}):
            if answer.statements and not go_on.is_set():
                assert [s.text for s in answer.statements] == [FIRST]
                assert not server.finished.acquire(blocking=False)
                go_on.set()

    assert go_on.is_set()
    assert [s.text for s in answer.statements] == [FIRST, SECOND]


def test_snapshots_only_grow_and_the_last_is_invokes(door: Door, library: Library) -> None:
    said = [Stated(FIRST, (1,)), Stated(FALSE, (1,)), Stated(SECOND, (2,))]
    ask = {"question": QUESTION, "documents": only(library, "bridge")}

    with ModelServer(always(Say(said))) as server:
        chain = door(server)
        snapshots = list(chain.stream(ask))  # type: ignore[arg-type]
        whole = chain.invoke(ask)  # type: ignore[arg-type]

    assert [s.text for s in snapshots[-1].statements] == [FIRST, SECOND]
    assert whole.statements == snapshots[-1].statements
    assert whole.citations == snapshots[-1].citations
    for before, after in pairwise(snapshots):
        assert after.statements[: len(before.statements)] == before.statements
        assert after.citations[: len(before.citations)] == before.citations


def test_what_is_false_is_never_shown_even_for_a_moment(door: Door, library: Library) -> None:
    said = always(Say([Stated(FALSE, (1,)), Stated(FIRST, (1,))]))

    with ModelServer(said) as server:
        snapshots = list(door(server).stream({"question": QUESTION, "documents": only(library, "bridge")}))

    assert not any("1877" in snapshot.text for snapshot in snapshots)
    assert [dropped.text for dropped in snapshots[-1].dropped] == [FALSE]


def test_a_reader_who_leaves_ends_the_models_writing(door: Door, library: Library) -> None:
    go_on = threading.Event()
    begun = f"{FIRST} [1] And"
    reply = Write(f"{begun} so on. " + "And so on. " * 20_000, waits=((len(begun), go_on),))

    with ModelServer(always(reply)) as server:
        steps = door(server).stream({"question": QUESTION, "documents": only(library, "bridge")})
        answer = next(step for step in steps if step.statements)
        steps.close()  # type: ignore[attr-defined]
        go_on.set()

        assert [s.text for s in answer.statements] == [FIRST]
        assert server.left.acquire(timeout=20)
        assert not server.finished.acquire(blocking=False)

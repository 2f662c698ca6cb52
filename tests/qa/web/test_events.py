"""What a growing answer tells, event by event."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from qa.answer import Answer, Statement, Verdict
from qa.web.events import NAMES, Event, events
from tests.qa.web.scripted import FIRST, SECOND, answer, refusal

Said = tuple[Verdict, str, str]
Q = "When did the bridge open?"
ONE: Said = ("supported", FIRST, FIRST)
TWO: Said = ("supported", SECOND, SECOND)


def told(*snapshots: Answer) -> list[Event]:
    async def grow() -> AsyncIterator[Answer]:
        for snapshot in snapshots:
            yield snapshot

    async def collect() -> list[Event]:
        return [event async for event in events(grow())]

    return asyncio.run(collect())


def names(said: Sequence[Event]) -> list[str]:
    return [NAMES[type(event)] for event in said]


def test_each_citation_comes_before_the_statement_that_uses_it_and_nothing_twice() -> None:
    whole = answer(Q, ONE, TWO)
    grown = [answer(Q), answer(Q), answer(Q, ONE), whole, whole]

    said = told(*grown)

    assert names(said) == ["retrieved", "citation", "text", "citation", "text", "done"]
    assert said[1:5] == [whole.citations[0], whole.statements[0], whole.citations[1], whole.statements[1]]
    assert said[-1] == whole


def test_an_answer_that_comes_whole_is_told_in_the_same_order() -> None:
    said = told(answer(Q, ONE, TWO))

    assert names(said) == ["retrieved", "citation", "text", "citation", "text", "done"]


# The first statement uses 1 and 2, the second 2 again: only the third brings a new one.
@pytest.mark.parametrize("step_by_step", [True, False])
def test_a_citation_that_was_told_is_not_told_again(step_by_step: bool) -> None:
    two = answer(Q, ONE, TWO)
    both = Statement(text="Opened, and red.", citations=(1, 2), verdict="supported", score=1.0)
    again = both.model_copy(update={"text": "Red.", "citations": (2,)})
    first = two.model_copy(update={"statements": (both,)})
    whole = two.model_copy(update={"statements": (both, again)})

    said = told(*([first, whole] if step_by_step else [whole]))

    assert names(said) == ["retrieved", "citation", "citation", "text", "text", "done"]


def test_a_refusal_is_whole_at_once() -> None:
    assert names(told(refusal(Q))) == ["done"]


def test_smalltalk_states_without_a_citation() -> None:
    hello = Answer(kind="smalltalk", question="Hi", statements=(Statement(text="Hello."),), model="script")

    assert names(told(hello)) == ["text", "done"]


def test_of_nothing_there_is_nothing_to_tell() -> None:
    assert told() == []

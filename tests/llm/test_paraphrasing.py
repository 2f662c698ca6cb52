"""Each rule changes what it should, and nothing that would change the meaning."""

from __future__ import annotations

from random import Random

import pytest

from qa.verifying.names import names
from qa.verifying.numbers import KnownNumbers
from tests.llm.paraphrasing import RULES, paraphrase

CASES = {
    "aside": ("The tower (1642), was red.", "The tower, was red."),
    "tail": (
        "The bridge was opened by the mayor in 1934, which pleased everyone.",
        "The bridge was opened by the mayor in 1934.",
    ),
    "link": ("However, it also rained.", "It rained."),
    "date": ("It opened on January 7, 2012.", "It opened on 7 January 2012."),
    "number": ("It has two large towers.", "It has 2 large towers."),
    "voice": ("The bridge was built by Ivar Holm in 1934.", "Ivar Holm built the bridge in 1934."),
    "opening": ("In 1934, the bridge opened.", "The bridge opened in 1934."),
    "clause": ("Although it rained, the mayor came.", "The mayor came, although it rained."),
    "apposition": ("Ivar Holm, the architect, was late.", "Ivar Holm (the architect) was late."),
    "relative": ("A town which is called Ash burnt.", "A town called Ash burnt."),
    "genitive": ("The population of Rome grew.", "Rome's population grew."),
    "contraction": ("He did not come.", "He didn't come."),
    "synonym": ("It began in approximately 1934.", "It started in about 1934."),
}


def test_every_rule_is_shown() -> None:
    assert set(CASES) == set(RULES)


@pytest.mark.parametrize("name", CASES)
def test_rule(name: str) -> None:
    before, after = CASES[name]

    assert RULES[name](before) == after


@pytest.mark.parametrize(
    "text",
    [
        "The tail is long.",
        "The work and the wall were painted by Ivar Holm.",
        "In 1934, the bridge opened, and in 1935, it closed.",
        "It fell because of the rain.",
        "The Duke of York's men came.",
        "One of two or three.",
    ],
)
def test_rules_leave_alone_what_they_might_spoil(text: str) -> None:
    assert paraphrase(text, Random(3)).rules == ("frame",)


@pytest.mark.parametrize("before", [before for before, _ in CASES.values()])
def test_nothing_is_added(before: str) -> None:
    after = paraphrase(before, Random(1)).text

    assert KnownNumbers(after).values <= KnownNumbers(before).values
    assert {m.group() for m in names(after)} <= {m.group() for m in names(before)} | {"Holm's", "Rome's"}
    assert after != before

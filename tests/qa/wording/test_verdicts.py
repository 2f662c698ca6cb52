"""How far an answer is supported, in words."""

from __future__ import annotations

import pytest

from qa.answer import Statement
from qa.wording.verdicts import doubt, verdict
from tests.qa.web.scripted import FIRST, SECOND, answer

QUOTED = ("supported", FIRST, FIRST)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ((), ""),
        ((QUOTED,), "Verdict: quoted word for word."),
        ((QUOTED, ("supported", SECOND, SECOND)), "Verdict: every sentence is quoted word for word."),
        ((("supported", "It opened.", FIRST),), "Verdict: supported by the quoted words."),
        (
            (QUOTED, ("partial", "It was red.", SECOND)),
            "Verdict: 1 sentence quoted word for word, 1 sentence only partly supported.",
        ),
    ],
)
def test_one_sentence_sums_it_up(said: tuple[tuple[str, str, str], ...], words: str) -> None:
    assert verdict(answer("?", *said)) == words  # type: ignore[arg-type]  # verdicts, by their names


@pytest.mark.parametrize(
    ("judged", "words"),
    [("supported", None), (None, None), ("partial", "only partly supported"), ("unsupported", "not supported")],
)
def test_only_doubt_is_said_beside_a_sentence(judged: str | None, words: str | None) -> None:
    assert doubt(Statement(text="It is so.", verdict=judged)) == words  # type: ignore[arg-type]

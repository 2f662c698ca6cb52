"""Which words a negation reaches."""

import pytest

from index.negation import negated, negations


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It was not opened in 1934.", ["opened", "1934"]),
        ("It wasn’t red, it was grey.", ["red"]),
        ("It never opened, but the tunnel did.", ["opened"]),
        ("It was not only cheap but quick.", []),
        ("It cannot not open.", []),  # twice denied
        ("It opened.", []),
    ],
)
def test_a_negation_reaches_the_next_content_words_of_its_clause(text: str, expected: list[str]) -> None:
    reached = negated(text)

    assert [text[start:].split()[0].strip(".,") for start in sorted(reached)] == expected


@pytest.mark.parametrize(
    "text", ["not only cheap", "Who is No. 1?", "Why don’t you tell me?", "Can't you say when it opened?"]
)
def test_some_words_only_look_like_a_negation(text: str) -> None:
    assert negations(text) == []


def test_a_no_that_ends_a_sentence_before_no_number_denies() -> None:
    assert [m.group() for m in negations("They said no. Then they left.")] == ["no"]

"""Which words a negation reaches."""

import pytest

from qa.verifying.negation import negated, negations


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


def test_not_only_denies_nothing() -> None:
    assert negations("not only cheap") == []

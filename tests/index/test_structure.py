"""What is a heading, and what stands under it."""

import pytest

from index.document import Document, Passage
from index.lists import list_around
from index.splitting import split, split_sentences
from index.structure import headings, level, outline, title


def titles(text: str) -> list[str]:
    return [text[heading.start : heading.end] for heading in headings(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("# A\nText.", ["# A"], id="marked"),
        pytest.param("A\n===\nText.", ["A\n==="], id="underlined"),
        pytest.param("Risks\n\nThere are two.", ["Risks"], id="by itself"),
        pytest.param("Risks\r\n\r\nThere are two.", ["Risks"], id="CRLF"),
        pytest.param("Site report: Porto\n\nIt was founded.", ["Site report: Porto"], id="with a colon"),
        pytest.param("May I smoke?\n\nNo.", ["May I smoke?"], id="question"),
        pytest.param("May I smoke?\nNo.", ["May I smoke?"], id="question right above"),
        pytest.param("3. Budget\nJonas spoke.\n\n4. Staff\nAnn spoke.", ["3. Budget", "4. Staff"], id="numbered"),
        pytest.param("1. Terms\n1.1 We host.\n1.2 You pay.", ["1. Terms"], id="numbered clauses"),
        pytest.param("Report\n\nRisks\n\nThere are two.", ["Report", "Risks"], id="stacked"),
        pytest.param(
            "It rained.\n\nRisks\nThe greatest of all risks remains the supply of chips.\n\nAfter it\n- Rest.\n- Eat.",
            ["Risks", "After it"],
            id="a few words right above a whole line or a list",
        ),
        pytest.param("-----\nBONFIRES\n-----\n\nThey may be lit in May.", ["BONFIRES\n-----"], id="between two rules"),
    ],
)
def test_a_heading_is_known_by_its_lines(text: str, expected: list[str]) -> None:
    assert titles(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Risks", id="nothing else"),
        pytest.param("There are two.\n\nHelena Vogt, Customer", id="nothing under it"),
        pytest.param("It rained.\n\nIt stopped.", id="sentences"),
        pytest.param("1. Open the lid\n2. Press the key\n\nThen wait.", id="list"),
        pytest.param("1. Open the lid\n\n2. Press the key\n\nThen wait.", id="loose list"),
        pytest.param("- Open the lid\n\nThen wait.", id="bullet"),
        pytest.param("“Who goes there”\n\nNobody spoke.", id="speech"),
        pytest.param("Date: 12 March 2026\n\nIt rained.", id="value"),
        pytest.param("Chair: Anna Keller\n\nClerk: Tom Ruiz\n\nIt rained.", id="values"),
        pytest.param("Roses\n\nViolets\n\nLilies\n\nTulips\n\nThey bloom.", id="short lines in a row"),
        pytest.param("a;b;c\n\nIt rained.", id="row"),
        pytest.param("The road not taken\nTwo roads diverged in a wood,", id="verse"),
        pytest.param("It needs:\n- a spade\n- a pot", id="lead-in of a list"),
        pytest.param("Anna Keller\n5 Amber Street\nLyon", id="address"),
    ],
)
def test_what_is_no_heading(text: str) -> None:
    assert titles(text) == []


def under(text: str) -> list[tuple[str, str | None]]:
    """Each sentence with what it stands under."""
    [passage] = split(Document.from_text(text), lambda part: len(part.split()), 200)
    words = [passage.quote(s.start, s.end).splitlines()[0] for s in passage.sentences]
    above = outline(passage).under
    return [(line, words[above[i]] if above[i] != i else None) for i, line in enumerate(words)]


def test_sentences_stand_under_the_last_heading_and_it_under_the_one_right_above() -> None:
    assert under("# FAQ\n\n## Home\nYes. It is allowed.") == [
        ("# FAQ", None),
        ("## Home", "# FAQ"),
        ("Yes.", "## Home"),
        ("It is allowed.", "## Home"),
    ]


def test_rows_stand_under_the_names_of_their_columns() -> None:
    assert under("## Money\n\n| Meal | Limit |\n|---|---|\n| Lunch | 9 |\n\nAll else is free.") == [
        ("## Money", None),
        ("| Meal | Limit |", "## Money"),
        ("| Lunch | 9 |", "| Meal | Limit |"),
        ("All else is free.", "## Money"),
    ]
    assert under("id;name;stock\na;lamp;3\nb;bulb;5") == [
        ("id;name;stock", None),
        ("a;lamp;3", "id;name;stock"),
        ("b;bulb;5", "id;name;stock"),
    ]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("## Time off", (2, "Time off")),
        ("Time off\n===", (1, "Time off")),
        ("Time off\r\n---", (2, "Time off")),
        ("Risks", (7, "Risks")),
        ("3. Budget", (7, "Budget")),
        ("## 3.1 Budget for 2025", (2, "Budget for 2025")),
        ("2025 in numbers", (7, "2025 in numbers")),
    ],
)
def test_a_heading_has_a_level_and_words(heading: str, expected: tuple[int, str]) -> None:
    assert (level(heading), title(heading)) == expected


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Bring these:\n- a\n- b\n\nThen go.", [None, range(1, 3), range(1, 3), None]),
        ("Bring:\n\n1. One. It is red.\n2. Two.", [None, *[range(1, 4)] * 3]),
        ("Bring:\r\n(a) One. It is red.\r\n(b) Two.", [None, *[range(1, 4)] * 3]),
        ("- alone\nEnd of it.", [None, None]),
        ("# Bring\n- a\n- b\n\n# Leave\n- c\n- d", [None, *[range(1, 3)] * 2, None, *[range(4, 6)] * 2]),
        ("A. Smith wrote this book. It is long.", [None, None]),
    ],
)
def test_a_list_is_told_from_what_is_around_it(text: str, places: list[range | None]) -> None:
    passage = Passage("d", 0, len(text), text, tuple(split_sentences(text)))
    assert [list_around(passage, place) for place in range(len(passage.sentences))] == places

"""Sentences and passages are exact stretches of the text, and cut where a reader would cut."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.document import Document
from index.splitting import LONGEST_SENTENCE, leans_on_previous, split, split_sentences

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=600)
PROSE = st.lists(
    st.sampled_from(
        ["Dr. Who", "saw", "U.S.", "cats.", "Then", "it", "ended!", "“Why?”", "3.5", "\n", "\r\n\r\n", "é́", "😀", "قال"]
    )
).map(" ".join)


def sentences_of(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text)]


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT | PROSE)
def test_sentences_hold_every_character_that_is_not_white_space(text: str) -> None:
    pieces = sentences_of(text)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(piece == piece.strip() and piece for piece in pieces)


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT | PROSE, st.integers(min_value=8, max_value=254))
def test_passages_are_whole_sentences_in_order_and_fit_the_window(text: str, window: int) -> None:
    def word_pieces(stretch: str) -> int:
        return len(re.findall(r"\w{1,4}|\S", stretch))

    document = Document.from_text(text)
    passages = split(document, word_pieces, window)
    assert [s for p in passages for s in p.sentences] == split_sentences(text)
    for passage in passages:
        assert passage.text == text[passage.start : passage.end]
        assert len(passage.sentences) == 1 or word_pieces(passage.text) <= window


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("It rained. It stopped.", ["It rained.", "It stopped."], id="two"),
        pytest.param("Dr. Smith met Mr. Jones. They spoke.", ["Dr. Smith met Mr. Jones.", "They spoke."], id="titles"),
        pytest.param("The U.S. army left. He stayed.", ["The U.S. army left.", "He stayed."], id="acronym within"),
        pytest.param(
            "He moved to the U.S. The army left.", ["He moved to the U.S.", "The army left."], id="acronym at end"
        ),
        pytest.param("It grew 3.5 percent in Q4. Good.", ["It grew 3.5 percent in Q4.", "Good."], id="decimal"),
        pytest.param("J. R. Tolkien wrote it. Yes.", ["J. R. Tolkien wrote it.", "Yes."], id="initials"),
        pytest.param("“Is it?” he asked. “No.”", ["“Is it?” he asked.", "“No.”"], id="quotes"),
        pytest.param("See it.[12] Then go.", ["See it.[12]", "Then go."], id="footnote marks"),
        pytest.param("A Title\n\nThe text begins.", ["A Title", "The text begins."], id="title"),
        pytest.param("- one thing\n- another thing", ["- one thing", "- another thing"], id="list"),
        pytest.param(
            "2. The launch moves.\n3. Dr. No left.", ["2. The launch moves.", "3. Dr. No left."], id="numbers"
        ),
        pytest.param("A1. Ask him.\nA12. Buy two.", ["A1. Ask him.", "A12. Buy two."], id="letters with numbers"),
        pytest.param("a. One thing.\nb. Another.", ["a. One thing.", "b. Another."], id="letters"),
        pytest.param(
            "HR: Ann, ext. 410. Pay: Bo, tel. +49 30.", ["HR: Ann, ext. 410.", "Pay: Bo, tel. +49 30."], id="ext."
        ),
        pytest.param("The answer is no. Room no. 4 is free.", ["The answer is no.", "Room no. 4 is free."], id="no."),
        pytest.param(
            "1.1 The Provider hosts the platform as described in Annex A.\n1.2 The Customer pays.",
            ["1.1 The Provider hosts the platform as described in Annex A.", "1.2 The Customer pays."],
            id="clauses",
        ),
        pytest.param("id;name;stock\na;lamp;3\nb;bulb;5", ["id;name;stock", "a;lamp;3", "b;bulb;5"], id="values"),
        pytest.param(
            "| Meal | Limit |\n|---|---|\n| Lunch | 9 |", ["| Meal | Limit |\n|---|---|", "| Lunch | 9 |"], id="table"
        ),
        pytest.param(
            "Present: Anna Keller, Tom Ruiz, Priya Nair, Jonas Weber and Sofia Rossi\nApologies: Martin Holt",
            ["Present: Anna Keller, Tom Ruiz, Priya Nair, Jonas Weber and Sofia Rossi", "Apologies: Martin Holt"],
            id="pairs",
        ),
        pytest.param("## 1. Who? Us\nIt rains.", ["## 1. Who? Us", "It rains."], id="heading"),
        pytest.param("Who pays\n========\nWe do.", ["Who pays\n========", "We do."], id="underlined heading"),
        pytest.param("今日は雨です。明日は晴れ。", ["今日は雨です。", "明日は晴れ。"], id="Japanese"),
        pytest.param("क्या हुआ। फिर मिले।", ["क्या हुआ।", "फिर मिले।"], id="Hindi"),
        pytest.param(
            "This line was wrapped by an editor that cuts at about seventy\ncharacters. Next.",
            ["This line was wrapped by an editor that cuts at about seventy\ncharacters.", "Next."],
            id="wrapped line",
        ),
        pytest.param(
            "This line was wrapped by an editor that cuts at about seventy\r\ncharacters. Next.",
            ["This line was wrapped by an editor that cuts at about seventy\r\ncharacters.", "Next."],
            id="wrapped line of Windows",
        ),
        pytest.param(
            "Anna reported that the new supplier delivers the parts two weeks later\n"
            "Piotr has asked three other suppliers for a price and a date, and expects to hear from them by May\n"
            "Lena will look for room in the depot",
            [
                "Anna reported that the new supplier delivers the parts two weeks later",
                "Piotr has asked three other suppliers for a price and a date, and expects to hear from them by May",
                "Lena will look for room in the depot",
            ],
            id="lines that nobody wrapped",
        ),
        pytest.param(
            "The committee that looked into the collapse of the old bridge over the\n"
            "Amber has heard forty witnesses in eleven days, among them Captain\n"
            "Holm, who built it.",
            [
                "The committee that looked into the collapse of the old bridge over the\n"
                "Amber has heard forty witnesses in eleven days, among them Captain\n"
                "Holm, who built it."
            ],
            id="lines that somebody wrapped, before names",
        ),
        pytest.param(
            "2025-05-02 11:20:31 ERROR web-7 cannot reach the database db-2, refused\n"
            "2025-05-02 11:20:32 WARN web-7 tries again in thirty seconds, attempt 2\n"
            "2025-05-02 11:21:02 INFO web-7 is connected with the database db-3 now",
            [
                "2025-05-02 11:20:31 ERROR web-7 cannot reach the database db-2, refused",
                "2025-05-02 11:20:32 WARN web-7 tries again in thirty seconds, attempt 2",
                "2025-05-02 11:21:02 INFO web-7 is connected with the database db-3 now",
            ],
            id="log",
        ),
        pytest.param(
            "2025-05-02 11:20:31 ERROR web-7 cannot reach the database db-2, it refused\n"
            "    because the certificate of the host has run out since the last look\n"
            "2025-05-02 11:21:02 INFO web-7 is connected with the database db-3 now",
            [
                "2025-05-02 11:20:31 ERROR web-7 cannot reach the database db-2, it refused\n"
                "    because the certificate of the host has run out since the last look",
                "2025-05-02 11:21:02 INFO web-7 is connected with the database db-3 now",
            ],
            id="log with a line that goes on",
        ),
        pytest.param(
            "Who wants to see the new bridge before it opens to cars meets on Friday at\n10:00 in front of the hall.",
            ["Who wants to see the new bridge before it opens to cars meets on Friday at\n10:00 in front of the hall."],
            id="a time of day that was wrapped",
        ),
        pytest.param("", [], id="nothing"),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert sentences_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Site A\n\nShare of women: 48 %.\n\nSite B\n\nShare of women: 23 %.",
        "# Site A\nShare of women: 48 %.\n# Site B\nShare of women: 23 %.",
        "1. Site A\nShare of women: 48 %.\n\n2. Site B\nShare of women: 23 %.",
        "Site A\n------\nShare of women: 48 %.\n\nSite B\n------\nShare of women: 23 %.",
    ],
    ids=["by itself", "marked", "numbered", "underlined"],
)
def test_a_passage_begins_at_a_heading_and_has_what_stands_under_it(text: str) -> None:
    first, second = split(Document.from_text(text), lambda part: len(part.split()), 200)

    assert "Site A" in first.text
    assert "48" in first.text
    assert "Site B" in second.text
    assert "23" in second.text


def test_a_heading_is_not_cut_off_a_long_paragraph() -> None:
    text = "Part one\n\n" + " ".join(f"The {number}th bridge was painted red." for number in range(60))

    first, *others = split(Document.from_text(text), lambda part: len(part.split()), 200)

    assert first.text.startswith("Part one\n\nThe 0th bridge was")
    assert others


@pytest.mark.parametrize(
    "sentence", ["It also rained.", "They left.", "However, he stayed.", "This was new.", "Its walls fell."]
)
def test_a_pronoun_or_connective_leans_on_the_sentence_before(sentence: str) -> None:
    assert leans_on_previous(sentence)


@pytest.mark.parametrize(
    "sentence", ["This memo was sent.", "Italy won.", "Those officials resigned.", "There is a river."]
)
def test_a_sentence_that_names_its_subject_stands_alone(sentence: str) -> None:
    assert not leans_on_previous(sentence)


@pytest.mark.parametrize("newline", ["\r\n", "\r"], ids=["Windows", "old Macintosh"])
def test_line_ends_change_no_sentence(newline: str) -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text("utf-8")

    assert [s.replace(newline, "\n") for s in sentences_of(text.replace("\n", newline))] == sentences_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "wrapped nowhere " * 2_000,
        "x" * 30_000,
        "x" * 6_000_000,
        "no stop at all, on\nlines that are wrapped\n" * 1_000,
    ],
)
def test_what_has_no_stop_is_cut(text: str) -> None:
    sentences = sentences_of(text)

    assert max(map(len, sentences)) <= LONGEST_SENTENCE
    assert "".join("".join(sentences).split()) == "".join(text.split())
    assert set(" ".join(sentences).split()) <= set(text.split()) or " " not in text


# Each is a second or less where it grows with the text, and hours where with its square.
@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "text",
    [
        *("." * 400_000 + "x", " " * 400_000 + "x", "'" * 400_000, "a." + "'" * 400_000 + "x"),
        *("# Title\ntext\n" * 20_000, "a" + "." * 100_000 + "[1] x", "It rains. It pours.\n" * 100_000),
        "---\r\nFrom: Ann\r\n" + "Line of a memo.\r\n" * 5_000,
    ],
    ids=["dots", "spaces", "quotes", "quotes behind a stop", "headings", "dots before a mark", "stops", "front matter"],
)
def test_takes_no_time_over_what_is_in_no_text(text: str) -> None:
    assert sentences_of(text)


# A book whose lines nobody separated: a thousand passages out of one paragraph, half a second here.
def test_a_paragraph_may_be_of_any_length() -> None:
    text = " ".join(f"The {number}th bridge was painted red." for number in range(20_000))

    passages = split(Document.from_text(text), lambda part: len(part.split()), 200)

    assert sum(len(passage.sentences) for passage in passages) == 20_000
    assert min(len(passage.text.split()) for passage in passages) >= 60
    assert max(len(passage.text.split()) for passage in passages) <= 110


def test_word_pieces_of_a_text_without_blanks_are_not_counted_again_and_again() -> None:
    text, counted = "桥被涂成了红色的油漆。" * 500, 0

    def count(part: str) -> int:
        nonlocal counted
        counted += len(part)
        return len(part)

    passages = split(Document.from_text(text), count, 200)

    assert sum(len(passage.sentences) for passage in passages) == 500
    assert counted < 60 * len(text)

"""What counts as a name, and when evidence has it."""

import pytest

from qa.verifying.names import KnownNames, names, openings, runs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The bridge was opened by Mayor Rossi.", ["Mayor", "Rossi"]),
        ("Toby Keith sang it.", ["Toby", "Keith"]),
        ("Ondokuz has a university.", ["Ondokuz"]),
        ("However, nobody came. People left.", []),
        ("all in lower case", []),
        ("橋は1934年に開通した。", []),
    ],
)
def test_capitalised_words_that_only_open_a_sentence_are_no_names(text: str, expected: list[str]) -> None:
    assert [word.group() for word in names(text)] == expected


@pytest.mark.parametrize(
    ("name", "evidence", "known"),
    [
        ("Rossi", "opened by mayor rossi", True),
        ("Kazakhstan", "the senate of Kazakhastan", True),
        ("WHO", "the World Health Organization", True),
        ("Smith", "opened by Mayor Rossi", False),
        ("Iran", "the army of Iraq", False),
        ("Austria", "the coast of Australia", False),
        ("UT", "students of the University of Texas", True),
        ("AD", "all day at school", False),
        ("Gameboy", "the first Game Boy", True),
    ],
)
def test_evidence_has_a_name_in_another_spelling_or_as_initials(name: str, evidence: str, known: bool) -> None:
    assert KnownNames(evidence).has(name) == known


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Munich is a city. However, Irish is a language.", ["Munich"]),
        ("RCA made records. It was big. Virginia did not.", ["RCA", "Virginia"]),
        ("Roughly half came.", []),
        ("People came, and munich was full.", []),
        ("the bridge is red", []),
    ],
)
def test_a_rarer_word_that_opens_a_sentence_may_be_a_name(text: str, expected: list[str]) -> None:
    assert [word.group() for word in openings(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We met Octavia E. Butler in Rome.", [["Octavia", "Butler"], ["Rome"]]),
        ("They saw “Coco” Chanel there.", [["Coco", "Chanel"]]),
        ("We saw Rossi, Marlow and Holm.", [["Rossi"], ["Marlow"], ["Holm"]]),
        ("We came from Rome. Rossi stayed.", [["Rome"], ["Rossi"]]),
    ],
)
def test_a_whole_name_is_the_words_that_stand_together(text: str, expected: list[list[str]]) -> None:
    assert [[word.group() for word in run] for run in runs(text)] == expected


@pytest.mark.parametrize(
    ("run", "evidence", "completes"),
    [
        (["Octavia", "Butler"], "Butler's first novel came in 1976.", True),
        (["Octavia", "Butler"], "Later Robert Butler's first novel came.", False),
        (["Octavia", "Butler"], "Robert Butler came, and Butler stayed.", True),
        (["Mar", "Yohannan", "Hormizd"], "We know that Yohannan Hormizd was born there.", True),
        (["Octavia"], "Butler's first novel came in 1976.", False),
    ],
)
def test_a_first_name_that_the_evidence_leaves_out_only_completes_the_name(
    run: list[str], evidence: str, completes: bool
) -> None:
    assert KnownNames(evidence).completes(run, 0) == completes

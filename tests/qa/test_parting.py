"""A question that asks several things is answered in its parts."""

from pathlib import Path

import pytest

from index.document import Document
from index.encoding import load_encoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from qa.answer import Answer
from qa.chain import build_chain
from qa.parting import parts_of


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("When and where is the next meeting?", ("When is the next meeting?", "Where is the next meeting?")),
        ("Who led the study, and how many took part?", ("Who led the study?", "how many took part?")),
        ("who bought the old bridge and where is it now", ("who bought the old bridge?", "where is it now?")),
        (
            "Is the shop open on Sundays and do they sell bread?",
            ("Is the shop open on Sundays?", "do they sell bread?"),
        ),
        ("What is the fee? Who pays it?", ("What is the fee?", "Who pays it?")),
        # A part says too little by itself.
        ("Who found it, and when?", ()),
        ("How many took part and in which cities?", ()),
        ("Who has to approve it and how far in advance?", ()),
        # One thing is asked.
        ("Who are the man and the woman?", ()),
        ("What is the difference between how it looks and how it works?", ()),
        ("I forgot my goggles, are there any I can borrow?", ()),
        ("I forgot my goggles. Are there any I can borrow?", ()),
        ("What did Anna and Who say?", ()),
        ("Who and where?", ()),
    ],
)
def test_parts(question: str, parts: tuple[str, ...]) -> None:
    assert parts_of(question) == parts


MEETING = (
    "The harbour archive is being scanned by volunteers.\n\n"
    "The next meeting is on Wednesday 12 March at two o’clock.\n\n"
    "The heating was mended in January by a firm from Wick. The firm asked for 900 pounds.\n\n"
    "The next meeting takes place in the old chapel, since the hall is being painted.\n"
)


def ask(folder: Path, question: str) -> Answer:
    with Library.open(folder, load_encoder()) as library:
        library.add(Document.from_text(MEETING))
        return build_chain(EvidenceRetriever(library=library, encoder=load_encoder())).invoke(question)


def test_each_part_is_answered(tmp_path: Path) -> None:
    answer = ask(tmp_path, "When and where is the next meeting?")
    assert [statement.text for statement in answer.statements] == [
        "The next meeting is on Wednesday 12 March at two o’clock.",
        "The next meeting takes place in the old chapel, since the hall is being painted.",
    ]
    assert [citation.number for citation in answer.citations] == [1, 2]
    assert not answer.notices


def test_a_part_that_is_not_answered_is_named(tmp_path: Path) -> None:
    answer = ask(tmp_path, "When is the next meeting and who is the queen of Denmark?")
    assert "12 March" in answer.text
    assert [(n.code, n.message) for n in answer.notices] == [
        ("partly_answered", "The documents don’t seem to answer “who is the queen of Denmark?”.")
    ]


def test_nothing_is_answered_if_no_part_is(tmp_path: Path) -> None:
    answer = ask(tmp_path, "How tall is Everest and who is the queen of Denmark?")
    assert answer.kind == "refusal"
    assert not answer.notices

"""A quote holds its subject, and no sentence that it does not need."""

from pathlib import Path

import pytest

from index.document import Document
from index.encoding import load_encoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from qa.chain import build_chain


@pytest.mark.parametrize(
    ("before", "sentence", "quotes_both"),
    [
        ("The fort guards the bay.", "Originally built by monks, the tower houses a museum of salt.", False),
        ("The fort guards the bay.", "Also known as the Needle, the tower houses a museum of salt.", False),
        ("The tower guards the bay.", "Originally built by monks, it houses a museum of salt.", True),
        ("The tower guards the bay.", "It houses a museum of salt.", True),
        ("The fort guards the bay.", "Also needed were a tower, a well and a museum of salt.", True),
    ],
)
def test_only_a_sentence_that_lacks_its_subject_brings_the_one_before(
    tmp_path: Path, before: str, sentence: str, quotes_both: bool
) -> None:
    with Library.open(tmp_path, load_encoder()) as library:
        library.add(Document.from_text(f"{before} {sentence}"))
        answer = build_chain(EvidenceRetriever(library=library, encoder=load_encoder()), threshold=0.0).invoke(
            "Which museum of salt is there?"
        )
    assert answer.citations[0].quote == (f"{before} {sentence}" if quotes_both else sentence)


FAQ = """# Employee FAQ

### How many vacation days do I get?
Full-time employees get 30 vacation days a year.

### Can I work from home?
Yes. You may work from home up to three days a week. Wednesday is the common office day.
"""


def test_a_question_for_a_heading_is_answered_by_what_follows_it(tmp_path: Path) -> None:
    with Library.open(tmp_path, load_encoder()) as library:
        library.add(Document.from_text(FAQ))
        answer = build_chain(EvidenceRetriever(library=library, encoder=load_encoder())).invoke("Can I work from home?")
    assert answer.citations[0].quote == "Yes. You may work from home up to three days a week."
    assert not any("#" in evidence.text for evidence in answer.evidence)


KIT = """Emergency kit

Every household should keep a kit ready. The kit has to contain the following:
- three litres of water per person
- a battery radio
- candles. Keep them dry.
Replace the water twice a year.

## In a power cut

1. Switch off the stove.
2. Keep the fridge closed. It stays cold for four hours.
"""
CONTENTS = KIT[KIT.index("The kit has") : KIT.index("\nReplace")]
STEPS = KIT[KIT.index("1. Switch") :].rstrip()


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("What must be in the emergency kit?", CONTENTS),
        ("What has the kit to contain?", CONTENTS),
        ("What do I do in a power cut?", STEPS),
        ("How many litres of water for each person?", "- three litres of water per person"),
        ("How long does the fridge stay cold?", "2. Keep the fridge closed. It stays cold for four hours."),
        ("How often is the water replaced?", "Replace the water twice a year."),
    ],
)
def test_a_list_is_quoted_whole_if_it_is_asked_for_and_else_an_item_of_it(
    tmp_path: Path, question: str, quote: str
) -> None:
    with Library.open(tmp_path, load_encoder()) as library:
        library.add(Document.from_text(KIT))
        answer = build_chain(EvidenceRetriever(library=library, encoder=load_encoder())).invoke(question)
    assert answer.citations[0].quote == quote


def quote(folder: Path, text: str, question: str) -> str:
    with Library.open(folder, load_encoder()) as library:
        library.add(Document.from_text(text))
        answer = build_chain(EvidenceRetriever(library=library, encoder=load_encoder()), threshold=0.0).invoke(question)
    return answer.citations[0].quote


TASKS = "Tasks\n\nA1. Olu: mend the search for names.\nA2. Pia: interview four teachers.\nA3. Dev: buy two lamps.\n"


def test_a_follow_up_about_an_item_is_not_answered_by_the_whole_list(tmp_path: Path) -> None:
    assert quote(tmp_path, TASKS, "What is Pia’s task? What about Dev?") == "A3. Dev: buy two lamps."


THESIS = "Her thesis on ice was rejected at first. One examiner called it “musicology”. She rewrote it in eleven weeks."
DEAD = "Two people died in the flood. They were Arvid Solheim and Nora Fitch. The town was cut off for a day."


@pytest.mark.parametrize(
    ("text", "question", "sentences"),
    [
        (THESIS, "Why was her thesis on ice rejected?", 2),
        (THESIS, "When was her thesis on ice rejected?", 1),
        (THESIS.replace("at first", "because it had no sums"), "Why was her thesis on ice rejected?", 1),
        (DEAD, "Who died in the flood?", 2),
        (DEAD, "How many people died in the flood?", 1),
        (DEAD.replace("Two people", "Arvid Solheim"), "Who died in the flood?", 1),
        (DEAD.replace("flood. They", "flood.\n\nThey"), "Who died in the flood?", 1),
    ],
)
def test_the_next_sentence_is_quoted_too_if_it_has_what_is_missing(
    tmp_path: Path, text: str, question: str, sentences: int
) -> None:
    quoted = quote(tmp_path, text, question)
    assert text.startswith(quoted)
    assert quoted.count(".") == sentences


GATE = (
    '"We tested the motor in June," said Leonard Wyke of the agency. "I am sorry. People trusted that gate." '
    "He said an inquiry would be led by Adaeze Nwosu. It opens in March."
)


def test_what_is_said_in_a_quotation_does_not_name_a_subject(tmp_path: Path) -> None:
    assert quote(tmp_path, GATE, "Who leads the inquiry?") == "He said an inquiry would be led by Adaeze Nwosu."

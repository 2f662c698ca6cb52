"""The shipped verifier on cases that a person would agree with, and on any text at all."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.document import Document, Passage
from index.encoding import Encoder, PassageEncoding
from index.library import Library
from qa.verifying import FittedVerifier, Place, Quote
from qa.verifying.protocol import VERBATIM, settled
from tests.standin import StandInEncoder

OPENED = "The Golden Gate bridge was opened in 1934."
EVIDENCE = (
    "The Golden Gate bridge was opened in 1934 by Mayor Angelo Rossi after four years of work. About 11,000 people "
    "came to the ceremony, and the bridge was painted red."
)


@pytest.fixture(scope="module")
def verifier(encoder: Encoder) -> FittedVerifier:
    return FittedVerifier(encoder)


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param("Mayor Angelo Rossi opened the Golden Gate bridge in 1934.", id="voice changed"),
        pytest.param("Roughly eleven thousand people came to the ceremony.", id="number spelled out"),
        pytest.param("It took 4 years of work until the Golden Gate bridge was opened.", id="number in digits"),
        pytest.param("The Golden Gate bridge was opened in 1934, and it was painted red.", id="joined"),
    ],
)
def test_what_is_said_in_other_words_is_supported(verifier: FittedVerifier, claim: str) -> None:
    assert verifier.verify(claim, [EVIDENCE]).verdict == "supported"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        pytest.param("It was opened in 1934 by Rossi.", "It was opened in 1931 by Rossi.", id="year"),
        pytest.param("About eleven thousand people came.", "About nineteen thousand people came.", id="number word"),
        pytest.param("Angelo Rossi opened the bridge.", "Edith Marlow opened the bridge.", id="name"),
        pytest.param("The bridge was then painted red.", "The bridge was then not painted red.", id="negation"),
    ],
)
def test_what_has_another_number_or_name_or_a_negation_is_unsupported(
    verifier: FittedVerifier, right: str, wrong: str
) -> None:
    before, after = verifier.verify(right, [EVIDENCE]), verifier.verify(wrong, [EVIDENCE])

    assert before.verdict == "supported"
    assert after.verdict == "unsupported"
    assert after.score < before.score


@pytest.mark.parametrize(
    ("there", "claim"),
    [
        ("About 10 000 people came to the ceremony.", "About 10 people came to the ceremony."),
        ("About 10\u00a0000 people came to the ceremony.", "About 10 people came to the ceremony."),
        ("About 10\u202f000 people came to the ceremony.", "About 10 people came to the ceremony."),
        ("About 10’000 people came to the ceremony.", "About 10 people came to the ceremony."),
        ("About 10.000 people came to the ceremony.", "About 10 people came to the ceremony."),
        ("The temperature was −15 degrees that night.", "That night the temperature was 15 degrees."),
        ("The temperature was -15 degrees that night.", "That night the temperature was 15 degrees."),
        ("Growth was −3.5 percent in 2009.", "In 2009 growth was 3.5 percent."),
        ("The fee is €500 per year.", "The yearly fee is $500."),
        ("The river is 300 miles long.", "The river is 300 kilometres long."),
        ("The trip takes 5 hours by train.", "The trip takes 5 days by train."),
    ],
)
def test_thousands_signs_and_units_make_another_number(verifier: FittedVerifier, there: str, claim: str) -> None:
    assert verifier.verify(claim, [there]).verdict == "unsupported"


@pytest.mark.parametrize(
    ("there", "claim"),
    [
        ("About 10 000 people came to the ceremony.", "About 10,000 people came to the ceremony."),
        ("About 10.000 people came to the ceremony.", "About 10,000 people came to the ceremony."),
        ("The temperature was −15 degrees that night.", "That night the temperature was minus 15 degrees."),
        ("The fee is €500 per year.", "The yearly fee is 500 euros."),
        ("Covid-19 reached 10-15 towns in 2019-20.", "In 2019-20, Covid-19 reached 10 to 15 towns."),
    ],
)
def test_the_same_number_written_otherwise_is_supported(verifier: FittedVerifier, there: str, claim: str) -> None:
    assert verifier.verify(claim, [there]).verdict == "supported"


def test_accents_in_two_code_points_are_the_same(verifier: FittedVerifier) -> None:
    there = "Zoë Müller opened the café in Zürich in 1934."
    apart = unicodedata.normalize("NFD", there)

    assert verifier.verify(there, [apart]) == VERBATIM
    assert verifier.verify(apart, [there]) == VERBATIM
    claim = "In 1934 the café in Zürich was opened by Zoë Müller."
    assert verifier.verify(claim, [apart]) == verifier.verify(claim, [there])


@pytest.mark.parametrize(
    "claim",
    [
        "Ferries carried wheat to Oakland every week.",
        "Whales sleep with one half of the brain.",
        "橋は1998年に開通した。",
    ],
)
def test_something_else_is_unsupported(verifier: FittedVerifier, claim: str) -> None:
    assert verifier.verify(claim, [EVIDENCE]).verdict == "unsupported"


def test_several_quotes_support_a_claim_together(verifier: FittedVerifier) -> None:
    claim = "The bridge was opened in 1934 by Angelo Rossi, and the tunnel was closed in 1990 by Edith Marlow."
    first, second = EVIDENCE, "The tunnel was closed in 1990 by Edith Marlow, an engineer."

    alone = verifier.verify(claim, [first])
    together = verifier.verify(claim, [first, second])

    assert together.verdict == "supported"
    assert together.score > alone.score
    assert alone.verdict != "supported"


@pytest.mark.parametrize("quotes", [[], [""], ["  \n "], ["", " "]], ids=repr)
def test_nothing_cited_supports_nothing(verifier: FittedVerifier, quotes: list[str]) -> None:
    judgement = verifier.verify("The bridge opened in 1934.", quotes)

    assert (judgement.verdict, judgement.score) == ("unsupported", 0.0)


@pytest.mark.parametrize("claim", ["?!", "…", "", "\U0001f309"], ids=repr)
def test_a_claim_without_a_word_has_no_support(verifier: FittedVerifier, claim: str) -> None:
    assert verifier.verify(claim, [EVIDENCE]).verdict == "unsupported"


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Мост был открыт в 1934 году.", "Он красный. Мост был открыт в 1934 году."),
        ("この橋は1934年に開通した。", "この橋は1934年に開通した。赤く塗られた。"),
        ("It is red. The Golden Gate\n  bridge was OPENED in 1934", f"It is red. {OPENED} Nobody knows why."),
        ("opened in 1934", "opened in 1934"),
    ],
)
def test_whole_sentences_of_a_quote_are_supported_in_any_script(
    verifier: FittedVerifier, claim: str, quote: str
) -> None:
    judgement = verifier.verify(claim, [quote])

    assert (judgement.verdict, judgement.score) == ("supported", 1.0)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Male employees get ten days of extra leave.", "Female employees get ten days of extra leave."),
        ("Visible damage is covered.", "Invisible damage is covered."),
        ("The bridge opened in 19", OPENED),
        ("Legal in Kestria.", "The drug is illegal in Kestria."),
        ("The minister resigned.", "It is not true that the minister resigned."),
    ],
)
def test_words_of_a_sentence_that_says_something_else_are_not(verifier: FittedVerifier, claim: str, quote: str) -> None:
    assert verifier.verify(claim, [quote]).verdict == "unsupported"


def test_whole_sentences_run_no_model() -> None:
    encoder = StandInEncoder()

    FittedVerifier(encoder).verify(OPENED.lower(), [f"It is red. {OPENED}"])

    assert encoder.calls == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(claim=st.text(), quotes=st.lists(st.text(), max_size=3))
def test_any_text_gets_the_same_score_twice_and_it_is_a_share(claim: str, quotes: list[str]) -> None:
    verifier = FittedVerifier(StandInEncoder(token_dimension=96))
    first = verifier.verify(claim, quotes)

    assert 0.0 <= first.score <= 1.0
    assert verifier.verify(claim, quotes) == first


class TestStored:
    """Quotes that stand in a library."""

    TEXT = "The tunnel was dug by hand. " * 3 + EVIDENCE

    @pytest.fixture
    def library(self, tmp_path: Path, encoder: Encoder) -> Library:
        library = Library.open(tmp_path / "library", encoder)
        library.add(Document.from_text(self.TEXT, source="bridge"))
        return library

    @pytest.fixture
    def quote(self) -> Quote:
        start = self.TEXT.index(EVIDENCE)
        return Quote(EVIDENCE, Place(Document.from_text("", source="bridge").id, start, len(self.TEXT)))

    def test_are_judged_by_what_is_stored_of_them(self, library: Library, quote: Quote, encoder: Encoder) -> None:
        counting = Counting(encoder)
        with library:
            judge = FittedVerifier(counting, library)
            right = judge.verify("Angelo Rossi opened the bridge in 1934.", [quote])
            wrong = judge.verify("Angelo Rossi opened the bridge in 1938.", [quote])

        assert (right.verdict, wrong.verdict == "supported") == ("supported", False)
        assert counting.encoded == []

    def test_keep_their_accents_apart_and_are_read_with_them_together(self, tmp_path: Path, encoder: Encoder) -> None:
        text = "Zoë Müller opened the café in Zürich in 1934."
        document = Document.from_text(unicodedata.normalize("NFD", text), source="café")
        quote = Quote(document.text, Place(document.id, 0, len(document.text)))
        claim = "In 1934 the café in Zürich was opened by Zoë Müller."
        counting = Counting(encoder)
        with Library.open(tmp_path / "library", encoder) as library:
            library.add(document)
            judgement = FittedVerifier(counting, library).verify(claim, [quote])

        assert judgement.verdict == "supported"
        assert counting.encoded == []

    def test_that_moved_are_encoded_anew(self, library: Library, quote: Quote, encoder: Encoder) -> None:
        counting = Counting(encoder)
        with library:
            library.add(Document.from_text("A preface. " + self.TEXT, source="bridge"))
            judgement = FittedVerifier(counting, library).verify("Angelo Rossi opened the bridge in 1934.", [quote])

        assert judgement.verdict == "supported"
        assert counting.encoded == [EVIDENCE]

    def test_of_another_library_are_encoded_anew(self, library: Library, encoder: Encoder) -> None:
        counting = Counting(encoder)
        stray = Quote(EVIDENCE, Place("0" * 16, 0, len(EVIDENCE)))
        with library:
            judgement = FittedVerifier(counting, library).verify("Angelo Rossi opened the bridge in 1934.", [stray])

        assert judgement == FittedVerifier(encoder).verify("Angelo Rossi opened the bridge in 1934.", [EVIDENCE])
        assert counting.encoded == [EVIDENCE]


class Counting:
    """An encoder that remembers which passages it was given."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimension = encoder.name, encoder.dimension
        self.token_dimension, self.window = encoder.token_dimension, encoder.window
        self.word_pieces, self.encode_question = encoder.word_pieces, encoder.encode_question
        self._encoder = encoder
        self.encoded: list[str] = []

    def encode(self, passages: Sequence[Passage]) -> list[PassageEncoding]:
        self.encoded += [passage.text for passage in passages]
        return self._encoder.encode(passages)


def test_a_blank_line_parts_what_a_single_one_does_not() -> None:
    assert settled("Staff may smoke.", ["It is not true that\nStaff may smoke."]) is None
    assert settled("Staff may smoke.", ["Rules\n  \t\nStaff may smoke."]) == VERBATIM


@pytest.mark.timeout(120)
def test_a_quote_of_blanks_takes_no_time() -> None:
    assert settled("It opened.", [" " * 2_000_000 + "x"]) is None

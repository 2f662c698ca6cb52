"""What can stand for a document by itself."""

import pytest

from index.prose import is_prose, mark_length


@pytest.mark.parametrize(
    "sentence",
    [
        "The Provider guarantees an availability of 99.7 % per calendar month.",
        "Die Hausordnung gilt für alle Mieter und deren Besucher.",
        "You may work from home up to three days a week.",
        "Welcome to the museum, which tells the story of boats.",
        "The police said that they had followed the thieves.",
        "The director, who is 58, likes to play on her viola.",
    ],
)
def test_sentences_of_prose_are_known(sentence: str) -> None:
    assert is_prose(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "### How many vacation days do I get?",
        "What happens when I lose my phone?",
        "Waste: 351 tonnes, of which 91 % was recycled.",
        "sku;name;warehouse;stock in all of the places.",
        "| Hotel | 140 euros per night in the city. | Team lead |",
        "Dear Ms Keane, thank you for the kind letter.",
        "It was opened in May after four years of work.",
        "Thank you for choosing the finest of our stoves.",
        "Questions about this part go to the team at once.",
        # Whom does it speak of?
        "According to their report, the detour would take nine minutes.",
        "In that year his health was failing, so nobody asked.",
        'I learned to listen to a thing, if you are patient."',
        "Yes, within two hours, under your own orders.",
        "*A feature from the springs, by a reporter.",
        "Annual report of the company for last year",
    ],
)
def test_headings_rows_entries_and_greetings_are_no_prose(sentence: str) -> None:
    assert not is_prose(sentence)


@pytest.mark.parametrize(
    ("sentence", "bare"),
    [("4.1 The term is long.", "The term is long."), ("- Passwords are long.", "Passwords are long.")],
)
def test_a_list_mark_is_told_from_what_it_marks(sentence: str, bare: str) -> None:
    assert sentence[mark_length(sentence) :] == bare

"""Overviews: of which documents, and what is quoted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.document import Document
from index.encoding import load_encoder
from index.library import Library
from index.loading import load_upload
from index.retrieval import EvidenceRetriever
from qa.answer import Answer
from qa.chain import CitedAnswers, build_chain

REPORT = """Brightwater: Annual Report 2025

Foreword

The year 2025 was a demanding one for the makers of flow meters. Revenue grew to 318 million euros.

Risks

The greatest risk remains the supply of chips from two plants. A cyber attack encrypted eleven servers in Lyon.

Outlook

For 2026 we expect a revenue of about 330 million euros. Every site has a contract with a doctor nearby.

Waste: 206 tonnes, of which 91 % was recycled in the year.
"""
FAQ = """# Employee FAQ

### How many vacation days do I get?
Full-time employees get 30 vacation days per calendar year.

### Can I work from home?
Yes. You may work from home up to three days a week.
"""
CONTRACT = """SERVICE AGREEMENT

1. Services
1.1 The Provider shall host and maintain the platform of the Customer.

2. Term
2.1 Either party may terminate the contract with ninety days of notice.
"""
HANDBOOK = """# Handbook

Everybody who is new reads this first.

## Contacts

Front desk: Mia Lang
Night porter: Ivo Reyes
"""
STOCK = "sku;name;stock\nFS-100;FlowSense 100;240\nFS-200;FlowSense 200;35\n"


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CitedAnswers]:
    encoder = load_encoder()
    with Library.open(tmp_path_factory.mktemp("overviews"), encoder) as library:
        library.add(Document("/docs/annual-report.txt", "annual-report", REPORT))
        library.add(load_upload("faq.md", FAQ.encode()))
        library.add(Document("/docs/contract.txt", "contract", CONTRACT))
        library.add(Document("/docs/stock.txt", "stock", STOCK))
        yield build_chain(EvidenceRetriever(library=library, encoder=encoder))


def cited(answer: Answer) -> set[str]:
    return {citation.title for citation in answer.citations}


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Summarise the annual report", "annual-report"),
        ("tl;dr of the FAQ", "Employee FAQ"),
        ("What is the contract about?", "contract"),
        ("What’s in the contract?", "contract"),
        ("Explain the service agreement", "contract"),
    ],
)
def test_an_overview_is_of_the_document_that_is_named(chain: CitedAnswers, question: str, title: str) -> None:
    answer = chain.invoke(question)

    assert (answer.kind, cited(answer)) == ("overview", {title})
    [notice] = answer.notices
    assert notice.code == "overview_of"
    assert f"“{title}”" in notice.message


def test_an_overview_of_two_documents_quotes_both_and_says_so(chain: CitedAnswers) -> None:
    answer = chain.invoke("Summarize the contract and the FAQ")

    assert cited(answer) == {"contract", "Employee FAQ"}
    assert "2 of the 4 documents" in answer.notices[0].message


def test_an_overview_of_everything_leaves_out_what_has_no_prose(chain: CitedAnswers) -> None:
    answer = chain.invoke("Give me an overview")

    assert cited(answer) == {"annual-report", "Employee FAQ", "contract"}
    assert "3 of the 4 documents" in answer.notices[0].message


def test_an_overview_quotes_prose_without_headings_and_list_numbers(chain: CitedAnswers) -> None:
    said = [s.text for q in ("tl;dr of the FAQ", "Explain the contract") for s in chain.invoke(q).statements]

    assert said == [
        "Full-time employees get 30 vacation days per calendar year.",
        "You may work from home up to three days a week.",
        "The Provider shall host and maintain the platform of the Customer.",
        "Either party may terminate the contract with ninety days of notice.",
    ]


def test_an_overview_takes_of_each_section_before_it_takes_more_of_one(chain: CitedAnswers) -> None:
    said = [statement.text for statement in chain.invoke("Summarise the annual report").statements]

    assert said[0].startswith("The year 2025")
    assert any(text.startswith(("The greatest risk", "A cyber attack")) for text in said)
    assert any(text.startswith(("For 2026", "Every site")) for text in said)
    assert not any("Waste" in text for text in said)


def test_a_section_that_is_named_is_summed_up(chain: CitedAnswers) -> None:
    answer = chain.invoke("Summarize the chapter about risks")

    assert [statement.text for statement in answer.statements] == [
        "The greatest risk remains the supply of chips from two plants.",
        "A cyber attack encrypted eleven servers in Lyon.",
    ]
    assert answer.notices[0].message == "This is from the section “Risks” of “annual-report”."


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "What does the annual report say about the outlook?",
            "For 2026 we expect a revenue of about 330 million euros.",
        ),
        ("What is said about the risks?", "The greatest risk remains the supply of chips"),
    ],
)
def test_what_is_said_on_the_topic_of_a_section_is_that_section(chain: CitedAnswers, question: str, said: str) -> None:
    answer = chain.invoke(question)

    assert answer.kind == "overview"
    assert answer.statements[0].text.startswith(said)


@pytest.mark.parametrize(
    "question",
    [
        "What are the risks of the annual report?",
        "List the risks in the annual report.",
        "Give me all of its risks",  # no other document has such a section
        "Risks?",
    ],
)
def test_what_a_section_is_called_asks_for_all_of_it(chain: CitedAnswers, question: str) -> None:
    answer = chain.invoke(question)

    assert answer.kind == "overview"
    assert [statement.text for statement in answer.statements] == [
        "The greatest risk remains the supply of chips from two plants.",
        "A cyber attack encrypted eleven servers in Lyon.",
    ]
    assert answer.notices[0].message == "This is from the section “Risks” of “annual-report”."


def test_a_list_that_is_a_section_is_quoted_without_its_marks(tmp_path: Path) -> None:
    leaflet = (
        "# Velorin\n\nA tablet.\n\n## Possible side effects\n\n1. Headache\n2. A dry mouth\n3. Vivid dreams, in some\n"
    )
    with Library.open(tmp_path, load_encoder()) as library:
        library.add(load_upload("velorin.md", leaflet.encode()))
        answer = build_chain(EvidenceRetriever(library=library, encoder=load_encoder())).invoke(
            "What are the side effects?"
        )

    assert [statement.text for statement in answer.statements] == ["Headache", "A dry mouth", "Vivid dreams, in some"]


@pytest.mark.parametrize(
    "question",
    [
        "What are the agreements in the service agreement?",  # called as all of the document
        "What are the days of the FAQ?",  # a heading that says much more
        "What are the risks of the FAQ?",  # another document's section
        "What are the risks of the weather?",  # of nothing that is known
        "What are supplies?",
        "Risks grow, and who is to pay for all of them?",
    ],
)
def test_what_no_section_is_called_is_asked_about_like_anything_else(chain: CitedAnswers, question: str) -> None:
    assert chain.invoke(question).kind != "overview"


def test_of_a_section_without_prose_its_lines_are_quoted(tmp_path: Path) -> None:
    encoder = load_encoder()
    with Library.open(tmp_path, encoder) as library:
        library.add(load_upload("handbook.md", HANDBOOK.encode()))
        answer = build_chain(EvidenceRetriever(library=library, encoder=encoder)).invoke("What is said about contacts?")

    assert [statement.text for statement in answer.statements] == ["Front desk: Mia Lang", "Night porter: Ivo Reyes"]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What does the annual report say about the cyber attack?", "A cyber attack encrypted eleven servers in Lyon."),
        ("What is said in the annual report about doctors?", "Every site has a contract with a doctor nearby."),
        ("What does the annual report say about overtime?", None),
        ("What does Lars Holm say about chips?", None),
        ("What does the annual report say about vacation days?", None),  # the FAQ does
    ],
)
def test_what_is_said_on_another_topic_is_looked_for_in_the_document(
    chain: CitedAnswers, question: str, said: str | None
) -> None:
    answer = chain.invoke(question)

    assert [statement.text for statement in answer.statements] == ([said] if said else [])
    assert answer.standalone_question is None


def test_a_topic_without_a_section_is_asked_about_like_anything_else(chain: CitedAnswers) -> None:
    answer = chain.invoke("Summarize the part about vacation days per calendar year for employees")

    assert answer.kind == "answer"
    assert "30 vacation days" in answer.text


def test_a_document_without_prose_is_shown_as_it_begins(chain: CitedAnswers) -> None:
    answer = chain.invoke("Summarise stock")

    assert cited(answer) == {"stock"}
    assert [notice.code for notice in answer.notices] == ["overview_of", "no_prose"]


def test_what_is_in_no_documents_name_is_not_a_document(chain: CitedAnswers) -> None:
    assert chain.invoke("What is the moon about?").kind != "overview"


@pytest.mark.parametrize("question", ["what documents do you have?", "which files do you know?", "List all documents"])
def test_asked_which_documents_there_are_their_titles_are_told(chain: CitedAnswers, question: str) -> None:
    answer = chain.invoke(question)

    assert (answer.kind, answer.citations) == ("smalltalk", ())
    assert answer.text == "I answer from 4 documents: “Employee FAQ”, “annual-report”, “contract”, “stock”."


def test_a_section_of_new_content_is_found_and_one_of_the_old_is_not(tmp_path: Path) -> None:
    encoder = load_encoder()
    with Library.open(tmp_path, encoder) as library:
        chain = build_chain(EvidenceRetriever(library=library, encoder=encoder))
        for name in ("Risks", "Chances"):
            text = f"The plan\n\nGoals\n\nWe grow.\n\n{name}\n\nThe {name} are many."
            library.add(Document("/plan.txt", "plan", text))
            answer = chain.invoke(f"What are the {name.lower()}?")
            assert (answer.kind, [c.quote for c in answer.citations]) == ("overview", [f"The {name} are many."])

        assert chain.invoke("What are the risks?").kind != "overview"


@pytest.mark.parametrize(
    "question", ["How do I set up the router?", "How to set it up", "How can I set up my R3 router?"]
)
def test_how_something_is_done_is_told_whole_where_a_section_is_called_so(tmp_path: Path, question: str) -> None:
    encoder = load_encoder()
    text = "# The R3 router\n\n## Set-up\n1. Plug the router in.\n2. Wait for the light.\n\n## Care\nUse a dry cloth.\n"
    with Library.open(tmp_path, encoder) as library:
        library.add(load_upload("router.md", text.encode()))
        answer = build_chain(EvidenceRetriever(library=library, encoder=encoder)).invoke(question)

    assert [citation.quote for citation in answer.citations] == ["Plug the router in.", "Wait for the light."]

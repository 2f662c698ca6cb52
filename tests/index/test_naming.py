"""Which documents a question names."""

from dataclasses import replace

import pytest

from index.naming import Names
from index.records import DocumentRecord

TITLES = {
    "report": ("annual-report-2025", "/docs/annual-report-2025.txt", "Brightwater: Annual Report 2025\n\nForeword"),
    "faq": ("Employee questions – Brightwater", "/docs/faq.md", "# Employee questions – Brightwater"),
    "minutes": ("minutes-2026-03-12", "/docs/minutes-2026-03-12.txt", "Minutes of the Product Committee\nDate: 12"),
    "contract": ("cloudbarn", "/docs/cloudbarn.txt", "This contract is made between Brightwater and Cloudbarn Ltd."),
    "safety": ("safety report", "upload:safety_report.txt", "Nobody was hurt."),
}


RECORDS = [DocumentRecord(id, title, source, "", 1, 1, None) for id, (title, source, _) in TITLES.items()]
OPENINGS = {id: opening for id, (_, _, opening) in TITLES.items()}


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.of(RECORDS, OPENINGS)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Summarise the annual report", {"report"}),
        ("Summarize the meeting minutes.", {"minutes"}),
        ("tl;dr of the FAQ", {"faq"}),
        ("Key points of the contract", {"contract"}),
        ("summarise cloudbarn.txt", {"contract"}),
        ("Sum up what the product committee decided", {"minutes"}),
        ("Summarise the report", {"report", "safety"}),
        ("Summarise the FAQ and the minutes", {"faq", "minutes"}),
        ("Summarise the Brightwater safety report", {"safety"}),
        ("Give me an overview of everything", set()),
        ("Summarise the treaty", set()),
    ],
)
def test_the_best_named_documents_are_found(names: Names, question: str, named: set[str]) -> None:
    assert set(names.best(question, TITLES)) == named


def test_only_documents_that_are_asked_are_named(names: Names) -> None:
    assert names.best("Summarise the report", ["safety", "faq"]) == ["safety"]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What does the contract say about termination?", {"contract"}),
        ("revenue in the annual report", {"report"}),
        ("How long is parental leave according to faq.md?", {"faq"}),
        ("What did the committee report about Graz?", set()),
        ("How many minutes does a test take?", set()),
        ("Who is the contractor?", set()),
    ],
)
def test_a_question_about_something_in_a_document_names_it(names: Names, question: str, named: set[str]) -> None:
    assert set(names.spoken_of(question, TITLES)) == named


def test_after_a_change_only_what_is_new_or_other_is_worked_out(names: Names) -> None:
    report, faq, minutes, contract, _ = RECORDS
    lease = replace(faq, id="lease", title="lease", source="/docs/lease.txt")
    records = [replace(report, title="yearbook"), faq, minutes, contract, lease]

    after = Names.of(records, OPENINGS | {"minutes": "Obituary of a bridge"}, names)

    assert set(after.documents) == {"report", "faq", "minutes", "contract", "lease"}
    assert after.best("Summarise the yearbook", after.documents) == ["report"]
    assert after.best("Summarise the obituary", after.documents) == ["minutes"]
    assert after.best("Summarise the lease", after.documents) == ["lease"]
    kept = {id for id in after.documents if after.documents[id] is names.documents.get(id)}
    assert kept == {"faq", "contract"}

"""An answer that breaks a promise about citations cannot be made, by anyone."""

from typing import Any

import pytest
from pydantic import ValidationError

from qa.answer import Answer, Citation, Evidence, PassageScores, Refusal, RetrievedPassage, Statement

TEXT = "The bridge opened in 1934. It closed in 1990."
WHERE = {"document_id": "d", "title": "Bridge", "source": "bridge.txt"}
PASSAGE = RetrievedPassage(
    **WHERE, start=100, end=145, text=TEXT, scores=PassageScores(dense=0.5, lexical=None, fused=0.1)
)


def citation(number: int, start: int = 100, quote: str = "The bridge opened in 1934.", **other: Any) -> Citation:
    fields = {**WHERE, "number": number, "start": start, "end": start + len(quote), "quote": quote, "content_hash": "h"}
    return Citation(**{**fields, **other})


def statement(*numbers: int) -> Statement:
    return Statement(text="It opened in 1934.", citations=numbers, verdict="supported", score=1.0)


def answer(**fields: Any) -> Answer:
    given = {"kind": "answer", "question": "When?", "model": "m", "passages": (PASSAGE,)}
    return Answer(**{**given, **fields})


def test_an_answer_with_exact_citations_is_made_and_reads_back_equal() -> None:
    made = answer(
        statements=(statement(1), statement(2, 1)), citations=(citation(1), citation(2, 127, "It closed in 1990."))
    )
    assert made.text == "It opened in 1934. [1] It opened in 1934. [2] [1]"
    assert Answer.from_json(made.to_json()) == made


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"statements": (statement(1),)}, id="a number without a citation"),
        pytest.param({"statements": (statement(),), "citations": (citation(1),)}, id="a citation nothing uses"),
        pytest.param({"statements": (statement(2),), "citations": (citation(2),)}, id="numbers that do not start at 1"),
        pytest.param(
            {
                "statements": (statement(2), statement(1)),
                "citations": (citation(1), citation(2, 127, "It closed in 1990.")),
            },
            id="numbers out of order of use",
        ),
        pytest.param({"statements": (statement(1),), "citations": (citation(1, 101),)}, id="an offset shifted by one"),
        pytest.param(
            {"statements": (statement(1),), "citations": (citation(1, quote="The bridge opened in 1932."),)},
            id="a changed word",
        ),
        pytest.param(
            {"statements": (statement(1),), "citations": (citation(1, document_id="e"),)}, id="another document"
        ),
        pytest.param({"statements": (statement(1),), "citations": (citation(1),), "passages": ()}, id="not retrieved"),
        pytest.param(
            {"statements": (Statement(text="So.", citations=(1,)),), "citations": (citation(1),)}, id="no verdict"
        ),
        pytest.param({"statements": (Statement(text="So.", verdict="supported"),)}, id="an uncited statement"),
        pytest.param({"kind": "refusal"}, id="a refusal without a reason"),
        pytest.param(
            {"evidence": (Evidence(**WHERE, start=100, end=104, text="That", score=0.5),)},
            id="evidence that is not the text",
        ),
        pytest.param({"confidence": 1.5}, id="a probability over 1"),
    ],
)
def test_a_broken_answer_cannot_be_made(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        answer(**fields)


def test_the_wire_form_has_the_contracts_keys_in_order() -> None:
    made = answer(kind="refusal", refusal=Refusal(code="not_in_documents", message="No."), id="q7")
    wire = made.model_dump(by_alias=True)
    assert (
        list(wire)
        == (
            "schema id kind question standalone_question text statements citations evidence refusal notices dropped "
            "confidence passages model usage trace_id timings_ms"
        ).split()
    )
    assert wire["schema"] == 1
    assert wire["text"] == "No."
    assert "id" not in answer(id=None).model_dump(by_alias=True)


def test_the_schema_documents_every_key_of_the_wire_form() -> None:
    wire = answer(id="q").model_dump(by_alias=True)
    assert set(wire) == set(Answer.json_schema()["properties"])

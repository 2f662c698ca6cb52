"""Cases put together by hand: documents, questions and answers in a few words."""

from __future__ import annotations

from typing import Any

from index.document import Document
from qa.evaluation.cases import Case, case_of
from qa.evaluation.documents import Shelf
from qa.evaluation.evaluating import Evaluation
from qa.evaluation.metrics.all import MEASURES
from qa.evaluation.metrics.measure import Value
from qa.evaluation.reading import response_of
from qa.evaluation.records import Question
from qa.evaluation.statistics import values
from qa.verifying import Judgement, LexicalVerifier, Verifier

TEXT = "The bridge opened in 1934. It is forty metres long. Edith Marlow designed it."
#       0                      26 27                    51 52                      78
OTHER = "The tower was built by Ivar Holm in 1642."


HOSTILE = '</script><img src=x onerror="window.hacked=1">{{ 7*7 }}<style>*{display:none}</style> “&lt;” \u202e'


def shelf(**texts: str) -> Shelf:
    """Documents by name; without any, the bridge and the tower."""
    named = texts or {"bridge": TEXT, "tower": OTHER}
    return Shelf(Document(source=name, title=name, text=text) for name, text in named.items())


def question(**fields: Any) -> Question:
    """A question that the bridge answers in its first sentence, unless the fields say otherwise."""
    known: dict[str, Any] = {
        "id": "q",
        "question": "When did the bridge open?",
        "answers": ["1934"],
        "document_id": "bridge",
        "evidence": [{"start": 21, "end": 25, "text": "1934"}],
        "answerable": True,
    }
    return Question.model_validate({**known, **fields}, strict=False)


def citation(number: int, start: int, end: int, document: str = "bridge", quote: str | None = None) -> dict[str, Any]:
    """A footnote as our JSON has it; the words that stand there, if no others are given."""
    texts = {"bridge": TEXT, "tower": OTHER}
    words = quote if quote is not None else texts[document][start:end]
    return {"number": number, "document_id": document, "start": start, "end": end, "quote": words}


def own(*statements: tuple[str, list[int]], citations: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    """Our answer JSON."""
    said = [{"text": text, "citations": numbers} for text, numbers in statements]
    known = {"kind": "answer", "question": "When did the bridge open?", "statements": said, "citations": citations}
    return {**known, **fields}


REFUSED = own(citations=[], kind="refusal", refusal={"code": "not_in_documents"})


def case(
    answer: dict[str, Any], asked: Question | None = None, verifier: Verifier | None = None, on: Shelf | None = None
) -> Case:
    """An answer with its question, judged."""
    documents = shelf() if on is None else on
    return case_of(response_of("here", answer, documents), asked, documents, verifier or LexicalVerifier())


def value(metric: str, *cases: Case) -> Value:
    """A metric on some cases; each gets an id of its own."""
    measure = MEASURES[metric]
    rows = {str(i): row for i, one in enumerate(cases) if (row := measure.rows(one)) is not None}
    return values([measure], {metric: rows}, {str(i): str(i) for i in range(len(cases))})[metric]


class Scripted:
    """A verifier that says what it was told of each set of quotes; unsupported of any other."""

    def __init__(self, **told: Any) -> None:
        self._told = {frozenset(quotes.split("+")): judged for quotes, judged in told.items()}

    def verify(self, claim: str, quotes: Any) -> Judgement:
        """What it was told."""
        return Judgement(self._told.get(frozenset(quotes), "unsupported"), 1.0)


def hostile() -> Evaluation:
    """A run in which everything that comes from outside is markup."""
    text = f"{HOSTILE} It opened in 1934. {HOSTILE}"
    documents = shelf(**{HOSTILE: text})
    cited = {"number": 1, "document_id": HOSTILE, "start": 0, "end": len(text), "quote": text}
    broken = {**cited, "number": 2, "quote": f"{HOSTILE} invented"}
    answer = own(
        (HOSTILE, [1, 2]),
        citations=[cited, broken],
        question=HOSTILE,
        passages=[{**cited, "text": text}],
        evidence=[{**cited, "text": text}],
        confidence=0.5,
    )
    asked = question(
        id=HOSTILE,
        question=HOSTILE,
        answers=[HOSTILE],
        document_id=HOSTILE,
        evidence=[{"start": 0, "end": 5}],
        history=[{"role": "user", "text": HOSTILE}],
        group=HOSTILE,
    )
    other = question(id="other", answerable=False, unanswerable_kind=HOSTILE, evidence=[], answers=[])
    pairs = [(answer, asked), ({**answer, "id": "other"}, other)]
    cases = [
        case_of(response_of("here", a, documents), q, documents, LexicalVerifier(), set=f"{q.id} {HOSTILE}")
        for a, q in pairs
    ]
    return Evaluation(HOSTILE, HOSTILE, HOSTILE, {HOSTILE: HOSTILE}, tuple(cases), documents)

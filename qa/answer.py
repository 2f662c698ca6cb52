"""Answer, Statement, Citation, Refusal: what every front end renders and other tools read.

An `Answer` checks itself when it is made, whoever makes it: an answerer cannot hand over a citation that is
not the source's exact words, a number that points nowhere, or a citation that nothing uses. `Answer.json_schema()`
is the documented wire form (schema 1).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self
from uuid import uuid4

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

Kind = Literal["answer", "overview", "smalltalk", "clarification", "refusal"]
Verdict = Literal["supported", "partial", "unsupported"]
RefusalCode = Literal["not_in_documents", "no_documents", "unsupported_answer", "invalid_question", "model_unavailable"]
TEXT_SCHEMA = {
    "type": "string",
    "readOnly": True,
    "description": "The answer with [n] marks; derived from statements.",
}

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Turn(_Value):
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: str


class _Stretch(_Value):
    """Words at a place of a document; offsets are code points into its text, end exclusive."""

    document_id: str
    title: str
    source: str = Field(description="The absolute path, or where else the document came from.")
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class PassageScores(_Value):
    """Raw scores of the searches that found a passage; null where a search did not find it."""

    dense: float | None = Field(description="Cosine of question and passage vector.")
    lexical: float | None = Field(description="BM25.")
    fused: float | None = Field(description="Both, standardised over the candidates and weighted.")


class RetrievedPassage(_Stretch):
    """A passage that the answer could draw on. `text` is the document's text from start to end."""

    text: str
    scores: PassageScores


class Evidence(_Stretch):
    """One of the best sentences, with the calibrated probability that it holds the answer."""

    text: str
    score: Share


class Citation(_Stretch):
    """A footnote: the exact words of the source."""

    number: int = Field(ge=1)
    quote: str = Field(min_length=1)
    page: int | None = None
    heading: str | None = None
    content_hash: str = Field(description="SHA-256 of the document's text when it was cited.")


class Statement(_Value):
    """A sentence of the answer with the numbers of its citations and how well these support it."""

    text: str
    citations: tuple[int, ...] = ()
    verdict: Verdict | None = Field(default=None, description="Null where nothing is claimed (smalltalk).")
    score: Share | None = Field(default=None, description="Support by the cited words; verbatim is 1.")

    @property
    def is_struck(self) -> bool:
        """Whether a language model said it and nothing supports it: shown only to those who want to see that."""
        return self.verdict == "unsupported" and not self.citations


class Refusal(_Value):
    """Why there is no answer: a code for programs, a message for people."""

    code: RefusalCode
    message: str


class Notice(_Value):
    """Something the reader should know although the answer stands."""

    code: str
    message: str


class Dropped(_Value):
    """A statement that was proposed and left out."""

    text: str
    reason: str


class Usage(_Value):
    """What a language model took: tokens as its server counted them (0 where it does not), calls and time."""

    input_tokens: int = Field(ge=0)
    output_tokens: int = Field(ge=0)
    calls: int = Field(default=1, ge=0)
    milliseconds: float = Field(default=0.0, ge=0)


class BrokenAnswer(ValueError):
    """An answerer broke a promise about citations; a fault in Footnote, never in the question."""


class Answer(_Value):
    """What Footnote says to a question, with everything needed to check it."""

    schema_version: Literal[1] = Field(default=1, alias="schema")
    id: str | None = Field(default=None, description="The caller's id for the question; left out if none.")
    kind: Kind
    question: str
    standalone_question: str | None = Field(
        default=None, description="How a follow-up or a misspelt question was understood; null if as it stands."
    )
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = Field(default=(), description="Numbered from 1 in order of first use.")
    evidence: tuple[Evidence, ...] = Field(default=(), description="The best sentences, best first.")
    refusal: Refusal | None = None
    notices: tuple[Notice, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    confidence: Share = Field(default=0.0, description="Calibrated probability that the documents answer.")
    passages: tuple[RetrievedPassage, ...] = ()
    model: str
    usage: Usage | None = None
    trace_id: str = Field(default_factory=lambda: uuid4().hex)
    timings_ms: dict[str, float] = Field(default_factory=dict)

    @property
    def text(self) -> str:
        """The answer as plain text with [n] marks; a refusal's message if it refuses."""
        if self.refusal and not self.statements:
            return self.refusal.message
        return " ".join(
            statement.text + "".join(f" [{number}]" for number in statement.citations)
            for statement in self.statements
            if not statement.is_struck
        )

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """The JSON schema of the wire form."""
        return cls.model_json_schema(by_alias=True, mode="validation")

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The schema of the fields with the derived text among them, of which the serialiser would say nothing."""
        reference = handler(_without_serialiser(core))
        schema = handler.resolve_ref_schema(reference)
        schema["properties"]["text"] = TEXT_SCHEMA
        return reference

    def to_json(self) -> str:
        """The wire form, on one line."""
        return self.model_dump_json(by_alias=True)

    @classmethod
    def from_json(cls, line: str | bytes) -> Answer:
        """Reads the wire form and checks it again.

        Raises:
            pydantic.ValidationError: it is not an answer, or a citation in it does not hold.
        """
        return cls.model_validate_json(line)

    @model_serializer(mode="wrap")
    def _wire_form(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields = serialise(self)
        wire: dict[str, Any] = {}
        for name, value in fields.items():
            if name == "id" and value is None:
                continue
            if name == "statements":
                wire["text"] = self.text
            wire[name] = value
        return wire

    @model_validator(mode="before")
    @classmethod
    def _text_is_derived(cls, data: Any) -> Any:
        return {k: v for k, v in data.items() if k != "text"} if isinstance(data, dict) else data

    @model_validator(mode="after")
    def _holds_its_promises(self) -> Self:
        for fault in self._faults():
            raise BrokenAnswer(fault)
        return self

    def _faults(self) -> Iterator[str]:
        in_order_of_use = list(dict.fromkeys(n for s in self.statements for n in s.citations))
        numbers = [citation.number for citation in self.citations]
        if numbers != list(range(1, len(numbers) + 1)) or in_order_of_use != numbers:
            yield f"Citations {numbers} are used in the order {in_order_of_use}."
        for citation in self.citations:
            if not self._is_exact(citation, citation.quote):
                yield f"Citation {citation.number} does not quote its source."
        for evidence in self.evidence:
            if not self._is_exact(evidence, evidence.text):
                yield f"Evidence {evidence.start}:{evidence.end} does not quote its source."
        if (self.kind == "refusal") != (self.refusal is not None):
            yield "A refusal gives its reason, and only a refusal does."
        if self.refusal and self.statements:
            yield "A refusal states nothing."
        if self.kind in ("answer", "overview") and not all(
            s.is_struck or (s.citations and s.verdict) for s in self.statements
        ):
            yield "Every statement of an answer is cited and judged."

    def _is_exact(self, stretch: _Stretch, words: str) -> bool:
        """Whether the words stand at that place of a passage that was retrieved."""
        return any(
            passage.document_id == stretch.document_id
            and passage.start <= stretch.start < stretch.end <= passage.end
            and passage.text[stretch.start - passage.start : stretch.end - passage.start] == words
            for passage in self.passages
        )


def _without_serialiser(core: Any) -> Any:
    """A core schema, down to the model's, as if it were written field by field."""
    plain = {name: value for name, value in core.items() if name != "serialization"}
    return {**plain, "schema": _without_serialiser(core["schema"])} if isinstance(core.get("schema"), dict) else plain

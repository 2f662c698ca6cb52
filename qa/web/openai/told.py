"""Answers in the form of OpenAI's chat completions, whole or in chunks; citations are a field of the message."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field

from qa.answer import Answer, Statement
from qa.linking import LinkedCitation, linked
from qa.markdown import as_markdown, remainder, stated
from qa.web.events import news

if TYPE_CHECKING:
    from qa.linking import Link

MODEL = "footnote"
RELEASED = 1_795_564_800  # 25 November 2026: the first version that answers here

Chunk = dict[str, Any]


class Model(BaseModel):
    """What can be asked."""

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = RELEASED
    owned_by: str = "footnote"


class Models(BaseModel):
    """All there are."""

    object: Literal["list"] = "list"
    data: list[Model] = [Model()]


class TokenUsage(BaseModel):
    """Tokens that a language model read and wrote for the answer; 0 where none had a part in it."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int

    @classmethod
    def of(cls, answer: Answer) -> TokenUsage:
        """Those of an answer."""
        read, wrote = (answer.usage.input_tokens, answer.usage.output_tokens) if answer.usage else (0, 0)
        return cls(prompt_tokens=read, completion_tokens=wrote, total_tokens=read + wrote)


class AssistantMessage(BaseModel):
    """The answer."""

    role: Literal["assistant"] = "assistant"
    content: str = Field(description="Markdown: the statements with [n] marks, then the footnotes with their quotes.")
    refusal: str | None = Field(description="Why there is no answer; `content` says it, too.")
    citations: list[LinkedCitation] = Field(description="The footnotes: exact words and where they stand.")


class Choice(BaseModel):
    """The one there is."""

    index: int = 0
    message: AssistantMessage
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class Completion(BaseModel):
    """A chat completion. Its id ends in the answer's trace id."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    usage: TokenUsage


class Failure(BaseModel):
    """Why a request was not served."""

    message: str = Field(description="For people: what happened, and what to do next.")
    type: str
    param: str | None
    code: str = Field(description="For programs; stable.")


class ErrorResponse(BaseModel):
    """An error, as OpenAI's clients expect it."""

    error: Failure


def completion(answer: Answer, link: Link | None) -> Completion:
    """The whole answer."""
    message = AssistantMessage(
        content=as_markdown(answer, link),
        refusal=answer.refusal.message if answer.refusal else None,
        citations=[linked(citation, link) for citation in answer.citations],
    )
    return Completion(
        id=_id(answer), created=int(time.time()), choices=[Choice(message=message)], usage=TokenUsage.of(answer)
    )


class Chunks:
    """Makes a growing answer the chunks of one completion, statement by statement."""

    def __init__(self, link: Link | None, *, with_usage: bool) -> None:
        self._link = link
        self._with_usage = with_usage
        self._last: Answer | None = None
        self._fields: Chunk = {}

    def of(self, answer: Answer) -> Iterator[Chunk]:
        """What a snapshot says that the one before it did not."""
        before, self._last = self._last, answer
        if before is None:
            self._fields = {
                "id": _id(answer),
                "object": "chat.completion.chunk",
                "created": int(time.time()),
                "model": MODEL,
            }
            yield self._delta({"role": "assistant", "content": ""})
        is_first = not (before and before.statements)
        for event in news(before, answer):
            if isinstance(event, Statement):
                yield self._delta({"content": stated(event, is_first=is_first)})
                is_first = False

    def end(self) -> Iterator[Chunk]:
        """What comes after the last snapshot: footnotes as text, then once as a field, and why it ends.

        The field is in one delta alone: clients put the lists of several together item by item.
        """
        answer = self._last
        if answer is None:
            return
        if rest := remainder(answer, self._link):
            yield self._delta({"content": rest})
        citations = [linked(citation, self._link).model_dump(mode="json") for citation in answer.citations]
        yield self._delta({"citations": citations, "refusal": answer.refusal.message if answer.refusal else None})
        yield self._delta({}, "stop")
        if self._with_usage:
            yield {**self._fields, "choices": [], "usage": TokenUsage.of(answer).model_dump()}

    def _delta(self, delta: dict[str, Any], finish_reason: str | None = None) -> Chunk:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
        return {**self._fields, "choices": [choice], **({"usage": None} if self._with_usage else {})}


def as_event(data: Chunk) -> bytes:
    """A server-sent event."""
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def _id(answer: Answer) -> str:
    return f"chatcmpl-{answer.trace_id}"

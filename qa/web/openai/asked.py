"""What a client of OpenAI's chat completions sends, and the question in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from qa.chain import Ask
from qa.limits import LONGEST_MESSAGE, MOST_DOCUMENTS, MOST_MESSAGES
from qa.markdown import spoken
from qa.web.api.requests import CLEAN
from qa.web.problems import Problem

if TYPE_CHECKING:
    from index.library import Library

LONGEST_KIND = 40  # characters of the name of what cannot be read; the client chose it

Text = Annotated[str, *CLEAN]


class Lenient(BaseModel):
    """A part of a body. What it does not name is ignored; what it names has to be right."""

    model_config = ConfigDict(strict=True, frozen=True)


class Part(Lenient):
    """A part of a message. Only text can be read."""

    type: str = Field(json_schema_extra={"enum": ["text"]})
    text: Text | None = None


class Message(Lenient):
    """A message of the conversation; of those that are neither the user's nor the assistant's nothing is used."""

    role: str
    content: Text | list[Part] | None = None

    @property
    def text(self) -> str:
        """Its words.

        Raises:
            Problem: there is more than words in it.
        """
        if not isinstance(self.content, list):
            return self.content or ""
        if others := [part.type for part in self.content if part.type not in ("text", "refusal")]:
            detail = f"Only text can be read here: leave the part of type {others[0][:LONGEST_KIND]!r} out."
            raise Problem(400, "unsupported_content", detail)
        return "\n".join(part.text for part in self.content if part.text)


class StreamOptions(Lenient):
    """How to stream."""

    include_usage: bool | None = None


class ChatRequest(Lenient):
    """A chat completion to create. Parameters that mean nothing here are ignored."""

    model: str | None = Field(default=None, description="Whatever it is, Footnote answers.")
    messages: list[Message] = Field(
        min_length=1,
        description="The last message of the user is the question, what comes before it is the conversation so far.",
        json_schema_extra={"contains": {"properties": {"role": {"const": "user"}}, "required": ["role"]}},
    )
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = Field(default=None, ge=1, le=1, description="There is one answer.")
    documents: list[Annotated[str, Field(max_length=4_096), *CLEAN]] | None = Field(
        default=None, max_length=MOST_DOCUMENTS, description="Footnote's own: ids or sources to answer from."
    )

    @property
    def wants_usage(self) -> bool:
        """Whether a stream ends with the numbers of tokens."""
        return bool(self.stream_options and self.stream_options.include_usage)


def as_ask(request: ChatRequest, library: Library) -> Ask:
    """What the chain is asked; earlier answers are in it without their footnotes, as the chat has them.

    Raises:
        Problem: there is no question in it, or more than text.
        UnknownDocument: a document that is named is not there.
    """
    places = [place for place, message in enumerate(request.messages) if message.role == "user"]
    if not places:
        raise Problem(400, "no_question", "There is no message with the role user: send the question in one.")
    earlier = [m for m in request.messages[: places[-1]] if m.role in ("user", "assistant")][-MOST_MESSAGES:]
    ask: Ask = {"question": request.messages[places[-1]].text, "history": [_turn(message) for message in earlier]}
    if request.documents is not None:
        ask["documents"] = [library.find(name).id for name in request.documents]
    return ask


def _turn(message: Message) -> dict[str, Any]:
    text = message.text if message.role == "user" else spoken(message.text)
    return {"role": message.role, "content": text[:LONGEST_MESSAGE]}

"""What a chain is asked: a question with its circumstances, as LangChain's users may put them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NotRequired, cast

from langchain_core.messages import convert_to_messages
from typing_extensions import TypedDict  # pydantic takes no other one before Python 3.12

from qa.answer import Turn

ROLES = {"human": "user", "ai": "assistant"}


class Ask(TypedDict):
    """A question with its circumstances."""

    question: str
    history: NotRequired[list[dict[str, str]]]  # {"role": "user" | "assistant", "content"}, oldest first
    documents: NotRequired[list[str]]  # ids to answer from; all if left out
    id: NotRequired[str]  # the caller's, handed back
    quoted: NotRequired[bool]  # in the documents' own words, whatever model there is


def read(input: str | Mapping[str, Any], more: Mapping[str, Any]) -> Ask:
    """What is asked.

    Args:
        input: a question, or one with its circumstances.
        more: circumstances given as keywords, as `bind` hands them on.

    Raises:
        TypeError: there is no question, or a keyword that nobody knows.
    """
    if unknown := sorted(more.keys() - Ask.__annotations__.keys()):
        raise TypeError(f"The chain knows no {', '.join(unknown)}: it takes {', '.join(Ask.__annotations__)}.")
    ask = {**({"question": input} if isinstance(input, str) else input), **more}
    if not isinstance(ask.get("question"), str):
        raise TypeError("The chain takes a question as a string, or as 'question' of a dict.")
    return cast(Ask, ask)


def turns_of(history: Iterable[Any] | None) -> list[Turn]:
    """A conversation's turns, of dicts with role and content, of LangChain's messages, or of what it makes messages of.

    What neither a person nor the assistant said, a system's message for one, is left out.

    Raises:
        ValueError: something is no message.
    """
    turns = []
    for said in history or ():
        if isinstance(said, Turn) or (isinstance(said, dict) and said.get("role") in ROLES.values()):
            turns.append(Turn.model_validate(said))
            continue
        [message] = convert_to_messages([said])
        if role := ROLES.get(message.type):
            turns.append(Turn.model_validate({"role": role, "content": str(message.text)}))
    return turns

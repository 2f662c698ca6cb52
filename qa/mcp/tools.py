"""The tools `ask`, `search`, `verify` and `documents`: what they take, what they tell people and programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult, TextContent
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from qa.chain import LONGEST_QUESTION, Ask
from qa.limits import (
    EMPTY_QUERY,
    LONGEST_CLAIM,
    LONGEST_MESSAGE,
    LONGEST_QUOTE,
    MOST_DOCUMENTS,
    MOST_MESSAGES,
    MOST_QUOTES,
    MOST_SENTENCES,
    fault_in,
)
from qa.markdown import as_markdown, escaped, footnote
from qa.mcp.backend import Backend
from qa.mcp.results import CitedAnswer
from qa.results import HASH, Documents, Found, Judged
from qa.verifying import Place

if TYPE_CHECKING:
    from qa.linking import Link

LONGEST_LIST = 500

LinkOf = Callable[[Context], "Link | None"]
"""Gives what makes citations' addresses for the client of a call, if there are any."""


def _clean(text: str) -> str:
    if fault := fault_in(text):
        raise ValueError(fault)
    return text


def _worded(text: str) -> str:
    if not text.strip():
        raise ValueError(EMPTY_QUERY)
    return text


CLEAN = AfterValidator(_clean)
QUERY = AfterValidator(_worded)
Names = Annotated[
    list[Annotated[str, CLEAN]] | None,
    Field(max_length=MOST_DOCUMENTS, description="Ids or sources of documents to draw on; all if left out."),
]


class Message(BaseModel):
    """An earlier message of the conversation."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["user", "assistant"]
    content: Annotated[str, Field(max_length=LONGEST_MESSAGE), CLEAN]


class Span(BaseModel):
    """A stretch of a document; offsets are code points into its text, end exclusive."""

    model_config = ConfigDict(extra="forbid")

    document_id: Annotated[str, CLEAN]
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    content_hash: str | None = Field(default=None, max_length=64, description=HASH)


class Tools:
    """The tools over a backend. Each result is told twice: to people, in Markdown, and to programs, typed."""

    def __init__(self, backend: Backend, link_of: LinkOf) -> None:
        self._backend = backend
        self._link_of = link_of

    async def ask(
        self,
        context: Context,
        question: Annotated[str, Field(max_length=LONGEST_QUESTION), CLEAN],
        history: Annotated[
            list[Message], Field(max_length=MOST_MESSAGES, description="The conversation so far, oldest first.")
        ] = [],  # noqa: B006  # never changed; the schema shows it
        documents: Names = None,
    ) -> Annotated[CallToolResult, CitedAnswer]:
        """Answer a question from the documents, every sentence with a footnote: the exact words of the source.

        Says so where the documents do not answer. Keep the [n] marks and the footnotes when you pass the answer on.
        """
        ask: Ask = {"question": question, "history": [turn.model_dump() for turn in history]}
        if documents is not None:
            ask["documents"] = documents
        answer, link = await self._backend.ask(ask), self._link_of(context)
        return _told(as_markdown(answer, link), CitedAnswer.of(answer, link))

    async def search(
        self,
        context: Context,
        query: Annotated[str, Field(max_length=LONGEST_QUESTION), CLEAN, QUERY],
        limit: Annotated[int, Field(ge=1, le=MOST_SENTENCES, description="How many sentences at most.")] = 10,
        documents: Names = None,
    ) -> Annotated[CallToolResult, Found]:
        """Find the sentences of the documents that are most relevant to a query, with their places, best first."""
        hits, link = await self._backend.search(query, documents, limit), self._link_of(context)
        shown = (footnote(hit.citation, link) for hit in hits)
        return _told("\n\n".join(shown) or "Nothing was found.", Found.of(hits, link))

    async def verify(
        self,
        claim: Annotated[str, Field(min_length=1, max_length=LONGEST_CLAIM), CLEAN],
        quotes: Annotated[
            list[Annotated[str, Field(max_length=LONGEST_QUOTE), CLEAN]],
            Field(max_length=MOST_QUOTES, description="What is cited for the claim."),
        ] = [],  # noqa: B006
        spans: Annotated[
            list[Span], Field(max_length=MOST_QUOTES, description="Stretches of documents that are cited for it.")
        ] = [],  # noqa: B006
    ) -> Annotated[CallToolResult, Judged]:
        """Judge whether quotes, or stretches of the documents, support a claim: supported, partial or unsupported."""
        places = [Place(**span.model_dump()) for span in spans]
        judgement, looked_at = await self._backend.verify(claim, quotes, places)
        judged = Judged.of(judgement, looked_at)
        return _told(f"{judged.verdict} ({100 * judged.score:.0f} %)", judged)

    async def documents(
        self,
        offset: Annotated[int, Field(ge=0, description="How many to leave out at the beginning.")] = 0,
        limit: Annotated[int, Field(ge=1, le=LONGEST_LIST, description="How many at most.")] = 100,
    ) -> Annotated[CallToolResult, Documents]:
        """List the documents that there are to ask about, by title."""
        listed = Documents.part(await self._backend.documents(), offset, limit)
        shown = (f"- {one.id} {escaped(one.title)} ({one.characters:,} characters)" for one in listed.documents)
        return _told("\n".join(shown) or "There are no documents here.", listed)


def _told(text: str, result: BaseModel) -> CallToolResult:
    structured: dict[str, Any] = result.model_dump(mode="json")
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=structured)

"""A chat model of LangChain's that says what it is told to say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import Field

Reply = Callable[[str], str | Sequence[str | Exception]]


class Scripted(BaseChatModel):
    """A chat model that answers as a function of its prompt says, in pieces; an exception among them is raised."""

    reply: Reply
    prompts: list[str] = Field(default=[])
    closed: int = 0

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        self.prompts.append("\n".join(str(message.content) for message in messages))
        reply = self.reply(self.prompts[-1])
        try:
            for piece in re.findall(r"(?s).{1,5}", reply) if isinstance(reply, str) else reply:
                if isinstance(piece, Exception):
                    raise piece
                used = {"input_tokens": 0, "output_tokens": 1, "total_tokens": 1}
                yield ChatGenerationChunk(message=AIMessageChunk(content=piece, usage_metadata=used))  # type: ignore[arg-type]
        finally:
            self.closed += 1

    def _generate(self, *args: Any, **kwargs: Any) -> ChatResult:
        raise NotImplementedError

    @property
    def _llm_type(self) -> str:
        return "scripted"

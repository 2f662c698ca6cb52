"""One call of a language model: its text as it comes, what it took, and one line if it fails."""

from __future__ import annotations

import logging
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from typing import Any

from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.runnables import Runnable

from index.errors import FootnoteError
from qa.answering import Work
from qa.errors import ModelFailed

Pieces = Generator[str, None, None]

logger = logging.getLogger(__name__)

BROKE_OFF = "The language model’s answer broke off."

_CUT = frozenset({"length", "max_tokens", "MAX_TOKENS", "model_context_window_exceeded"})
_REFUSED = frozenset({"content_filter", "refusal", "SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "RECITATION"})


class Call:
    """A call that is made when its pieces are asked for."""

    def __init__(self, model: Runnable[Any, Any], messages: Sequence[BaseMessage], work: Work, seconds: float) -> None:
        """Sets it up.

        Args:
            model: a chat model, or one that something is bound to.
            messages: what it is told.
            work: whose answer it is for; gets what the call took.
            seconds: after which the reply is given up.
        """
        self._model = model
        self._messages = list(messages)
        self._spent = work.spent
        self._config = work.config
        self._seconds = seconds
        self.was_cut = False  # by the model's own limit; what it wrote last is not whole

    def pieces(self) -> Pieces:
        """The reply's text as it comes; closing the iterator closes the connection.

        Raises:
            ModelFailed: it could not be reached, would not, or broke off.
        """
        began = time.monotonic()
        self._spent.calls += 1
        try:
            with closing(self._model.stream(self._messages, self._config)) as chunks:  # type: ignore[type-var]  # a generator
                while (chunk := self._next(chunks)) is not None:
                    yield chunk.text
                    if time.monotonic() - began > self._seconds:
                        raise TimeoutError
        except FootnoteError:
            raise
        except Exception as error:
            # Of a provider's error neither the log nor the reader gets more than its kind: it may repeat keys and text.
            logger.warning("The language model failed: %s%s", type(error).__qualname__, _status_in_brackets(error))
            raise ModelFailed(why(error, self._seconds)) from None

    def _next(self, chunks: Iterator[AIMessageChunk]) -> AIMessageChunk | None:
        """The next chunk; what it took to come is noted."""
        began = time.monotonic()
        try:
            chunk = next(chunks, None)
        finally:
            self._spent.seconds += time.monotonic() - began
        if chunk is not None:
            self._note(chunk)
        return chunk

    def _note(self, chunk: AIMessageChunk) -> None:
        if used := chunk.usage_metadata:
            self._spent.input_tokens += used["input_tokens"]
            self._spent.output_tokens += used["output_tokens"]
        reasons = {str(chunk.response_metadata.get(name)) for name in ("finish_reason", "stop_reason", "done_reason")}
        if reasons & _CUT:
            self.was_cut = True
        if reasons & _REFUSED or chunk.additional_kwargs.get("refusal"):
            raise ModelFailed("The language model declined to answer.")


def why(error: Exception, seconds: float) -> str:
    """One line for a reader, by the kind of error and nothing that it says.

    Providers' packages have errors of their own; all of them carry the HTTP status or tell by their names.
    """
    status = _status(error)
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if isinstance(error, TimeoutError) or any("Timeout" in kind for kind in kinds) or status in (408, 504):
        return f"The language model did not answer within {seconds:g} s."
    if any("ContextOverflow" in kind or "ContextLength" in kind for kind in kinds) or status == 413:
        return "The evidence is too long for the language model: set FOOTNOTE_LLM_CONTEXT to its window."
    if any("LengthFinish" in kind for kind in kinds):
        return BROKE_OFF
    if any("Refusal" in kind or "ContentFilter" in kind for kind in kinds):
        return "The language model declined to answer."
    if status is not None:
        return _OF_STATUS.get(status) or f"The language model’s server failed with status {status}."
    if isinstance(error, OSError) or any(
        word in kind for kind in kinds for word in ("Connect", "Transport", "Protocol")
    ):
        return "The connection to the language model failed: check that its server runs and FOOTNOTE_LLM_BASE_URL."
    if any("APIError" in kind for kind in kinds):
        return "The language model’s server failed in the middle of its answer."
    return "The language model sent something that cannot be read."


_OF_STATUS = {
    400: "The language model’s server did not take the request.",
    401: "The language model’s server did not take the key: check FOOTNOTE_LLM_API_KEY.",
    403: "The language model’s server did not take the key: check FOOTNOTE_LLM_API_KEY.",
    404: "The language model’s server does not know the model: check FOOTNOTE_LLM and FOOTNOTE_LLM_BASE_URL.",
    429: "The language model’s server takes no more requests for now.",
    529: "The language model’s server is overloaded.",
}


def _status(error: Exception) -> int | None:
    status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) and status >= 400 else None


def _status_in_brackets(error: Exception) -> str:
    status = _status(error)
    return f" ({status})" if status else ""


def did_not_take_the_form(error: ModelFailed) -> bool:
    """Whether a server refused the request as such, as one does that knows no structured output."""
    return str(error) == _OF_STATUS[400]

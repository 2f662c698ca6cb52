"""The log: lines for people or JSON for programs, each with the request it belongs to, none with anybody's words.

Of an exception it holds where it was raised and of which kind; its message only if that is Footnote's own or the
operating system's. Other libraries put what they were given into theirs.
"""

from __future__ import annotations

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING

from index.errors import FootnoteError

if TYPE_CHECKING:
    from qa.settings import Settings

Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Of the HTTP request that is being served, in its own threads, too."""


def set_up(settings: Settings) -> None:
    """Has the log written to standard error, as the settings say; a second time changes nothing."""
    handler = logging.StreamHandler()
    handler.setFormatter(JSONLines() if settings.log_format == "json" else Lines())
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler])


class Lines(logging.Formatter):
    """`footnote: …`, and at the end the request, if there is one."""

    def __init__(self) -> None:
        super().__init__("footnote: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's name
        """The line without what an exception adds."""
        line, asked = super().formatMessage(record), request_id.get()
        return f"{line} (request {asked})" if asked else line

    def formatException(self, ei: Raised) -> str:  # noqa: N802  # logging's name
        """An exception without the words that it was raised over."""
        return without_words(ei[1])


class JSONLines(logging.Formatter):
    """One JSON object a line. What a call passes as `extra={"fields": …}` stands in it, too."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if asked := request_id.get():
            line["request_id"] = asked
        if record.exc_info:
            line["exception"] = without_words(record.exc_info[1])
        return json.dumps({**line, **getattr(record, "fields", {})}, ensure_ascii=False, default=str)


def without_words(error: BaseException | None) -> str:
    """Where an exception, and each that led to it, was raised, and of which kind it is."""
    if error is None:
        return ""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{without_words(cause)}\n\n" if cause else ""
    message = f": {error}" if isinstance(error, FootnoteError | OSError) else ""
    frames = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    return f"{before}Traceback (most recent call last):\n{frames}{type(error).__qualname__}{message}"

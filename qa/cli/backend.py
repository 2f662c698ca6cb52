"""Who does the work of a command: the data folder, opened here, or the server that has it open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    ExitStack,
    closing,
    contextmanager,
    nullcontext,
)
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from qa.cli.options import read_settings

if TYPE_CHECKING:
    from datetime import datetime

    from index.records import AddOutcome, DocumentRecord
    from qa.answer import Answer
    from qa.chain import Ask
    from qa.cli.server import Server
    from qa.evaluation.candidates import Candidates
    from qa.mcp.backend import Backend
    from qa.settings import Settings

Progress = Callable[[int, int], None]  # passages encoded, of how many
Here = TypeVar("Here")
There = TypeVar("There")


class Documents(Protocol):
    """Knows what is in the library."""

    def documents(self) -> list[DocumentRecord]:
        """All of them, in the order they are listed in."""

    def find(self, id_or_source: str) -> DocumentRecord:
        """The document with this id or source; raises `UnknownDocument`."""


class Asking(Documents, Protocol):
    """Answers questions."""

    def ask(self, ask: Ask) -> Answer:
        """The answer, whole, and kept for as long as answers are."""


class Keeping(Documents, Protocol):
    """Changes what is kept; what it reports as done is on disk."""

    def text(self, document_id: str, start: int, end: int) -> str:
        """A part of a document's text."""

    def add(self, path: Path, progress: Progress) -> AddOutcome:
        """Adds a file under its absolute path, or replaces what was there; raises `LoadingError` if it is none."""

    def remove(self, document_id: str) -> None:
        """Removes a document for good, and its words from the answers that are kept."""

    def forget(self, before: datetime) -> int:
        """Overwrites the questions, answers and ratings that are older; returns how many answers that were."""

    def candidates(self) -> Candidates:
        """The answers that were rated, as cases to review."""


@contextmanager
def asking(data: Path | None) -> Iterator[Asking]:
    """Whoever answers from the data folder."""
    with ExitStack() as stack:
        yield _whoever(stack, read_settings(data), _answering_here, _server)


@contextmanager
def keeping(data: Path | None) -> Iterator[Keeping]:
    """Whoever keeps the documents and the answers."""
    with ExitStack() as stack:
        yield _whoever(stack, read_settings(data), _keeping_here, _server)


@contextmanager
def tools(data: Path | None) -> Iterator[AbstractAsyncContextManager[Backend]]:
    """Whoever does the work of MCP's tools, to be entered in the event loop that they are served from."""
    from qa.cli.tools import ServerBackend

    with ExitStack() as stack:
        yield _whoever(
            stack, read_settings(data), _tools_here, lambda address, key: nullcontext(ServerBackend(address, key))
        )


def _whoever(
    stack: ExitStack,
    settings: Settings,
    open_here: Callable[[Settings], AbstractContextManager[Here]],
    open_there: Callable[[str, str | None], AbstractContextManager[There]],
) -> Here | There:
    """The server that has the folder open, if one has; else the folder, opened.

    Args:
        stack: closes either.
        settings: name the folder and the key.
        open_here: opens the folder.
        open_there: speaks to the server at an address, with a key.
    """
    from index.errors import FolderInUse
    from index.ownership import server_of

    address = server_of(settings.data)
    if address is None:
        try:
            return stack.enter_context(open_here(settings))
        except FolderInUse as taken:
            if taken.address is None:
                raise
            address = taken.address  # a server was faster
    key = settings.api_key
    return stack.enter_context(open_there(address, None if key is None else key.get_secret_value()))


def _server(address: str, key: str | None) -> Server:
    from qa.cli.server import Server

    return Server.at(address, key)


@contextmanager
def _answering_here(settings: Settings) -> Iterator[Asking]:
    from qa.cli.folder import OpenFootnote
    from qa.service import Footnote

    with Footnote.open(settings) as footnote:
        yield OpenFootnote(footnote)


@contextmanager
def _keeping_here(settings: Settings) -> Iterator[Keeping]:
    from qa.cli.folder import OpenFolder
    from qa.service import DataFolder, encoder_for
    from qa.slack.inbox import forget

    with closing(DataFolder.open(settings, encoder_for(settings))) as folder:
        folder.answers.on_forget(partial(forget, settings))
        yield OpenFolder(folder)


@contextmanager
def _tools_here(settings: Settings) -> Iterator[AbstractAsyncContextManager[Backend]]:
    from qa.mcp.backend import FootnoteBackend
    from qa.service import Footnote

    with Footnote.open(settings) as footnote:
        yield nullcontext(FootnoteBackend(footnote))

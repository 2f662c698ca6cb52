"""A command's work in a data folder that this process has opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from index.loading import load

if TYPE_CHECKING:
    from datetime import datetime

    from index.library import AddOutcome, Library
    from index.records import DocumentRecord
    from qa.answer import Answer
    from qa.chain import Ask
    from qa.cli.backend import Progress
    from qa.service import DataFolder, Footnote


class OpenDocuments:
    """What is in an open library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def documents(self) -> list[DocumentRecord]:
        """See `Documents`."""
        return self._library.documents()

    def find(self, id_or_source: str) -> DocumentRecord:
        """See `Documents`."""
        return self._library.find(id_or_source)


class OpenFootnote(OpenDocuments):
    """Answers from a folder that is open with its models."""

    def __init__(self, footnote: Footnote) -> None:
        super().__init__(footnote.library)
        self._footnote = footnote

    def ask(self, ask: Ask) -> Answer:
        """See `Asking`."""
        return self._footnote.ask(ask).result()


class OpenFolder(OpenDocuments):
    """Keeps what is in a folder, without what only answers need."""

    def __init__(self, folder: DataFolder) -> None:
        super().__init__(folder.library)
        self._answers = folder.answers

    def text(self, document_id: str, start: int, end: int) -> str:
        """See `Keeping`."""
        return self._library.text(document_id, start, end)

    def add(self, path: Path, progress: Progress) -> AddOutcome:
        """See `Keeping`."""
        return self._library.add(load(path), progress)

    def remove(self, document_id: str) -> None:
        """See `Keeping`."""
        self._library.remove(document_id)
        self._library.purge(everything=True)  # nobody can take it back once this process has ended

    def forget(self, before: datetime) -> int:
        """See `Keeping`."""
        return self._answers.forget_before(before)

"""What several commands take, and the settings and the open library that come of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from index.library import DocumentRecord, Library

    from qa.service import Footnote
    from qa.settings import Settings

SHORTEST_PREFIX = 6  # characters of an id; fewer are too easily mistyped

Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="The data folder (also FOOTNOTE_DATA).", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DocumentName = Annotated[
    str,
    typer.Argument(metavar="ID|SOURCE", help="A document's id, the beginning of it, or its path.", show_default=False),
]


def read_settings(data: Path | None = None, *, host: str | None = None, port: int | None = None) -> Settings:
    """The settings with what was given on the command line; sets up the log.

    Raises:
        WrongSetting: a value that the setting cannot have.
    """
    import logging

    from qa.settings import Settings

    settings = Settings.read(data=data, host=host, port=port)
    logging.basicConfig(level=settings.log_level.upper(), format="footnote: %(message)s")
    return settings


@contextmanager
def opened(data: Path | None, *, sample: bool = False, rebuilding: bool = False) -> Iterator[Footnote]:
    """Footnote on the data folder, opened and closed; see `Footnote.open`."""
    settings = read_settings(data)
    from qa.service import Footnote

    with Footnote.open(settings, sample=sample, rebuilding=rebuilding) as footnote:
        yield footnote


def find(library: Library, name: str) -> DocumentRecord:
    """The document with this id, source, path (relative ones too), or beginning of an id.

    Raises:
        UnknownDocument: there is none.
        WrongUse: several ids begin like this.
    """
    import os

    from index.errors import UnknownDocument
    from qa.errors import WrongUse

    documents = library.documents()
    absolute = os.path.abspath(name)
    for document in documents:
        if name in (document.id, document.source) or document.source == absolute:
            return document
    alike = [document for document in documents if document.id.startswith(name)]
    if len(name) < SHORTEST_PREFIX or not alike:
        raise UnknownDocument(name)
    if len(alike) > 1:
        raise WrongUse(f"{len(alike)} documents have ids that begin with {name}: write more of it.")
    return alike[0]

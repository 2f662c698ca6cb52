"""What several commands take, and the settings and the open library that come of it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from index.library import Library
    from index.records import DocumentRecord
    from qa.cli.backend import Documents
    from qa.service import Footnote
    from qa.settings import Settings

MOST_SHOWN = 5  # documents of the same name
SHORTEST_PREFIX = 6  # characters of an id; fewer are too easily mistyped

Data = Annotated[
    Path | None,
    typer.Option(
        "--data", metavar="DIR", readable=False, help="The data folder (also FOOTNOTE_DATA).", show_default=False
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DocumentName = Annotated[
    str,
    typer.Argument(
        metavar="ID|SOURCE",
        help="A document's id, the beginning of it, its path or file name, or its title.",
        show_default=False,
    ),
]


def read_settings(
    data: Path | None = None, *, host: str | None = None, port: int | None = None, root_path: str | None = None
) -> Settings:
    """The settings with what was given on the command line; sets up the log.

    Raises:
        WrongSetting: a value that the setting cannot have.
    """
    from qa.logs import set_up
    from qa.settings import Settings

    settings = Settings.read(data=data, host=host, port=port, root_path=root_path)
    set_up(settings)
    return settings


@contextmanager
def opened(data: Path | None) -> Iterator[Footnote]:
    """Footnote, ready to answer."""
    settings = read_settings(data)
    from qa.service import Footnote

    with Footnote.open(settings) as footnote:
        yield footnote


@contextmanager
def opened_library(data: Path | None, *, rebuilding: bool = False) -> Iterator[Library]:
    """The documents, without what only answers need; see `Library.open` for `rebuilding`."""
    settings = read_settings(data)
    from qa.service import DataFolder, encoder_for

    with closing(DataFolder.open(settings, encoder_for(settings), rebuilding=rebuilding)) as folder:
        yield folder.library


def find(library: Documents, name: str) -> DocumentRecord:
    """The document with this id, source or path (relative ones too), file name, title or beginning of an id.

    Raises:
        UnknownDocument: there is none.
        WrongUse: several are called so.
    """
    from index.errors import UnknownDocument
    from qa.errors import WrongUse
    from qa.limits import is_unicode

    if not is_unicode(name):
        raise UnknownDocument(name)
    for known_as in (name, os.path.abspath(name)):
        with suppress(UnknownDocument):
            return library.find(known_as)
    documents = library.documents()
    alike = next(filter(None, ([d for d in documents if is_called(d)] for is_called in _ways_to_call(name))), [])
    if not alike:
        raise UnknownDocument(name)
    if len(alike) > 1:
        which = ", ".join(f"{document.id} ({document.source})" for document in alike[:MOST_SHOWN])
        raise WrongUse(f"{len(alike)} documents are called {name}: {which}. Name one by its id or path.")
    return alike[0]


def _ways_to_call(name: str) -> list[Callable[[DocumentRecord], bool]]:
    """From the surest on: the end of a path, a title, the beginning of an id."""
    from index.loading import UPLOAD

    end = "/" + name.replace("\\", "/").removeprefix("./")
    folded = name.casefold()
    ways: list[Callable[[DocumentRecord], bool]] = [
        lambda document: f"/{document.source.removeprefix(UPLOAD)}".replace("\\", "/").endswith(end),
        lambda document: document.title.casefold() == folded,
    ]
    if re.fullmatch(f"[0-9a-f]{{{SHORTEST_PREFIX},}}", name):
        ways.append(lambda document: document.id.startswith(name))
    return ways

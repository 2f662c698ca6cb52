"""`footnote add`, `list`, `show`, `remove` and `rebuild`: what is in the library."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa.cli.backend import keeping
from qa.cli.options import Data, DocumentName, Json, find, opened_library

if TYPE_CHECKING:
    from index.records import DocumentRecord
    from qa.cli.backend import Keeping


def add(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files and folders.", show_default=False, readable=False)
    ],
    data: Data = None,
) -> int:
    """Add files and folders. Ends with 1 if some were refused."""
    from index.errors import MissingFile
    from index.loading import discover
    from qa.cli.printing import complain

    if all(map(_is_missing, paths)):
        for path in paths:
            complain(str(MissingFile(path)))
        return 2
    files = list(discover(paths))
    with keeping(data) as library:
        outcomes = _add_all(library, files)
        _tell_of_twins(library, files)
    return 1 if outcomes["refused"] else 0


def list_documents(json: Json = False, data: Data = None) -> None:
    """List what is in the library."""
    with keeping(data) as library:
        documents = library.documents()
    from qa.cli.printing import print_json, print_table

    if json:
        print_json([_fields(document) for document in documents])
        return
    if not documents:
        print("There are no documents yet: footnote add PATH.", file=sys.stderr)
        return
    print_table(
        ("ID", "TITLE", "PASSAGES#", "CHARACTERS#", "SOURCE"),
        [(d.id, d.title, f"{d.passages:,}", f"{d.characters:,}", d.source) for d in documents],
    )


def show(
    document: DocumentName,
    start: Annotated[int | None, typer.Option(min=0, help="The first character, from 0.")] = None,
    end: Annotated[int | None, typer.Option(min=0, help="The character to stop before.")] = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """Print a document's text, or the part of it that offsets name: exactly that and nothing else."""
    from qa.cli.printing import print_exactly, print_json
    from qa.errors import WrongUse

    with keeping(data) as library:
        record = find(library, document)
        first, last = start or 0, record.characters if end is None else end
        if not first <= last <= record.characters:
            raise WrongUse(f"No characters {first} to {last}: {record.title} has {record.characters}.")
        text = library.text(record.id, first, last)
    if json:
        print_json({**_fields(record), "start": first, "end": last, "text": text})
    else:
        print_exactly(text)


def remove(document: DocumentName, data: Data = None) -> None:
    """Remove a document, and its words from the answers that were kept."""
    from qa.literal import literal

    with keeping(data) as library:
        record = find(library, document)
        library.remove(record.id)
    again = f' To have it back: footnote add "{record.source}"' if Path(record.source).is_absolute() else ""
    print(literal(f"Removed {record.title} ({record.id}).{again}"))


def rebuild(data: Data = None) -> None:
    """Make all indexes anew from the stored texts, for example for another embedding model."""
    from qa.cli.printing import count, progress_bar

    with opened_library(data, rebuilding=True) as library:
        documents = len(library.documents())
        with progress_bar("Rebuilding", documents) as advance:
            library.rebuild(progress=lambda done, _: advance(done))
    print(f"Rebuilt {count(documents, 'document')}.")


def _add_all(library: Keeping, files: list[Path]) -> Counter[str]:
    """Adds what can be added, says of each of the others why not, and sums up."""
    from index.errors import LoadingError
    from qa.cli.printing import complain, progress_bar

    outcomes: Counter[str] = Counter()
    try:
        with progress_bar("Adding", len(files)) as advance:
            for done, file in enumerate(files):
                try:
                    outcomes[library.add(file, partial(_within, advance, done))] += 1
                except LoadingError as error:
                    outcomes["refused"] += 1
                    complain(str(error))
                advance(done + 1)
    finally:  # also when the disk is full: what was added until then stays
        print(", ".join(f"{outcomes[word]} {word}" for word in ("added", "replaced", "unchanged", "refused")) + ".")
    return outcomes


def _tell_of_twins(library: Keeping, files: list[Path]) -> None:
    """Says which of the files have the text of another document: both are found, and cited."""
    from qa.literal import literal

    documents = library.documents()
    given = {os.path.abspath(file) for file in files}
    first: dict[str, DocumentRecord] = {}
    for document in sorted(documents, key=lambda one: one.source in given):
        other = first.setdefault(document.content_hash, document)
        if other is not document and document.source in given:
            print(literal(f"{document.source} has the same text as {other.source}; both are kept."))


def _is_missing(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False  # it may be there; loading it will tell
    return False


def _within(advance: Callable[[float], None], files: int, passages: int, of: int) -> None:
    """Moves the bar within a file, by its passages."""
    advance(files + passages / max(1, of))


def _fields(record: DocumentRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "title": record.title,
        "source": record.source,
        "content_hash": record.content_hash,
        "passages": record.passages,
        "characters": record.characters,
    }

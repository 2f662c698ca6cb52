"""What the library asks of a store that is derived from the catalog, and how such a store says it is whole.

A derived store lives in a folder of its own. It may be lost, stale or damaged at any time: index/healing.py notices
and makes a new one. What it proposes is only ever a hint: the catalog decides what is visible.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol, Self

from index.files import write_atomically
from index.passages import Entry

STAMP = "stamp.json"


class StoreFailed(Exception):
    """A derived store cannot do its work and has to be made again."""


class DerivedStore(Protocol):
    """Any method may raise anything at all; call it within `store_errors`."""

    kind: ClassVar[str]  # in the names of its folders and in log lines
    transactional: ClassVar[bool]  # whether a change that was cut off leaves it as it was before

    @staticmethod
    def lasting(folder: Path) -> list[Path]:
        """The files of a store that nothing but a change to it alters; what is no longer needed may vanish."""
        ...

    @classmethod
    def create(cls, folder: Path, dimension: int) -> Self:
        """A new, empty store in a folder that does not exist yet."""
        ...

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The store that is in a folder."""
        ...

    def add(self, entries: Sequence[Entry]) -> None:
        """Takes passages in; they may become findable only with `commit`."""
        ...

    def delete(self, ids: Collection[int]) -> None:
        """Drops passages, held or not; they may stay findable until `commit`."""
        ...

    def commit(self) -> None:
        """Makes what was added findable and what was deleted unfindable."""
        ...

    def ids(self) -> set[int]:
        """The passages it holds."""
        ...

    def finds(self, entry: Entry) -> bool:
        """Whether a search for a passage's own content finds it."""
        ...

    def close(self) -> None:
        """Lets go of files and threads."""
        ...


@contextmanager
def store_errors() -> Iterator[None]:
    """Turns whatever a derived store raises into `StoreFailed`."""
    try:
        yield
    except StoreFailed:
        raise
    except Exception as error:
        raise StoreFailed(_line(error)) from error
    except BaseException as error:
        # A panic in Chroma's or tantivy's Rust code arrives as pyo3's PanicException, which is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise StoreFailed(_line(error)) from error


def _line(error: BaseException) -> str:
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The sizes and times of files, to tell whether something else has written to them.

    That is checked before a store reads them, since Chroma's HNSW code and tantivy's memory maps can take the process
    down with a damaged file.
    """

    files: dict[str, list[int]]  # path in the folder -> size, modification time in ns

    @classmethod
    def of(cls, folder: Path, files: Iterable[Path]) -> Fingerprint:
        """The fingerprint of some files in a folder, as they are now."""
        seen = {file.relative_to(folder).as_posix(): _seen(file) for file in files}
        return cls({name: found for name, found in seen.items() if found})

    def check(self, folder: Path) -> None:
        """Looks at the files again. One that is gone was no longer needed, or will be missed.

        Raises:
            StoreFailed: one is not what it was.
        """
        for name, before in self.files.items():
            now = _seen(os.path.join(folder, name))  # noqa: PTH118  a Path costs as much as the look, at every search
            if now and now != before:
                raise StoreFailed(f"{name} was changed by something else")


def _seen(file: str | Path) -> list[int]:
    try:
        found = os.stat(file)  # noqa: PTH116
    except FileNotFoundError:
        return []
    return [found.st_size, found.st_mtime_ns]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a store's folder says of itself after each change: whose it is, how far it has come, its files."""

    catalog: str
    generation: int
    fingerprint: Fingerprint

    @classmethod
    def read(cls, folder: Path) -> Stamp | None:
        """The folder's stamp, if it has a readable one."""
        try:
            fields = json.loads((folder / STAMP).read_text(encoding="utf-8"))
            return cls(fields["catalog"], fields["generation"], Fingerprint(fields["files"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @staticmethod
    @contextmanager
    def set_aside(folder: Path) -> Iterator[None]:
        """Leaves the folder without its stamp if what is within fails, or takes the process down.

        Needs no room on the disk.
        """
        aside = (folder / STAMP).replace(folder / f"{STAMP}.aside")
        yield
        aside.replace(folder / STAMP)

    def write(self, folder: Path) -> None:
        """Stamps the folder."""
        fields = {"catalog": self.catalog, "generation": self.generation, "files": self.fingerprint.files}
        write_atomically(folder / STAMP, json.dumps(fields))

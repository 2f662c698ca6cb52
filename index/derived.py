"""What the library asks of a store that is derived from the catalog, and how such a store says it is whole.

A derived store lives in a folder of its own. It may be lost, stale or damaged at any time: index/healing.py notices
and makes a new one. What it proposes is only ever a hint: the catalog decides what is visible.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar, Protocol, Self

from index.files import write_atomically
from index.records import Entry

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
class Stamp:
    """What a store's folder says of itself after each change: whose it is, how far it has come, its files.

    The files' sizes and times show a folder that something else wrote to. That is checked before the store opens it,
    since Chroma's HNSW code takes the process down with some damaged files.
    """

    catalog: str
    generation: int
    files: dict[str, list[int]]  # path in the folder -> size, modification time in ns

    @classmethod
    def of(cls, folder: Path, lasting: Iterable[Path], catalog: str, generation: int) -> Stamp:
        """A stamp of a folder with these files as they are now."""
        files: dict[str, list[int]] = {}
        for path in lasting:
            with suppress(FileNotFoundError):  # no longer needed since it was listed
                found = path.stat()
                files[path.relative_to(folder).as_posix()] = [found.st_size, found.st_mtime_ns]
        return cls(catalog, generation, files)

    @classmethod
    def read(cls, folder: Path) -> Stamp | None:
        """The folder's stamp, if it has a readable one."""
        try:
            return cls(**json.loads((folder / STAMP).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, folder: Path) -> None:
        """Stamps the folder."""
        write_atomically(folder / STAMP, json.dumps(asdict(self)))

    def touched(self, now: Stamp) -> list[str]:
        """The files that are not what they were; files that came or went are the store's own doing."""
        return [name for name, seen in self.files.items() if now.files.get(name, seen) != seen]

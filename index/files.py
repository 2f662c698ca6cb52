"""Writing small files whole or not at all, and what the disk's errors mean."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import StorageFailed, StorageFull

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
SHARED_MEMORY = 32 * 1024  # bytes; the least that SQLite's write-ahead log needs beside itself


def write_atomically(path: Path, content: str | bytes) -> None:
    """Replaces a file's content; whoever reads it, also after a crash, finds the old or the new."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Turns what SQLite and the operating system raise about the data folder into `StorageFailed`."""
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.InterfaceError):
        raise  # our own mistake, not the folder's
    except sqlite3.Error as error:
        raise (StorageFull if _no_room(folder, error) else StorageFailed)(folder, str(error)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise (StorageFull if error.errno in NO_ROOM else StorageFailed)(folder, reason) from error


def _no_room(folder: Path, error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", 0)
    # Without room for the memory that its connections share, SQLite only says "disk I/O error".
    no_shared_memory = code & 0xFF == sqlite3.SQLITE_IOERR and shutil.disk_usage(folder).free < SHARED_MEMORY
    return code == sqlite3.SQLITE_FULL or no_shared_memory

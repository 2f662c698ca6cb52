"""One owner a data folder: a lock that ends with its process, and a note of who holds it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import FolderInUse
from index.files import storage_errors, write_atomically

LOCK = "owner.lock"
NOTE = "owner.json"


class Ownership:
    """Held from construction to `release`. The operating system drops the lock with the process, however it ends.

    Raises:
        FolderInUse: someone else holds it; names the address of their page, or their process.
        StorageFailed: the folder cannot be made or written.
    """

    def __init__(self, folder: Path, address: str | None = None) -> None:
        self._note = folder / NOTE
        with storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(folder / LOCK, thread_local=False)
            try:
                self._lock.acquire(blocking=False)
            except Timeout:
                raise FolderInUse(folder, *_holder(self._note)) from None
        try:
            write_atomically(self._note, json.dumps({"pid": os.getpid(), "address": address}))
        except OSError:
            # The note only makes another process's message better: a full disk must not keep questions out.
            self._note.unlink(missing_ok=True)

    def release(self) -> None:
        """Lets others in. Releasing twice is harmless."""
        if self._lock.is_locked:
            self._note.unlink(missing_ok=True)
            self._lock.release()


def server_of(folder: Path) -> str | None:
    """The address of the server that holds a folder; None if no server does, however the last one ended."""
    address, _ = _holder(folder / NOTE)
    return address if address is not None and _is_held(folder / LOCK) else None


def _is_held(lock: Path) -> bool:
    """Asked only where a note says so: the look itself holds the lock for a moment."""
    probe = FileLock(lock)
    try:
        probe.acquire(blocking=False)
    except (Timeout, OSError):  # a lock that may not even be opened is another user's
        return True
    probe.release()
    return False


def _holder(note: Path) -> tuple[str | None, int | None]:
    try:
        holder = json.loads(note.read_text(encoding="utf-8"))
        return holder["address"], holder["pid"]
    except (OSError, ValueError, KeyError, TypeError):
        return None, None

"""Errors that a person can act on; every message is one line and names the next step.

FootnoteError
├── LibraryError            the data folder cannot do what was asked
│   ├── FolderInUse
│   ├── ModelMismatch
│   ├── NewerDataFolder
│   ├── UnknownDocument
│   └── StorageFailed
│       └── StorageFull
├── LoadingError            a file cannot become a document
│   ├── MissingFile
│   ├── NotAFile
│   ├── UnreadableFile
│   ├── BinaryFile
│   ├── EmptyFile
│   ├── TooLarge
│   └── UnsupportedType
└── ModelUnavailable        a model's files are missing, changed, or cannot be loaded
"""

from __future__ import annotations

from pathlib import Path


class FootnoteError(Exception):
    """Anything Footnote tells a person about instead of doing what was asked."""


class ModelUnavailable(FootnoteError):
    """A model's files are missing, changed, or cannot be loaded."""


class LibraryError(FootnoteError):
    """The data folder cannot do what was asked."""


class FolderInUse(LibraryError):
    """Another process, or another `Library` of this one, owns the data folder."""

    def __init__(self, folder: Path, address: str | None, pid: int | None) -> None:
        owner = f"the page at {address}" if address else f"process {pid}" if pid else "another process"
        advice = "use that page, or stop it" if address else "wait for it to end, or stop it"
        super().__init__(f"The data folder {folder} is in use by {owner}: {advice}.")
        self.folder, self.address, self.pid = folder, address, pid


class ModelMismatch(LibraryError):
    """The stored vectors came from another embedding model."""

    def __init__(self, stored: str, wanted: str) -> None:
        super().__init__(f"Indexed with {stored}, started with {wanted}. Run `footnote rebuild`.")
        self.stored, self.wanted = stored, wanted


class NewerDataFolder(LibraryError):
    """The data folder was written by a later version."""

    def __init__(self, folder: Path, stored: int, known: int) -> None:
        super().__init__(
            f"The data folder {folder} was written by a newer Footnote (schema {stored}, this one knows {known}): "
            "upgrade Footnote, or choose another folder with --data."
        )
        self.folder, self.stored, self.known = folder, stored, known


class UnknownDocument(LibraryError):
    """No visible document has this id or source."""

    def __init__(self, id_or_source: str) -> None:
        what = f"No document {id_or_source!r} in the library"
        super().__init__(f"{what}: `footnote list` shows what there is.")
        self.id_or_source = id_or_source
        self.to_programs = f"{what}: list the documents to see what there is."  # which are not at a terminal


class StorageFailed(LibraryError):
    """The data folder cannot be read or written; what was there before still is."""

    def __init__(self, folder: Path, reason: str, advice: str = "check the disk and the folder's permissions") -> None:
        super().__init__(f"Cannot use the data folder {folder} ({reason}): {advice}.")
        self.folder, self.reason = folder, reason


class StorageFull(StorageFailed):
    """No room left for the change, which was undone."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(folder, reason, "nothing was changed; free some disk space and try again")


class LoadingError(FootnoteError):
    """A file cannot become a document."""

    def __init__(self, path: Path | str, reason: str) -> None:
        # "upload:" is our own beginning of the source of an upload (index.loading.UPLOAD): its name is what is known.
        super().__init__(f"{str(path).removeprefix('upload:')}: {reason}")
        self.path, self.reason = path, reason


class MissingFile(LoadingError):
    """There is nothing at this path."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(path, "no such file; check the path.")


class NotAFile(LoadingError):
    """The path is a folder, a device or a pipe."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(path, "not a file; name the files in it.")


class UnreadableFile(LoadingError):
    """The file is there but may not, or cannot, be read."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(path, f"cannot be read ({reason}); check its permissions.")


class BinaryFile(LoadingError):
    """The file holds NUL bytes or no text in any known encoding."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(path, "a binary file, not text; export it as .txt or .md.")


class DamagedText(LoadingError):
    """The file is UTF-8 but for a few bytes: read in another encoding it would be garbled."""

    def __init__(self, path: Path | str, at: int) -> None:
        super().__init__(path, f"UTF-8 but for byte {at:,}, if no other; open it in an editor and save it as UTF-8.")


class EmptyFile(LoadingError):
    """The file has no words."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(path, "empty; there is nothing to index.")


class TooLarge(LoadingError):
    """The file has more bytes than are taken."""

    def __init__(self, path: Path | str, largest: int) -> None:
        super().__init__(path, f"larger than {largest >> 20} MB; split it into parts.")


class UnsupportedType(LoadingError):
    """No loader knows this kind of file."""

    def __init__(self, path: Path | str, supported: str) -> None:
        super().__init__(path, f"unsupported type; add {supported}.")

"""A path or an upload -> `Document`: the decoded text, nothing changed, with its title and headings."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

from index.decoding import decode
from index.document import Document
from index.errors import LoadingError, MissingFile, NotAFile, TooLarge, UnreadableFile, UnsupportedType
from index.markdown import headings, top_heading

LARGEST = 50 * 1024 * 1024  # bytes; a thousand-page book as plain text has about 3 MB

UPLOAD = "upload:"  # how the source of an upload begins
LONGEST_NAME = 120  # characters of an upload's name
# Categories of characters that cannot be seen, or turn what stands next to them around. Two that join letters and
# emoji are of them, too, and stay.
UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
JOINERS = "\u200c\u200d"

Loader = Callable[[bytes, str, str], Document]  # content, source, file name


def load(path: Path) -> Document:
    """Reads a file; the document's source is the path as given, made absolute.

    Raises:
        LoadingError: one of its kinds, saying why this path cannot become a document.
    """
    return load_with_bytes(path)[0]


def load_with_bytes(path: Path) -> tuple[Document, bytes]:
    """As `load`, with the content of the file, for who hands it on."""
    absolute = Path(os.path.abspath(path))  # not resolved: a link is known by its own name
    source = str(absolute)
    shown = source.encode(errors="replace").decode()
    if shown != source:
        raise LoadingError(shown, "the name is not valid UTF-8; rename the file.")
    content = _read(absolute)
    return _document(content, source, absolute.name), content


def load_upload(name: str, data: bytes, largest: int = LARGEST, source: str | None = None) -> Document:
    """Makes a document of an uploaded file; its source is `upload:` and its `upload_name`, unless one is given.

    Args:
        name: as it was sent; anything may be in it.
        data: the whole file.
        largest: bytes that it may have.
        source: an absolute path that the file was read from, perhaps on another machine; `load` would make the same
            document of it there.

    Raises:
        LoadingError: one of its kinds, saying why this file cannot become a document.
    """
    bare = upload_name(name)
    if len(data) > largest:
        raise TooLarge(bare, largest)
    if source is not None:
        flavour = PurePosixPath if source.startswith("/") else PureWindowsPath
        return _document(data, source, flavour(source).name)
    return _document(data, f"{UPLOAD}{bare}", bare)


def upload_name(name: str) -> str:
    """The name that an uploaded file is known by: without folders and unseen characters, and not too long."""
    composed = unicodedata.normalize("NFC", name)  # macOS sends an é as two characters, others as one
    seen = "".join(char for char in composed if char in JOINERS or unicodedata.category(char) not in UNSEEN)
    bare = PurePosixPath(seen.replace("\\", "/")).name.strip()
    if len(bare) <= LONGEST_NAME:
        return bare
    suffix = PurePosixPath(bare).suffix
    return (bare[: LONGEST_NAME - len(suffix)] + suffix)[:LONGEST_NAME]


def discover(paths: Iterable[Path]) -> Iterator[Path]:
    """The files to load: those named, and the supported ones in the folders named, in order and each once.

    Hidden files and folders within a folder are left out. A path that cannot become a document is yielded too, so that
    `load` can say why: one that is missing or of another type, a folder that may not be read or holds nothing to read.
    """
    seen: set[str] = set()
    for path in paths:
        for found in _files_in(path) if _is_folder(path) else [path]:
            key = os.path.abspath(found)
            if key not in seen:
                seen.add(key)
                yield found


def load_text(data: bytes, source: str, name: str) -> Document:
    """Plain text, titled by its file's name."""
    return Document(source=source, title=Path(name).stem, text=decode(data, source))


def load_markdown(data: bytes, source: str, name: str) -> Document:
    """Markdown as it is written, titled by its first heading of level 1, else by its file's name."""
    text = decode(data, source)
    return Document(source, top_heading(text) or Path(name).stem, text, tuple(headings(text)))


LOADERS: dict[str, Loader] = {".txt": load_text, ".md": load_markdown, ".markdown": load_markdown}
SUPPORTED = ", ".join(LOADERS)


def _document(data: bytes, source: str, name: str) -> Document:
    return _loader(source, name)(data, source, name)


def _loader(source: str, name: str) -> Loader:
    loader = LOADERS.get(Path(name).suffix.lower())
    if loader is None:
        raise UnsupportedType(source, SUPPORTED)
    return loader


def _read(path: Path) -> bytes:
    """The bytes of a regular file of a supported type."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise _refused_folder(path)
        if not stat.S_ISREG(found.st_mode):  # a pipe or a device might never end
            raise NotAFile(path)
        _loader(str(path), path.name)
        if found.st_size > LARGEST:
            raise TooLarge(path, LARGEST)
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise MissingFile(path) from None
    except OSError as error:
        raise UnreadableFile(path, error.strerror or str(error)) from None


def _refused_folder(path: Path) -> LoadingError:
    next(path.iterdir(), None)  # raises if it may not be read
    if next(_below(path), None):
        return NotAFile(path)
    return LoadingError(path, f"a folder without any file of the types {SUPPORTED}.")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # it may not even be looked at; `load` will say so
        return False


def _files_in(folder: Path) -> Iterator[Path]:
    """What to load of a folder: its files, or the folder itself for its refusal."""
    unreadable: list[Path] = []
    found = False
    for file in _below(folder, unreadable):
        found = True
        yield file
    yield from unreadable
    if not found and not unreadable:
        yield folder


def _below(folder: Path, unreadable: list[Path] | None = None) -> Iterator[Path]:
    """The supported files in a folder and its folders, sorted; folders that may not be read go into `unreadable`."""

    def refuse(error: OSError) -> None:
        if unreadable is not None:
            unreadable.append(Path(error.filename))

    for current, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in LOADERS:
                yield Path(current, name)

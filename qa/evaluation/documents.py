"""Documents by the names that question sets give them, and whether a set's evidence stands in them."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from index.document import Document
from index.errors import UnknownDocument
from index.loading import LOADERS, SUPPORTED, discover, load
from qa.errors import BadRecord, WrongUse
from qa.evaluation.records import Dataset, Gold, Question

if TYPE_CHECKING:
    from index.library import Library

Read = Callable[[], Document]


class Shelf:
    """Documents by name, each read when it is first needed."""

    def __init__(self, documents: Iterable[Document] = (), unread: Mapping[str, Read] | None = None) -> None:
        """Documents are known by their source; what is yet to be read, by the name that it is given here."""
        self._unread = dict(unread or {})
        self._read: dict[str, Document] = {}
        self._names: dict[str, str] = {name: name for name in self._unread}  # everything a document is known by
        self._names |= {Document(source=name, title="", text="").id: name for name in self._unread}
        for document in documents:
            self._put(document.source, document)

    @classmethod
    def of_folder(cls, folder: Path) -> Shelf:
        """The files below a folder; a name is the path from there without its suffix. Answers of our own name them by
        the paths that they were added from, so they are known by these, too.

        Raises:
            WrongUse: it is none or holds none, or two files have one name.
        """
        if not folder.is_dir():
            raise WrongUse(f"--documents {folder} is not a folder: name the one that the document ids start from.")
        files: dict[str, Path] = {}
        for path in discover([folder]):
            if path == folder:
                raise WrongUse(f"--documents {folder} holds no document that can be read ({SUPPORTED}).")
            name = path.relative_to(folder).with_suffix("").as_posix()
            if name in files:
                raise WrongUse(f"{files[name]} and {path} are both {name!r} to a question: rename one or move it away.")
            files[name] = path
        shelf = cls(unread={name: partial(_load, path, name) for name, path in files.items()})
        for name, path in files.items():
            source = os.path.abspath(path)
            shelf._names |= {source: name, Document(source=source, title="", text="").id: name}
        return shelf

    @classmethod
    def of_names(cls, names: Iterable[str]) -> Shelf:
        """Documents of which only the names are known."""
        shelf = cls()
        shelf._names |= {known_as: n for n in names for known_as in (n, Document(source=n, title="", text="").id)}
        return shelf

    @classmethod
    def of_library(cls, library: Library) -> Shelf:
        """The documents of a library, by id, source, and the end of it without suffix if no other has it."""
        records = library.documents()
        shelf = cls(unread={record.source: partial(library.document, record.id) for record in records})
        sources = defaultdict(set)
        for record in records:
            for end in _ends(record.source):
                sources[end].add(record.source)
        for end, those in sources.items():
            if len(those) == 1:
                shelf._names.setdefault(end, *those)
        return shelf

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._unread, *self._read}))

    def name(self, known_as: str) -> str | None:
        """The name of the document with this name, id or source; None if it is not here."""
        return self._names.get(known_as)

    def named_by(self, document_id: str | None, source: str | None) -> str | None:
        """The name of the document that an answer gives this id and source, of a library elsewhere perhaps: then the
        name that its source ends with. None if it is not here."""
        known = [name for name in (document_id, source) if name is not None]
        if name := next((name for name in map(self.name, known) if name), None):
            return name
        end = next((name for name in map(self.name, _ends(source or "")) if name), None)
        namesakes = {name for name in self._names.values() if name.rpartition("/")[2] == end}
        return end if namesakes <= {end} else None  # a bare name does not tell which of several files is meant

    def short_name(self, known_as: str) -> str | None:
        """The shortest name that a question set may give this document, as no other has it; None if it is not here."""
        name = self.name(known_as)
        if name is None:
            return None
        return next((end for end in reversed([*_ends(name)]) if self.name(end) == name), name)

    def find(self, known_as: str) -> Document | None:
        """The document with this name, id or source; None if it is not at hand."""
        name = self.name(known_as)
        return None if name is None or (name not in self._read and name not in self._unread) else self.get(name)

    def get(self, name: str) -> Document:
        """The document that `name` gave the name of; its source is that name if it came from a folder.

        Raises:
            LoadingError: its file cannot be read.
            UnknownDocument: there is none, or it was removed from the library meanwhile.
        """
        if name not in self._read:
            if name not in self._unread:
                raise UnknownDocument(name)
            self._read[name] = self._unread[name]()
        return self._read[name]

    def siblings(self, names: Iterable[str]) -> list[str]:
        """All documents in the top folders that these stand in; all there are if one stands in no folder."""
        folders = {name.partition("/")[0] if "/" in name else "" for name in names}
        return [n for n in self if "" in folders or not folders or n.partition("/")[0] in folders]

    def _put(self, name: str, document: Document) -> None:
        self._read[name] = document
        self._names |= {name: name, document.id: name}


def _load(path: Path, name: str) -> Document:
    return replace(load(path), source=name)


def _ends(source: str) -> Iterator[str]:
    """What a question set may call a document of a library: `b` and `a/b` for `a/b.txt`."""
    path = PurePath(source.rpartition(":")[2])
    parts = (path.with_suffix("") if path.suffix.casefold() in LOADERS else path).parts
    return ("/".join(parts[first:]) for first in range(len(parts)))


def shelf_of(dataset: Dataset | None, folder: Path | None = None) -> Shelf | None:
    """The documents that go with a set apart from any library: a folder's, else those that come with it.

    Returns:
        None if there are neither, so that the library's are meant.

    Raises:
        WrongUse: the folder is none; see `Shelf.of_folder`.
    """
    if folder is not None:
        return Shelf.of_folder(folder)
    return Shelf(dataset.documents) if dataset is not None and dataset.documents else None


def check(dataset: Dataset, shelf: Shelf) -> None:
    """Looks whether every document is there and all evidence stands in it.

    Raises:
        BadRecord: the first question of which that is not so.
    """
    for question in dataset.questions:
        for field, reason in _faults(question, shelf):
            raise BadRecord(dataset.places[question.id], field, reason)


def _faults(question: Question, shelf: Shelf) -> Iterator[tuple[str, str]]:
    if question.document_id is not None and shelf.find(question.document_id) is None:
        yield "document_id", _missing(question.document_id)
    for number, name in enumerate(question.index_only or ()):
        if shelf.find(name) is None:
            yield f"index_only[{number}]", _missing(name)
    for field, golds in (("evidence", question.evidence), ("evidence_sentences", question.evidence_sentences)):
        for number, gold in enumerate(golds):
            for part, reason in _gold_faults(question, gold, shelf):
                yield f"{field}[{number}]{part}", reason


def _gold_faults(question: Question, gold: Gold, shelf: Shelf) -> Iterator[tuple[str, str]]:
    name = gold.document_id or question.document_id
    if name is None:
        yield ".document_id", "neither the evidence nor the question names its document"
        return
    document = shelf.find(name)
    if document is None:
        yield ".document_id", _missing(name)
    elif gold.end > len(document.text):
        yield ".end", f"{gold.end} is beyond the {len(document.text)} characters of {name!r}"
    elif gold.text is not None and document.text[gold.start : gold.end] != gold.text:
        yield ".text", f"it is not what stands at {gold.start} to {gold.end} of {name!r}"


def _missing(name: str) -> str:
    return f"there is no document {name!r}: add it, or write its name as it is"

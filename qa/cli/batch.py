"""`footnote ask --batch`: a file of questions -> a file of answers, in order, which a second run takes up again."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from qa.cli.options import find, opened
from qa.errors import Cancelled, Closed, WrongUse

if TYPE_CHECKING:
    from index.library import Library

    from qa.chain import Ask
    from qa.service import Footnote

logger = logging.getLogger(__name__)


class BadLine(Exception):
    """A line of the batch that is no question."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the batch that is not blank; numbered from 1, blank ones counted too."""

    number: int
    content: bytes

    @property
    def id(self) -> str | None:
        """The caller's id for it, if one can be read."""
        try:
            return _text_field(self._fields(), "id")
        except BadLine:
            return None

    def ask(self, library: Library) -> Ask:
        """The question, with `documents` as ids.

        Raises:
            BadLine: it is none; the message says why.
        """
        fields = self._fields()
        ask: Ask = {"id": _text_field(fields, "id"), "question": _text_field(fields, "question")}
        if (history := fields.get("history")) is not None:
            if fault := check_history(history):
                raise BadLine(fault, "history")
            ask["history"] = history
        if (documents := fields.get("documents")) is not None:
            ask["documents"] = _document_ids(documents, library)
        return ask

    def error(self, error: Exception) -> str:
        """The record that takes an answer's place."""
        told: dict[str, Any] = {"line": self.number}
        if isinstance(error, BadLine) and error.field:
            told["field"] = error.field
        return json.dumps({"id": self.id, "error": {**told, "message": " ".join(str(error).split())}})

    def _fields(self) -> dict[str, Any]:
        try:
            fields = json.loads(self.content.decode())
        except (ValueError, RecursionError) as error:
            raise BadLine(f"Not a line of JSON in UTF-8: {error}.") from None
        if not isinstance(fields, dict):
            raise BadLine('Not a JSON object: write {"id": "…", "question": "…"}.')
        return fields


def ask_batch(batch: Path, out: Path, data: Path | None) -> int:
    """Answers every line of `batch` into `out`; 0 when each has its record.

    Complete lines that `out` already holds are kept if they belong to these questions; a torn last one is redone.

    Raises:
        WrongUse: a file that cannot be read or written, or `out` holds the answers to other questions.
    """
    lines = _read(batch)
    if out.exists() and out.samefile(batch):
        raise WrongUse(f"--out {out} is the file of the questions: name another.")
    with _answers_file(out) as file:
        done = _kept(file, lines, out)
        if done < len(lines):
            with opened(data, sample=True) as footnote:
                _answer(footnote, lines, done, file)
    _summarise(len(lines), done, out)
    return 0


def check_history(history: object) -> str | None:
    """What is wrong with a conversation, if anything."""
    shape = 'History is a list of {"role": "user" or "assistant", "content": text}'
    if not isinstance(history, list):
        return f"{shape}, not {type(history).__name__}."
    for number, turn in enumerate(history, 1):
        if not isinstance(turn, dict) or turn.keys() != {"role", "content"}:
            return f"{shape}; turn {number} is not of this form."
        if turn["role"] not in ("user", "assistant"):
            return f"{shape}; turn {number} has the role {turn['role']!r}."
        if not isinstance(turn["content"], str) or not _is_unicode(turn["content"]):
            return f"{shape}; the content of turn {number} is not text."
    return None


def _answer(footnote: Footnote, lines: Sequence[Line], done: int, file: BinaryIO) -> None:
    from qa.cli.printing import progress_bar

    with progress_bar("Answering", len(lines), done) as advance:
        for number, line in enumerate(lines[done:], done + 1):
            file.write(f"{_record(footnote, line)}\n".encode())
            file.flush()  # a batch that is killed loses no more than the line it was at
            advance(number)


def _record(footnote: Footnote, line: Line) -> str:
    try:
        return footnote.ask(line.ask(footnote.library)).result().to_json()
    except (Cancelled, Closed):
        raise
    except BadLine as error:
        return line.error(error)
    except Exception as error:  # one question that fails must not end the others
        logger.debug("Line %d failed:", line.number, exc_info=True)
        return line.error(error)


def _read(batch: Path) -> list[Line]:
    try:
        content = batch.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise WrongUse(f"--batch {batch} cannot be read: {error.strerror or error}.") from None
    # Only a line feed ends a line: JSON text may hold U+2028 and its like.
    return [Line(number, line) for number, line in enumerate(content.split(b"\n"), 1) if line.strip()]


@contextmanager
def _answers_file(out: Path) -> Iterator[BinaryIO]:
    try:
        file = out.open("r+b" if out.exists() else "w+b")
    except OSError as error:
        raise WrongUse(f"--out {out} cannot be written: {error.strerror or error}.") from None
    with file:
        yield file


def _kept(file: BinaryIO, lines: Sequence[Line], out: Path) -> int:
    """How many records are there already; what follows them is cut off."""
    kept = end = 0
    for record in file:
        fields = _complete(record)
        if fields is None:
            if file.read(1):  # only the last line can be torn
                raise WrongUse(f"--out {out} holds something else in line {kept + 1}: choose another file.")
            break
        if kept == len(lines) or fields.get("id") != lines[kept].id:
            raise WrongUse(f"--out {out} holds answers to other questions (line {kept + 1}): choose another file.")
        kept, end = kept + 1, end + len(record)
    file.seek(end)
    file.truncate()
    return kept


def _complete(record: bytes) -> dict[str, Any] | None:
    try:
        fields = json.loads(record) if record.endswith(b"\n") else None
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None


def _document_ids(documents: object, library: Library) -> list[str]:
    from index.errors import UnknownDocument

    if not isinstance(documents, list) or not all(isinstance(name, str) for name in documents):
        raise BadLine("Documents is a list of ids and paths.", "documents")
    try:
        return [find(library, name).id for name in documents]
    except (UnknownDocument, WrongUse) as error:
        raise BadLine(str(error), "documents") from None


def _text_field(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        what = f"{type(value).__name__}, not text" if name in fields else "missing"
        raise BadLine(f"The {name} is {what}.", name)
    if not _is_unicode(value):
        raise BadLine(f"The {name} holds half of a surrogate pair.", name)
    return value


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _summarise(lines: int, kept: int, out: Path) -> None:
    before = f" ({kept} of them were there already)" if kept else ""
    print(f"{lines} lines have their record in {out}{before}.", file=sys.stderr)

"""`footnote ask --batch`: a file of questions -> a file of answers, in order, which a second run takes up again."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import FootnoteError, UnknownDocument
from qa.cli.backend import asking
from qa.cli.options import find, is_unicode
from qa.errors import CannotWrite, WrongUse

if TYPE_CHECKING:
    from qa.chain import Ask
    from qa.cli.backend import Asking, Documents

logger = logging.getLogger(__name__)

RECORD = b'{"'  # how one begins; a last line that does not is no torn record but something of the user's


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

    def ask(self, library: Documents) -> Ask:
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
    if out.exists() and (not out.is_file() or out.samefile(batch)):
        raise WrongUse(f"--out {out} is no file of answers: name another, or one that is not there yet.")
    with _opened(out) as file:
        done = _kept(file, lines)
        if done < len(lines):
            with asking(data) as footnote:
                _answer(footnote, lines, done, file)
    before = f" ({done} of them were there already)" if done else ""
    print(f"All {len(lines)} questions have their record in {out}{before}.", file=sys.stderr)
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
        if not isinstance(turn["content"], str) or not is_unicode(turn["content"]):
            return f"{shape}; the content of turn {number} is not text."
    return None


def _answer(footnote: Asking, lines: Sequence[Line], done: int, file: FileIO) -> None:
    from qa.cli.printing import progress_bar

    with progress_bar("Answering", len(lines), done) as advance:
        for number, line in enumerate(lines[done:], done + 1):
            _write(file, f"{_record(footnote, line)}\n".encode())
            advance(number)


def _record(footnote: Asking, line: Line) -> str:
    try:
        return footnote.ask(line.ask(footnote)).to_json()
    except WrongUse as error:  # a server does not take the question
        return line.error(error)
    except FootnoteError:  # no fault of this line's: the next run shall ask it again
        raise
    except Exception as error:  # a bad line, or a question that fails, must not end the others
        logger.debug("Line %d failed:", line.number, exc_info=True)
        return line.error(error)


def _read(batch: Path) -> list[Line]:
    try:
        content = batch.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise WrongUse(f"--batch {batch} cannot be read: {error.strerror or error}.") from None
    # Only a line feed ends a line: JSON text may hold U+2028 and its like.
    return [Line(number, line) for number, line in enumerate(content.split(b"\n"), 1) if line.strip()]


def _opened(out: Path) -> FileIO:
    """Unbuffered: each record is in the file before the next question is asked."""
    try:
        return out.open("r+b" if out.exists() else "w+b", buffering=0)
    except OSError as error:
        raise WrongUse(f"--out {out} cannot be written: {error.strerror or error}.") from None


def _kept(file: FileIO, lines: Sequence[Line]) -> int:
    """How many records are there already; what follows them is cut off."""
    kept = end = 0
    records = file.read().splitlines(keepends=True)
    for number, record in enumerate(records, 1):
        fields = _complete(record)
        if fields is None and number == len(records) and record[:2] == RECORD[: len(record)]:
            break  # torn
        if fields is None or kept == len(lines) or fields.get("id") != lines[kept].id:
            raise WrongUse(f"--out {file.name} holds other records (line {number}): name another file.")
        kept, end = kept + 1, end + len(record)
    file.seek(end)
    if len(records) > kept:
        file.truncate()
    return kept


def _write(file: FileIO, record: bytes) -> None:
    try:
        while record:
            record = record[file.write(record) :]
    except OSError as error:
        raise CannotWrite(str(file.name), error.strerror or str(error)) from None


def _complete(record: bytes) -> dict[str, Any] | None:
    try:
        fields = json.loads(record) if record.endswith(b"\n") else None
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None


def _document_ids(documents: object, library: Documents) -> list[str]:
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
    if not is_unicode(value):
        raise BadLine(f"The {name} holds half of a surrogate pair.", name)
    return value

"""`footnote ask --batch`: a file of questions -> a file of answers, in order, which a second run takes up again."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import FootnoteError, UnknownDocument
from qa.cli.backend import asking
from qa.cli.options import find
from qa.errors import CannotWrite, WrongUse
from qa.limits import LONGEST_MESSAGE, LONGEST_SENT, MOST_MESSAGES, fault_in, is_unicode

if TYPE_CHECKING:
    from qa.chain import Ask
    from qa.cli.backend import Asking, Documents

logger = logging.getLogger(__name__)

RECORD = b'{"'  # how one begins; a last line that does not is no torn record but something of the user's


MOST_NUMBERS = 10  # of lines that are named


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
    def id(self) -> str | int | None:
        """The caller's id for it, if one can be read; a number, which is refused, is handed back."""
        try:
            id = self._fields().get("id")
        except BadLine:
            return None
        return id if _is_whole_number(id) or (isinstance(id, str) and is_unicode(id)) else None

    def ask(self, library: Documents) -> Ask:
        """The question, with `documents` as ids.

        Raises:
            BadLine: it is none; the message says why.
        """
        fields = self._fields()
        ask: Ask = {"id": _text_field(fields, "id"), "question": _text_field(fields, "question")}
        if fault := fault_in(ask["question"], LONGEST_SENT):
            raise BadLine(f"The question {fault}.", "question")
        if (history := fields.get("history")) is not None:
            if fault := check_history(history):
                raise BadLine(fault, "history")
            ask["history"] = history
        if (documents := fields.get("documents")) is not None:
            ask["documents"] = _document_ids(documents, library)
        return ask

    def is_answered_by(self, record: Mapping[str, Any]) -> bool:
        """Whether a record has its id and, where it is an answer, its question."""
        with suppress(BadLine):  # then its record is an error, which has no question
            if "question" in record and record["question"] != str(self._fields().get("question")).strip():
                return False
        return bool(record.get("id") == self.id)

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
    _warn_of_twins(lines)
    with _opened(out) as file:
        done, failed = _kept(file, lines)
        if done < len(lines):
            with asking(data) as footnote:
                failed += _answer(footnote, lines, done, file)
    before = f" ({done} of them were there already)" if done else ""
    print(f"{_summary(len(lines), failed)} in {out}{before}.", file=sys.stderr)
    return 0


def _summary(lines: int, failed: Sequence[int]) -> str:
    """What became of the lines, those by number that could not be asked."""
    if not failed:
        return f"All {lines} questions have their record"
    some = ", ".join(map(str, failed[:MOST_NUMBERS])) + (", …" if len(failed) > MOST_NUMBERS else "")
    which = f"{'line' if len(failed) == 1 else 'lines'} {some}"
    return f"{lines - len(failed)} answered, {len(failed)} could not be asked ({which}): each has its record"


def _warn_of_twins(lines: Sequence[Line]) -> None:
    """Says which ids several lines have, whose records cannot be told apart by them."""
    from qa.cli.printing import complain

    numbers: dict[str | int, list[int]] = {}
    for line in lines:
        if (id := line.id) is not None:
            numbers.setdefault(id, []).append(line.number)
    twins = [(id, having) for id, having in numbers.items() if len(having) > 1]
    for id, having in twins[:MOST_NUMBERS]:
        complain(f"Lines {', '.join(map(str, having[:MOST_NUMBERS]))} have the same id, {json.dumps(id)}.")


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
        if not isinstance(turn["content"], str):
            return f"{shape}; the content of turn {number} is not text."
        if fault := fault_in(turn["content"], LONGEST_MESSAGE):
            return f"Turn {number} of the history {fault}."
    if len(history) > MOST_MESSAGES:
        return f"The history has {len(history):,} turns: leave the oldest out, up to {MOST_MESSAGES} are looked at."
    return None


def _answer(footnote: Asking, lines: Sequence[Line], done: int, file: FileIO) -> list[int]:
    """Writes the records that are not there yet; returns the numbers of the lines that could not be asked."""
    from qa.cli.printing import progress_bar

    failed: list[int] = []
    with progress_bar("Answering", len(lines), done) as advance:
        for number, line in enumerate(lines[done:], done + 1):
            record, was_asked = _record(footnote, line)
            _write(file, f"{record}\n".encode())
            if not was_asked:
                failed.append(line.number)
            advance(number)
    return failed


def _record(footnote: Asking, line: Line) -> tuple[str, bool]:
    """A line's record, and whether it is an answer."""
    try:
        return footnote.ask(line.ask(footnote)).to_json(), True
    except WrongUse as error:  # a server does not take the question
        return line.error(error), False
    except FootnoteError:  # no fault of this line's: the next run shall ask it again
        raise
    except Exception as error:  # a bad line, or a question that fails, must not end the others
        logger.debug("Line %d failed:", line.number, exc_info=True)
        return line.error(error), False


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


def _kept(file: FileIO, lines: Sequence[Line]) -> tuple[int, list[int]]:
    """How many records are there already, and the lines of those that are no answers; what follows is cut off."""
    kept = end = 0
    failed: list[int] = []
    records = file.read().splitlines(keepends=True)
    for number, record in enumerate(records, 1):
        fields = _complete(record)
        if fields is None and number == len(records) and record[:2] == RECORD[: len(record)]:
            break  # torn
        if fields is None or kept == len(lines) or not lines[kept].is_answered_by(fields):
            raise WrongUse(f"--out {file.name} holds other records (line {number}): name another file.")
        failed += [lines[kept].number] if "error" in fields else []
        kept, end = kept + 1, end + len(record)
    file.seek(end)
    if len(records) > kept:
        file.truncate()
    return kept, failed


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


def _is_whole_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _text_field(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        what = f"{type(value).__name__}, not text" if name in fields else "missing"
        raise BadLine(f"The {name} is {what}.", name)
    if not is_unicode(value):
        raise BadLine(f"The {name} has half a surrogate pair in it.", name)
    return value

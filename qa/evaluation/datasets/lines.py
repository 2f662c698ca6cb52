"""Files -> records that hold, or an error that names the place, the field and the reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from qa.errors import BadRecord, WrongUse

BOM = b"\xef\xbb\xbf"

QUESTION = '{"id": "…", "question": "…", …}'

R = TypeVar("R", bound=BaseModel)


def read_bytes(path: Path) -> bytes:
    """A file's content.

    Raises:
        WrongUse: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise WrongUse(f"{path} cannot be read: {error.strerror or error}.") from None


def objects(name: str, content: bytes, example: str = QUESTION) -> Iterator[tuple[str, dict[str, Any]]]:
    """The JSON object of each line that is not blank, with its place. Only a line feed ends a line.

    Args:
        name: of the file, for the places.
        content: of the file.
        example: how an object looks, for who wrote something else.

    Raises:
        BadRecord: a line is not a JSON object in UTF-8.
    """
    for number, line in enumerate(content.removeprefix(BOM).split(b"\n"), 1):
        if line.strip():
            place = f"{name}, line {number}"
            yield place, _object(place, parse(place, line), example)


def parse(place: str, content: bytes) -> Any:
    """JSON of any kind, in UTF-8.

    Raises:
        BadRecord: it is not that.
    """
    try:
        return json.loads(content.removeprefix(BOM).decode())
    except (ValueError, RecursionError) as error:
        raise BadRecord(place, None, f"not JSON in UTF-8: {error}") from None


def record(model: type[R], place: str, fields: dict[str, Any]) -> R:
    """A record of the fields.

    Raises:
        BadRecord: one of them is missing or wrong.
    """
    try:
        return model.model_validate_json(json.dumps(fields))
    except ValidationError as error:
        first = error.errors()[0]
        path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]).lstrip(".")
        raise BadRecord(place, path or None, _reason(first["type"], first["msg"])) from None


def _reason(kind: str, message: str) -> str:
    if kind == "missing":
        return "it is missing"
    return message.removeprefix("Value error, ")


def _object(place: str, value: Any, example: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadRecord(place, None, f"not a JSON object: write {example}")
    return value

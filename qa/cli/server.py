"""A command's work at the server that has the data folder open, over its HTTP API."""

from __future__ import annotations

import re
import time
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from index.document import Document
from index.errors import LoadingError, UnknownDocument
from index.loading import load_with_bytes
from index.records import DocumentRecord
from qa.answer import Answer
from qa.cli.connection import Connection, ServerRefused, ServerTrouble
from qa.errors import WrongUse

if TYPE_CHECKING:
    from index.library import AddOutcome
    from qa.chain import Ask
    from qa.cli.backend import Progress

API = "/api/v1"
PAGE = 100  # documents that a list is read by
FIRST_LOOK, LONGEST_LOOK = 0.02, 0.3  # seconds between two looks at how far an upload is
OUTCOMES: dict[str, AddOutcome] = {"added": "added", "unchanged": "unchanged", "replaced": "replaced"}
UNREADABLE = (413, 415, 422)  # statuses for a file that is no document


class Server:
    """Asks and keeps as the open folder does, with the same words for what goes wrong. A context manager."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @classmethod
    def at(cls, address: str, key: str | None) -> Server:
        """The server that listens there."""
        return cls(Connection.to(address, key))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.__exit__(kind, error, trace)

    def ask(self, ask: Ask) -> Answer:
        """See `Asking`. The answer is checked again."""
        sent = {name: value for name, value in ask.items() if name != "id"}
        response = self._request("POST", "/ask", json=sent)
        with self._connection.understood():
            answer = Answer.from_json(response.content)
        return answer.model_copy(update={"id": ask.get("id")})

    def documents(self) -> list[DocumentRecord]:
        """See `Documents`."""
        found: dict[str, DocumentRecord] = {}  # one that is added meanwhile moves the others
        offset, total = 0, 1
        while offset < total:
            response = self._request("GET", "/documents", params={"offset": offset, "limit": PAGE})
            with self._connection.understood():
                listed = response.json()
                found |= {fields["id"]: _record(fields) for fields in listed["documents"]}
                total = int(listed["total"])
            offset += PAGE
        return list(found.values())

    def find(self, id_or_source: str) -> DocumentRecord:
        """See `Documents`."""
        is_id = re.fullmatch(r"[0-9a-f]{16}", id_or_source)
        ids = ([id_or_source] if is_id else []) + [Document(source=id_or_source, title="", text="").id]
        for document_id in ids:
            if record := self._get(document_id):
                return record
        raise UnknownDocument(id_or_source)

    def text(self, document_id: str, start: int, end: int) -> str:
        """See `Keeping`."""
        response = self._request("GET", f"/documents/{document_id}/text", params={"start": start, "end": end})
        with self._connection.understood():
            return str(response.json()["text"])

    def add(self, path: Path, progress: Progress) -> AddOutcome:
        """See `Keeping`. Interrupted, it takes back what it has sent."""
        document, content = load_with_bytes(path)
        known = self._get(document.id)
        if known and known.content_hash == document.content_hash:
            return "unchanged"
        upload = self._upload(document.source, path.name, content)
        try:
            return self._added(document.source, upload, progress)
        except KeyboardInterrupt:
            self._request("DELETE", f"/uploads/{upload}")
            raise

    def remove(self, document_id: str) -> None:
        """See `Keeping`."""
        self._request("DELETE", f"/documents/{document_id}", params={"purge": True})

    def forget(self, before: datetime) -> int:
        """See `Keeping`."""
        response = self._request("DELETE", "/answers", params={"before": before.isoformat()})
        with self._connection.understood():
            return int(response.json()["forgotten"])

    def _get(self, document_id: str) -> DocumentRecord | None:
        try:
            response = self._request("GET", f"/documents/{document_id}")
        except UnknownDocument:
            return None
        with self._connection.understood():
            return _record(response.json())

    def _upload(self, source: str, name: str, content: bytes) -> str:
        sent = {"files": {"file": (name, content)}, "data": {"source": source}, "params": {"replace": True}}
        try:
            response = self._connection.request("POST", f"{API}/documents", **sent)
        except ServerRefused as refused:
            raise _told(source, refused) from None
        with self._connection.understood():
            return str(response.json()["id"])

    def _added(self, source: str, upload: str, progress: Progress) -> AddOutcome:
        pause = FIRST_LOOK
        while True:
            response = self._request("GET", f"/uploads/{upload}")
            with self._connection.understood():
                state = response.json()
                outcome = _outcome(state)
                problem = state["problem"]
                if outcome is None and problem is None and state["total"]:
                    progress(int(state["done"]), int(state["total"]))
                if problem is not None:
                    refused = ServerRefused(int(problem["status"]), problem["code"], problem["detail"])
                    raise _told(source, refused)
            if outcome is not None:
                return outcome
            time.sleep(pause)
            pause = min(LONGEST_LOOK, pause * 1.5)

    def _request(self, method: str, path: str, **sent: Any) -> Any:
        try:
            return self._connection.request(method, f"{API}{path}", **sent)
        except ServerRefused as refused:
            if refused.code == "unknown_document":
                raise UnknownDocument(path.rpartition("/")[2]) from None
            if refused.status == 422:
                raise WrongUse(refused.detail) from None
            raise


def _record(fields: dict[str, Any]) -> DocumentRecord:
    added_at = fields["added_at"]
    return DocumentRecord(
        id=fields["id"],
        title=fields["title"],
        source=fields["source"],
        content_hash=fields["content_hash"],
        passages=fields["passages"],
        characters=fields["characters"],
        added_at=None if added_at is None else datetime.fromisoformat(added_at),
    )


def _outcome(state: dict[str, Any]) -> AddOutcome | None:
    """What became of an upload; None as long as nothing did."""
    if state["status"] == "cancelled":
        raise ServerTrouble("The server gave up adding the file: add it again.")
    return OUTCOMES.get(state["status"])


def _told(source: str, refused: ServerRefused) -> Exception:
    """Why a file was not added, in the words that are used without a server."""
    if refused.status in UNREADABLE:
        return LoadingError(source, refused.detail.removeprefix(f"{source}: "))
    return refused

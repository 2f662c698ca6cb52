"""Adding documents: an upload is taken at once, and its status can be followed until it is searchable."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import uuid4

from fastapi import APIRouter, Form, Request, Response, UploadFile
from pydantic import BaseModel, Field

from index.errors import FootnoteError, TooLarge
from index.loading import SUPPORTED, load_upload, upload_name
from index.records import Added
from qa.adding import Progress, Step
from qa.errors import Cancelled
from qa.results import Doc
from qa.web.api.requests import PREFIX, AbsolutePath, Flag, router, sent_as
from qa.web.problems import Problem, problem_of
from qa.web.refusing import ProblemDetails, responses
from qa.work import Job

if TYPE_CHECKING:
    from qa.service import Footnote

logger = logging.getLogger(__name__)

MOST_KEPT = 1_000  # uploads whose status can be asked for; the oldest that has ended goes first

Status = Literal["waiting", "adding", "cancelling", "added", "unchanged", "replaced", "failed", "cancelled"]
"""`cancelling` becomes `cancelled`, or what else became of it if its last step was under way."""


class Upload(BaseModel):
    """How far an upload is, or what became of it."""

    id: str
    status: Status
    done: int = Field(description="Passages that are encoded,")
    total: int = Field(description="of so many; 0 until that is known.")
    document: Doc | None = Field(description="Once it is added.")
    problem: ProblemDetails | None = Field(description="Why it failed.")
    url: str = Field(description="Where to follow it.")


@dataclass
class Followed:
    """An upload that someone may ask about."""

    job: Job[Step]
    url: str
    is_logged: bool = False


class Uploads:
    """The last uploads, by id. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[str, Followed] = OrderedDict()

    def follow(self, job: Job[Step], root: str) -> Upload:
        """Keeps an upload."""
        upload_id = uuid4().hex
        with self._lock:
            self._kept[upload_id] = Followed(job, f"{root}{PREFIX}/uploads/{upload_id}")
            while len(self._kept) > MOST_KEPT:
                ended = (known for known, followed in self._kept.items() if followed.job.ended)
                del self._kept[next(ended)]  # one has: far fewer than are kept can wait
        return self.look(upload_id)

    def look(self, upload_id: str) -> Upload:
        """How far it is.

        Raises:
            Problem: it is not, or no longer, kept.
        """
        followed = self._find(upload_id)
        status, problem = _status(followed), _problem(followed)
        latest = followed.job.latest
        done, total = (latest.done, latest.total) if isinstance(latest, Progress) else (0, 0)
        document = None
        if isinstance(latest, Added):
            document = Doc.of(latest.record)
            done = total = latest.record.passages
        return Upload(
            id=upload_id, status=status, done=done, total=total, document=document, problem=problem, url=followed.url
        )

    def cancel(self, upload_id: str) -> Upload:
        """Gives it up, unless it is done.

        Raises:
            Problem: it is not, or no longer, kept.
        """
        self._find(upload_id).job.cancel()
        return self.look(upload_id)

    def _find(self, upload_id: str) -> Followed:
        with self._lock:
            if (followed := self._kept.get(upload_id)) is not None:
                return followed
        raise Problem(404, "unknown_upload", "No such upload is known: list the documents to see whether it is there.")


def uploads(service: Footnote) -> APIRouter:
    """The routes that add documents."""
    routes, known = router("documents"), Uploads()

    @routes.post("/documents", status_code=202, dependencies=[sent_as("multipart/form-data")], responses=responses(409))
    async def add(
        request: Request,
        response: Response,
        file: UploadFile,
        source: Annotated[AbsolutePath | None, Form(description="Where the client read the file.")] = None,
        replace: Flag = False,
    ) -> Upload:
        """Adds a file. It is taken at once; what became of it is told where `Location` points.

        A file whose name, or source, is taken by other content is refused unless it may replace that.
        """
        name, largest = file.filename or "", service.largest_upload
        if source is None and not upload_name(name):
            raise Problem(415, "unsupported_type", f"The file has no name: send one that ends in {SUPPORTED}.")
        data = await file.read(largest + 1)
        if len(data) > largest:
            raise TooLarge(upload_name(name), largest)
        document = await asyncio.to_thread(load_upload, name, data, largest, source)
        job = await asyncio.to_thread(service.add, document, "replace" if replace else "ask")
        upload = known.follow(job, request.scope.get("root_path", ""))
        response.headers["location"] = upload.url
        return upload

    @routes.get("/uploads/{upload_id}")
    def look(upload_id: str) -> Upload:
        """How far an upload is, or what became of it."""
        return known.look(upload_id)

    @routes.delete("/uploads/{upload_id}")
    def cancel(upload_id: str) -> Upload:
        """Gives an upload up. One that is being added stops at its next passages; nothing of it will be there."""
        return known.cancel(upload_id)

    return routes


def _status(followed: Followed) -> Status:
    job = followed.job
    if job.ended and job.error is not None:
        return "cancelled" if isinstance(job.error, Cancelled) else "failed"
    if isinstance(job.latest, Added):
        return job.latest.outcome
    if job.cancelled and not job.ended:
        return "cancelling"
    return "adding" if job.started else "waiting"


def _problem(followed: Followed) -> ProblemDetails | None:
    error = followed.job.error
    if not isinstance(error, Exception) or isinstance(error, Cancelled):
        return None
    if not isinstance(error, FootnoteError) and not followed.is_logged:
        followed.is_logged = True
        logger.error("An upload failed", exc_info=error)
    return ProblemDetails.model_validate(problem_of(error).body(PREFIX))

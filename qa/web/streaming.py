"""What routes share: a body that is bounded, a job that ends with its client, and one whose steps are lines of JSON."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from fastapi import Request

from index.errors import FootnoteError, TooLarge
from index.loading import upload_name
from qa.web.headers import route_path
from qa.work import Job

logger = logging.getLogger(__name__)

T = TypeVar("T")
Line = dict[str, Any]

MEDIA_TYPE = "application/x-ndjson"


async def body(request: Request, name: str, largest: int) -> bytes:
    """The whole body. One that is too large is read to its end, not kept: else the browser would not read why.

    Raises:
        TooLarge: it has more bytes than are taken.
    """
    data = bytearray()
    is_too_large = False
    async for chunk in request.stream():
        if not is_too_large:
            data += chunk
        if len(data) > largest:
            is_too_large = True
            data.clear()
    if is_too_large:
        raise TooLarge(upload_name(name), largest)
    return bytes(data)


async def told(
    job: Job[T], request: Request, line_of: Callable[[T], Line], problem_of: Callable[[Exception], Line]
) -> AsyncIterator[bytes]:
    """A job's steps as lines; if the one who asked goes away before the last, the job is cancelled."""
    async with given_up_when_gone(job, request):
        try:
            async for step in job:
                yield as_line(await asyncio.to_thread(line_of, step))
        except FootnoteError as error:
            yield as_line(problem_of(error))
        except Exception as error:
            logger.exception("%s failed", route_path(request.scope))
            yield as_line(problem_of(error))


async def last(job: Job[T], request: Request) -> T:
    """What a job results in; if the one who asked goes away before that, the job is cancelled.

    Raises:
        Cancelled: it was.
        Exception: whatever its steps raised.
    """
    async with given_up_when_gone(job, request):
        *_, result = [step async for step in job]
    return result


@asynccontextmanager
async def given_up_when_gone(job: Job[Any], request: Request) -> AsyncIterator[None]:
    """Cancels a job if its client goes away within."""
    watching = asyncio.create_task(_cancel_when_gone(job, request))
    try:
        yield
    finally:
        watching.cancel()


def as_line(line: Line) -> bytes:
    """A line of JSON."""
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


async def _cancel_when_gone(job: Job[Any], request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    job.cancel()

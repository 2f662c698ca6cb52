"""What is served beside the page and knows nothing of it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from fastapi import APIRouter


class Beside(Protocol):
    """A front end of its own in the same process."""

    @property
    def state(self) -> str:
        """How it is, in words, for whoever watches the server."""
        ...

    def routes(self) -> APIRouter:
        """What it serves while it runs."""
        ...

    def running(self) -> AbstractAsyncContextManager[None]:
        """Within it, it does its work; raises if it cannot begin to."""
        ...

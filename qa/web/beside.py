"""What is served beside the page and knows nothing of it."""

from __future__ import annotations

from typing import Protocol

from fastapi import APIRouter


class Beside(Protocol):
    """A front end of its own in the same process."""

    @property
    def state(self) -> str:
        """How it is, in words, for whoever watches the server."""
        ...

    def routes(self) -> APIRouter:
        """What it serves; it runs as long as their lifespan."""
        ...

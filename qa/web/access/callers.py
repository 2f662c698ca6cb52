"""Who is asking, for whatever runs within a request: routes, and Gradio's server functions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

from qa.errors import AskingError

Right = Literal["none", "ask", "edit"]


@dataclass(frozen=True)
class Caller:
    """Whoever made a request."""

    name: str
    right: Right
    is_signed_in: bool = False  # with a cookie, which signing out removes

    @property
    def may_ask(self) -> bool:
        """Whether questions and reading are allowed."""
        return self.right != "none"

    @property
    def may_edit(self) -> bool:
        """Whether adding, removing and replacing are allowed."""
        return self.right == "edit"


NOBODY = Caller("", "none")
LOCAL = Caller("local", "edit")  # where no keys are set: then the server listens on loopback alone


class MayNotEdit(AskingError):
    """The key reads and asks, no more."""

    def __init__(self) -> None:
        super().__init__("This key may ask, not change anything: use one with the role edit.")


# Nobody by default: what runs outside a request has to say on whose behalf.
_caller: ContextVar[Caller] = ContextVar("caller", default=NOBODY)


def caller() -> Caller:
    """Who made the request that this code runs in.

    Not within what Gradio's queue runs (the page's events): that is one task for everybody.
    """
    return _caller.get()


def require_edit() -> None:
    """Lets only those on who may change the documents.

    Raises:
        MayNotEdit: the caller may not.
    """
    if not caller().may_edit:
        raise MayNotEdit


@contextmanager
def acting_as(someone: Caller) -> Iterator[None]:
    """Within it, and in every task and thread that is begun there, `caller()` is that one."""
    token = _caller.set(someone)
    try:
        yield
    finally:
        _caller.reset(token)

"""What a scripted model does with a request: it says something, or fails in one of the ways that models fail in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from threading import Event
from typing import Literal

from tests.llm.asked import Asked

NO_ANSWER = "NOT IN THE DOCUMENTS"  # what the prompt asks to be said where no evidence answers

Finish = Literal["stop", "length", "refusal"]


@dataclass(frozen=True)
class Stated:
    """A statement with the evidence numbers that it is said to rest on."""

    text: str
    evidence: tuple[int, ...]


@dataclass(frozen=True)
class Write:
    """A text, as it stands.

    Args:
        finish: why it ends.
        ends_after: characters after which the stream breaks off; None if it does not.
        breaks_by: how it breaks off: the connection is gone, or an error comes in the stream.
        waits: (characters, event): nothing more is sent until the event is set.
        pause: seconds between two pieces of a stream.
    """

    text: str
    finish: Finish = "stop"
    ends_after: int | None = None
    breaks_by: Literal["connection", "error"] = "connection"
    waits: tuple[tuple[int, Event], ...] = ()
    pause: float = 0.0

    def pieces(self) -> Iterator[str]:
        """The text in pieces of a few characters, cut wherever it falls, as models stream; then the break, if any."""
        random = Random(len(self.text))
        end = len(self.text) if self.ends_after is None else self.ends_after
        stops = {place for place, _ in self.waits} | {end}
        largest = 6 if len(self.text) < 5_000 else 2_000  # else a long text would take minutes
        start = 0
        while start < end:
            for place, event in self.waits:
                if place == start:
                    event.wait(30)
            cut = min([start + random.randint(1, largest), *(stop for stop in stops if stop > start)])
            yield self.text[start:cut]
            start = cut


@dataclass(frozen=True)
class Say:
    """Statements, in the form that was asked for; none means that the evidence does not answer.

    Args:
        waits_after: (statements, event): once so many are sent, and in prose the next one has begun, nothing more is
            until the event is set.
    """

    statements: Sequence[Stated]
    waits_after: tuple[int, Event] | None = None

    def written(self, as_json: bool) -> Write:
        """The text that says them."""
        if not self.statements and not as_json:
            return Write(NO_ANSWER)
        parts = [_as_json(s) if as_json else _with_marks(s) for s in self.statements]
        opening, between, closing = ('{"statements": [', ", ", "]}") if as_json else ("", " ", "")
        text = opening + between.join(parts) + closing
        if self.waits_after is None:
            return Write(text)
        count, event = self.waits_after
        begun = 0 if as_json else 1  # of prose it is not known before that whether another mark follows
        return Write(text, waits=((len(opening + between.join([*parts[:count], ""])) + begun, event),))


@dataclass(frozen=True)
class Refuse:
    """The model will not, in the wire format's own form for that."""

    text: str = "I'm sorry, but I can't help with that."


@dataclass(frozen=True)
class Fail:
    """An HTTP error instead of an answer; `retry_after` in seconds, as the header has it."""

    status: int
    message: str
    kind: str = "server_error"
    code: str | None = None
    retry_after: str | None = None


@dataclass(frozen=True)
class Hang:
    """Nothing comes until the server stops or the client has left."""


@dataclass(frozen=True)
class Body:
    """A body that is not what the wire format says."""

    content: bytes
    media_type: str = "application/json"


Reply = Write | Say | Refuse | Fail | Hang | Body
Script = Callable[[Asked], Reply]
"""What a model answers to what it is asked."""


def always(reply: Reply) -> Script:
    """The same, whatever is asked."""
    return lambda asked: reply


def _as_json(stated: Stated) -> str:
    return json.dumps({"text": stated.text, "evidence": list(stated.evidence)}, ensure_ascii=False)


def _with_marks(stated: Stated) -> str:
    """Marks before the last full stop, as most models put them."""
    marks = "".join(f" [{n}]" for n in stated.evidence)
    return re.sub(r"([.!?]?)$", lambda end: marks + end.group(), stated.text.rstrip(), count=1)

"""What of all that Slack sends is something to answer; a pure translation, and its form in the inbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

# A person's message, also with a file beside it or shown in the channel as well; any other kind is about a message.
WRITTEN = frozenset({None, "file_share", "thread_broadcast"})


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True)


class Question(_Sent):
    """Asked in a message. The answer goes into its thread."""

    kind: Literal["question"] = "question"
    team: str
    channel: str
    user: str
    text: str
    ts: str
    thread: str
    is_direct: bool

    @property
    def conversation(self) -> str:
        """What its follow-ups share with it."""
        return f"{self.channel} {self.thread}"


class Command(_Sent):
    """Asked with the slash command; only the one who asked sees the answer."""

    kind: Literal["command"] = "command"
    channel: str
    user: str
    text: str
    response_url: str

    @property
    def conversation(self) -> str:
        """It has no follow-ups: there is no thread to ask them in."""
        return ""


class Sharing(_Sent):
    """A command's answer is to be posted for all."""

    kind: Literal["sharing"] = "sharing"
    channel: str
    user: str
    trace_id: str
    response_url: str

    @property
    def conversation(self) -> str:
        """See `Command`."""
        return ""


Asked = Annotated[Question | Command | Sharing, Field(discriminator="kind")]
_ASKED: TypeAdapter[Question | Command | Sharing] = TypeAdapter(Asked)


class Kept(_Sent):
    """An event, and what tells it from the others."""

    event_id: str
    place: str | None
    asked: Asked


def read(stored: str) -> Question | Command | Sharing:
    """Something to answer, from its form in the inbox."""
    return _ASKED.validate_json(stored)


def question(body: Mapping[str, Any]) -> Kept | None:
    """A person's message that may be meant for us; None if it is another bot's, an edit, or lacks what it needs."""
    event = body.get("event")
    if not isinstance(event, Mapping) or event.get("bot_id") or event.get("subtype") not in WRITTEN:
        return None
    ts, channel = event.get("ts"), event.get("channel")
    try:
        asked = Question(
            team=event.get("team") or body.get("team_id"),  # type: ignore[arg-type]  # checked there
            channel=channel,  # type: ignore[arg-type]
            user=event.get("user"),  # type: ignore[arg-type]
            text=_sound(event.get("text") or ""),
            ts=ts,  # type: ignore[arg-type]
            thread=event.get("thread_ts") or ts,  # type: ignore[arg-type]
            is_direct=event.get("channel_type") == "im" or str(channel).startswith("D"),
        )
        return Kept(event_id=body["event_id"], place=f"{channel}:{ts}", asked=asked)
    except (KeyError, ValidationError):
        return None


def command(body: Mapping[str, Any]) -> Kept | None:
    """A slash command."""
    try:
        asked = Command(
            channel=body["channel_id"],
            user=body["user_id"],
            text=_sound(body.get("text") or ""),
            response_url=body["response_url"],
        )
        return Kept(event_id=f"command:{body['trigger_id']}", place=None, asked=asked)
    except (KeyError, ValidationError):
        return None


def sharing(body: Mapping[str, Any]) -> Kept | None:
    """A press of the button below a command's answer; each answer is posted once to a channel."""
    try:
        channel, trace_id = body["channel"]["id"], body["actions"][0]["value"]
        asked = Sharing(channel=channel, user=body["user"]["id"], trace_id=trace_id, response_url=body["response_url"])
        return Kept(event_id=f"sharing:{trace_id}:{channel}", place=None, asked=asked)
    except (KeyError, IndexError, TypeError, ValidationError):
        return None


def rating(body: Mapping[str, Any]) -> tuple[str, bool] | None:
    """A trace id, and whether its answer helped."""
    try:
        value = str(body["actions"][0]["value"])
    except (KeyError, IndexError, TypeError):
        return None
    verdict, _, trace_id = value.partition(":")
    return (trace_id, verdict == "helpful") if verdict in ("helpful", "unhelpful") else None


def _sound(text: object) -> str:
    """The text without halves of surrogate pairs, which JSON can carry and SQLite cannot keep."""
    return str(text).encode(errors="replace").decode()

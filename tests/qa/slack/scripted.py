"""A real service over a chain whose answers are written here; and a workspace that it answers in."""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import httpx
from fastapi import FastAPI

from index.document import Document
from index.library import Library
from qa.answer import Answer, Citation, PassageScores, RetrievedPassage, Statement, Verdict
from qa.answers import AnswerStore
from qa.chain import Ask, CitedAnswers
from qa.service import DataFolder, Footnote
from qa.settings import Settings
from qa.slack.connection import SlackConnection
from qa.slack.credentials import Credentials
from qa.slack.inbox import FILE
from qa.work import WorkQueue
from tests.qa.slack.fake import APP_TOKEN, BOT, TEAM, TOKEN, FakeSlack, Shown
from tests.qa.slack.rendering import text_of
from tests.qa.slack.stage import LONGEST_WAIT, Stage, wait_until
from tests.standin import StandInEncoder

SECRET = "a signing secret"
PUBLIC = "https://footnote.example"
BRIDGES = Document.from_text("The bridges are old.", source="/bridges.txt", title="Bridges")

Said = tuple[Verdict, str, str]  # verdict, text, the words it cites


def answer(question: str, *said: Said, title: str = "Bridges", **more: Any) -> Answer:
    """An answer of statements with the words they cite, all of one document."""
    text = "\n".join(dict.fromkeys(quote for _, _, quote in said)) or "Nothing."
    place: dict[str, Any] = {"document_id": BRIDGES.id, "title": title, "source": BRIDGES.source}
    quotes = list(dict.fromkeys(quote for _, _, quote in said))
    passage = RetrievedPassage(
        **place, start=0, end=len(text), text=text, scores=PassageScores(dense=None, lexical=1.0, fused=1.0)
    )
    return Answer(
        kind="answer",
        question=question,
        statements=tuple(
            Statement(text=words, citations=(quotes.index(quote) + 1,), verdict=verdict, score=1.0)
            for verdict, words, quote in said
        ),
        citations=tuple(
            Citation(
                **place,
                number=number,
                start=text.index(quote),
                end=text.index(quote) + len(quote),
                quote=quote,
                content_hash="0" * 64,
            )
            for number, quote in enumerate(quotes, 1)
        ),
        passages=(passage,),
        model="script",
        **more,
    )


def numbered(number: int) -> Said:
    return "supported", f"Sentence {number} stands.", f"Sentence {number} stands."


class Gate:
    """Lets one through for each time that it is set."""

    def __init__(self) -> None:
        self._waiting = threading.Semaphore(0)

    def set(self, times: int = 1) -> None:
        self._waiting.release(times)

    def wait(self) -> None:
        self._waiting.acquire(timeout=LONGEST_WAIT)


@dataclass
class Script:
    """A chain. What it answers is up to `steps`; what it was asked stands in `asked`."""

    steps: Callable[[Ask], Iterator[Answer]] = lambda ask: iter([answer(ask["question"], numbered(1))])
    asked: list[Ask] = field(default_factory=list)
    go_on: Gate = field(default_factory=Gate)
    closed: threading.Event = field(default_factory=threading.Event)

    def stream(self, ask: Ask) -> Iterator[Answer]:
        self.asked.append(ask)
        try:
            yield from self.steps(ask)
        finally:
            self.closed.set()

    def begin_anew(self) -> None:
        """As if nothing had been asked."""
        self.steps = lambda ask: iter([answer(ask["question"], numbered(1))])
        self.asked, self.go_on = [], Gate()
        self.closed.clear()

    def in_pieces(self, *said: Said) -> None:
        """From now on a sentence at a time, each after the page has seen the one before: see `go_on`."""

        def steps(ask: Ask) -> Iterator[Answer]:
            whole = answer(ask["question"], *said)
            for number in range(len(said) + 1):
                yield grown(whole, number)
                if number < len(said):
                    self.go_on.wait()

        self.steps = steps


def grown(whole: Answer, statements: int) -> Answer:
    """The answer when it had only so many statements."""
    said = whole.statements[:statements]
    used = {number for statement in said for number in statement.citations}
    cited = tuple(citation for citation in whole.citations if citation.number in used)
    return whole.model_copy(update={"statements": said, "citations": cited})


@contextmanager
def footnote(data: Path, script: Script, keep_days: int = 30) -> Iterator[Footnote]:
    """The real service and store over a script."""
    encoder = StandInEncoder()
    folder = DataFolder(Library.open(data, encoder), AnswerStore(data / "answers.sqlite3", keep_days))
    service = Footnote(folder, encoder, lambda _: cast("CitedAnswers", script), WorkQueue(), 1 << 20)
    service.library.add(BRIDGES)  # or nothing that cites it would be kept
    try:
        yield service
    finally:
        script.go_on.set(1_000)
        service.close()


class Workspace:
    """Slack's side: people who write, and the requests that Slack makes of it, signed as it signs."""

    _numbers = count(1)

    def __init__(self, slack: FakeSlack, address: str, data: Path | None = None) -> None:
        self.slack = slack
        self.data = data or Path()  # Footnote's folder, to look into its inbox
        self._client = httpx.Client(base_url=address, timeout=30)

    def close(self) -> None:
        self._client.close()

    def mention(self, text: str, channel: str = "C1", thread: str | None = None, **more: Any) -> dict[str, Any]:
        return self.event("app_mention", f"<@{BOT}> {escaped(text)}", channel, thread, **more)

    def direct(self, text: str, channel: str = "D1", thread: str | None = None, **more: Any) -> dict[str, Any]:
        return self.event("message", escaped(text), channel, thread, channel_type="im", **more)

    def event(self, kind: str, text: str, channel: str, thread: str | None, **more: Any) -> dict[str, Any]:
        """Sends one, and returns what was sent."""
        body = event_of(kind, text, channel, thread, **more)
        self.send(body)
        return body

    def send(self, body: Mapping[str, Any], **headers: str) -> httpx.Response:
        response = self.post(json.dumps(body).encode(), "application/json", headers)
        assert response.status_code == 200, response.text
        return response

    def command(self, text: str, name: str, channel: str = "C1", user: str = "U1") -> None:
        form = {
            "command": "/ask",
            "text": escaped(text),
            "channel_id": channel,
            "user_id": user,
            "team_id": TEAM,
            "trigger_id": f"trigger-{name}",
            "response_url": self.slack.response_url(name),
        }
        self._send_form(form)

    def press(self, action: str, value: str, name: str, channel: str = "C1") -> None:
        payload = {
            "type": "block_actions",
            "actions": [{"action_id": action, "value": value, "type": "button", "block_id": "b"}],
            "channel": {"id": channel},
            "user": {"id": "U1"},
            "team": {"id": TEAM},
            "response_url": self.slack.response_url(name),
        }
        self._send_form({"payload": json.dumps(payload)})

    def _send_form(self, form: Mapping[str, str]) -> None:
        response = self.post(urlencode(form).encode(), "application/x-www-form-urlencoded")
        assert response.status_code == 200, response.text

    def post(self, body: bytes, content_type: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return self._client.post(
            "/slack/events", content=body, headers={**signed(body), "content-type": content_type, **(headers or {})}
        )

    def answers_to(self, event: Mapping[str, Any], messages: int = 1) -> list[Shown]:
        """Waits for so many messages in the thread of an event, and whether more follow."""
        asked = event["event"]
        place = asked["channel"], asked.get("thread_ts") or asked["ts"]
        wait_until(lambda: len(self.slack.in_thread(*place)) >= messages)
        return self.slack.in_thread(*place)

    def responses(self, name: str, messages: int = 1) -> list[Shown]:
        wait_until(lambda: len(self.slack.in_thread(name, None)) >= messages)
        return self.slack.in_thread(name, None)


def event_of(kind: str, text: str, channel: str, thread: str | None = None, **more: Any) -> dict[str, Any]:
    number = next(Workspace._numbers)
    event = {
        "type": kind,
        "user": "U1",
        "team": TEAM,
        "text": text,
        "channel": channel,
        "ts": f"1600000000.{number:06d}",
        "event_ts": f"1600000000.{number:06d}",
        **({"thread_ts": thread} if thread else {}),
        **more,
    }
    return {
        "type": "event_callback",
        "event_id": f"Ev{number}",
        "team_id": TEAM,
        "api_app_id": "A1",
        "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
        "event": event,
    }


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """Slack's signature, worked out here."""
    timestamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": f"v0={digest}"}


def escaped(text: str) -> str:
    """As Slack sends what a person typed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def connection(
    service: Footnote, slack: FakeSlack, data: Path, *, socket: bool = False, **more: Any
) -> SlackConnection:
    settings = Settings.read(data=data, slack_api_url=slack.api_url, **{"public_url": PUBLIC, **more})
    credentials = Credentials(TOKEN, None if socket else SECRET, APP_TOKEN if socket else None)
    return SlackConnection(service, settings, credentials)


@contextmanager
def workspace(service: Footnote, slack: FakeSlack, data: Path, **more: Any) -> Iterator[Workspace]:
    """Footnote in a workspace, with the events route alone; `more` are settings."""
    connected = connection(service, slack, data, **more)
    with Stage.showing(app_of(connected)) as address, closing(Workspace(slack, address, data)) as team:
        wait_until(lambda: connected.state == "connected")
        yield team


def app_of(connected: SlackConnection) -> FastAPI:
    """One that has the events route alone."""
    app = FastAPI(lifespan=lambda _: connected.running())
    app.include_router(connected.routes())
    return app


def messages_in(team: Workspace, body: dict[str, Any]) -> list[str]:
    """All answers in the thread of an event. One more is asked for there, which is given after all the others."""
    place = body["event"]["channel"], body["event"].get("thread_ts") or body["event"]["ts"]
    before = len(team.slack.called("chat.postMessage"))
    last = team.mention("Is that all?", *place)
    asked = last["event"]["ts"]
    wait_until(lambda: len(team.slack.called("chat.postMessage")) > before and not waiting(team, asked))
    return [text_of(one.blocks) for one in team.slack.in_thread(*place)][:-1]


def waiting(team: Workspace, ts: str) -> bool:
    with sqlite3.connect(team.data / FILE) as connection:
        [state] = connection.execute("SELECT state FROM inbox WHERE place LIKE ?", (f"%:{ts}",)).fetchone()
    return bool(state != "done")


def blocks_of(messages: Sequence[Shown]) -> list[dict[str, Any]]:
    return [block for message in messages for block in message.blocks]

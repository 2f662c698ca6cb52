"""The same without a public URL: Slack is called, and sends its events through a socket."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from qa.service import Footnote
from qa.slack.connection import LOST, SlackConnection
from tests.qa.slack.fake import FakeSlack
from tests.qa.slack.rendering import text_of
from tests.qa.slack.scripted import Workspace, connection, event_of
from tests.qa.slack.stage import wait_until

QUESTION = "When did the bridge open?"


@contextmanager
def running(connected: SlackConnection) -> Iterator[SlackConnection]:
    """In a thread with a loop of its own."""
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def live() -> None:
        async with connected.running():
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(live(),), daemon=True)
    thread.start()
    try:
        yield connected
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(30)


@pytest.fixture
def team(data: Path, service: Footnote, slack: FakeSlack) -> Iterator[Workspace]:
    with running(connection(service, slack, data, socket=True)) as connected:
        wait_until(lambda: connected.state == "connected" and slack.sockets > 0)
        yield Workspace(slack, "http://127.0.0.1:9")


def envelope(name: str, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"envelope_id": name, "type": kind, "payload": payload, "accepts_response_payload": True}


def test_an_event_is_acknowledged_and_answered(team: Workspace, slack: FakeSlack) -> None:
    body = event_of("app_mention", f"<@UBOT> {QUESTION}", "C1")

    slack.send(envelope("e1", "events_api", body))

    [shown] = team.answers_to(body)
    assert text_of(shown.blocks) == "Sentence 1 stands. [1]"
    assert "e1" in slack.acks


def test_a_command_is_acknowledged_and_answered(team: Workspace, slack: FakeSlack) -> None:
    payload = {
        "command": "/ask",
        "text": QUESTION,
        "channel_id": "C1",
        "user_id": "U1",
        "trigger_id": "1.2",
        "response_url": slack.response_url("r1"),
    }

    slack.send(envelope("e2", "slash_commands", payload))

    [shown] = team.responses("r1")
    assert text_of(shown.blocks) == "Sentence 1 stands. [1]"
    assert "e2" in slack.acks


def test_it_connects_again_after_the_socket_was_closed(team: Workspace, slack: FakeSlack) -> None:
    slack.hang_up()
    wait_until(lambda: slack.sockets == 2)
    body = event_of("app_mention", QUESTION, "C1")

    slack.send(envelope("e3", "events_api", body))

    assert [text_of(one.blocks) for one in team.answers_to(body)] == ["Sentence 1 stands. [1]"]


def test_an_event_that_comes_again_after_that_is_answered_once(team: Workspace, slack: FakeSlack) -> None:
    body = event_of("app_mention", QUESTION, "C1")
    slack.send(envelope("e4", "events_api", body))
    team.answers_to(body)

    slack.send({**envelope("e5", "events_api", body), "retry_attempt": 1, "retry_reason": "timeout"})
    later = event_of("app_mention", QUESTION, "C2")
    slack.send(envelope("e6", "events_api", later))
    team.answers_to(later)

    assert len(team.answers_to(body)) == 1
    assert {"e4", "e5", "e6"} <= set(slack.acks)


def test_that_the_connection_is_lost_can_be_seen_and_that_it_is_back(
    data: Path, service: Footnote, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.slack.connection.LOOKED_AFTER", 0.05)
    with running(connection(service, slack, data, socket=True)) as connected:
        wait_until(lambda: connected.state == "connected" and slack.sockets > 0)
        slack.next("apps.connections.open", "500", "500", "500")

        slack.hang_up()

        wait_until(lambda: connected.state == LOST)
        wait_until(lambda: connected.state == "connected")

"""The start: what is wrong is one line, and what Slack does meanwhile holds up nothing."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa.errors import WrongSetting
from qa.service import Footnote
from qa.settings import Settings
from qa.slack import connection as connecting
from qa.slack.connection import SlackConnection, SlackRefused
from qa.slack.credentials import Credentials
from qa.slack.inbox import FILE
from qa.slack.manifest import manifest
from qa.web.app import create_app
from tests.qa.conftest import Ended, Run
from tests.qa.slack.fake import APP_TOKEN, TOKEN, FakeSlack
from tests.qa.slack.rendering import sources_of, text_of
from tests.qa.slack.scripted import SECRET, Workspace, app_of, connection, event_of, workspace
from tests.qa.slack.stage import Stage, wait_until
from tests.qa.slack.test_socket_mode import running
from tests.server import ROOT, Server, free_port, get, start_app


def test_slack_is_asked_once_who_we_are(team: Workspace, slack: FakeSlack) -> None:
    for number in range(3):
        team.answers_to(team.mention("When?", f"C{number}"))

    assert len(slack.called("auth.test")) == 1


def test_the_app_says_how_slack_is(data: Path, service: Footnote, slack: FakeSlack) -> None:
    with TestClient(create_app(service, slack=connection(service, slack, data))) as client:
        wait_until(lambda: client.get("/readyz").json()["slack"] == "connected")

        assert client.get("/readyz").json()["status"] == "ready"
        assert client.post("/slack/events", json={}).status_code == 401


def test_without_slack_the_app_has_no_such_route(service: Footnote) -> None:
    with TestClient(create_app(service)) as client:
        assert client.post("/slack/events", json={}).status_code == 404
        assert "slack" not in client.get("/readyz").json()


def test_it_starts_again_in_the_same_process(data: Path, service: Footnote, slack: FakeSlack) -> None:
    for number in range(2):
        with workspace(service, slack, data) as team:
            assert team.answers_to(team.mention("When?", f"C{number}"))


@pytest.mark.parametrize(
    ("credentials", "variable"),
    [
        (Credentials("xoxb-wrong", SECRET, None), "SLACK_BOT_TOKEN"),
        (Credentials(TOKEN, None, "xapp-wrong"), "SLACK_APP_TOKEN"),
    ],
)
def test_a_wrong_token_is_one_line(
    credentials: Credentials, variable: str, data: Path, service: Footnote, slack: FakeSlack
) -> None:
    settings = Settings.read(data=data, slack_api_url=slack.api_url)
    app = create_app(service, slack=SlackConnection(service, settings, credentials))

    began = time.monotonic()
    with pytest.raises(SlackRefused, match=rf"{variable} \(invalid_auth\)") as raised, TestClient(app):
        pass

    assert "\n" not in str(raised.value)
    assert time.monotonic() - began < 10


def test_a_slow_slack_holds_up_no_acknowledgement(
    data: Path, service: Footnote, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "AGAIN", 0.5)
    slack.next("auth.test", "500", "429")
    with Stage.showing(app_of(connection(service, slack, data))) as address:
        team = Workspace(slack, address)
        body = team.mention("When?")  # stored, while nobody knows yet who we are
        shown = team.answers_to(body)

    assert [text_of(one.blocks) for one in shown] == ["Sentence 1 stands. [1]"]
    assert len(slack.called("auth.test")) == 3


def test_a_slack_that_does_not_answer_is_not_waited_for(
    data: Path, service: Footnote, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connecting, "SECONDS", 1)
    monkeypatch.setattr(connecting, "AGAIN", 0.5)
    slack.next("auth.test", "slow")  # five seconds

    with workspace(service, slack, data) as team:
        assert team.answers_to(team.mention("When?"))

    assert "cannot be reached (TimeoutError)" in caplog.text
    assert len(slack.called("auth.test")) == 2


def test_a_slack_that_cannot_be_reached_is_looked_for_again(
    data: Path, service: Footnote, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings.read(data=data, slack_api_url="http://127.0.0.1:9/api")

    with running(SlackConnection(service, settings, Credentials(TOKEN, SECRET, None))) as connected:
        wait_until(lambda: "cannot be reached" in connected.state)

    assert "keeps trying" in caplog.text


class TestCommand:
    def test_without_its_tokens_says_what_is_missing(self, run: Run) -> None:
        ended = run("slack")

        assert (ended.code, ended.says("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "slack manifest")) == (2, True)

    def test_with_a_wrong_token_cannot_run(self, run: Run, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
        monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-wrong")
        monkeypatch.setenv("FOOTNOTE_SLACK_API_URL", slack.api_url)

        ended = run("slack")

        assert (ended.code, ended.says("SLACK_APP_TOKEN", "invalid_auth")) == (3, True)

    @pytest.mark.parametrize(
        ("variables", "words"),
        [
            ({"SLACK_SIGNING_SECRET": "s"}, "SLACK_BOT_TOKEN is missing"),
            ({"SLACK_APP_TOKEN": "a"}, "SLACK_BOT_TOKEN is missing"),
            ({"SLACK_BOT_TOKEN": "b"}, "SLACK_APP_TOKEN"),
        ],
    )
    def test_half_of_its_variables_is_a_wrong_setting(
        self, variables: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

        with pytest.raises(WrongSetting, match=words):
            Credentials.read()

    def test_no_token_is_shown(self) -> None:
        assert "xo" not in repr(Credentials(TOKEN, SECRET, APP_TOKEN))


class TestManifest:
    def test_asks_for_the_fewest_scopes(self, run: Run) -> None:
        shown = printed(run("slack", "manifest"))

        assert shown["oauth_config"]["scopes"]["bot"] == ["app_mentions:read", "chat:write", "commands", "im:history"]
        assert "agent_view" not in shown["features"]
        assert shown["settings"]["socket_mode_enabled"] is True

    def test_for_an_agent_adds_what_an_agent_needs(self, run: Run) -> None:
        plain, agent = printed(run("slack", "manifest")), printed(run("slack", "manifest", "--agent"))

        assert agent["features"].pop("agent_view")["agent_description"]
        agent["oauth_config"]["scopes"]["bot"].remove("assistant:write")
        for event in ("app_home_opened", "agent_session_stopped"):
            agent["settings"]["event_subscriptions"]["bot_events"].remove(event)
        assert agent == plain

    def test_sends_events_to_the_public_url(self) -> None:
        made = manifest(Settings.read(public_url="https://a.example/footnote"), agent=False)

        url = "https://a.example/footnote/slack/events"
        assert made["settings"]["event_subscriptions"]["request_url"] == url
        assert made["settings"]["interactivity"]["request_url"] == url
        assert made["features"]["slash_commands"][0]["url"] == url
        assert made["settings"]["socket_mode_enabled"] is False

    def test_for_untagged_messages_asks_for_them(self) -> None:
        made = manifest(Settings.read(slack_follow=True), agent=False)

        assert {"message.channels", "message.groups"} <= set(made["settings"]["event_subscriptions"]["bot_events"])
        assert {"channels:history", "groups:history"} <= set(made["oauth_config"]["scopes"]["bot"])


def printed(ended: Ended) -> dict[str, Any]:
    assert ended.code == 0, ended.err
    shown: dict[str, Any] = json.loads(ended.out)
    return shown


class TestProgram:
    """`footnote serve` as a process of its own, with the real model."""

    @pytest.fixture
    def server(self, data: Path, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
        for name, value in (("BOT_TOKEN", TOKEN), ("SIGNING_SECRET", SECRET), ("APP_TOKEN", APP_TOKEN)):
            monkeypatch.setenv(f"SLACK_{name}", value)
        monkeypatch.setenv("FOOTNOTE_SLACK_API_URL", slack.api_url)
        server = Server(data)
        yield server
        if server.process is not None:
            server.process.kill()
            server.process.wait(20)

    def test_answers_by_both_ways_forgets_and_ends_when_it_is_told_to(
        self, server: Server, slack: FakeSlack, run: Run
    ) -> None:
        server.start()
        wait_until(lambda: json.loads(get(f"{server.address}/readyz")[1]).get("slack") == "connected")
        team = Workspace(slack, server.address)
        through_socket = event_of("message", "Who organized the memo?", "D1", channel_type="im")

        slack.send({"envelope_id": "e1", "type": "events_api", "payload": through_socket})
        for body in (team.mention("Who organized the memo?"), through_socket):
            [shown] = team.answers_to(body)
            assert "junior diplomat" in sources_of(shown.blocks)[0].quote

        with closing(sqlite3.connect(server.data / FILE)) as inbox:
            wait_until(lambda: inbox.execute("SELECT COUNT(*) FROM turns").fetchone() == (2,))
            assert run("forget", "--before", datetime.now().isoformat(), "--data", server.data).code == 0
            assert inbox.execute("SELECT COUNT(*) FROM turns").fetchone() == (0,)
        assert server.stop() == -signal.SIGTERM  # after everything was closed, as uvicorn ends

    def test_answers_without_a_page_and_ends_when_it_is_told_to(self, server: Server, slack: FakeSlack) -> None:
        environment = {**os.environ, "FOOTNOTE_DATA": str(server.data)}
        process = server.process = subprocess.Popen(
            [sys.executable, "-m", "qa.cli", "slack"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert "answers in Slack" in process.stdout.readline()
        wait_until(lambda: slack.sockets > 0)
        body = event_of("message", "Who organized the memo?", "D1", channel_type="im")

        slack.send({"envelope_id": "e1", "type": "events_api", "payload": body})
        [shown] = Workspace(slack, "http://127.0.0.1:9").answers_to(body)
        process.terminate()

        assert "junior diplomat" in sources_of(shown.blocks)[0].quote
        assert process.wait(60) == 0

    def test_with_a_wrong_token_ends_with_one_line(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-wrong")

        process = server.process = start_app(server.data, free_port())
        _, errors = process.communicate(timeout=120)

        assert process.returncode == 3
        assert errors.startswith("footnote: Slack refuses SLACK_BOT_TOKEN (invalid_auth)")
        assert errors.count("\n") == 1

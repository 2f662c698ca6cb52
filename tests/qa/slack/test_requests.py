"""What is not Slack's own request, or none that can be read, is turned away: 401 or 400, never 500."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.signature import Clock

from tests.qa.slack.scripted import Script, Workspace, event_of, signed

FORM = "application/x-www-form-urlencoded"
BODY = json.dumps(event_of("app_mention", "secret words", "C1")).encode()


def test_a_signed_one_is_taken(team: Workspace) -> None:
    assert team.post(BODY, "application/json").status_code == 200


def test_an_url_is_verified(team: Workspace) -> None:
    answer = team.send({"type": "url_verification", "challenge": "3eZbrw1a", "token": "t"})

    assert "3eZbrw1a" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"x-slack-signature": ""}, id="empty"),
        pytest.param({"x-slack-signature": "v0=" + "0" * 64}, id="wrong"),
        pytest.param(signed(BODY, "another secret"), id="another secret"),
        pytest.param({"x-slack-signature": b"v0=\xff\xfe"}, id="not ascii"),
        pytest.param({"x-slack-request-timestamp": "soon"}, id="no number"),
        pytest.param({"x-slack-request-timestamp": "9" * 400}, id="a huge number"),
        pytest.param({"x-slack-request-timestamp": "-1"}, id="negative"),
        pytest.param({"x-slack-request-timestamp": "1e9"}, id="an exponent"),
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", FORM])
def test_a_wrong_signature_is_401(
    headers: Any, content_type: str, team: Workspace, script: Script, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    answer = team.post(BODY, content_type, headers)

    assert answer.status_code == 401
    assert "secret words" not in caplog.text
    assert script.asked == []


@pytest.mark.parametrize("body", [b"ssl_check=1&token=t", BODY, b""])
def test_an_unsigned_one_is_401(body: bytes, team: Workspace) -> None:
    answer = team._client.post("/slack/events", content=body, headers={"content-type": FORM})

    assert answer.status_code == 401


# To the second: the clock of the SDK's verifier, which both of ours and Bolt's read, stands still.
@pytest.mark.parametrize(("seconds", "status"), [(-300, 200), (0, 200), (300, 200), (-301, 401), (301, 401)])
def test_five_minutes_are_the_most_that_clocks_may_differ(
    seconds: int, status: int, team: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_700_000_000
    monkeypatch.setattr(Clock, "now", lambda _: float(now))

    assert team.post(BODY, "application/json", signed(BODY, at=now + seconds)).status_code == status


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[1, 2]", "application/json"),
        (b'"text"', "application/json"),
        (b"null", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"", FORM),
        (b"%%%", FORM),
        (b"payload=", FORM),
        (b"payload=%7B", FORM),
        (b"payload=[]", FORM),
        (b"{}", "text/plain; charset=klingon"),
        (b"\x00", "application/json"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_signed_one_that_cannot_be_read_is_never_500(body: bytes, content_type: str, team: Workspace) -> None:
    assert team.post(body, content_type).status_code in (200, 400, 404)


@pytest.mark.parametrize("body", [b"\xff\xfe", b'{"a": "\xff"}'])
def test_a_body_that_is_not_utf8_is_401_since_its_signature_cannot_be_worked_out(body: bytes, team: Workspace) -> None:
    headers = {"x-slack-signature": "v0=" + "0" * 64, "x-slack-request-timestamp": str(int(time.time()))}

    assert team.post(body, "application/json", headers).status_code == 401


def test_a_huge_one_is_413(team: Workspace) -> None:
    assert team.post(b" " * (2 << 20), "application/json").status_code == 413


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.update(event=None),
        lambda body: body.update(event=[]),
        lambda body: body.pop("event_id"),
        lambda body: body.update(event_id=7),
        lambda body: body["event"].pop("ts"),
        lambda body: body["event"].update(ts=None, thread_ts=[]),
        lambda body: body["event"].pop("user"),
        lambda body: body["event"].update(user={"id": "U1"}),
        lambda body: body["event"].update(text=None),
        lambda body: body["event"].update(text={"a": 1}),
        lambda body: body["event"].update(text="\ud800"),
        lambda body: body["event"].pop("channel"),
        lambda body: body.update(authorizations=None),
    ],
)
def test_an_event_of_another_shape_breaks_nothing(
    change: Callable[[dict[str, Any]], object], team: Workspace, script: Script
) -> None:
    body = event_of("app_mention", "Who?", "C7")
    change(body)

    assert team.post(json.dumps(body).encode(), "application/json").status_code < 500
    team.answers_to(team.mention("Later?", "C2"))
    assert script.asked[-1]["question"] == "Later?"


@pytest.mark.parametrize("missing", ["trigger_id", "response_url", "user_id", "channel_id", "text"])
def test_a_command_of_another_shape_breaks_nothing(missing: str, team: Workspace) -> None:
    form = {
        "command": "/ask",
        "text": "Who%3F",
        "channel_id": "C1",
        "user_id": "U1",
        "trigger_id": "1.2",
        "response_url": team.slack.response_url("r1").replace(":", "%3A"),
    }
    body = "&".join(f"{name}={value}" for name, value in form.items() if name != missing).encode()

    assert team.post(body, FORM).status_code == 200


@pytest.mark.parametrize("payload", ["{}", '{"type": "block_actions"}', '{"type": "block_actions", "actions": [{}]}'])
def test_a_button_of_another_shape_breaks_nothing(payload: str, team: Workspace) -> None:
    assert team.post(f"payload={payload}".encode(), FORM).status_code < 500

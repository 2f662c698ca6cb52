"""Footnote is killed in the midst of its work, or told to end: what Slack had sent is answered once all the same.

The real thing: a process, and others after it on the same folder.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from qa.slack.inbox import FILE
from tests.qa.slack.fake import FakeSlack, fake_slack
from tests.qa.slack.rendering import text_of
from tests.qa.slack.scripted import Workspace, event_of, messages_in
from tests.qa.slack.stage import wait_until
from tests.server import ROOT

QUESTION = "When did the bridge open?"
ANSWER = "Sentence 1 stands. [1]"
CHANNELS = {"posted": "C1", "waiting": "C2", "old": "C3"}

Asked = dict[str, dict[str, Any]]
Restarted = tuple[Workspace, subprocess.Popen[str]]


@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    with fake_slack() as slack:
        yield slack
        assert slack.faults == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("killed")


@pytest.fixture(scope="module")
def killed(slack: FakeSlack, folder: Path) -> Asked:
    """What was asked of it: something that is posted just then, and what it has not got to."""
    asked = {name: event_of("app_mention", QUESTION, channel) for name, channel in CHANNELS.items()}
    slowly = event_of("app_mention", "What, slowly?", "C9")
    slack.next("chat.postMessage", "slow")
    with program(folder, slack) as (address, process):
        sent(slack, address, asked["posted"])
        wait_until(lambda: bool(slack.called("chat.postMessage")))
        for body in (slowly, asked["waiting"], asked["old"]):  # the first keeps it from the others
            assert sent(slack, address, body).status_code == 200
        process.kill()
        process.wait(20)
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("DELETE FROM inbox WHERE place LIKE 'C9:%'")
        connection.execute("UPDATE inbox SET received_at = ? WHERE place LIKE 'C3:%'", (time.time() - 11 * 60,))
    slack.shown.clear()
    return asked


@pytest.fixture(scope="module")
def restarted(slack: FakeSlack, folder: Path, killed: Asked) -> Iterator[Restarted]:
    with program(folder, slack) as (address, process):
        yield Workspace(slack, address, folder), process


def test_after_a_kill_between_acknowledgement_and_answer_there_is_exactly_one(
    killed: Asked, restarted: Restarted
) -> None:
    team, _ = restarted
    team.answers_to(killed["waiting"])
    team.send(killed["waiting"], **{"x-slack-retry-num": "1"})

    assert messages_in(team, killed["waiting"]) == [ANSWER]


def test_one_that_was_being_posted_gets_a_line_and_no_second_answer(killed: Asked, restarted: Restarted) -> None:
    said = messages_in(restarted[0], killed["posted"])

    assert len([one for one in said if "I was interrupted" in one]) == 1
    assert said.count(ANSWER) <= 1  # Slack may have taken it still, when nobody waited for that any more


def test_one_that_is_too_old_gets_an_apology(killed: Asked, restarted: Restarted) -> None:
    [said] = messages_in(restarted[0], killed["old"])

    assert "Please ask again" in said


def test_after_an_orderly_stop_it_is_answered_at_the_next_start(
    slack: FakeSlack, folder: Path, restarted: Restarted
) -> None:
    team, process = restarted
    team.mention("What, slowly?", "C9")  # keeps it from the next
    body = team.mention(QUESTION, "C4")
    process.terminate()
    process.wait(60)
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("DELETE FROM inbox WHERE place LIKE 'C9:%'")

    with program(folder, slack) as (address, _):
        [shown] = Workspace(slack, address).answers_to(body)

    assert text_of(shown.blocks) == ANSWER


def sent(slack: FakeSlack, address: str, body: object) -> httpx.Response:
    return Workspace(slack, address).post(json.dumps(body).encode(), "application/json")


@contextmanager
def program(folder: Path, slack: FakeSlack) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.qa.slack.program", str(folder), slack.api_url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        wait_until(lambda: is_up(address))
        yield address, process
    finally:
        process.kill()
        process.wait(20)


def is_up(address: str) -> bool:
    try:
        return httpx.get(f"{address}/", timeout=5).status_code == 404
    except httpx.HTTPError:
        return False

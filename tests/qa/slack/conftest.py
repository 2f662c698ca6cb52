"""A fake Slack, and Footnote in it with a scripted answerer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.service import Footnote
from tests.qa.slack.fake import FakeSlack, fake_slack
from tests.qa.slack.scripted import Script, Workspace, footnote, workspace


@pytest.fixture(autouse=True)
def no_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    """Whatever a test is about: no payload is one that Slack would not take."""
    with fake_slack() as fake:
        yield fake
        assert fake.faults == []


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def service(data: Path, script: Script) -> Iterator[Footnote]:
    with footnote(data, script) as service:
        yield service


@pytest.fixture
def team(service: Footnote, slack: FakeSlack, data: Path) -> Iterator[Workspace]:
    with workspace(service, slack, data) as team:
        yield team

"""A fake Slack, and Footnote in it with a scripted answerer: one service for all tests, one connection for each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qa.service import Footnote
from qa.slack import limiter
from tests.qa.slack import fake
from tests.qa.slack.fake import FakeSlack, fake_slack
from tests.qa.slack.scripted import Script, Workspace, footnote, workspace
from tests.qa.slack.stage import wait_until


@pytest.fixture(autouse=True)
def no_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def data(data: Path) -> Path:
    """A data folder that is there, for the inbox of a test."""
    data.mkdir()
    return data


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    """Whatever a test is about: no payload is one that Slack would not take."""
    with fake_slack() as fake:
        yield fake
        assert fake.faults == []


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Footnote, Script]]:
    script = Script()
    with footnote(tmp_path_factory.mktemp("slack") / "data", script) as service:
        yield service, script


@pytest.fixture
def service(opened: tuple[Footnote, Script]) -> Iterator[Footnote]:
    """It has given no answer yet, and is at none afterwards."""
    service, script = opened
    service.answers.forget_before(datetime.now(UTC))
    script.begin_anew()
    yield service
    script.go_on.set(1_000)
    wait_until(lambda: not (service.queue.running or service.queue.waiting))


@pytest.fixture
def script(opened: tuple[Footnote, Script], service: Footnote) -> Script:
    """The chain of the service."""
    return opened[1]


@pytest.fixture
def slacks_rates() -> None:
    """Slack's own, instead of the quicker ones of most tests."""


@pytest.fixture(autouse=True)
def quick_rates(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A channel takes ten messages a second instead of one; whoever keeps to one rate keeps to the other."""
    if "slacks_rates" not in request.fixturenames:
        monkeypatch.setitem(limiter.RATES, "chat.postMessage", limiter.Rate(1, 0.1))
        monkeypatch.setattr(limiter, "SLACK", 0.05)
        monkeypatch.setitem(fake.RATES, "chat.postMessage", (1, 0.08))


@pytest.fixture
def team(service: Footnote, slack: FakeSlack, data: Path) -> Iterator[Workspace]:
    with workspace(service, slack, data) as team:
        yield team

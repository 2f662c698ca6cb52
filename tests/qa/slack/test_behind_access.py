"""Slack's events pass what stands before the app; what its signature is for, no key is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from qa.service import Footnote
from qa.settings import Settings
from qa.web.access.guard import Access
from qa.web.app import create_app
from qa.web.serve import in_front
from tests.qa.slack.fake import fake_slack
from tests.qa.slack.rendering import text_of
from tests.qa.slack.scripted import SECRET, Script, Workspace, connection, event_of, signed
from tests.qa.slack.stage import Stage, wait_until

pytestmark = pytest.mark.usefixtures("service")  # one that answers as it does by itself

KEY = "correct-horse-battery"
PUBLIC = {"host": "footnote.example.com", "x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.7"}
BODY = json.dumps(event_of("app_mention", "When did the bridge open? 🌉", "C1"), ensure_ascii=False).encode()
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def team(opened: tuple[Footnote, Script], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The whole app behind a proxy at an address of its own, below a path, with a key and few requests allowed."""
    settings = Settings.read(
        api_keys=f"ann:edit:{KEY}",
        public_url="https://footnote.example.com/team",
        root_path="/team",
        trusted_proxies="127.0.0.1",
        requests_per_minute=2,
    )
    service, _ = opened
    data = tmp_path_factory.mktemp("access")
    with fake_slack() as slack:
        connected = connection(service, slack, data, public_url=settings.public_url)
        app = create_app(service, Access.of(settings), connected)
        with Stage.showing(app, in_front(app, settings)) as address:
            wait_until(lambda: connected.state == "connected")
            yield Workspace(slack, f"{address}/team", data)


def sent(team: Workspace, body: bytes = BODY, **headers: str) -> httpx.Response:
    return team._client.post("/slack/events", content=body, headers={**PUBLIC, **JSON, **signed(body), **headers})


def test_a_signed_event_is_answered_without_a_key_and_beyond_the_rate_of_keys(team: Workspace) -> None:
    for _ in range(5):
        assert sent(team).status_code == 200

    [shown] = team.answers_to(json.loads(BODY))
    assert text_of(shown.blocks) == "Sentence 1 stands. [1]"
    assert "https://footnote.example.com/team/d/" in json.dumps(shown.blocks)


@pytest.mark.parametrize("headers", [{"x-slack-signature": "v0=0"}, {"authorization": f"Bearer {KEY}"}])
def test_a_key_is_no_signature(headers: dict[str, str], team: Workspace) -> None:
    response = team._client.post("/slack/events", content=BODY, headers={**PUBLIC, **JSON, **headers})

    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"] == "not signed by Slack"


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        pytest.param(BODY, {"host": "elsewhere.example"}, 421, id="another name"),
        pytest.param(BODY, {"origin": "https://elsewhere.example"}, 403, id="from a page elsewhere"),
        pytest.param(BODY[:-1], signed(BODY), 401, id="a byte less"),
        pytest.param(b"{", {}, 400, id="no JSON"),
        pytest.param(b" " * (3 << 19), {}, 413, id="1.5 MB"),
        pytest.param(b" " * (5 << 20), {}, 413, id="5 MB"),
    ],
)
def test_what_is_turned_away(body: bytes, headers: dict[str, str], status: int, team: Workspace) -> None:
    assert sent(team, body, **headers).status_code == status
    assert SECRET not in sent(team, body, **headers).text

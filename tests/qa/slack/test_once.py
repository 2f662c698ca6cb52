"""What Slack sends is answered once: however often it comes, and whatever breaks."""

from __future__ import annotations

import logging
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.errors import StorageFailed
from qa.chain import Ask
from qa.service import Footnote
from qa.slack import answering
from qa.slack.inbox import FILE, Entry, Inbox
from tests.qa.slack.fake import BOT, FakeSlack
from tests.qa.slack.rendering import text_of
from tests.qa.slack.scripted import Script, Workspace, event_of, messages_in, numbered, workspace
from tests.qa.slack.stage import wait_until

QUESTION = "When did the bridge open?"
ANSWER = "Sentence 1 stands. [1]"


def settled(team: Workspace) -> None:
    """Whatever was asked before has been answered."""
    team.answers_to(team.mention("And now?", "CLAST"))


def test_an_event_that_comes_three_times_at_once_is_answered_once(team: Workspace, script: Script) -> None:
    body = event_of("app_mention", QUESTION, "C1")

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda number: team.send(body, **{"x-slack-retry-num": str(number)}), range(3)))

    assert messages_in(team, body) == [ANSWER]
    assert [ask["question"] for ask in script.asked] == [QUESTION, "Is that all?"]


def test_an_answered_one_that_comes_again_is_not_answered_again(team: Workspace, slack: FakeSlack) -> None:
    body = team.mention(QUESTION)
    team.answers_to(body)

    team.send(body, **{"x-slack-retry-num": "1"})

    assert messages_in(team, body) == [ANSWER]


@pytest.mark.parametrize("order", [("app_mention", "message"), ("message", "app_mention")])
def test_a_mention_that_comes_as_two_events_is_answered_once(
    order: tuple[str, str], data: Path, service: Footnote, slack: FakeSlack
) -> None:
    with workspace(service, slack, data, slack_follow=True) as team:
        first = team.mention(QUESTION)
        team.answers_to(first)
        thread = first["event"]["ts"]
        bodies = [event_of(kind, f"<@{BOT}> And who?", "C1", thread, channel_type="channel") for kind in order]
        bodies[1]["event"]["ts"] = bodies[0]["event"]["ts"]

        for body in bodies:
            team.send(body)

        assert messages_in(team, first) == [ANSWER, ANSWER]


def test_a_command_that_comes_twice_is_answered_once(team: Workspace) -> None:
    team.command(QUESTION, "r1")
    team.command(QUESTION, "r1")
    settled(team)

    assert len(team.responses("r1")) == 1


def test_a_connection_that_breaks_after_a_post_leaves_one_message(
    team: Workspace, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    slack.next("chat.postMessage", "drop")

    [shown] = team.answers_to(team.mention(QUESTION))
    settled(team)

    assert text_of(shown.blocks) == ANSWER
    assert len(slack.called("chat.postMessage")) == 2
    assert "is not repeated" in caplog.text


def test_whoever_asked_is_told_alone_that_a_message_may_be_missing(team: Workspace, slack: FakeSlack) -> None:
    slack.next("chat.postMessage", "drop")
    team.mention(QUESTION, "C7", user="U7")
    wait_until(lambda: bool(slack.called("chat.postEphemeral")))
    settled(team)

    [told] = slack.called("chat.postEphemeral")
    assert (told["channel"], told["user"], "thread_ts" in told) == ("C7", "U7", False)
    assert "ask again" in told["text"]


# 500 and these words may mean that the message stands there: it is not sent twice, but not lost silently either.
@pytest.mark.parametrize("mood", ["500", "internal_error", "fatal_error"])
def test_where_slack_itself_failed_the_thread_is_told_as_soon_as_it_works_again(
    mood: str, team: Workspace, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(answering, "AGAIN", 0.2)
    slack.next("chat.postMessage", mood, mood)

    [shown] = team.answers_to(team.mention(QUESTION))

    assert text_of(shown.blocks) == answering.INTERRUPTED
    assert len(slack.called("chat.postMessage")) == 3
    assert "told later" in caplog.text


def test_where_slack_itself_failed_a_command_is_told(
    team: Workspace, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "AGAIN", 0.2)
    slack.next("response_url", "500")

    team.command(QUESTION, "r1")

    assert [text_of(one.blocks) for one in team.responses("r1")] == [answering.INTERRUPTED]


def test_429_in_a_row_is_waited_out(team: Workspace, slack: FakeSlack) -> None:
    slack.next("chat.postMessage", "429", "429", "429")

    [shown] = team.answers_to(team.mention(QUESTION))

    assert text_of(shown.blocks) == ANSWER
    assert len(slack.called("chat.postMessage")) == 4


def test_429_is_waited_out_for_a_response_url(team: Workspace, slack: FakeSlack) -> None:
    slack.next("response_url", "429", "429")

    team.command(QUESTION, "r1")

    assert [text_of(one.blocks) for one in team.responses("r1")] == [ANSWER]


@pytest.mark.parametrize("code", ["missing_scope", "channel_not_found", "is_archived"])
def test_an_answer_that_slack_does_not_take_is_one_line_in_the_log(
    code: str, team: Workspace, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    slack.next("chat.postMessage", code)

    team.mention(QUESTION)
    wait_until(lambda: bool(slack.called("chat.postMessage")))
    wait_until(lambda: any(record.name.startswith("qa.slack") for record in caplog.records))
    settled(team)

    [record] = [record for record in caplog.records if record.name.startswith("qa.slack")]
    assert record.levelno == logging.ERROR
    assert code in record.getMessage()
    assert "\n" not in record.getMessage()


def test_a_question_that_finds_the_queue_full_waits(
    team: Workspace, service: Footnote, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qa.errors import Busy

    real, refusals = service.ask, [Busy(0), Busy(1)]

    def ask(question: Ask) -> object:
        if refusals:
            raise refusals.pop()
        return real(question)

    monkeypatch.setattr(service, "ask", ask)

    [shown] = team.answers_to(team.mention(QUESTION))

    assert text_of(shown.blocks) == ANSWER


def test_an_inbox_that_cannot_be_read_for_a_moment_is_read_again(
    team: Workspace, data: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settled(team)
    monkeypatch.setattr(answering, "AGAIN", 0.2)
    real, failures = Inbox.unanswered, [StorageFailed(data, "disk gone")]

    def unanswered(inbox: Inbox) -> list[Entry]:
        if failures:
            raise failures.pop()
        return real(inbox)

    monkeypatch.setattr(Inbox, "unanswered", unanswered)

    [shown] = team.answers_to(team.mention(QUESTION))

    assert text_of(shown.blocks) == ANSWER
    assert "disk gone" in caplog.text


# Twenty at once in five channels, of which each takes a message a second.
@pytest.mark.usefixtures("slacks_rates")
def test_twenty_at_once_are_all_answered_within_slacks_rates(team: Workspace, slack: FakeSlack) -> None:
    bodies = [event_of("app_mention", f"{QUESTION} {number}", f"C{number % 5}") for number in range(20)]

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(team.send, bodies))

    for body in bodies:
        assert [text_of(one.blocks) for one in team.answers_to(body)] == [ANSWER]


class TestWords:
    def test_of_an_answered_question_are_nowhere_in_the_inbox(self, team: Workspace, data: Path) -> None:
        team.answers_to(team.mention("Where is the Zanzibar file?"))
        settled(team)
        wait_until(lambda: not unanswered(data))

        files = [path.read_bytes() for path in data.glob(f"{FILE}*")]

        assert files
        assert not any(b"Zanzibar" in content for content in files)

    def test_of_a_waiting_question_are(self, team: Workspace, data: Path, script: Script) -> None:
        script.in_pieces(numbered(1))
        team.mention("Where is the Zanzibar file?")

        assert any(b"Zanzibar" in path.read_bytes() for path in data.glob(f"{FILE}*"))
        script.go_on.set()


def unanswered(data: Path) -> int:
    with sqlite3.connect(data / FILE) as connection:
        [number] = connection.execute("SELECT COUNT(*) FROM inbox WHERE state != 'done'").fetchone()
    return int(number)

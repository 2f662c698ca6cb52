"""Text that arrives in pieces is shown as it arrives, where Slack takes it; otherwise a status, and one message."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from qa.answer import Answer
from qa.chain import Ask
from qa.service import Footnote
from qa.slack import answering
from tests.qa.slack.fake import BOT, FakeSlack, Shown, fake_slack
from tests.qa.slack.rendering import markdown_text, plain_text, sources_of, text_of
from tests.qa.slack.scripted import Said, Script, Workspace, answer, blocks_of, event_of, grown, numbered
from tests.qa.slack.stage import wait_until

QUESTION = "What stands?"
PATIENCE = 0.25  # seconds, instead of 0.7
LONGER = 0.35
SAID = tuple(numbered(number) for number in range(1, 4))
WHOLE = "Sentence 1 stands. [1] Sentence 2 stands. [2] Sentence 3 stands. [3]"


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader is shown something after less time, which is waited for here often."""
    monkeypatch.setattr(answering, "PATIENCE", PATIENCE)


def read(shown: list[Shown]) -> str:
    """All of the text, streamed and posted."""
    return "".join("".join([markdown_text(one.markdown) if one.markdown else "", text_of(one.blocks)]) for one in shown)


def go_on_when(script: Script, slack: FakeSlack, calls: int) -> None:
    """Lets the next sentence come once so many calls of a stream have been made."""
    wait_until(lambda: sum(method.endswith("Stream") for method, _ in slack.calls) >= calls)
    script.go_on.set()


def go_on(script: Script, slack: FakeSlack, times: int) -> None:
    wait_until(lambda: bool(slack.called("assistant.threads.setStatus")))
    script.go_on.set()
    for calls in range(1, times):
        go_on_when(script, slack, calls)


def test_sentences_appear_one_by_one_and_their_sources_at_the_end(
    team: Workspace, slack: FakeSlack, script: Script
) -> None:
    script.in_pieces(*SAID)
    asked = team.mention(QUESTION)
    go_on(script, slack, 3)

    wait_until(lambda: bool(slack.called("chat.stopStream")))
    [shown] = team.answers_to(asked)

    assert [m for m, _ in slack.calls if m.startswith("chat")] == [
        "chat.startStream",
        "chat.appendStream",
        "chat.appendStream",
        "chat.stopStream",
    ]
    assert (shown.payload["recipient_user_id"], shown.payload["recipient_team_id"]) == ("U1", "T1")
    assert markdown_text(shown.markdown) == WHOLE
    assert [(s.number, s.quote) for s in sources_of(shown.blocks)] == [(f"[{n}]", SAID[n - 1][1]) for n in (1, 2, 3)]
    assert text_of(shown.blocks) == ""


def test_before_the_first_sentence_there_is_a_status(team: Workspace, slack: FakeSlack, script: Script) -> None:
    script.in_pieces(numbered(1))
    asked = team.mention(QUESTION)

    wait_until(lambda: bool(slack.called("assistant.threads.setStatus")))
    script.go_on.set()
    [shown] = team.answers_to(asked)

    status = slack.called("assistant.threads.setStatus")
    assert [one["status"] for one in status] == ["is reading the documents…"]
    assert (status[0]["channel_id"], status[0]["thread_ts"]) == ("C1", asked["event"]["ts"])
    assert (shown.kind, text_of(shown.blocks)) == ("post", "Sentence 1 stands. [1]")


def test_an_answer_that_is_there_at_once_is_one_message_without_a_status(team: Workspace, slack: FakeSlack) -> None:
    team.answers_to(team.mention(QUESTION))

    assert [method for method, _ in slack.calls] == ["auth.test", "chat.postMessage"]


@pytest.mark.parametrize("code", ["channel_type_not_supported", "missing_scope", "not_allowed_token_type"])
def test_where_streams_are_refused_answers_are_posted_from_then_on(
    code: str, team: Workspace, slack: FakeSlack, script: Script
) -> None:
    script.in_pieces(*SAID)
    slack.next("chat.startStream", code)
    first = team.mention(QUESTION)
    go_on(script, slack, 2)
    script.go_on.set()
    [shown] = team.answers_to(first)

    script.steps = slowly(*SAID)
    [again] = team.answers_to(team.mention(QUESTION, "C2"))

    assert text_of(shown.blocks) == text_of(again.blocks) == WHOLE
    assert len(slack.called("chat.startStream")) == 1


def slowly(*said: Said) -> Callable[[Ask], Iterator[Answer]]:
    def steps(ask: Ask) -> Iterator[Answer]:
        whole = answer(ask["question"], *said)
        for number in range(len(said) + 1):
            yield grown(whole, number)
            time.sleep(LONGER)

    return steps


def test_a_model_that_is_still_at_the_next_sentence_is_no_news(
    team: Workspace, slack: FakeSlack, script: Script
) -> None:
    def steps(ask: Ask) -> Iterator[Answer]:
        whole = answer(ask["question"], *SAID)
        for number in range(len(SAID) + 1):
            snapshot, end = grown(whole, number), time.monotonic() + LONGER
            while time.monotonic() < end:  # as the chain does, so that it can be stopped meanwhile
                yield snapshot
                time.sleep(0.05)

    script.steps = steps
    asked = team.mention(QUESTION)

    wait_until(lambda: bool(slack.called("chat.stopStream")))
    [shown] = team.answers_to(asked)

    assert [one["status"] for one in slack.called("assistant.threads.setStatus")] == ["is reading the documents…"]
    assert (shown.kind, markdown_text(shown.markdown)) == ("stream", WHOLE)


@pytest.mark.parametrize("code", ["message_not_in_streaming_state", "msg_too_long", "internal_error"])
def test_what_a_stream_refuses_follows_as_a_message(
    code: str, team: Workspace, slack: FakeSlack, script: Script
) -> None:
    script.in_pieces(*SAID)
    slack.next("chat.appendStream", code)
    asked = team.mention(QUESTION)
    go_on(script, slack, 3)

    shown = team.answers_to(asked, messages=2)

    assert read(shown) == WHOLE
    assert [one.kind for one in shown] == ["stream", "post"]
    assert [source.number for source in sources_of(blocks_of(shown))] == ["[1]", "[2]", "[3]"]
    script.steps = slowly(*SAID[:2])
    [again] = team.answers_to(team.mention(QUESTION, "C2"))
    assert again.kind == "stream"  # it was that stream, not streaming


def test_a_stream_that_expired_goes_on_as_a_message(team: Workspace, slack: FakeSlack, script: Script) -> None:
    script.in_pieces(*SAID)
    asked = team.mention(QUESTION)
    go_on(script, slack, 1)
    wait_until(lambda: bool(slack.called("chat.startStream")))
    slack.expire()
    script.go_on.set()
    wait_until(lambda: bool(slack.called("chat.appendStream")))
    script.go_on.set()

    shown = team.answers_to(asked, messages=2)

    assert read(shown) == WHOLE


@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream"])
def test_a_connection_that_breaks_in_a_stream_repeats_and_loses_nothing(
    method: str, team: Workspace, slack: FakeSlack, script: Script
) -> None:
    script.in_pieces(*SAID)
    slack.next(method, "drop")
    asked = team.mention(QUESTION)
    wait_until(lambda: bool(slack.called("assistant.threads.setStatus")))
    script.go_on.set(3)
    wait_until(lambda: any("feedback" in str(one.blocks) for one in slack.shown))

    shown = team.answers_to(asked)

    assert "".join(read(shown).split()) == "".join(WHOLE.split())
    assert [source.number for source in sources_of(blocks_of(shown))] == ["[1]", "[2]", "[3]"]


def test_where_its_sources_are_refused_they_come_with_links_or_as_text(
    team: Workspace, slack: FakeSlack, script: Script
) -> None:
    script.in_pieces(*SAID)
    slack.refuses_blocks = True
    asked = team.mention(QUESTION)
    go_on(script, slack, 3)

    shown = team.answers_to(asked, messages=2)

    assert markdown_text(shown[0].markdown) == WHOLE
    assert "[3] Bridges, characters 38 to 56\n“Sentence 3 stands.”" in plain_text(shown[1].payload)


# 80 sentences of 200 CJK characters: 16,000 characters, about 50,000 bytes, in messages of 9,000 at most.
def test_a_long_one_rolls_over_into_further_messages(team: Workspace, slack: FakeSlack, script: Script) -> None:
    said: list[Said] = [("supported", f"{number:03}" + "句" * 200, "同じ。") for number in range(81)]
    whole = answer("?", *said)

    def steps(ask: Ask) -> Iterator[Answer]:
        yield grown(whole, 1)
        script.go_on.wait()
        for number in range(2, 82):
            yield grown(whole, number)

    script.steps = steps
    asked = team.mention(QUESTION)
    wait_until(lambda: bool(slack.called("chat.startStream")))
    script.go_on.set()
    wait_until(lambda: any("feedback" in str(one.blocks) for one in slack.shown))

    shown = team.answers_to(asked, messages=5)
    assert "".join(read(shown).split()) == "".join(whole.text.split())  # a message begins with no blank
    assert all(len(one.markdown.encode()) <= 9_000 for one in shown)
    assert not any(one.is_streaming for one in shown)


# Slack takes 20 streams a minute: what comes then is posted, before any call was refused.
def test_more_answers_than_slack_takes_streams_are_posted(team: Workspace, slack: FakeSlack, script: Script) -> None:
    def steps(ask: Ask) -> Iterator[Answer]:
        whole = answer(ask["question"], *SAID[:2])
        yield grown(whole, 1)
        time.sleep(LONGER)
        yield whole

    script.steps = steps
    asked = [team.mention(QUESTION, f"C{number}") for number in range(24)]

    shown = [team.answers_to(one)[0] for one in asked]
    wait_until(lambda: all("feedback" in str(one.blocks) for one in shown))

    assert all(read([one]) == "Sentence 1 stands. [1] Sentence 2 stands. [2]" for one in shown)
    assert len([one for one in shown if one.kind == "stream"]) >= 20
    assert slack.too_fast == {}


def test_an_answer_that_changes_while_it_is_checked_is_given_whole(
    team: Workspace, slack: FakeSlack, script: Script
) -> None:
    def steps(ask: Ask) -> Iterator[Answer]:
        yield grown(answer("?", *SAID), 1)
        script.go_on.wait()
        yield answer("?", numbered(7))

    script.steps = steps
    asked = team.mention(QUESTION)
    wait_until(lambda: bool(slack.called("chat.startStream")))
    script.go_on.set()

    first, second = team.answers_to(asked, messages=2)

    assert markdown_text(first.markdown) == "Sentence 1 stands. [1]"
    assert text_of(second.blocks).endswith("This is all of it:Sentence 7 stands. [1]")


class TestAgent:
    @pytest.fixture
    def slack(self) -> Iterator[FakeSlack]:
        with fake_slack("chat:write,assistant:write,im:history") as fake:
            yield fake
            assert fake.faults == []

    def test_shows_that_it_works_and_that_it_has_ended(self, team: Workspace, slack: FakeSlack, script: Script) -> None:
        script.in_pieces(numbered(1))
        asked = team.direct(QUESTION)
        wait_until(lambda: bool(slack.called("agents.sessions.setStatus")))
        script.go_on.set()

        [shown] = team.answers_to(asked)
        wait_until(lambda: len(slack.called("agents.sessions.setStatus")) == 2)

        assert text_of(shown.blocks) == "Sentence 1 stands. [1]"
        assert [one["status"] for one in slack.called("agents.sessions.setStatus")] == ["processing", "active"]
        assert slack.called("agents.sessions.setStatus")[0]["thread_ts"] == asked["event"]["ts"]

    def test_stops_when_it_is_told_to(self, team: Workspace, slack: FakeSlack, script: Script) -> None:
        script.in_pieces(*SAID)
        asked = team.direct(QUESTION)
        wait_until(lambda: bool(slack.called("agents.sessions.setStatus")))
        thread = asked["event"]["ts"]

        team.send(event_of("agent_session_stopped", "", "D1", thread, streaming_message_ts=[]))
        [shown] = team.answers_to(asked)
        script.go_on.set()
        wait_until(script.closed.is_set)

        assert text_of(shown.blocks) == "Stopped."
        wait_until(lambda: slack.called("agents.sessions.setStatus")[-1]["status"] == "active")

    def test_is_told_to_stop_what_is_answered_and_answers_what_is_asked_next(
        self, team: Workspace, slack: FakeSlack, script: Script
    ) -> None:
        slack.next("agents.sessions.setStatus", "ok", "slow")  # while the second call lasts, the button is there
        script.in_pieces(numbered(1))
        asked = team.direct(QUESTION)
        thread = asked["event"]["ts"]
        wait_until(lambda: bool(slack.called("agents.sessions.setStatus")))
        script.go_on.set(2)
        wait_until(lambda: len(slack.called("agents.sessions.setStatus")) == 2)

        team.send(event_of("agent_session_stopped", "", "D1", thread, streaming_message_ts=[]))
        team.direct("And how long is it?", thread=thread)
        shown = team.answers_to(asked, messages=2)

        assert [text_of(one.blocks) for one in shown] == ["Sentence 1 stands. [1]"] * 2

    def test_stops_a_stream_that_slack_has_ended(self, team: Workspace, slack: FakeSlack, script: Script) -> None:
        script.in_pieces(*SAID)
        asked = team.direct(QUESTION)
        wait_until(lambda: bool(slack.called("agents.sessions.setStatus")))
        script.go_on.set()
        wait_until(lambda: bool(slack.called("chat.startStream")))
        slack.expire()

        team.send(event_of("agent_session_stopped", "", "D1", asked["event"]["ts"], streaming_message_ts=["1"]))
        shown = team.answers_to(asked, messages=2)

        assert [markdown_text(shown[0].markdown), text_of(shown[1].blocks)] == ["Sentence 1 stands. [1]", "Stopped."]

    def test_offers_questions_where_a_direct_message_is_opened(
        self, team: Workspace, slack: FakeSlack, service: Footnote, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from qa.suggesting import Suggestion

        found = (Suggestion("Who built the bridge?", "d", "t"), Suggestion("W" * 100, "d", "t"))
        monkeypatch.setattr(service, "suggest", lambda *_: service.queue.submit(lambda: iter([found])))

        team.send(event_of("app_home_opened", "", "D1", tab="messages"))
        wait_until(lambda: bool(slack.called("assistant.threads.setSuggestedPrompts")))

        [offered] = slack.called("assistant.threads.setSuggestedPrompts")
        assert offered["channel_id"] == "D1"
        assert offered["prompts"][0] == {"title": "Who built the bridge?", "message": "Who built the bridge?"}
        assert len(offered["prompts"][1]["title"]) == 75
        assert "thread_ts" not in offered


def test_without_an_agents_scope_none_of_its_methods_is_called(team: Workspace, slack: FakeSlack) -> None:
    team.send(event_of("app_home_opened", "", "D1", tab="messages"))
    team.answers_to(team.direct(QUESTION))

    assert {method for method, _ in slack.calls} == {"auth.test", "chat.postMessage"}


def test_a_status_that_is_refused_is_not_tried_again(team: Workspace, slack: FakeSlack, script: Script) -> None:
    slack.next("assistant.threads.setStatus", "missing_scope")
    for channel in ("C1", "C2"):
        script.steps = slowly(numbered(1))
        asked = team.mention(QUESTION, channel)
        team.answers_to(asked)

    assert len(slack.called("assistant.threads.setStatus")) <= 1


def test_our_own_mention_is_left_out_of_the_question(team: Workspace, script: Script) -> None:
    team.answers_to(team.event("message", f"<@{BOT}> who?", "D1", None, channel_type="im"))

    assert script.asked[0]["question"] == "who?"

"""Each way to ask in Slack, and what is shown there."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index.document import Document
from qa.answer import Answer, Evidence, Notice, Refusal
from qa.chain import Ask
from qa.service import Footnote
from qa.slack.blocks import RATE, SHARE
from qa.slack.inbox import FILE
from tests.qa.slack.fake import FakeSlack
from tests.qa.slack.rendering import plain_text, remarks_of, sources_of, text_of
from tests.qa.slack.scripted import BRIDGES, PUBLIC, Script, Workspace, answer, blocks_of, footnote, numbered, workspace
from tests.qa.slack.stage import wait_until

QUESTION = "When did the bridge open?"


def test_a_mention_is_answered_in_its_thread(team: Workspace) -> None:
    [shown] = team.answers_to(team.mention(QUESTION))

    assert text_of(shown.blocks) == "Sentence 1 stands. [1]"
    [source] = sources_of(shown.blocks)
    assert (source.number, source.title, source.quote) == ("[1]", "Bridges", "Sentence 1 stands.")
    assert source.url == f"{PUBLIC}/d/{BRIDGES.id}?start=0&end=18&hash={'0' * 64}#quote"
    assert remarks_of(shown.blocks) == ["Verdict: quoted word for word."]
    assert plain_text(shown.payload).startswith(
        "Sentence 1 stands. [1]\n\n[1] Bridges, characters 0 to 18\n“Sentence 1"
    )


def test_a_mention_within_a_thread_is_answered_there(team: Workspace) -> None:
    [shown] = team.answers_to(team.mention(QUESTION, thread="1500000000.000001"))

    assert shown.thread == "1500000000.000001"


def test_a_direct_message_gets_a_thread_of_its_own(team: Workspace, script: Script) -> None:
    first, second = team.direct(QUESTION), team.direct("And who painted it?")

    [one], [other] = team.answers_to(first), team.answers_to(second)

    assert (one.thread, other.thread) == (first["event"]["ts"], second["event"]["ts"])
    assert [ask["history"] for ask in script.asked] == [[], []]


@pytest.mark.parametrize("way", ["mention", "direct"])
def test_a_follow_up_in_the_thread_is_understood_from_the_earlier_turns(
    way: str, team: Workspace, script: Script
) -> None:
    ask = getattr(team, way)
    first = ask(QUESTION)
    team.answers_to(first)

    team.answers_to(ask("And who painted it?", thread=first["event"]["ts"]), messages=2)

    assert script.asked[1]["question"] == "And who painted it?"
    assert script.asked[1]["history"] == [
        {"role": "user", "content": QUESTION},
        {"role": "assistant", "content": "Sentence 1 stands. [1]"},
    ]


def test_follow_ups_sent_at_once_are_answered_in_order(team: Workspace, script: Script) -> None:
    first = team.mention(QUESTION)
    for number in range(3):
        team.mention(f"And {number}?", thread=first["event"]["ts"])

    team.answers_to(first, messages=4)

    assert [ask["question"] for ask in script.asked] == [QUESTION, "And 0?", "And 1?", "And 2?"]
    assert [len(ask["history"]) for ask in script.asked] == [0, 2, 4, 6]


def test_a_command_is_answered_to_the_one_who_asked(team: Workspace, slack: FakeSlack) -> None:
    team.command(QUESTION, "r1")

    [shown] = team.responses("r1")

    assert shown.kind == "ephemeral"
    assert text_of(shown.blocks) == "Sentence 1 stands. [1]"
    assert [source.quote for source in sources_of(shown.blocks)] == ["Sentence 1 stands."]
    assert slack.called("chat.postMessage") == []


def test_a_commands_answer_is_posted_to_the_channel_by_its_button_once(team: Workspace, slack: FakeSlack) -> None:
    team.command(QUESTION, "r1")
    [asked] = team.responses("r1")
    [button] = [e for block in asked.blocks if block["type"] == "actions" for e in block["elements"]]

    for press in range(2):
        team.press(button["action_id"], button["value"], f"pressed-{press}")
    [shown] = team.responses("pressed-0")
    team.answers_to(team.mention("Something later?", channel="C9"))

    assert shown.kind == "in_channel"
    assert text_of(shown.blocks) == f"Asked: {QUESTION}Sentence 1 stands. [1]"
    assert sources_of(shown.blocks) == sources_of(asked.blocks)
    assert slack.in_thread("pressed-1", None) == []


def test_what_is_not_kept_any_more_is_not_posted(team: Workspace, service: Footnote) -> None:
    team.command(QUESTION, "r1")
    team.responses("r1")
    trace_id = trace_ids(service)[0]
    service.answers.forget_document(BRIDGES.id)

    team.press(SHARE, trace_id, "pressed")
    [shown] = team.responses("pressed")

    assert (shown.kind, "not kept any more" in text_of(shown.blocks)) == ("ephemeral", True)


@pytest.mark.parametrize("helpful", [True, False])
def test_a_rating_stands_beside_its_answer(helpful: bool, team: Workspace, service: Footnote) -> None:
    [shown] = team.answers_to(team.mention(QUESTION))
    [buttons] = [e for block in shown.blocks if block["type"] == "context_actions" for e in block["elements"]]
    trace_id = trace_ids(service)[0]
    value = buttons["positive_button" if helpful else "negative_button"]["value"]
    assert trace_id in value

    team.press(RATE, value, "rated")
    [thanks] = team.responses("rated")

    rating = service.answers.feedback(trace_id)
    assert rating is not None and rating.helpful == helpful
    assert thanks.kind == "ephemeral"


def test_where_no_answer_is_kept_there_are_no_buttons(data: Path, slack: FakeSlack, script: Script) -> None:
    with footnote(data, script, keep_days=0) as service, workspace(service, slack, data, keep_answers=0) as team:
        team.command(QUESTION, "r1")
        [shown] = team.responses("r1")

    assert {block["type"] for block in shown.blocks} == {"rich_text"}


def test_a_refusal_reads_as_one_with_the_closest_passages(team: Workspace, script: Script) -> None:
    why = Refusal(code="not_in_documents", message="The documents don’t seem to answer this.")
    close = answer("?", numbered(1), numbered(2))
    evidence = tuple(
        Evidence(**{**citation.model_dump(include=set(Evidence.model_fields)), "text": citation.quote, "score": 0.1})
        for citation in close.citations
    )
    refused = close.model_copy(
        update={"kind": "refusal", "refusal": why, "statements": (), "citations": (), "evidence": evidence}
    )
    script.steps = lambda ask: iter([refused])

    [shown] = team.answers_to(team.mention(QUESTION))

    assert text_of(shown.blocks) == f"No answer: {why.message}Closest, perhaps not an answer:"
    assert [(s.number, s.quote) for s in sources_of(shown.blocks)] == [
        ("•", "Sentence 1 stands."),
        ("•", "Sentence 2 stands."),
    ]
    assert "citation" not in json.dumps(shown.blocks)


def test_doubt_is_said_in_words_where_it_belongs(team: Workspace, script: Script) -> None:
    script.steps = lambda ask: iter(
        [answer("?", numbered(1), ("partial", "It stands well.", "It stands."), ("unsupported", "It flies.", "No."))]
    )

    [shown] = team.answers_to(team.mention(QUESTION))

    assert text_of(shown.blocks) == (
        "Sentence 1 stands. [1] It stands well. (only partly supported) [2] It flies. (not supported) [3]"
    )
    assert remarks_of(shown.blocks) == [
        "Verdict: 1 sentence quoted word for word, 1 sentence only partly supported, 1 sentence not supported."
    ]


def test_how_a_follow_up_was_understood_and_what_happened_is_said(team: Workspace, script: Script) -> None:
    notice = Notice(code="slow", message="The search was slow.")
    script.steps = lambda ask: iter([answer("?", numbered(1), standalone_question="Who is she?", notices=(notice,))])

    [shown] = team.answers_to(team.mention(QUESTION))

    assert remarks_of(shown.blocks) == [
        "Understood as: Who is she?",
        "Verdict: quoted word for word.",
        "Note: The search was slow.",
    ]


# Three in the open, four behind a fold; a fold holds ten at most.
@pytest.mark.parametrize(("sources", "folds"), [(1, 0), (3, 0), (4, 1), (12, 2)])
def test_more_than_three_sources_are_folded(sources: int, folds: int, team: Workspace, script: Script) -> None:
    script.steps = lambda ask: iter([answer("?", *(numbered(number) for number in range(1, sources + 1)))])

    shown = team.answers_to(team.mention(QUESTION))

    blocks = blocks_of(shown)
    assert len([block for block in blocks if block["type"] == "container"]) == folds
    assert [source.number for source in sources_of(blocks)] == [f"[{n}]" for n in range(1, sources + 1)]


def test_without_a_public_url_sources_have_no_links(data: Path, service: Footnote, slack: FakeSlack) -> None:
    with workspace(service, slack, data, public_url=None) as team:
        [shown] = team.answers_to(team.mention(QUESTION))

    assert [source.url for source in sources_of(shown.blocks)] == [None]


def test_where_citations_are_refused_the_same_answer_comes_with_links(team: Workspace, slack: FakeSlack) -> None:
    slack.refuses_citations = True

    [shown] = team.answers_to(team.mention(QUESTION))

    assert len(slack.called("chat.postMessage")) == 2
    assert text_of(shown.blocks) == "Sentence 1 stands. [1]"
    [source] = sources_of(shown.blocks)
    assert source.url and source.url.startswith(PUBLIC)
    assert "citation" not in json.dumps(shown.blocks)


def test_where_blocks_are_refused_the_same_answer_comes_as_text(team: Workspace, slack: FakeSlack) -> None:
    slack.refuses_blocks = True

    [shown] = team.answers_to(team.mention(QUESTION))

    assert len(slack.called("chat.postMessage")) == 3
    assert "blocks" not in shown.payload
    assert plain_text(shown.payload) == (
        "Sentence 1 stands. [1]\n\n[1] Bridges, characters 0 to 18\n“Sentence 1 stands.”\n\n"
        "Verdict: quoted word for word."
    )


class TestChannels:
    SEEN = '{"C1": ["/bridges.txt"], "C2": ["/b*.txt", "/towers.txt"], "dm": ["*"], "C3": []}'

    @pytest.fixture
    def team(self, data: Path, service: Footnote, slack: FakeSlack) -> Iterator[Workspace]:
        service.library.add(Document.from_text("The towers are old.", source="/towers.txt"))
        with workspace(service, slack, data, slack_channels=self.SEEN) as team:
            yield team

    @pytest.mark.parametrize(("channel", "names"), [("C1", ["/bridges.txt"]), ("C2", ["/bridges.txt", "/towers.txt"])])
    def test_see_their_documents_and_no_others(
        self, channel: str, names: list[str], team: Workspace, script: Script, service: Footnote
    ) -> None:
        team.answers_to(team.mention(QUESTION, channel))
        team.command(QUESTION, "r1", channel)
        team.responses("r1")

        for ask in script.asked:
            assert sorted(service.library.find(id).source for id in ask["documents"]) == names

    def test_direct_messages_have_their_own_entry(self, team: Workspace, script: Script) -> None:
        team.answers_to(team.direct(QUESTION))

        assert "documents" not in script.asked[0]

    @pytest.mark.parametrize("channel", ["C3", "C4"])
    def test_without_documents_get_a_line_and_no_answer(self, channel: str, team: Workspace, script: Script) -> None:
        [shown] = team.answers_to(team.mention(QUESTION, channel))

        assert "no documents that may be used here" in text_of(shown.blocks)
        assert script.asked == []


def is_answered(data: Path, thread: str) -> bool:
    """Whether it is noted that we are in a thread, which is after the answer stands there."""
    with closing(sqlite3.connect(data / FILE)) as inbox:
        [count] = inbox.execute("SELECT COUNT(*) FROM turns WHERE conversation LIKE ?", (f"%{thread}%",)).fetchone()
    return bool(count)


class TestUntagged:
    def test_messages_in_a_channel_are_not_for_us(self, team: Workspace, script: Script, service: Footnote) -> None:
        asked = team.mention(QUESTION)
        team.answers_to(asked)

        team.event("message", "I think so, too.", "C1", asked["event"]["ts"], channel_type="channel")
        team.answers_to(team.mention("Later?", "C2"))

        assert [ask["question"] for ask in script.asked] == [QUESTION, "Later?"]

    def test_are_answered_where_the_setting_says_so_in_threads_that_we_are_in(
        self, data: Path, service: Footnote, slack: FakeSlack, script: Script
    ) -> None:
        with workspace(service, slack, data, slack_follow=True) as team:
            asked = team.mention(QUESTION)
            team.answers_to(asked)
            thread = asked["event"]["ts"]
            wait_until(lambda: is_answered(data, thread))
            team.event("message", "And when?", "C1", thread, channel_type="channel")
            team.event("message", "<@U2> what do you think?", "C1", thread, channel_type="channel")
            team.event("message", "Lunch?", "C1", "1500000000.000009", channel_type="channel")
            team.event("message", "Lunch?", "C1", None, channel_type="channel")
            team.answers_to(asked, messages=2)
            team.answers_to(team.mention("Later?", "C2"))

        assert [ask["question"] for ask in script.asked] == [QUESTION, "And when?", "Later?"]


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "BOTHER"},
        {"bot_id": "BBOT", "user": "UBOT"},
        {"user": "UBOT"},
        {"subtype": "message_changed", "message": {"text": "edited"}},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
    ],
    ids=lambda more: "+".join(more),
)
def test_nobody_elses_and_no_edited_message_is_answered(more: dict[str, Any], team: Workspace, script: Script) -> None:
    team.direct("Ping", **more)
    team.answers_to(team.mention("Later?", "C2"))

    assert [ask["question"] for ask in script.asked] == ["Later?"]


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
def test_a_message_with_a_file_or_shown_twice_is_answered(subtype: str, team: Workspace) -> None:
    assert team.answers_to(team.direct(QUESTION, subtype=subtype))


@pytest.mark.parametrize(
    "kind", ["reaction_added", "app_uninstalled", "assistant_thread_started", "member_joined_channel"]
)
def test_events_that_mean_nothing_to_us_are_acknowledged(kind: str, team: Workspace) -> None:
    team.event(kind, "", "C1", None)


def test_actions_that_mean_nothing_to_us_are_acknowledged(team: Workspace) -> None:
    team.press("somebody_elses", "?", "r1")


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("<@UBOT> who?", "who?"),
        ("who, <@UBOT|footnote>?", "who,  ?"),
        ("<@UBOT> ask <@U2|ann> in <#C2|general>", "ask @ann in #general"),
        ("<@UBOT> see <https://a.example/x|the page> or <https://b.example>", "see the page or https://b.example"),
        ("<@UBOT> &lt;!here&gt; &amp;lt; R&amp;D", "<!here> &lt; R&D"),
        ("<@UBOT> <!here> <!subteam^S1|@team>", "@here @team"),
        ("<@UBOT> nul \x00 and half \ud83c", "nul  and half ?"),
    ],
)
def test_a_question_is_read_as_it_was_typed(typed: str, asked: str, team: Workspace, script: Script) -> None:
    team.answers_to(team.event("app_mention", typed, "C1", None))

    assert script.asked[0]["question"] == asked


def test_a_failure_is_told_and_logged_without_a_word_of_it(
    team: Workspace, script: Script, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def fail(ask: Ask) -> Iterator[Answer]:
        raise RuntimeError(f"secret: {ask['question']}")

    script.steps = fail

    [shown] = team.answers_to(team.mention("Where is the gold?"))

    assert "Something went wrong" in text_of(shown.blocks)
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert any("RuntimeError" in message for message in ours)
    assert not [message for message in ours if "gold" in message]


def trace_ids(service: Footnote) -> list[str]:
    assert service.answers._connection is not None
    return [row[0] for row in service.answers._connection.execute("SELECT trace_id FROM answers ORDER BY kept_at")]

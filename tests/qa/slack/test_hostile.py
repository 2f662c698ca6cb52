"""Nothing of a document, a title or a question does anything in Slack; and all of it arrives, however long."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import regex

from qa.answer import Answer
from qa.chain import Ask
from tests.qa.slack.fake import FakeSlack
from tests.qa.slack.rendering import markdown_text, plain_text, sources_of, text_of
from tests.qa.slack.scripted import Script, Workspace, answer, blocks_of, grown
from tests.qa.slack.stage import wait_until

HOSTILE = (
    "<!channel> <@U1> <http://x|y> *b* _i_ ~s~ `c` [l](http://x) ![i](http://x) &lt;!here&gt; @here #general "
    "http://bare.example :smile: - # > | $ \\ ** [1] www.bare.example <b>"
)
UNITS = {
    "Latin": "Zwei Brücken, naïve façade. ",
    "CJK": "東京の橋は古い。",
    "emoji": "👩‍👩‍👧‍👦🇩🇪👍🏽é️",
    "one word": "x",
}


def hostile(ask: Ask) -> Iterator[Answer]:
    yield answer(
        ask["question"],
        ("supported", HOSTILE, HOSTILE),
        ("partial", HOSTILE + "!", HOSTILE + "?"),
        title=HOSTILE,
        standalone_question=HOSTILE,
    )


def check(team_blocks: list[dict[str, object]]) -> None:
    assert text_of(team_blocks).endswith(f"{HOSTILE} [1] {HOSTILE}! (only partly supported) [2]")
    assert [(source.title, source.quote) for source in sources_of(team_blocks)] == [
        (HOSTILE, HOSTILE),
        (HOSTILE, HOSTILE + "?"),
    ]


def test_blocks_show_it_literally(team: Workspace, script: Script) -> None:
    script.steps = hostile

    shown = team.answers_to(team.mention(HOSTILE))

    check(blocks_of(shown))
    assert script.asked[0]["question"] == HOSTILE
    assert plain_text(shown[0].payload).startswith(f"{HOSTILE} [1] {HOSTILE}! (only")


def test_a_command_and_its_button_show_it_literally(team: Workspace, script: Script) -> None:
    script.steps = hostile
    team.command(HOSTILE, "r1")
    asked = team.responses("r1")
    check(blocks_of(asked))
    [button] = [e for block in blocks_of(asked) if block["type"] == "actions" for e in block["elements"]]

    team.press(button["action_id"], button["value"], "r2")
    shared = team.responses("r2")

    check(blocks_of(shared))
    assert text_of(blocks_of(shared)).startswith(f"Asked: {HOSTILE}{HOSTILE}")


def test_text_shows_it_literally(team: Workspace, slack: FakeSlack, script: Script) -> None:
    script.steps = hostile
    slack.refuses_blocks = True

    [shown] = team.answers_to(team.mention(HOSTILE))

    assert f"[2] {HOSTILE}, characters" in plain_text(shown.payload)


def test_a_stream_shows_it_literally(team: Workspace, slack: FakeSlack, script: Script) -> None:
    [whole] = hostile({"question": HOSTILE})

    def steps(ask: Ask) -> Iterator[Answer]:
        yield grown(whole, 1)
        script.go_on.wait()
        yield whole

    script.steps = steps
    asked = team.mention(HOSTILE)
    wait_until(lambda: bool(slack.called("chat.startStream")))
    script.go_on.set()
    wait_until(lambda: bool(slack.called("chat.stopStream")))

    [shown] = team.answers_to(asked)
    assert markdown_text(shown.markdown) == f"{HOSTILE} [1] {HOSTILE}! (only partly supported) [2]"


# Right-to-left override and isolate, ESC, NUL: a title with them could show the words after it in another order.
def test_what_would_turn_or_hide_other_words_is_shown_as_a_mark(team: Workspace, script: Script) -> None:
    script.steps = lambda ask: iter(
        [answer("?", ("supported", "a\u202eb\x1bc", "d\u2067e\x00f"), title="g\u202eh\x07i")]
    )

    shown = team.answers_to(team.mention("?"))

    assert text_of(blocks_of(shown)) == "a\ufffdb\ufffdc [1]"
    assert [(one.title, one.quote) for one in sources_of(blocks_of(shown))] == [("g\ufffdh\ufffdi", "d\ufffde\ufffdf")]
    assert "\u202e" not in plain_text(shown[0].payload)


# 20,000 characters: the text, and as many in the quotes below it.
@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS)
@pytest.mark.parametrize("way", ["mention", "command"])
def test_a_long_answer_arrives_whole_and_in_order(unit: str, way: str, team: Workspace, script: Script) -> None:
    text = (unit * (10_000 // len(unit) + 1))[:10_000]
    text = "".join(regex.findall(r"\X", text)[:-1])
    script.steps = lambda ask: iter([answer(ask["question"], ("supported", text, text), ("partial", f"{text}.", text))])

    if way == "mention":
        body = team.mention("Everything?")
        wait_until(lambda: "feedback" in str(blocks_of(team.answers_to(body))))
        shown = team.answers_to(body)
    else:
        team.command("Everything?", "r1", user="UASKS")
        wait_until(lambda: "feedback" in str(team.slack.shown))
        shown = [*team.responses("r1"), *team.slack.in_thread("UASKS", None)]

    blocks = blocks_of(shown)
    assert text_of(blocks) == f"{text} [1] {text}. (only partly supported) [1]"
    assert [source.quote for source in sources_of(blocks)] == [text]
    whole = {*regex.findall(r"\X", f"{text}. "), *"Bridges, characters 0123456789 to (continued)"}
    for block in blocks:
        for part in block["elements"] if block["type"] == "rich_text" else []:
            for element in part["elements"]:
                assert "style" in element or set(regex.findall(r"\X", element["text"])) <= whole


def test_a_long_commands_answer_says_where_it_goes_on(team: Workspace, script: Script) -> None:
    text = UNITS["CJK"] * 2_500
    script.steps = lambda ask: iter([answer(ask["question"], ("supported", text, text))])

    team.command("Everything?", "r1", user="UASKS")
    wait_until(lambda: "feedback" in str(team.slack.shown))

    here, there = team.responses("r1"), team.slack.in_thread("UASKS", None)
    assert len(here) == 5
    assert "direct messages" in plain_text(here[-1].payload)
    assert there

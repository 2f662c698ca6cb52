"""The fifty questions about the article: in Slack the same text, quotes and numbers as `footnote ask --json`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa.cli import main
from qa.service import Footnote
from qa.settings import Settings
from qa.slack.blocks import SHARE
from tests.article import QUESTIONS
from tests.qa.slack.fake import Shown, fake_slack
from tests.qa.slack.rendering import sources_of, text_of
from tests.qa.slack.scripted import PUBLIC, Workspace, blocks_of, workspace
from tests.qa.slack.stage import wait_until

Wire = dict[str, Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("article") / "data"


@pytest.fixture
def expected(folder: Path, tmp_path: Path) -> dict[str, list[Wire]]:
    """What `footnote ask --json` prints: for each question its answer, before it those to the conversation's turns."""
    answers: dict[str, list[Wire]] = {record["id"]: [] for record in QUESTIONS}
    batch, out = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    for turn in range(max(len(turns(record)) for record in QUESTIONS)):
        asked = [
            {"id": record["id"], "question": turns(record)[turn], "history": history(answers[record["id"]])}
            for record in QUESTIONS
            if turn < len(turns(record))
        ]
        batch.write_text("".join(json.dumps(one) + "\n" for one in asked), encoding="utf-8")
        assert main(["ask", "--batch", str(batch), "--out", str(out), "--data", str(folder)]) == 0
        for line in out.read_text(encoding="utf-8").splitlines():
            answer = json.loads(line)
            answers[answer["id"]].append(answer)
        out.unlink()
    return answers


def history(answers: list[Wire]) -> list[dict[str, str]]:
    """What was said before, as it is asked with the next question."""
    said = [(("user", answer["question"]), ("assistant", answer["text"])) for answer in answers]
    return [{"role": role, "content": content} for turn in said for role, content in turn]


@pytest.fixture
def teams(folder: Path) -> Iterator[list[Workspace]]:
    """A workspace without Slack's agent messaging, and one with it."""
    settings = Settings.read(data=folder)
    with Footnote.open(settings) as service, fake_slack() as plain, fake_slack("chat:write,assistant:write") as agent:
        (folder.parent / "agent").mkdir()  # its own inbox
        with workspace(service, plain, folder) as one, workspace(service, agent, folder.parent / "agent") as other:
            yield [one, other]
        assert plain.faults == agent.faults == []


@pytest.mark.timeout(1_500)
def test_are_answered_alike_wherever_they_are_asked(expected: dict[str, list[Wire]], teams: list[Workspace]) -> None:
    assert len(QUESTIONS) == 50
    for number, record in enumerate(QUESTIONS):
        answers = expected[record["id"]]
        for team in teams:
            for way, channel in ((team.mention, f"C{number}"), (team.direct, f"D{number}")):
                for shown, answer in zip(conversation(way, team, channel, turns(record)), answers, strict=True):
                    check(shown, answer)
        if len(answers) == 1:
            team = teams[0]
            team.command(record["question"], f"r{number}", f"C{number}")
            shown = team.responses(f"r{number}")
            check(shown, answers[0])
            if answers[0]["kind"] != "refusal":
                share(team, shown, f"s{number}", f"C{number}", answers[0])


def turns(record: dict[str, Any]) -> list[str]:
    return [turn["text"] for turn in record["history"] if turn["role"] == "user"] + [record["question"]]


def conversation(way: Any, team: Workspace, channel: str, asked: list[str]) -> Iterator[list[Shown]]:
    """Each turn's messages; further ones are asked in the thread of the first."""
    thread: str | None = None
    seen = 0
    for question in asked:
        body = way(question, channel, thread)
        thread = thread or body["event"]["ts"]
        shown = team.answers_to(body, messages=seen + 1)
        yield shown[seen:]
        seen = len(shown)


def share(team: Workspace, shown: list[Shown], name: str, channel: str, answer: Wire) -> None:
    [button] = [block for block in blocks_of(shown) if block["type"] == "actions"]
    team.press(SHARE, button["elements"][0]["value"], name, channel)
    wait_until(lambda: bool(team.slack.in_thread(name, None)))
    [posted] = team.slack.in_thread(name, None)
    assert text_of(posted.blocks) == f"Asked: {answer['question']}{answer['text']}"
    check_sources([posted], answer)


def check(shown: list[Shown], answer: Wire) -> None:
    said = text_of(blocks_of(shown))
    if answer["kind"] == "refusal":
        heading = "Closest, perhaps not an answer:" if answer["evidence"] else ""
        assert said == f"No answer: {answer['text']}{heading}"
        assert [s.quote for s in sources_of(blocks_of(shown))] == [e["text"] for e in answer["evidence"][:3]]
        return
    assert said == answer["text"]
    check_sources(shown, answer)


def check_sources(shown: list[Shown], answer: Wire) -> None:
    assert [(s.number, s.title, s.quote, s.url) for s in sources_of(blocks_of(shown))] == [
        (
            f"[{c['number']}]",
            c["title"],
            c["quote"],
            f"{PUBLIC}/d/{c['document_id']}?start={c['start']}&end={c['end']}&hash={c['content_hash']}#quote",
        )
        for c in answer["citations"]
    ]

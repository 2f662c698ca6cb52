"""A model that fails in whatever way leaves the reader with the extractive answer and one line that says why."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from index.library import Library
from qa.answer import Answer
from qa.chain import CitedAnswers
from tests.llm.conftest import KEY, Door, only
from tests.llm.replies import Body, Fail, Hang, Refuse, Reply, Say, Stated, Write, always
from tests.llm.server import ModelServer

QUESTION = "When did the Amber Bridge open?"
TRUE = "In 1934 the Amber Bridge opened."
HALF = '{"statements": [{"text": "In 1934 the Am'

FAILURES: dict[str, Reply] = {
    "hangs": Hang(),
    "rate limit": Fail(429, "Rate limit reached for gpt-4o-mini.", "requests", "rate_limit_exceeded"),
    "rate limit, come back": Fail(429, "Slow down.", "requests", "rate_limit_exceeded", retry_after="1"),
    "rate limit, come back in an hour": Fail(429, "Slow down.", "requests", retry_after="3600"),
    "quota": Fail(429, "You exceeded your current quota.", "insufficient_quota", "insufficient_quota"),
    "server error": Fail(500, "The server had an error while processing your request."),
    "overloaded": Fail(529, "Overloaded"),
    "gateway": Fail(503, "<html><h1>503</h1></html>"),
    "wrong key": Fail(401, f"Incorrect API key provided: {KEY}.", "invalid_request_error", "invalid_api_key"),
    "no such model": Fail(404, "The model `gpt-9` does not exist.", "invalid_request_error", "model_not_found"),
    "refusal": Refuse(),
    "refusal without a word": Refuse(""),
    "empty": Write(""),
    "half a JSON": Write(HALF, finish="length"),
    "connection lost at once": Write(TRUE, ends_after=0),
    "connection lost": Write(TRUE, ends_after=9),
    "error within the stream": Write(TRUE, ends_after=9, breaks_by="error"),
    "not the format": Body(b'{"hello": "world"}'),
    "not JSON": Body(b"<html>Welcome to the captive portal</html>", "text/html"),
    "an empty stream": Body(b"", "text/event-stream"),
    "a stream of nonsense": Body(b"data: {nonsense\n\ndata: 7\n\n", "text/event-stream"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_the_extractive_answer_is_given(
    name: str, door: Door, extractive: CitedAnswers, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ask = {"question": QUESTION, "documents": only(library, "bridge")}
    expected = extractive.invoke(ask)  # type: ignore[arg-type]

    with ModelServer(always(FAILURES[name])) as server:
        answer = door(server, seconds=0.5 if name == "hangs" else 20).invoke(ask)  # type: ignore[arg-type]

    assert said(answer) == said(expected)
    assert answer.citations == expected.citations
    assert answer.kind == "answer"
    assert answer.model == "extractive"
    assert_says_why(answer)
    assert KEY not in caplog.text
    assert KEY not in answer.to_json()


@pytest.mark.parametrize("breaks_by", ["connection", "error"])
def test_what_was_shown_stays_when_the_connection_is_lost(door: Door, library: Library, breaks_by: str) -> None:
    broken = Write(f"{TRUE} [1] Edith Marl", ends_after=len(TRUE) + 12, breaks_by=breaks_by)  # type: ignore[arg-type]

    with ModelServer(always(broken)) as server:
        *snapshots, last = door(server).stream({"question": QUESTION, "documents": only(library, "bridge")})

    assert said(last) == [TRUE]
    assert [c.quote for c in last.citations] == ["The Amber Bridge opened in 1934."]
    assert_says_why(last)
    assert all(said(before) == said(last)[: len(before.statements)] for before in snapshots)


def test_a_slow_drip_is_an_answer_like_any_other(door: Door, library: Library) -> None:
    drip = Write(f"{TRUE} [1]", pause=0.05)

    with ModelServer(always(drip)) as server:
        answer = door(server, seconds=1).invoke({"question": QUESTION, "documents": only(library, "bridge")})

    assert said(answer) == [TRUE]
    assert answer.notices == ()


def test_a_drip_that_never_ends_is_given_up(door: Door, extractive: CitedAnswers, library: Library) -> None:
    ask = {"question": QUESTION, "documents": only(library, "bridge")}

    with ModelServer(always(Write("and " * 2_000, pause=0.05))) as server:
        answer = door(server, seconds=0.5).invoke(ask)  # type: ignore[arg-type]

    assert said(answer) == said(extractive.invoke(ask))  # type: ignore[arg-type]
    assert answer.notices


def test_nobody_listens(door: Door, extractive: CitedAnswers, library: Library) -> None:
    ask = {"question": QUESTION, "documents": only(library, "bridge")}
    with ModelServer(always(Hang())) as server:
        chain = door(server)

    answer = chain.invoke(ask)  # type: ignore[arg-type]

    assert said(answer) == said(extractive.invoke(ask))  # type: ignore[arg-type]
    assert_says_why(answer)


def test_a_server_without_forms_is_asked_in_plain_words(door: Door, library: Library) -> None:
    with ModelServer(always(Say([Stated(TRUE, (1,))])), on_json="refuses") as server:
        answer = door(server).invoke({"question": QUESTION, "documents": only(library, "bridge")})

    assert said(answer) == [TRUE]
    assert answer.notices == ()


@pytest.mark.parametrize("window", [2_000, 4_000])
def test_a_small_window_is_kept_to(door: Door, library: Library, window: int) -> None:
    known = "How many government officials signed the memo?"
    with ModelServer(always(Say([])), window=window) as server:
        answer = door(server, context=window).invoke({"question": known, "documents": only(library, "article")})

    assert server.asked
    assert max(asked.tokens for asked in server.asked) < window
    assert "model_unavailable" not in {notice.code for notice in answer.notices}


def test_the_key_is_sent_and_told_nobody(door: Door, library: Library, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with ModelServer(always(Say([Stated(TRUE, (1,))]))) as server:
        chain = door(server)
        answer = chain.invoke({"question": QUESTION, "documents": only(library, "bridge")})

    [received] = server.received
    assert KEY in " ".join(received.headers.values())
    assert KEY not in f"{answer.to_json()} {chain!r} {caplog.text} {Path(__file__).name}"


def said(answer: Answer) -> list[str]:
    return [statement.text for statement in answer.statements]


def assert_says_why(answer: Answer) -> None:
    [notice] = answer.notices
    assert notice.code == "model_unavailable"
    assert "\n" not in notice.message
    assert "Traceback" not in notice.message
    assert len(notice.message) < 300

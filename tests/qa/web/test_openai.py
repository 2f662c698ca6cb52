"""OpenAI's own client, unmodified, against a real server."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import httpx
import openai
import pytest
from markdown_it import MarkdownIt

from index.document import Document
from index.encoding import Encoder
from qa.answer import Answer
from qa.service import Footnote
from qa.settings import Settings
from qa.web.app import create_app
from qa.web.openai import routes
from qa.work import Job
from tests.article import QUESTIONS, history_of
from tests.qa.web.scripted import BRIDGE, DOCUMENT, FIRST, HOSTILE, SECOND, Script
from tests.qa.web.serving import serving

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion, ChatCompletionChunk

SHOWN = f"[1] Bridges: “{FIRST}”"


@pytest.fixture(scope="module")
def client(service: Footnote) -> Iterator[openai.OpenAI]:
    with serving(create_app(service)) as address, client_of(address) as made:
        yield made


@pytest.fixture(scope="module")
def address(script: Script) -> Iterator[str]:
    with serving(create_app(cast("Footnote", script))) as where:
        yield where


@pytest.fixture
def scripted(script: Script, address: str) -> Iterator[openai.OpenAI]:
    for event in (script.go_on, script.ended, script.finished):
        event.clear()
    with client_of(address) as made:
        yield made


def client_of(address: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{address}/v1", api_key="none is needed", max_retries=0)


class TestRealAnswers:
    @pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: str(asked["id"]))
    def test_are_the_services_whole_and_streamed(
        self, service: Footnote, client: openai.OpenAI, asked: dict[str, Any]
    ) -> None:
        history = history_of(asked)
        expected = service.ask({"question": asked["question"], "history": history}).result()

        whole = ask(client, asked["question"], history)
        chunks = list(stream(client, asked["question"], history))

        message = whole.choices[0].message
        assert without_urls(message.model_extra) == as_wire(expected)
        [streamed] = deltas_with_citations(chunks)
        assert without_urls(streamed) == as_wire(expected)
        assert content_of(chunks) == message.content
        assert message.refusal == (expected.refusal.message if expected.refusal else None)
        marks = [f"[{number}]" for statement in expected.statements for number in statement.citations]
        said = (message.content or "").partition("\n\n[1] ")[0]
        assert [word for word in said.split() if word in {f"[{n}]" for n in range(1, 20)}] == marks

    def test_a_follow_up_is_understood_as_in_the_chat(self, service: Footnote, client: openai.OpenAI) -> None:
        first, then = "Who organised the memo?", "When did he write it?"
        answered = ask(client, first)
        spoken = " ".join(s.text for s in service.ask({"question": first}).result().statements)
        history = [{"role": "user", "content": first}, {"role": "assistant", "content": spoken}]
        expected = service.ask({"question": then, "history": history}).result()

        content = answered.choices[0].message.content or ""
        followed = ask(client, then, [history[0], {"role": "assistant", "content": content}])

        kept = service.answers.get(followed.id.removeprefix("chatcmpl-"))
        assert kept is not None
        assert kept["standalone_question"] == expected.standalone_question
        assert kept["standalone_question"] is not None
        assert without_urls(followed.choices[0].message.model_extra) == as_wire(expected)

    def test_a_hostile_document_is_only_text(self, tmp_path: Path, encoder: Encoder) -> None:
        with Footnote.open(Settings(data=tmp_path / "hostile")) as service, serving(create_app(service)) as address:
            service.library.add(
                Document.from_text(HOSTILE, source="/x.txt", title="<img src=x> &amp; [x](http://x.de)")
            )
            with client_of(address) as client:
                message = ask(client, "Who designed the Amber Bridge?").choices[0].message

        [citation] = (message.model_extra or {})["citations"]
        assert citation["quote"] == HOSTILE
        html = MarkdownIt("gfm-like", {"html": True, "linkify": True}).render(message.content or "")
        assert set(re.findall(r"<([^/ >]+)", html)) == {"p", "a"}
        assert re.findall(r'href="([^"]*)"', html) == [escape(citation["url"])]
        assert html.count(escape(HOSTILE, quote=False)) == 2

    def test_permalinks_lead_to_the_quote(self, client: openai.OpenAI) -> None:
        message = ask(client, "Who organised the memo?").choices[0].message

        citation = (message.model_extra or {})["citations"][0]

        assert f"<{citation['url']}>" in (message.content or "")
        page = httpx.get(citation["url"])
        assert page.status_code == 200
        assert citation["quote"][:40] in page.text


class TestScripted:
    def test_footnotes_with_quotes_stand_in_the_text(self, scripted: openai.OpenAI) -> None:
        content = ask(scripted, BRIDGE).choices[0].message.content or ""

        assert content.startswith(f"{FIRST} [1] {SECOND} [2]\n\n{SHOWN} <http://127.0.0.1:")
        assert f"[2] Bridges: “{SECOND}” <" in content

    def test_citations_come_in_one_delta_just_before_the_end(self, scripted: openai.OpenAI) -> None:
        chunks = list(stream(scripted, BRIDGE))

        assert [bool((c.choices[0].delta.model_extra or {}).get("citations")) for c in chunks][-2:] == [True, False]
        assert len(deltas_with_citations(chunks)) == 1
        assert [c.choices[0].finish_reason for c in chunks] == [None] * (len(chunks) - 1) + ["stop"]
        assert len({c.id for c in chunks}) == 1

    def test_the_clients_own_accumulation_keeps_them(self, scripted: openai.OpenAI) -> None:
        with scripted.chat.completions.stream(model="footnote", messages=[user(BRIDGE)]) as streaming:
            final = streaming.get_final_completion()

        message = final.choices[0].message
        assert [c["quote"] for c in (message.model_extra or {})["citations"]] == [FIRST, SECOND]
        assert SHOWN in (message.content or "")

    def test_a_statement_comes_while_the_next_one_is_still_sought(
        self, scripted: openai.OpenAI, script: Script
    ) -> None:
        with stream(scripted, f"slow {BRIDGE}") as chunks:
            said = ""
            while FIRST not in said:
                said += next(chunks).choices[0].delta.content or ""
            assert not script.go_on.is_set()
            script.go_on.set()
            said += content_of(list(chunks))

        assert f"{SECOND} [2]" in said

    def test_a_stream_is_never_silent_for_long(
        self, scripted: openai.OpenAI, script: Script, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(routes, "SILENCE", 0.05)
        sent = {"messages": [user(f"slow {BRIDGE}")], "stream": True}

        with httpx.stream("POST", f"{address}/v1/chat/completions", json=sent) as response:
            lines = response.iter_lines()
            assert next(line for line in lines if line.startswith(":"))
            script.go_on.set()
            assert [line for line in lines if line][-1] == "data: [DONE]"

        assert script.finished.wait(5)

    def test_usage_is_told_where_asked_for(self, scripted: openai.OpenAI) -> None:
        chunks = list(
            scripted.chat.completions.create(
                model="footnote", messages=[user(BRIDGE)], stream=True, stream_options={"include_usage": True}
            )
        )

        assert chunks[-1].choices == []
        assert chunks[-1].usage is not None
        assert chunks[-1].usage.total_tokens == 0  # no language model had a part in it
        assert all(chunk.usage is None for chunk in chunks[:-1])
        usage = ask(scripted, BRIDGE).usage
        assert usage is not None
        assert usage.total_tokens == 0

    def test_parameters_without_a_meaning_are_ignored(self, scripted: openai.OpenAI) -> None:
        answered = scripted.chat.completions.create(
            model="gpt-4o",
            messages=[
                {"role": "system", "content": "Answer in French."},
                {"role": "developer", "content": "Be brief."},
                {"role": "user", "content": [{"type": "text", "text": BRIDGE}]},
            ],
            temperature=0.3,
            max_tokens=5,
            top_p=0.1,
            seed=7,
            stop=["bridge"],
            tools=[{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
            response_format={"type": "json_object"},
            user="someone",
            extra_body={"who": {"knows": [None]}},
        )

        assert (answered.choices[0].message.content or "").startswith(FIRST)
        assert answered.model == "footnote"

    def test_documents_restrict_the_answer(self, scripted: openai.OpenAI) -> None:
        chosen = ask(scripted, BRIDGE, documents=[DOCUMENT.source])
        with pytest.raises(openai.NotFoundError, match="'elsewhere' in the library: list the documents") as refused:
            ask(scripted, BRIDGE, documents=["elsewhere"])
        none = ask(scripted, BRIDGE, documents=[])

        assert (chosen.choices[0].message.content or "").startswith(FIRST)
        assert refused.value.code == "unknown_document"
        assert none.choices[0].message.refusal == none.choices[0].message.content
        assert (none.choices[0].message.model_extra or {})["citations"] == []

    def test_a_refusal_is_streamed_too(self, scripted: openai.OpenAI) -> None:
        chunks = list(stream(scripted, BRIDGE, documents=[]))

        assert content_of(chunks) == "The documents don’t seem to answer this."
        assert [c.choices[0].delta.refusal for c in chunks][-2] == "The documents don’t seem to answer this."
        assert chunks[-1].choices[0].finish_reason == "stop"

    @pytest.mark.parametrize("is_streamed", [False, True], ids=["whole", "streamed"])
    def test_a_full_queue_says_when_to_come_back(self, scripted: openai.OpenAI, is_streamed: bool) -> None:
        with pytest.raises(openai.RateLimitError, match="Too much is waiting") as refused:
            scripted.chat.completions.create(model="footnote", messages=[user("busy")], stream=is_streamed)

        assert refused.value.response.headers["retry-after"] == "7"
        assert refused.value.code == "busy"

    def test_what_goes_wrong_within_a_stream_is_an_error_of_the_client(
        self, scripted: openai.OpenAI, caplog: pytest.LogCaptureFixture
    ) -> None:
        with pytest.raises(openai.APIError, match="the log says what") as failed:
            list(stream(scripted, "fail"))

        assert "secret" not in str(failed.value.body)
        assert "secret of the house" in caplog.text

    def test_what_goes_wrong_before_is_a_server_error(self, scripted: openai.OpenAI) -> None:
        with pytest.raises(openai.InternalServerError) as failed:
            ask(scripted, "fail")

        assert failed.value.body is not None
        assert "secret" not in str(failed.value.body)

    @pytest.mark.parametrize("is_streamed", [False, True], ids=["whole", "streamed"])
    def test_a_client_that_leaves_frees_its_place(
        self, scripted: openai.OpenAI, script: Script, address: str, is_streamed: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cancelled = threading.Event()
        cancel = Job.cancel

        def cancel_and_tell(job: Job[Any]) -> None:
            cancel(job)
            cancelled.set()

        monkeypatch.setattr(Job, "cancel", cancel_and_tell)
        sent = {"messages": [user(f"slow {BRIDGE}")], "stream": is_streamed}
        with pytest.raises(httpx.ReadTimeout), httpx.Client(timeout=0.5) as leaving:
            leaving.post(f"{address}/v1/chat/completions", json=sent)
        assert cancelled.wait(10)

        script.go_on.set()

        assert script.ended.wait(5)
        assert not script.finished.is_set()

    def test_models_are_listed(self, scripted: openai.OpenAI) -> None:
        assert [model.id for model in scripted.models.list()] == ["footnote"]
        assert scripted.models.retrieve("footnote").owned_by == "footnote"
        with pytest.raises(openai.NotFoundError) as refused:
            scripted.models.retrieve("gpt-4o")
        assert refused.value.code == "model_not_found"

    def test_a_picture_is_refused_in_plain_words(self, scripted: openai.OpenAI) -> None:
        picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}

        with pytest.raises(openai.BadRequestError, match=r"Only text can be read here: leave .*'image_url' out"):
            ask(scripted, [{"type": "text", "text": BRIDGE}, picture])

    @pytest.mark.parametrize(
        ("body", "statuses"),
        {
            "no JSON": (b"{", {422}),
            "NaN": (b'{"messages": NaN}', {422}),
            "NaN that is ignored": (b'{"temperature": NaN, "messages": [{"role": "user", "content": "x"}]}', {200}),
            "half a surrogate pair": (b'{"messages": [{"role": "user", "content": "\\ud800"}]}', {422}),
            "half a pair in an ignored place": (
                b'{"\\ud800": 1, "messages": [{"role": "user", "content": "x"}]}',
                {200},
            ),
            "half a pair as the kind": (
                b'{"messages": [{"role": "user", "content": [{"type": "\\ud800"}]}]}',
                {400},
            ),
            "control characters": (b'{"messages": [{"role": "user", "content": "\\u0000"}]}', {422}),
            "deep": (b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", {400}),
            "a long number": (b'{"x": ' + b"1" * 10_000 + b"}", {400}),
            "wrong types": (b'{"messages": {"role": "user"}}', {422}),
            "a number as content": (b'{"messages": [{"role": "user", "content": 7}]}', {422}),
            "stream as a number": (b'{"stream": 1, "messages": [{"role": "user", "content": "x"}]}', {422}),
            "several answers": (b'{"n": 2, "messages": [{"role": "user", "content": "x"}]}', {422}),
            "no messages": (b'{"messages": []}', {422}),
            "nobody asks": (b'{"messages": [{"role": "system", "content": "x"}]}', {400}),
            "an array": (b"[]", {422}),
            "not UTF-8": (b'{"messages": "\xff"}', {400}),
            "too large": (b'{"messages": "' + b"x" * (3 << 20) + b'"}', {413}),
        }.items(),
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_no_body_is_an_accident(self, scripted: openai.OpenAI, address: str, body: str, statuses: Any) -> None:
        content, expected = statuses
        response = httpx.post(
            f"{address}/v1/chat/completions", content=content, headers={"content-type": "application/json"}
        )

        assert response.status_code in expected
        assert response.headers["content-type"] == "application/json"
        if response.status_code != 200:
            assert set(response.json()["error"]) == {"message", "type", "param", "code"}

    @pytest.mark.parametrize(
        ("method", "path", "status"), [("GET", "/v1/chat/completions", 405), ("GET", "/v1/x", 404)]
    )
    def test_errors_have_openais_form(
        self, scripted: openai.OpenAI, address: str, method: str, path: str, status: int
    ) -> None:
        response = httpx.request(method, address + path)

        assert response.status_code == status
        assert response.headers["content-type"] == "application/json"
        assert response.json()["error"]["type"] == "invalid_request_error"


def user(content: Any) -> Any:
    return {"role": "user", "content": content}


def ask(client: openai.OpenAI, content: Any, history: list[Any] | None = None, **extra: Any) -> ChatCompletion:
    return client.chat.completions.create(
        model="footnote", messages=[*(history or []), user(content)], extra_body=extra
    )


def stream(
    client: openai.OpenAI, content: Any, history: list[Any] | None = None, **extra: Any
) -> openai.Stream[ChatCompletionChunk]:
    return client.chat.completions.create(
        model="footnote", messages=[*(history or []), user(content)], stream=True, extra_body=extra
    )


def content_of(chunks: list[ChatCompletionChunk]) -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks)


def deltas_with_citations(chunks: list[ChatCompletionChunk]) -> list[dict[str, Any]]:
    extras = [chunk.choices[0].delta.model_extra or {} for chunk in chunks]
    return [extra for extra in extras if "citations" in extra]


def without_urls(extra: dict[str, Any] | None) -> list[dict[str, Any]]:
    return [{k: v for k, v in citation.items() if k != "url"} for citation in (extra or {})["citations"]]


def as_wire(answer: Answer) -> list[dict[str, Any]]:
    return [citation.model_dump(mode="json") for citation in answer.citations]

"""The scripted server is what the real clients take it for, in both formats, whole and streamed."""

from __future__ import annotations

import threading
from collections.abc import Callable

import anthropic
import httpx
import httpx2
import openai
import pytest
from langchain_anthropic import ChatAnthropic
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from tests.llm.replies import Body, Fail, Hang, Refuse, Reply, Say, Stated, Write, always
from tests.llm.server import ModelServer

PROMPT = """<evidence-3f9a>
[1] The bridge opened in 1934.
[2] It is 40 m long </evidence-0000>
</evidence-3f9a>
<question-3f9a>
When did it open?
</question-3f9a>
Answer in sentences."""
FORM = {
    "title": "answer",
    "description": "An answer.",
    "type": "object",
    "properties": {"statements": {"type": "array", "items": {"type": "string"}}},
    "required": ["statements"],
}
Client = Callable[..., BaseChatModel]
KEY = SecretStr("sk-x")
LOST = (httpx.RemoteProtocolError, httpx2.RemoteProtocolError, openai.APIError, anthropic.APIError)


def openai_client(server: ModelServer, timeout: float = 10) -> BaseChatModel:
    return ChatOpenAI(
        model="any", base_url=server.openai, api_key=KEY, max_retries=0, timeout=timeout, stream_usage=True
    )


def anthropic_client(server: ModelServer, timeout: float = 10) -> BaseChatModel:
    return ChatAnthropic(
        model_name="any", base_url=server.address, api_key=KEY, max_retries=0, timeout=timeout, stop=None
    )


@pytest.fixture(params=[openai_client, anthropic_client], ids=["openai", "anthropic"])
def client(request: pytest.FixtureRequest) -> Client:
    return request.param  # type: ignore[no-any-return]


def streamed(model: BaseChatModel, prompt: str = PROMPT) -> AIMessageChunk:
    first, *rest = model.stream(prompt)
    total = first
    for chunk in rest:
        total = total + chunk
    assert isinstance(total, AIMessageChunk)
    return total


def test_a_text_arrives_whole_and_streamed_with_its_usage(client: Client) -> None:
    with ModelServer(always(Say([Stated("It opened in 1934 🌉.", (1,))]))) as server:
        model = client(server)
        whole, pieces = model.invoke(PROMPT), streamed(model)

    assert whole.text == pieces.text == "It opened in 1934 🌉 [1]."
    assert whole.usage_metadata is not None
    assert pieces.usage_metadata is not None
    assert whole.usage_metadata["input_tokens"] == pieces.usage_metadata["input_tokens"] == server.asked[0].tokens
    assert pieces.usage_metadata["output_tokens"] == len(whole.text) // 4


def test_the_script_sees_what_the_prompt_says(client: Client) -> None:
    with ModelServer(always(Write("x"))) as server:
        client(server).invoke([("system", "Be brief."), ("user", PROMPT)])

    [asked] = server.asked
    assert asked.system == "Be brief."
    assert asked.evidence == {1: "The bridge opened in 1934.", 2: "It is 40 m long </evidence-0000>"}
    assert asked.question == "When did it open?"
    assert asked.number_of("The  bridge\nopened in 1934.") == 1


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_statements_come_as_json_where_that_is_asked_for(client: Client, method: str) -> None:
    with ModelServer(always(Say([Stated("“Yes”\n", (1, 2))]))) as server:
        model = client(server).with_structured_output(FORM, method=method)
        whole = model.invoke(PROMPT)
        *_, last = model.stream(PROMPT)

    assert whole == last == {"statements": [{"text": "“Yes”\n", "evidence": [1, 2]}]}
    assert [asked.wants_json for asked in server.asked] == [True, True]


@pytest.mark.parametrize(
    ("reply", "errors"),
    [
        (Fail(429, "Slow down.", "requests", retry_after="7"), (openai.RateLimitError, anthropic.RateLimitError)),
        (Fail(401, "Wrong key."), (openai.AuthenticationError, anthropic.AuthenticationError)),
        (Fail(500, "Sorry."), (openai.InternalServerError, anthropic.InternalServerError)),
        (Write("It opened", ends_after=5), LOST),
        (Write("It opened", ends_after=5, breaks_by="error"), (openai.APIError, anthropic.APIError)),
    ],
    ids=["429", "401", "500", "lost", "error within"],
)
@pytest.mark.parametrize("is_streamed", [False, True], ids=["whole", "streamed"])
def test_failures_are_the_clients_own_errors(
    client: Client, reply: Reply, errors: tuple[type[Exception], ...], is_streamed: bool
) -> None:
    with ModelServer(always(reply)) as server, pytest.raises(errors):
        model = client(server)
        streamed(model) if is_streamed else model.invoke(PROMPT)


def test_a_retry_is_told_when(client: Client) -> None:
    with ModelServer(always(Fail(429, "Slow down.", retry_after="7"))) as server, pytest.raises(Exception) as failed:
        client(server).invoke(PROMPT)

    assert isinstance(failed.value, openai.APIStatusError | anthropic.APIStatusError)
    assert failed.value.response.headers["retry-after"] == "7"


def test_a_model_may_say_nothing_or_will_not(client: Client) -> None:
    with ModelServer(always(Write(""))) as server:
        model = client(server)
        assert model.invoke(PROMPT).text == streamed(model).text == ""
        server.script = always(Refuse("No."))
        said = [model.invoke(PROMPT), streamed(model)]

    finish = [m.response_metadata.get("finish_reason") or m.response_metadata.get("stop_reason") for m in said]
    assert set(finish) <= {"content_filter", "refusal"}


def test_a_server_that_hangs_is_left(client: Client) -> None:
    with ModelServer(always(Hang())) as server, pytest.raises((openai.APITimeoutError, anthropic.APITimeoutError)):
        client(server, timeout=0.2).invoke(PROMPT)


def test_pieces_wait_for_their_event(client: Client) -> None:
    go_on = threading.Event()
    with ModelServer(always(Say([Stated("One.", (1,)), Stated("Two.", (2,))], waits_after=(1, go_on)))) as server:
        said = ""
        for chunk in client(server).stream(PROMPT):
            said += chunk.text
            if said == "One [1]. T":
                assert not server.finished.acquire(blocking=False)
                go_on.set()

    assert said == "One [1]. Two [2]."


def test_a_long_prompt_is_refused_where_the_window_is_small(client: Client) -> None:
    with ModelServer(always(Write("x")), window=20) as server, pytest.raises(Exception, match="context length is 20"):
        client(server).invoke(PROMPT)


@pytest.mark.parametrize("on_json", ["refuses", "ignores"])
def test_a_server_may_know_nothing_of_forms(on_json: str) -> None:
    with ModelServer(always(Say([Stated("Yes.", (1,))])), on_json=on_json) as server:  # type: ignore[arg-type]
        asked = openai.OpenAI(base_url=server.openai, api_key="x", max_retries=0).chat.completions.create
        form = {"type": "json_object"}
        if on_json == "refuses":
            with pytest.raises(openai.BadRequestError, match="not supported"):
                asked(model="any", messages=[{"role": "user", "content": PROMPT}], response_format=form)  # type: ignore[call-overload]
        else:
            told = asked(model="any", messages=[{"role": "user", "content": PROMPT}], response_format=form)  # type: ignore[call-overload]
            assert told.choices[0].message.content == "Yes [1]."


def test_a_body_may_be_no_json() -> None:
    with ModelServer(always(Body(b"<html>Bad gateway</html>", "text/html"))) as server, pytest.raises(Exception):  # noqa: B017
        openai_client(server).invoke(PROMPT)


def test_models_are_listed() -> None:
    with ModelServer(always(Write("x"))) as server:
        listed = openai.OpenAI(base_url=server.openai, api_key="x").models.list()

    assert [model.owned_by for model in listed] == ["system"]

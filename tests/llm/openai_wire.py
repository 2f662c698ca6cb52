"""OpenAI's chat completions, as its servers and those that speak like them send them.

The shapes are those of recorded responses (API of 2026, `gpt-4o-mini`), down to the fields that no client reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.llm.asked import Asked
from tests.llm.replies import Fail, Write
from tests.llm.wire import Json, breaks_off, event, text_of

ID = "chatcmpl-BxQmTvXvQ2o5kUJkPEx1aQ5n0c7Zk"
CREATED = 1_753_710_000
MODEL = "gpt-4o-mini-2024-07-18"
FINISH = {"stop": "stop", "length": "length", "refusal": "content_filter"}


class OpenAIWire:
    """POST /v1/chat/completions."""

    def read(self, body: Json) -> Asked:
        messages = [(message["role"], text_of(message["content"])) for message in body["messages"]]
        form = (body.get("response_format") or {}).get("type", "text")
        return Asked(
            system="\n\n".join(text for role, text in messages if role in ("system", "developer")),
            turns=tuple((role, text) for role, text in messages if role in ("user", "assistant")),
            wants_json=form != "text" or bool(body.get("tools")),
            streamed=bool(body.get("stream")),
            body=body,
        )

    def whole(self, asked: Asked, written: Write) -> Json:
        message: dict[str, Any] = {"role": "assistant", "content": written.text, "refusal": None, "annotations": []}
        finish = FINISH[written.finish]
        if written.finish == "refusal" and asked.wants_json:
            message |= {"content": None, "refusal": written.text}
            finish = "stop"
        elif name := _tool(asked):
            call = {"name": name, "arguments": written.text}
            message |= {"content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": call}]}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
        return {**_head("chat.completion"), "choices": [choice], "usage": _usage(asked, written)}

    def stream(self, asked: Asked, written: Write) -> Iterator[bytes]:
        refused = written.finish == "refusal" and asked.wants_json
        tool = None if refused else _tool(asked)
        yield _chunk({"role": "assistant", "content": None if tool else "", "refusal": None})
        if tool:
            function = {"name": tool, "arguments": ""}
            yield _chunk({"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": function}]})
        for piece in written.pieces():
            if tool:
                yield _chunk({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})
            else:
                yield _chunk({"refusal": piece} if refused else {"content": piece})
        if breaks_off(written):
            return
        yield _chunk({}, "stop" if refused else FINISH[written.finish])
        if (asked.body.get("stream_options") or {}).get("include_usage"):  # type: ignore[attr-defined]
            yield event({**_head("chat.completion.chunk"), "choices": [], "usage": _usage(asked, written)})
        yield event("[DONE]")

    def error(self, fail: Fail) -> Json:
        return {"error": {"message": fail.message, "type": fail.kind, "param": None, "code": fail.code}}

    def error_event(self, fail: Fail) -> bytes:
        return event(self.error(fail))


def models() -> Json:
    """GET /v1/models."""
    return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": CREATED, "owned_by": "system"}]}


def _tool(asked: Asked) -> str | None:
    tools: Any = asked.body.get("tools")
    return str(tools[0]["function"]["name"]) if tools else None


def _head(kind: str) -> dict[str, Any]:
    return {
        "id": ID,
        "object": kind,
        "created": CREATED,
        "model": MODEL,
        "service_tier": "default",
        "system_fingerprint": "fp_34a54ae93c",
    }


def _chunk(delta: Json, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return event({**_head("chat.completion.chunk"), "choices": [choice], "usage": None})


def _usage(asked: Asked, written: Write) -> Json:
    written_tokens = len(written.text) // 4
    return {
        "prompt_tokens": asked.tokens,
        "completion_tokens": written_tokens,
        "total_tokens": asked.tokens + written_tokens,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }

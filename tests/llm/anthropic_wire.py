"""Anthropic's messages, in the event shapes of its recorded streams."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.llm.asked import Asked
from tests.llm.replies import Fail, Write
from tests.llm.wire import Json, breaks_off, event, text_of

ID = "msg_01XFDUDYJgAACzvnptvVoYEL"
MODEL = "claude-sonnet-4-5-20250929"
FINISH = {"stop": "end_turn", "length": "max_tokens", "refusal": "refusal"}


class AnthropicWire:
    """POST /v1/messages."""

    def read(self, body: Json) -> Asked:
        has_form = bool(body.get("output_format") or (body.get("output_config") or {}).get("format"))
        return Asked(
            system=text_of(body.get("system")),
            turns=tuple((message["role"], text_of(message["content"])) for message in body["messages"]),
            wants_json=has_form or bool(body.get("tools")),
            streamed=bool(body.get("stream")),
            body=body,
        )

    def whole(self, asked: Asked, written: Write) -> Json:
        block: dict[str, Any] = {"type": "text", "text": written.text}
        finish = FINISH[written.finish]
        if written.finish != "refusal" and (tool := _tool(asked)) and (given := _object(written.text)) is not None:
            block = {"type": "tool_use", "id": "toolu_01T1x1fJ34qAmk2tNTrN7Up6", "name": tool, "input": given}
            finish = "tool_use" if written.finish == "stop" else finish
        return {
            **_head(),
            "content": [block] if written.text else [],
            "stop_reason": finish,
            "usage": _usage(asked, len(written.text) // 4),
        }

    def stream(self, asked: Asked, written: Write) -> Iterator[bytes]:
        tool = None if written.finish == "refusal" else _tool(asked)
        yield _event("message_start", message={**_head(), "content": [], "usage": _usage(asked, 1)})
        block: Json = {"type": "text", "text": ""}
        if tool:
            block = {"type": "tool_use", "id": "toolu_01T1x1fJ34qAmk2tNTrN7Up6", "name": tool, "input": {}}
        yield _event("content_block_start", index=0, content_block=block)
        yield _event("ping")
        for piece in written.pieces():
            delta = {"type": "input_json_delta", "partial_json": piece} if tool else _text_delta(piece)
            yield _event("content_block_delta", index=0, delta=delta)
        if breaks_off(written):
            return
        yield _event("content_block_stop", index=0)
        finish = "tool_use" if tool and written.finish == "stop" else FINISH[written.finish]
        end = {"stop_reason": finish, "stop_sequence": None}
        yield _event("message_delta", delta=end, usage=_usage(asked, len(written.text) // 4))
        yield _event("message_stop")

    def error(self, fail: Fail) -> Json:
        kinds = {401: "authentication_error", 429: "rate_limit_error", 500: "api_error", 529: "overloaded_error"}
        kind = kinds.get(fail.status, "invalid_request_error")
        return {
            "type": "error",
            "error": {"type": kind, "message": fail.message},
            "request_id": "req_011CSHoEeqs5C35K2UUqR7Fy",
        }

    def error_event(self, fail: Fail) -> bytes:
        return event(self.error(fail), "error")


def _tool(asked: Asked) -> str | None:
    tools: Any = asked.body.get("tools")
    return str(tools[0]["name"]) if tools else None


def _object(text: str) -> dict[str, Any] | None:
    """A tool's input is an object; what a model writes may be none."""
    try:
        given = json.loads(text)
    except ValueError:
        return None
    return given if isinstance(given, dict) else None


def _head() -> dict[str, Any]:
    return {
        "id": ID,
        "type": "message",
        "role": "assistant",
        "model": MODEL,
        "stop_reason": None,
        "stop_sequence": None,
    }


def _text_delta(piece: str) -> Json:
    return {"type": "text_delta", "text": piece}


def _event(kind: str, **fields: Any) -> bytes:
    return event({"type": kind, **fields}, kind)


def _usage(asked: Asked, written: int) -> Json:
    return {
        "input_tokens": asked.tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "output_tokens": written,
        "service_tier": "standard",
    }

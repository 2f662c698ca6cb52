"""A Slack on 127.0.0.1: its Web API, `response_url`s and Socket Mode, with its limits, rates and moods.

It runs in a thread with a loop of its own. What it was given to show stands in `shown`, in order.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.qa.slack.limits import STREAM, refusal, utf8

BOT, BOT_ID, TEAM = "UBOT", "BBOT", "T1"
TOKEN, APP_TOKEN = "xoxb-real", "xapp-real"
RATES = {  # calls in seconds; a call may reach Slack a little sooner after the last one than it was made
    "chat.postMessage": (1, 0.8),
    "chat.startStream": (20, 59),
    "chat.stopStream": (20, 59),
    "chat.appendStream": (100, 59),
}

Mood = Callable[[], web.Response | None]


@dataclass
class Shown:
    """A message, as it was given: posted, streamed, or answered to a response_url."""

    kind: str  # post, stream, ephemeral, in_channel
    channel: str
    thread: str | None
    payload: dict[str, Any]
    ts: str
    markdown: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    is_streaming: bool = False


class FakeSlack:
    """See the module."""

    def __init__(self, scopes: str = "chat:write,app_mentions:read,im:history,commands") -> None:
        self.scopes = scopes
        self.shown: list[Shown] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.too_fast: Counter[str] = Counter()
        self.faults: list[str] = []  # payloads that no Slack would take; a test fails over one
        self.responses: Counter[str] = Counter()
        self.acks: dict[str, float] = {}
        self.refuses_citations = self.refuses_blocks = False
        self._moods: defaultdict[str, deque[str]] = defaultdict(deque)
        self._seen: defaultdict[str, deque[float]] = defaultdict(deque)
        self._ts = itertools.count(1)
        self._sockets: list[web.WebSocketResponse] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._runner, self.port = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(20)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.address}/api/"

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)

    def next(self, method: str, *moods: str) -> None:
        """How the next calls of a method go: an error's code, "429", "500", "drop" (done, then the connection
        breaks), "slow" (5 s), or "ok"."""
        self._moods[method].extend(moods)

    def called(self, method: str) -> list[dict[str, Any]]:
        return [arguments for name, arguments in self.calls if name == method]

    def in_thread(self, channel: str, thread: str | None) -> list[Shown]:
        return [one for one in list(self.shown) if (one.channel, one.thread) == (channel, thread)]

    def response_url(self, name: str) -> str:
        return f"{self.address}/respond/{name}"

    def send(self, envelope: Mapping[str, Any]) -> None:
        """Through the socket that was opened last."""
        text = json.dumps(envelope)
        asyncio.run_coroutine_threadsafe(self._sockets[-1].send_str(text), self._loop).result(20)

    def hang_up(self) -> None:
        asyncio.run_coroutine_threadsafe(self._sockets[-1].close(), self._loop).result(20)

    @property
    def sockets(self) -> int:
        return len(self._sockets)

    async def _start(self) -> tuple[web.AppRunner, int]:
        app = web.Application(client_max_size=10 << 20)
        app.router.add_post("/api/{method}", self._api)
        app.router.add_post("/respond/{name}", self._respond)
        app.router.add_get("/socket", self._socket)
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return runner, runner.addresses[0][1]

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await request.json() if request.can_read_body and "json" in request.content_type else {}
        self.calls.append((method, arguments))
        mood = self._moods[method].popleft() if self._moods[method] else "ok"
        if mood == "slow":
            await asyncio.sleep(5)
        elif mood == "429":
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "0.3"})
        elif mood == "500":
            return web.Response(status=500, text="<html>Server Error</html>", content_type="text/html")
        elif mood not in ("ok", "drop"):
            return _error(mood, needed="chat:write")
        if refused := self._refusal(request, method, arguments):
            return refused
        answer = self._answer(method, arguments)
        if mood == "drop":
            assert request.transport is not None
            request.transport.close()
        return answer

    def _refusal(self, request: web.Request, method: str, arguments: Mapping[str, Any]) -> web.Response | None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        token = token or request.query.get("token", "")
        if token != (APP_TOKEN if method == "apps.connections.open" else TOKEN):
            return _error("invalid_auth")
        if method in RATES and self._is_too_fast(method, str(arguments.get("channel"))):
            self.too_fast[method] += 1
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "1"})
        return None

    def _is_too_fast(self, method: str, channel: str) -> bool:
        calls, seconds = RATES[method]
        seen = self._seen[f"{method} {channel}" if method == "chat.postMessage" else method]
        now = time.monotonic()
        while seen and seen[0] + seconds <= now:
            seen.popleft()
        if len(seen) >= calls:
            return True
        seen.append(now)
        return False

    def _answer(self, method: str, arguments: dict[str, Any]) -> web.Response:
        match method:
            case "auth.test":
                who = {"ok": True, "user_id": BOT, "bot_id": BOT_ID, "team_id": TEAM}
                return web.json_response(who, headers={"X-OAuth-Scopes": self.scopes})
            case "apps.connections.open":
                return web.json_response({"ok": True, "url": f"ws://127.0.0.1:{self.port}/socket"})
            case "chat.postMessage":
                return self._post(arguments)
            case "chat.startStream" | "chat.appendStream" | "chat.stopStream":
                return self._stream(method, arguments)
            case "assistant.threads.setSuggestedPrompts" if "thread_ts" in arguments:
                self.faults.append("prompts in a thread fail silently")
            case "agents.sessions.setStatus" if "assistant:write" not in self.scopes:
                return _error("missing_scope", needed="assistant:write")
        return web.json_response({"ok": True})

    def _post(self, arguments: dict[str, Any]) -> web.Response:
        if (arguments.get("unfurl_links"), arguments.get("unfurl_media")) != (False, False):
            self.faults.append("it unfurls")
        if code := self._unfit(arguments):
            return _error(code)
        ts = self._next_ts()
        blocks = arguments.get("blocks") or []
        self.shown.append(Shown("post", arguments["channel"], arguments.get("thread_ts"), arguments, ts, blocks=blocks))
        return web.json_response({"ok": True, "ts": ts, "channel": arguments["channel"]})

    def _unfit(self, payload: Mapping[str, Any]) -> str | None:
        sent = json.dumps(payload)
        if "null" in sent and _has_null(payload):
            self.faults.append("null")
        if payload.get("blocks") and (self.refuses_blocks or (self.refuses_citations and '"citation"' in sent)):
            return "invalid_blocks"
        if code := refusal(payload):
            self.faults.append(code)
            return code.partition(":")[0]
        return None

    def _stream(self, method: str, arguments: dict[str, Any]) -> web.Response:
        if "markdown_text" in arguments and "chunks" in arguments:
            self.faults.append("markdown_text and chunks")
        text = arguments.get("markdown_text", "")
        if method == "chat.startStream":
            if not arguments.get("thread_ts"):
                return _error("missing_thread_ts")
            if arguments["channel"].startswith("C") and not arguments.get("recipient_user_id"):
                return _error("missing_recipient_user_id")
            message = Shown("stream", arguments["channel"], arguments["thread_ts"], arguments, self._next_ts())
            message.is_streaming = True
            self.shown.append(message)
        else:
            message = next(one for one in self.shown if one.ts == arguments["ts"])
            if not message.is_streaming:
                return _error("message_not_in_streaming_state")
        if utf8(message.markdown + text) + utf8(arguments.get("blocks") or []) > STREAM:
            self.faults.append("msg_too_long")
            return _error("msg_too_long")
        if blocks := arguments.get("blocks"):
            if code := self._unfit({"text": "…", "blocks": blocks}):
                return _error(code)
            message.blocks = blocks
        message.markdown += text
        message.is_streaming = method != "chat.stopStream"
        return web.json_response({"ok": True, "ts": message.ts})

    def expire(self) -> None:
        """Every stream that has gone without news for minutes ends."""
        for message in self.shown:
            message.is_streaming = False

    async def _respond(self, request: web.Request) -> web.Response:
        name, payload = request.match_info["name"], await request.json()
        mood = self._moods["response_url"].popleft() if self._moods["response_url"] else "ok"
        if mood in ("429", "500"):
            return web.Response(status=int(mood), headers={"Retry-After": "0.3"})
        self.responses[name] += 1
        if self.responses[name] > 5:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        if code := self._unfit(payload):
            return web.json_response({"ok": False, "error": code}, status=400)
        kind = payload["response_type"]
        self.shown.append(Shown(kind, name, None, payload, self._next_ts(), blocks=payload.get("blocks") or []))
        return web.Response(text="ok")

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(json.dumps({"type": "hello", "num_connections": 1}))
        self._sockets.append(socket)
        async for message in socket:
            if message.type == WSMsgType.TEXT and message.data.startswith("{"):
                self.acks[json.loads(message.data).get("envelope_id", "")] = time.monotonic()
        return socket

    def _next_ts(self) -> str:
        return f"1700000000.{next(self._ts):06d}"


@contextmanager
def fake_slack(scopes: str | None = None) -> Iterator[FakeSlack]:
    slack = FakeSlack(scopes) if scopes else FakeSlack()
    try:
        yield slack
    finally:
        slack.close()


def _error(code: str, **more: str) -> web.Response:
    return web.json_response({"ok": False, "error": code, **more})


def _has_null(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_null, value.values()))
    return value is None or (isinstance(value, list) and any(map(_has_null, value)))

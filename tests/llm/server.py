"""The scripted model as a server on 127.0.0.1: what a real client of OpenAI or Anthropic talks to, byte by byte.

with ModelServer(always(Say([Stated("It opened in 1934.", (1,))]))) as server:
    ChatOpenAI(model="any", base_url=server.openai, api_key="any").invoke("…")
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self, cast

from tests.llm.anthropic_wire import AnthropicWire
from tests.llm.asked import Asked
from tests.llm.openai_wire import OpenAIWire, models
from tests.llm.replies import Body, Fail, Hang, Refuse, Reply, Say, Script, Write
from tests.llm.wire import Wire, breaks_off

WIRES: dict[str, Wire] = {"/v1/chat/completions": OpenAIWire(), "/v1/messages": AnthropicWire()}
BROKEN = Fail(529, "Overloaded", "server_error")

# What a server does with a request for JSON: writes it, refuses the request, or takes no notice of it.
OnJson = Literal["writes", "refuses", "ignores"]


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    path: str
    headers: Mapping[str, str]
    asked: Asked


class ModelServer:
    """A context manager; `script` may be exchanged at any time.

    Args:
        script: what the model answers.
        on_json: what the server does where JSON is asked for.
        window: tokens of a prompt (four characters each) above which it is refused, as servers do; None takes any.
    """

    def __init__(self, script: Script, *, on_json: OnJson = "writes", window: int | None = None) -> None:
        self.script = script
        self.on_json = on_json
        self.window = window
        self.received: list[Received] = []
        self.finished = threading.Semaphore(0)  # released when a reply is on its way in full
        self.left = threading.Semaphore(0)  # released when a client has gone before that
        self.stopping = threading.Event()
        self._http = _Server(("127.0.0.1", 0), _Handler)
        self._http.model = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def address(self) -> str:
        """What Anthropic's clients take as the base URL."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def openai(self) -> str:
        """What OpenAI's clients take as the base URL."""
        return f"{self.address}/v1"

    @property
    def asked(self) -> list[Asked]:
        """What the model was asked so far."""
        return [received.asked for received in self.received]

    def reply_to(self, asked: Asked) -> Reply:
        """The script's reply, unless the server refuses the request."""
        if self.window is not None and asked.tokens > self.window:
            told = f"This model's maximum context length is {self.window} tokens. Your messages have {asked.tokens}."
            return Fail(400, told, "invalid_request_error", "context_length_exceeded")
        if asked.wants_json and self.on_json == "refuses":
            return Fail(400, "response_format and tools are not supported by this server.", "invalid_request_error")
        return self.script(asked)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(10)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing of a client that has left; what else goes wrong is a fault of the test's."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def _model(self) -> ModelServer:
        return cast("ModelServer", self.server.model)  # type: ignore[attr-defined]

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: a test's output is the test's."""

    def do_GET(self) -> None:  # the name that http.server calls
        if self.path == "/v1/models":
            self._send(200, models())
        else:
            self._send(404, OpenAIWire().error(Fail(404, f"There is no {self.path}.", "invalid_request_error")))

    def do_POST(self) -> None:
        given = self.rfile.read(int(self.headers["content-length"]))
        wire = WIRES.get(self.path)
        if wire is None:
            self._send(404, OpenAIWire().error(Fail(404, f"There is no {self.path}.", "invalid_request_error")))
            return
        asked = wire.read(json.loads(given))
        if self._model.on_json == "ignores":
            asked = Asked(asked.system, asked.turns, False, asked.streamed, _without_form(asked.body))
        self._model.received.append(Received(self.path, dict(self.headers.items()), asked))
        try:
            self._answer(wire, asked, self._model.reply_to(asked))
            self._model.finished.release()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
            self._model.left.release()

    def _answer(self, wire: Wire, asked: Asked, reply: Reply) -> None:
        match reply:
            case Fail():
                wait = {"retry-after": reply.retry_after} if reply.retry_after else {}
                self._send(reply.status, wire.error(reply), wait)
            case Hang():
                self._hang()
            case Body():
                self._send_bytes(200, reply.content, {"content-type": reply.media_type})
            case _:
                written = _written(reply, asked)
                if asked.streamed:
                    self._stream(wire, written, wire.stream(asked, written))
                elif breaks_off(written):
                    self._break_off(wire, written)
                else:
                    for _ in written.pieces():  # waits where it has to
                        pass
                    self._send(200, wire.whole(asked, written))

    def _stream(self, wire: Wire, written: Write, events: Iterator[bytes]) -> None:
        self._head(200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"})
        for data in events:
            if self._model.stopping.is_set():
                return
            self._chunk(data)
            if written.pause:
                time.sleep(written.pause)
        if not breaks_off(written):
            self.wfile.write(b"0\r\n\r\n")
        elif written.breaks_by == "error":
            self._chunk(wire.error_event(BROKEN))
            self.wfile.write(b"0\r\n\r\n")
        else:
            self._leave()

    def _break_off(self, wire: Wire, written: Write) -> None:
        """Of a reply in one piece, half arrives, or an error does."""
        if written.breaks_by == "error":
            self._send(BROKEN.status, wire.error(BROKEN))
            return
        self._head(200, {"content-type": "application/json", "content-length": "5000"})
        self.wfile.write(b'{"id": ')
        self._leave()

    def _hang(self) -> None:
        self.connection.settimeout(0.05)
        while not self._model.stopping.is_set():
            try:
                if not self.connection.recv(1):
                    break
            except TimeoutError:
                continue
        self.close_connection = True

    def _leave(self) -> None:
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _send(self, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        told = {"content-type": "application/json", **(headers or {})}
        self._send_bytes(status, json.dumps(body).encode(), told)

    def _send_bytes(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self._head(status, {**headers, "content-length": str(len(body))})
        self.wfile.write(body)

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


def _written(reply: Write | Say | Refuse, asked: Asked) -> Write:
    match reply:
        case Say():
            return reply.written(asked.wants_json)
        case Refuse():
            return Write(reply.text, finish="refusal")
        case Write():
            return reply


def _without_form(body: Mapping[str, object]) -> dict[str, object]:
    return {k: v for k, v in body.items() if k not in ("response_format", "tools", "output_format", "output_config")}

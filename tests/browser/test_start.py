"""The program's start and end, as a process of its own."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path

from gradio_client import Client  # type: ignore[import-untyped]

from tests.server import Server, free_port, get, start_app


def test_a_page_answers_at_once_and_says_what_is_loading(server: Server) -> None:
    assert server.seconds_to_page < 5  # about 0.7 on two free cores; the models take 10 to 20
    assert "Loading the embedding model" in server.first_page
    assert 'http-equiv="refresh"' in server.first_page  # for a browser without scripts
    assert "//" not in server.first_page  # it loads nothing


def test_readiness_is_503_until_questions_can_be_answered(server: Server) -> None:
    assert server.readiness[0] == 503
    assert set(server.readiness) == {200, 503}
    assert get(server.address + "/healthz") == (200, '{"status":"up"}')


def test_a_program_asks_and_gets_the_answers_json(server: Server) -> None:
    client = Client(f"{server.address}/chat/", verbose=False, analytics_enabled=False)

    answer = client.predict("Who organized the memo?", api_name="/ask")

    assert answer["schema"] == 1
    assert answer["kind"] == "answer"
    [passage] = [
        passage["text"][citation["start"] - passage["start"] : citation["end"] - passage["start"]]
        for citation in answer["citations"][:1]
        for passage in answer["passages"]
        if passage["start"] <= citation["start"] and citation["end"] <= passage["end"]
    ][:1]
    assert passage == answer["citations"][0]["quote"]
    assert list(client.view_api(return_format="dict")["named_endpoints"]) == ["/ask"]


def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        began = time.monotonic()
        code, said = end(start_app(tmp_path, port))

    assert code == 3
    assert f"Port {port} on 127.0.0.1 is in use" in said
    assert said.count("\n") == 1
    assert time.monotonic() - began < 5  # nothing was loaded for it
    assert list(tmp_path.iterdir()) == []


def test_a_second_page_on_the_same_folder_names_the_first(server: Server) -> None:
    began = time.monotonic()

    code, said = end(start_app(server.data, free_port()))

    assert time.monotonic() - began < 5  # nothing was loaded for it
    assert code == 3
    assert server.address in said
    assert said.count("\n") == 1
    assert get(server.address + "/readyz")[0] == 200


def test_a_page_that_was_stopped_leaves_its_folder_to_the_next(tmp_path: Path) -> None:
    first, second = Server(tmp_path), Server(tmp_path)

    first.start()
    with socket.create_connection(("127.0.0.1", first.port)) as browser:  # one that stays open
        browser.sendall(b"GET /chat/gradio_api/heartbeat/abc HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        browser.recv(10)
        began = time.monotonic()
        first.stop()
        assert time.monotonic() - began < 6
    second.start()

    try:
        assert '"documents":1' in get(second.address + "/readyz")[1]
    finally:
        second.stop()
    assert second.process is not None and second.process.stderr is not None
    assert second.process.stderr.read() == ""


def end(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit code and what was said on stderr."""
    _, said = process.communicate(timeout=120)
    return process.returncode, said

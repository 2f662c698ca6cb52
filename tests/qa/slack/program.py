"""Footnote with a scripted chain as a process of its own, to be killed: `python -m tests.qa.slack.program DATA API`.

It prints its address. What is asked slowly is answered after a minute, anything else at once.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import uvicorn

from qa.answer import Answer
from qa.chain import Ask
from qa.settings import Settings
from qa.slack.connection import SlackConnection
from qa.slack.credentials import Credentials
from tests.qa.slack.fake import TOKEN
from tests.qa.slack.scripted import SECRET, Script, answer, app_of, footnote, numbered
from tests.server import free_port


def main(data: str, api_url: str) -> None:
    """Serves until it is killed."""

    def steps(ask: Ask) -> Iterator[Answer]:
        time.sleep(60 if "slowly" in ask["question"] else 0)
        yield answer(ask["question"], numbered(1))

    with footnote(Path(data), Script(steps)) as service:
        settings = Settings.read(data=Path(data), slack_api_url=api_url)
        app = app_of(SlackConnection(service, settings, Credentials(TOKEN, SECRET, None)))
        port = free_port()
        print(f"http://127.0.0.1:{port}", flush=True)
        uvicorn.run(app, port=port, log_level="error")


if __name__ == "__main__":
    main(*sys.argv[1:])

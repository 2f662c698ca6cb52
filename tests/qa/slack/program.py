"""Footnote with a scripted chain as a process of its own, to be killed: `python -m tests.qa.slack.program DATA API`.

It prints its address. With a third argument, answers take that many seconds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from qa.answer import Answer
from qa.chain import Ask
from qa.settings import Settings
from qa.slack.connection import SlackConnection
from qa.slack.credentials import Credentials
from qa.slack.routes import slack_events
from tests.qa.slack.fake import TOKEN
from tests.qa.slack.scripted import SECRET, Script, answer, footnote, numbered
from tests.server import free_port


def main(data: str, api_url: str, seconds: str = "0") -> None:
    """Serves until it is killed."""

    def steps(ask: Ask) -> Iterator[Answer]:
        time.sleep(float(seconds))
        yield answer(ask["question"], numbered(1))

    with footnote(Path(data), Script(steps)) as service:
        settings = Settings.read(data=Path(data), slack_api_url=api_url)
        app = FastAPI()
        app.include_router(slack_events(SlackConnection(service, settings, Credentials(TOKEN, SECRET, None))))
        port = free_port()
        print(f"http://127.0.0.1:{port}", flush=True)
        uvicorn.run(app, port=port, log_level="error")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""`footnote slack`: answers in a workspace without a page or a public URL, and the manifest of the app for it."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.options import Data, read_settings

if TYPE_CHECKING:
    from qa.settings import Settings
    from qa.slack.credentials import Credentials

slack = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@slack.callback(invoke_without_command=True)
def answer(context: typer.Context, data: Data = None) -> None:
    """Answer in Slack through Socket Mode, which needs no public URL (`footnote serve` does both)."""
    if context.invoked_subcommand is not None:
        return
    from qa.errors import WrongUse
    from qa.slack.credentials import Credentials

    credentials = Credentials.read()
    if credentials is None or credentials.app_token is None:
        raise WrongUse(
            "footnote slack needs SLACK_BOT_TOKEN and SLACK_APP_TOKEN; with a public URL, use footnote serve. "
            "`footnote slack manifest` prints the app to make."
        )
    asyncio.run(_answer(read_settings(data), credentials))


@slack.command()
def manifest(
    agent: Annotated[
        bool,
        typer.Option(
            "--agent/--no-agent",
            help="Slack's agent messaging; needs a paid plan, shuts guests out and cannot be undone.",
        ),
    ] = False,
) -> None:
    """Print the manifest to paste into api.slack.com/apps."""
    from qa.cli.printing import print_json
    from qa.slack.manifest import manifest as manifest_for

    print_json(manifest_for(read_settings(), agent=agent))


async def _answer(settings: Settings, credentials: Credentials) -> None:
    from qa.service import Footnote
    from qa.slack.connection import SlackConnection, SlackStopped

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    service = await asyncio.to_thread(Footnote.open, settings)
    try:
        connection = SlackConnection(service, settings, credentials)
        async with connection.running():
            print("Footnote answers in Slack (Ctrl+C stops it).", flush=True)
            waits = [asyncio.create_task(connection.ended()), asyncio.create_task(stop.wait())]
            _, others = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for other in others:
                other.cancel()
            if not stop.is_set():
                raise SlackStopped(connection.state)
    finally:
        await asyncio.to_thread(service.close)

"""The `footnote` command: its subcommands, and how an error becomes one line and an exit code."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import Annotated

import typer

from qa.cli.asking import ask
from qa.cli.documents import add, list_documents, rebuild, remove, show
from qa.cli.evaluating import evaluate
from qa.cli.forgetting import forget
from qa.cli.mcp import mcp
from qa.cli.options import Data, read_settings
from qa.cli.slack import slack
from qa.cli.verifying import verify

DONE, NO, WRONG, CANNOT_RUN, INTERRUPTED = 0, 1, 2, 3, 130

app = typer.Typer(
    help="Ask your documents. Every sentence of the answer carries a footnote with the exact words of the source.",
    epilog="Exit codes: 0 done; 1 the answer is no; 2 wrong use or bad input; 3 cannot run.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def footnote(context: typer.Context, data: Data = None) -> None:
    """Lets `--data` stand before the command as well as after it."""
    if data is not None:
        context.default_map = {command: {"data": str(data)} for command in (*COMMANDS, "slack")}


def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on (also FOOTNOTE_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="The port, 0 for a free one (also FOOTNOTE_PORT).")] = None,
    root_path: Annotated[
        str | None, typer.Option(help="The path that a reverse proxy serves it under (also FOOTNOTE_ROOT_PATH).")
    ] = None,
    data: Data = None,
) -> None:
    """Serve the page and the API."""
    from qa.slack.credentials import Credentials
    from qa.web.serve import serve as run

    Credentials.read()  # half of Slack's variables is said before everything is loaded
    run(read_settings(data, host=host, port=port, root_path=root_path))


COMMANDS: dict[str, Callable[..., int | None]] = {
    "ask": ask,
    "add": add,
    "list": list_documents,
    "show": show,
    "remove": remove,
    "forget": forget,
    "rebuild": rebuild,
    "evaluate": evaluate,
    "mcp": mcp,
    "serve": serve,
    "verify": verify,
}
for name, command in COMMANDS.items():
    app.command(name)(command)
app.add_typer(slack, name="slack")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; errors go to stderr in one line.

    Args:
        arguments: those after the program's name; the process's own if left out.

    Returns:
        The exit code: 0 done; 1 the answer is no; 2 wrong use or bad input; 3 cannot run.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character gets a question mark
    try:
        code = typer.main.get_command(app).main(arguments, prog_name="footnote", standalone_mode=False)
        sys.stdout.flush()
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except SystemExit:  # what typer makes of a BrokenPipeError: whoever read has seen enough
        return DONE
    except BrokenPipeError:  # the same, when the last of the output is written
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains at exit
        return DONE
    except Exception as error:
        logging.getLogger(__name__).debug("The whole story:", exc_info=True)
        from qa.cli.printing import complain

        line, code = explain(error)
        if line:
            complain(line)
    return int(code or DONE)


def explain(error: Exception) -> tuple[str, int]:
    """What to say of an error, and its exit code; nothing where the help was printed instead."""
    from index.errors import FootnoteError, LoadingError, UnknownDocument
    from qa.errors import WrongUse

    if isinstance(error, typer.TyperException):
        message = error.format_message().rstrip(".")
        return message and f"{message}. `footnote --help` shows what there is.", WRONG
    if isinstance(error, WrongUse | LoadingError | UnknownDocument):
        return str(error), WRONG
    if isinstance(error, FootnoteError):
        return str(error), CANNOT_RUN
    return f"Unexpected {type(error).__name__} ({error}): FOOTNOTE_LOG_LEVEL=debug shows more.", CANNOT_RUN

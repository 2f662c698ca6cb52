"""The command line. Everything heavy is imported within the commands, so that `--help` answers at once."""

from qa.cli.app import main

__all__ = ["main"]

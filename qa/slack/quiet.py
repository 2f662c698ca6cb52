"""What the log may hold: nothing of a message's text."""

from __future__ import annotations

import logging
import traceback

# The SDK logs what it sends, and Bolt what it was sent, up to ERROR.
QUIET = logging.getLogger("qa.slack.sdk")
QUIET.setLevel(logging.CRITICAL)


def kind_and_place(error: BaseException) -> str:
    """An unexpected error for the log, without its own text, which may repeat a person's."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"

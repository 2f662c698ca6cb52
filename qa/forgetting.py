"""What was asked and answered before a moment is to be forgotten: when that was."""

from __future__ import annotations

from datetime import datetime

from qa.errors import WrongUse

EXAMPLE = "2026-11-25 or 2026-11-25T18:30"


def moment(written: str) -> datetime:
    """The time that a person wrote: an ISO date, which means its midnight, or an ISO date and time; local if not said.

    Raises:
        WrongUse: it is neither, or still to come: a slip of a digit would forget everything for good.
    """
    try:
        when = datetime.fromisoformat(written.strip()).astimezone()
        now = datetime.now(when.tzinfo)
    except (ValueError, OverflowError, OSError):
        raise WrongUse(f"{written!r} is no date: write {EXAMPLE}.") from None
    if when > now:
        raise WrongUse(f"{written} is still to come, so that everything would be forgotten: write a time in the past.")
    return when

"""`footnote forget`: old questions and answers are overwritten."""

from __future__ import annotations

from typing import Annotated

import typer

from qa.cli.backend import keeping
from qa.cli.options import Data


def forget(
    before: Annotated[
        str,
        typer.Option(metavar="DATE", help="An ISO date, which means its midnight, or date and time."),
    ],
    data: Data = None,
) -> None:
    """Forget the questions, answers and ratings from before a date, for good."""
    from qa.cli.printing import count
    from qa.forgetting import moment

    when = moment(before)
    with keeping(data) as folder:
        forgotten = folder.forget(when)
    print(f"Forgot {count(forgotten, 'answer')} from before {when:%Y-%m-%d %H:%M}, with questions and ratings.")

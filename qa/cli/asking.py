"""`footnote ask`: one question, or a file of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.backend import asking
from qa.cli.options import Data, Json, find

if TYPE_CHECKING:
    from qa.answer import Answer
    from qa.chain import Ask


def ask(
    question: Annotated[str | None, typer.Argument(help="The question, in quotes.", show_default=False)] = None,
    json: Json = False,
    history: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", readable=False, help='The conversation so far: a JSON list of {"role", "content"}.'
        ),
    ] = None,
    documents: Annotated[
        list[str] | None,
        typer.Option(
            "--documents",
            "-d",
            metavar="ID|SOURCE",
            help="Answer from this document only; repeatable.",
        ),
    ] = None,
    batch: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", readable=False, help='Questions, a JSON object {"id", "question", ...} on each line.'
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", readable=False, help="Where a batch's answers go.")
    ] = None,
    data: Data = None,
) -> int:
    """Ask a question. Ends with 1 if the documents don't answer it."""
    from qa.errors import WrongUse

    if batch is not None:
        if question is not None or history is not None or documents or json:
            raise WrongUse("--batch takes everything from its file: leave the question and its options out.")
        if out is None:
            raise WrongUse("--batch needs --out FILE for the answers.")
        from qa.cli.batch import ask_batch

        return ask_batch(batch, out, data)
    if out is not None:
        raise WrongUse("--out belongs to --batch; without it, redirect the output.")
    if question is None:
        raise WrongUse('There is no question: footnote ask "…".')
    return _ask_one(question, history, documents or [], data, as_json=json)


def _ask_one(question: str, history: Path | None, documents: list[str], data: Path | None, *, as_json: bool) -> int:
    asked: Ask = {"question": _checked(question)}
    if history is not None:
        asked["history"] = _read_history(history)
    with asking(data) as footnote:
        if documents:
            asked["documents"] = [find(footnote, name).id for name in documents]
        answer = footnote.ask(asked)
    return _show(answer, as_json=as_json)


def _show(answer: Answer, *, as_json: bool) -> int:
    from qa.cli.printing import complain, print_answer, print_exactly

    wrong = answer.refusal and answer.refusal.code == "invalid_question"
    if as_json:
        print_exactly(f"{answer.to_json()}\n")
    elif not wrong:
        print_answer(answer)
    if answer.refusal and wrong:
        complain(answer.refusal.message)
    return 2 if wrong else 1 if answer.refusal else 0


def _read_history(path: Path) -> list[dict[str, str]]:
    import json

    from qa.cli.batch import check_history
    from qa.errors import WrongUse

    try:
        history = json.loads(path.read_bytes())
    except OSError as error:
        raise WrongUse(f"--history {path} cannot be read: {error.strerror or error}.") from None
    except (ValueError, RecursionError) as error:
        raise WrongUse(f"--history {path} is not JSON: {error}.") from None
    if fault := check_history(history):
        raise WrongUse(f"--history {path}: {fault}")
    checked: list[dict[str, str]] = history
    return checked


def _checked(question: str) -> str:
    """The question, with bytes of the command line that are not UTF-8 replaced; a server would take no other.

    Raises:
        WrongUse: it cannot be asked, by whomever it would be answered.
    """
    from qa.errors import WrongUse
    from qa.limits import LONGEST_SENT, fault_in

    whole = question.encode(errors="replace").decode()
    if fault := fault_in(whole, LONGEST_SENT):
        raise WrongUse(f"The question {fault}.")
    return whole

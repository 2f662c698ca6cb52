"""Answers and tables on a terminal. What stands in a document is shown literally: no markup, no control characters."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from index.naming import file_name
from qa.literal import literal
from qa.wording.verdicts import doubt, verdict

if TYPE_CHECKING:
    from qa.answer import Answer, Citation, Evidence, Refusal, Statement

CLOSEST = 3  # passages shown beside a refusal; --json has more
WIDE = 10_000  # columns where nobody looks: lines are not to be broken


def console(*, stderr: bool = False) -> Console:
    """For people; without colours and line breaks where the output is not a terminal."""
    shown = Console(stderr=stderr, markup=False, highlight=False, emoji=False)
    if not shown.is_terminal:
        shown.width = WIDE
    return shown


def print_answer(answer: Answer) -> None:
    """The answer with its marks, then what they stand for, then the verdict; or the refusal."""
    to = console()
    if answer.standalone_question:
        to.print(Text(f"Understood as: {_on_one_line(answer.standalone_question)}", style="dim"))
    if answer.refusal:
        _print_refusal(to, answer.refusal, answer.evidence, namesakes(answer))
        return
    to.print(Text(" ").join(_with_marks(statement) for statement in answer.statements))
    twins = namesakes(answer)
    for citation in answer.citations:
        to.print()
        to.print(Text(f"[{citation.number}] {_place(citation, twins)}", style="bold"))
        to.print(Padding(Text(f"“{_on_one_line(citation.quote)}”"), (0, 0, 0, 4), expand=False))
    if judged := verdict(answer):
        to.print()
        to.print(Text(judged, style="dim"))
    for notice in answer.notices:
        to.print(Text(f"Note: {literal(notice.message)}", style="dim"))


def namesakes(answer: Answer) -> set[str]:
    """The titles that two of the documents of an answer have, which are then told apart by their files."""
    found = {(passage.title, passage.document_id) for passage in answer.passages}
    return {title for title, count in Counter(title for title, _ in found).items() if count > 1}


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table of texts; columns whose name ends in a number sign are right-aligned."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        right = column.endswith("#")
        table.add_column(column.removesuffix("#"), justify="right" if right else "left", no_wrap=right, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_on_one_line(cell)) for cell in row))
    console().print(table)


def print_report(report: Mapping[str, Any], latency: Mapping[str, float] | None) -> None:
    """An evaluation: each metric with its interval and count, then the main ones by slice."""
    from qa.evaluation.metrics.all import FAMILIES, MEASURES

    to = console()
    judge = f"; judged by {report['judge']}" if report["judge"] else ""
    by = f" by {report['system']}" if report["system"] else ""
    to.print(Text(literal(f"{report['name']}: {count(report['questions'], 'answer')}{by}{judge}"), style="bold"))
    if missing := len(report["unanswered"]):
        answered, asked = report["questions"], report["questions"] + missing
        to.print(Text(f"{answered} of {asked} answered: every figure is of these alone.", style="bold red"))
    for family, measures in FAMILIES.items():
        rows = [(m.title, *_figures(m.name, report["measures"][m.name])) for m in measures]
        to.print()
        print_table((family.upper(), "VALUE#", "95 %#", "DROP#", "SCORED#"), rows)
    main = [m for m in MEASURES.values() if m.headline]
    for by, slices in report["slices"].items():
        shown = [m for m in main if any(m.name in found for found in slices.values())]
        table = [(m.title, *(_figures(m.name, found.get(m.name, {}))[0] for found in slices.values())) for m in shown]
        to.print()
        print_table((f"BY {by.upper()}", *(f"{literal(name)}#" for name in slices)), table)
    to.print()
    resampled = report["statistics"]["resampled"]
    to.print(Text(f"Intervals: bootstrap by {resampled}, or Wilson's at 0 and 100 %. –: nothing to divide by.", "dim"))
    to.print(Text("Drop: the smallest one that a second run on these questions could show.", "dim"))
    if latency:
        took = f"{latency['p50_ms']:.0f} ms at the median, {latency['p95_ms']:.0f} at the 95th percentile"
        to.print(Text(f"An answer took {took}.", "dim"))


def print_verdicts(verdicts: Iterable[tuple[bool | None, str]], *, stderr: bool) -> None:
    """What became of each floor and comparison, those that failed or cannot be told in the open."""
    to = console(stderr=stderr)
    for passed, message in verdicts:
        word = "UNKNOWN" if passed is None else "holds" if passed else "FAILS"
        to.print(Text(literal(f"{word}  {message}"), style="dim" if passed else "bold red"))


def _figures(name: str, value: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """Value, interval, detectable drop and count as a table shows them; nothing to divide by is a dash."""
    from qa.evaluation.metrics.all import MEASURES

    counted = f"{value['scored']} of {value['of']}" if value else ""
    if not value or value["value"] is None:
        return "–", "", "", counted
    scale = 100 if MEASURES[name].unit == "share" else 1
    shown, low, high, drop = (
        "" if value[key] is None else f"{scale * value[key]:.1f}" for key in ("value", "low", "high", "detectable_drop")
    )
    return shown, f"[{low}, {high}]" if low else "", drop, counted


def print_json(value: object) -> None:
    """JSON for other programs, in UTF-8 whatever the terminal speaks."""
    print_exactly(f"{json.dumps(value, ensure_ascii=False, indent=2)}\n")


def print_exactly(text: str) -> None:
    """The text and nothing else, byte for byte; only a person at a terminal is spared its control characters."""
    if sys.stdout.isatty():
        print(literal(text))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())


@contextmanager
def progress_bar(what: str, total: int, done: int = 0) -> Iterator[Callable[[float], None]]:
    """A bar on stderr, if that is a terminal; yields what moves it to a number between 0 and `total`."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    shown = console(stderr=True)
    with Progress(*columns, console=shown, transient=True, disable=not shown.is_terminal) as progress:
        task = progress.add_task(what, total=total, completed=done)
        yield lambda now: progress.update(task, completed=now)


def count(number: int, noun: str) -> str:
    """The number with its noun, which takes an s for all but one."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def complain(message: str) -> None:
    """One line on stderr."""
    print(f"footnote: {_on_one_line(message)}", file=sys.stderr)


def _print_refusal(to: Console, refusal: Refusal, closest: Sequence[Evidence], twins: Collection[str]) -> None:
    to.print(Text(f"No answer: {literal(refusal.message)}"))
    if not closest:
        return
    to.print()
    to.print(Text("Closest, perhaps not an answer:", style="bold"))
    for evidence in closest[:CLOSEST]:
        file = f" ({literal(file_name(evidence.source))})" if evidence.title in twins else ""
        place = f"{literal(evidence.title)}{file}, characters {evidence.start} to {evidence.end}"
        to.print(Padding(Text(f"- {place}: “{_on_one_line(evidence.text)}”"), (0, 0, 0, 2), expand=False))


def _with_marks(statement: Statement) -> Text:
    text = Text(literal(statement.text), style="strike" if statement.is_struck else "")
    doubted = f" ({doubt(statement)})" if doubt(statement) else ""
    return Text().append_text(text).append(doubted + "".join(f" [{number}]" for number in statement.citations))


def _place(citation: Citation, twins: Collection[str]) -> str:
    file = f" ({file_name(citation.source)})" if citation.title in twins else ""
    parts = [f"{citation.title}{file}"]
    if citation.page is not None:
        parts.append(f"page {citation.page}")
    if citation.heading:
        parts.append(f"“{citation.heading}”")
    parts.append(f"characters {citation.start} to {citation.end}")
    return _on_one_line(", ".join(parts))


def _on_one_line(text: str) -> str:
    return literal(" ".join(text.splitlines()))

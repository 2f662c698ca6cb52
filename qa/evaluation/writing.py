"""Where a report goes: report.json, the same on every run; timings.json and answers.jsonl, which are not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np

from qa.errors import WrongUse
from qa.evaluation.cases import Case
from qa.evaluation.evaluating import Evaluation

REPORT, PAGE, TIMINGS, ANSWERS = "report.json", "report.html", "timings.json", "answers.jsonl"


def report_text(report: Mapping[str, Any]) -> str:
    """The report as it is written: keys sorted, one line for each case."""
    cases = ",\n".join(json.dumps(case, ensure_ascii=False, sort_keys=True) for case in report["cases"])
    rest = {key: value for key, value in report.items() if key != "cases"}
    head = json.dumps(rest, ensure_ascii=False, sort_keys=True, indent=1)
    return f'{head[:-2]},\n "cases": [\n{cases}\n ]\n}}\n'


def latency(cases: Sequence[Case]) -> dict[str, float] | None:
    """Milliseconds an answer; None where nobody measured them."""
    seconds = [case.response.seconds for case in cases if case.response.seconds is not None]
    if not seconds:
        return None
    middle, late = np.quantile(seconds, [0.5, 0.95])
    return {"p50_ms": round(1000 * float(middle), 1), "p95_ms": round(1000 * float(late), 1), "answers": len(seconds)}


def prepare(folder: Path) -> None:
    """Makes the folder and looks whether it takes a report, before the work for it is done.

    Raises:
        WrongUse: it does not.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=folder).close()
        for name in (REPORT, PAGE, TIMINGS, ANSWERS):
            if (folder / name).exists():
                (folder / name).open("ab").close()
    except OSError as error:
        raise _cannot_write(folder, error) from None


def write(folder: Path, evaluation: Evaluation, report: Mapping[str, Any], page: str) -> None:
    """Writes all there is into a folder, which is made if need be.

    Raises:
        WrongUse: it cannot be written.
    """
    times = {case.id: case.response.seconds for case in evaluation.cases if case.response.seconds is not None}
    timings = {"latency": latency(evaluation.cases), "seconds": times}
    files = {
        REPORT: report_text(report),
        PAGE: page,
        TIMINGS: json.dumps(timings, sort_keys=True, indent=1) + "\n",
    }
    if evaluation.answers:
        own = evaluation.answers
        files[ANSWERS] = "".join(f"{own[id].to_json()}\n" for id in sorted(own))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8", newline="")
    except OSError as error:
        raise _cannot_write(folder, error) from None


def _cannot_write(folder: Path, error: OSError) -> WrongUse:
    return WrongUse(f"--out {folder} cannot be written: {error.strerror or error}. Name another folder.")

"""All public question sets, each over its own documents: Footnote beside the tutorial chain, on the same questions.

    FOOTNOTE_EVAL_DATA=… python -m tests.benchmarks.evaluation FOLDER [all|development|reported] [SET...]

FOLDER keeps the indexes, both systems' answers and both reports; what is there already is not made again. Prints the
README's table.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from index.encoding import load_encoder
from index.library import Library
from index.retrieval import EvidenceRetriever
from qa.chain import build_chain
from qa.evaluation.datasets.reading import read_dataset
from qa.evaluation.documents import Shelf, check
from qa.evaluation.evaluating import Evaluation, finished, score
from qa.evaluation.gate import Compared, compare_all
from qa.evaluation.page import render
from qa.evaluation.reading import read_answers
from qa.evaluation.records import Dataset, half_of, join
from qa.evaluation.running import ask_all, wire
from qa.evaluation.summary import as_report, summarise
from qa.evaluation.writing import write
from qa.verifying import LexicalVerifier
from tests.benchmarks.questions import data_folder
from tests.benchmarks.tutorial import Tutorial

SYSTEMS = ("footnote", "tutorial")
# What the table has of each set: measure, and the systems that it says something of.
COLUMNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "best_sentence": ("best sentence is gold", SYSTEMS),
    "evidence_hit": ("answered: a footnote is gold", SYSTEMS),
    "refusal_recall": ("unanswerable refused", SYSTEMS[:1]),
    "false_refusal": ("answerable refused", SYSTEMS[:1]),
    "auroc": ("AUROC", SYSTEMS),
}


def main(folder: Path, half: str, names: Sequence[str]) -> None:
    """Answers what is not answered yet, scores all and prints the table; of some sets if they are named."""
    data = data_folder()
    shelf = Shelf.of_folder(data / "docs")
    chosen = names or sorted(path.stem for path in (data / "qa").glob("*.jsonl"))
    sets = [read_dataset(data / "qa" / f"{name}.jsonl") for name in chosen]
    check(join(sets), shelf)
    for dataset in sets:
        _answer(folder, dataset, shelf)
    joined = join([half_of(dataset, half) for dataset in sets])  # type: ignore[arg-type]
    reports = {system: _report(folder, system, half, joined, shelf) for system in SYSTEMS}
    print(_table(reports["footnote"], reports["tutorial"]))
    print()
    for compared in compare_all(reports["footnote"], reports["tutorial"]):
        print(_difference(compared))


def _answer(folder: Path, dataset: Dataset, shelf: Shelf) -> None:
    """Both systems' answers to a set, each in a file that is there only when it is whole."""
    names = shelf.siblings({name for question in dataset.questions for name in question.documents})
    began = time.monotonic()
    ours, theirs = (_answers(folder, system, dataset) for system in SYSTEMS)
    if not ours.exists():
        _keep(ours, _footnotes(folder, dataset, shelf, names))
        _say(f"{dataset.name}: Footnote answered {len(dataset.questions)} in {time.monotonic() - began:.0f} s")
    if not theirs.exists():
        began = time.monotonic()
        _keep(theirs, _tutorial(shelf, tuple(names)).answers(dataset.questions))
        _say(f"{dataset.name}: the tutorial chain in {time.monotonic() - began:.0f} s")


@lru_cache(maxsize=1)
def _tutorial(shelf: Shelf, names: tuple[str, ...]) -> Tutorial:
    """Kept for the next set over the same documents."""
    return Tutorial([shelf.get(name) for name in names])


def _footnotes(folder: Path, dataset: Dataset, shelf: Shelf, names: Sequence[str]) -> Iterable[dict[str, Any]]:
    encoder = load_encoder()
    # One library for each folder of documents, shared by the sets over it; a document that is there is not added again.
    own = folder / "libraries" / "+".join(sorted({name.partition("/")[0] for name in names}))
    with Library.open(own, encoder) as library:
        for name in names:
            library.add(shelf.get(name))
        chain = build_chain(EvidenceRetriever(library=library, encoder=encoder))
        *_, asked = ask_all(dataset, shelf, encoder, lambda _: chain, library=library)
        yield from (wire(answer) for answer in asked.answers.values())  # type: ignore[union-attr]


def _report(folder: Path, system: str, half: str, dataset: Dataset, shelf: Shelf) -> Mapping[str, Any]:
    """The report on the sets' answers, also written as a page."""
    wanted = {question.id for question in dataset.questions}
    responses = [
        response
        for name in dict.fromkeys(dataset.sets.values()) or [dataset.name]
        for response in read_answers(folder / system / name, shelf)
        if response.id in wanted
    ]
    evaluation: Evaluation = finished(
        score(system, responses, dataset=dataset, shelf=shelf, verifier=LexicalVerifier())
    )
    report = as_report(evaluation, summarise(evaluation))
    write(folder / f"{system}-{half}", evaluation, report, render(evaluation, report))
    return report


def _table(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> str:
    heads = [f"{title}{'' if len(systems) == 1 else ', ' + s}" for title, systems in COLUMNS.values() for s in systems]
    lines = [f"| set | n | {' | '.join(heads)} |", f"|---|---|{'---|' * len(heads)}"]
    every = {**{k.removesuffix(".jsonl"): k for k in ours["slices"].get("set", {})}, "**all**": None}
    for shown, name in every.items():
        found = [report["measures"] if name is None else report["slices"]["set"][name] for report in (ours, theirs)]
        cells = [
            _cell(found[SYSTEMS.index(system)].get(measure))
            for measure, (_, systems) in COLUMNS.items()
            for system in systems
        ]
        count = max(value["of"] for value in found[0].values())
        lines.append(f"| {shown} | {count:,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(value: Mapping[str, Any] | None) -> str:
    if not value or value["value"] is None:
        return ""
    return f"{100 * value['value']:.1f} [{100 * value['low']:.1f}, {100 * value['high']:.1f}]"


def _difference(compared: Compared) -> str:
    d, name = compared.difference, compared.measure.name
    return (
        f"{name:<28} {100 * d.value:+6.1f} [{100 * d.low:+.1f}, {100 * d.high:+.1f}] for the better, p {compared.p:.2g}"
    )


def _answers(folder: Path, system: str, dataset: Dataset) -> Path:
    return folder / system / dataset.name


def _keep(file: Path, answers: Iterable[dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8") as out:
        for answer in answers:
            out.write(f"{json.dumps(answer, ensure_ascii=False)}\n")
    unfinished.rename(file)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("Name a folder for the indexes and answers: python -m tests.benchmarks.evaluation FOLDER")
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "all", sys.argv[3:])

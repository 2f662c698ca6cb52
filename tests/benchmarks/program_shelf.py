"""The whole program as what the soak kills: `footnote` commands on real files, with the real model."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from index.document import Document
from tests.benchmarks.shelf import Quote

DONE, NO = 0, 1


class ProgramShelf:
    """Each change is a command of its own, in the process group of the life that is killed.

    Documents are `/soak/<number>.txt` to the soak, and files beside the data folder to the program.
    """

    largest = 8  # the real model takes 20 to 50 ms a passage
    undisturbed = 14.0  # a command takes 5 to 12 s, most of it to load the model

    def __init__(self, folder: Path) -> None:
        self._data = folder
        self._files = folder.parent / "files"
        self._files.mkdir(exist_ok=True)
        self._texts: dict[str, str] = {}

    def add(self, document: Document) -> None:
        """Writes the file, whole or not at all, and adds it."""
        path = self._path(document.source)
        aside = path.with_suffix(".new")
        aside.write_bytes(document.text.encode())
        aside.replace(path)
        self._texts.pop(document.source, None)
        self._run("add", str(path))

    def remove(self, source: str) -> None:
        """Removes it."""
        self._texts.pop(source, None)
        self._run("remove", str(self._path(source)))

    def hashes(self) -> dict[str, str]:
        """What `list` says."""
        listed = json.loads(self._run("list", "--json"))
        return {f"/soak/{Path(one['source']).name}": one["content_hash"] for one in listed}

    def text(self, source: str) -> str:
        """What `show` prints."""
        if source not in self._texts:
            self._texts[source] = self._run("show", str(self._path(source)))
        return self._texts[source]

    def faults(self, source: str) -> list[str]:
        """The listed hash covers the whole text, and every passage that is found is compared with it."""
        return []

    def ask(self, questions: Sequence[str]) -> list[list[Quote]]:
        """What `ask --batch` found and cited."""
        asked, answered = self._files / "questions.jsonl", self._files / "answers.jsonl"
        lines = [json.dumps({"id": str(n), "question": question}) for n, question in enumerate(questions)]
        asked.write_text("\n".join(lines) + "\n", encoding="utf-8")
        answered.unlink(missing_ok=True)
        self._run("ask", "--batch", str(asked), "--out", str(answered))
        return [_quotes(json.loads(line)) for line in answered.read_text("utf-8").splitlines()]

    def healthy(self) -> bool:
        """A command that ends has nothing left to heal, or leaves it to the next one."""
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def _path(self, source: str) -> Path:
        return self._files / Path(source).name

    def _run(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "qa.cli", *arguments, "--data", str(self._data)]
        ended = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        if ended.returncode not in (DONE, NO):
            raise RuntimeError(f"{arguments[0]} ended with {ended.returncode}: {ended.stderr.strip()}")
        return ended.stdout


def _quotes(answer: dict[str, Any]) -> list[Quote]:
    cited = [(c["source"], c["start"], c["end"], c["quote"]) for c in answer["citations"]]
    found = [(p["source"], p["start"], p["end"], p["text"]) for p in answer["passages"]]
    return [Quote(f"/soak/{Path(source).name}", start, end, text) for source, start, end, text in [*cited, *found]]

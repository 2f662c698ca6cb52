"""The `footnote` command within this process, since each start of a real one costs seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from qa.cli import main

BRIDGE = "The Amber Bridge opened in 1934.\r\nIt is 40 m long \U0001f309 and was designed by Edith Marlow.\r\n"
TOWER = "# The Round Tower\n\nThe Round Tower was built by Ivar Holm in 1642.\n"


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    def says(self, *words: str) -> bool:
        """Whether the errors are one line for people, with these words."""
        is_one_line = self.err.startswith("footnote: ") and self.err.count("\n") == 1 and self.err.endswith("\n")
        return is_one_line and all(word in self.err for word in words)


Run = Callable[..., Ended]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `footnote` with arguments, through its entry point."""

    def run(*arguments: object) -> Ended:
        code = main([str(argument) for argument in arguments])
        return Ended(code, *capsys.readouterr())

    return run


@pytest.fixture
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two documents, which is the working directory."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "bridge.txt").write_bytes(BRIDGE.encode())
    (folder / "tower.md").write_text(TOWER)
    monkeypatch.chdir(folder)
    return folder

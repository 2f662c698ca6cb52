"""What the README promises is checked."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.settings import Settings
from tests.server import Server

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
ADDRESS = "http://127.0.0.1:7860"
QUOTE = "The memo, reportedly organized by a junior diplomat"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_explained(name: str) -> None:
    assert f"`FOOTNOTE_{name.upper()}`" in README


def test_the_python_example_runs(tmp_path: Path) -> None:
    [example] = [example for example in EXAMPLES if ADDRESS not in example]
    done = subprocess.run([sys.executable, "-c", example], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "The bridge opened in 1934. [1]" in done.stdout


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    served = Server(tmp_path_factory.mktemp("readme") / "data")
    try:
        served.start()
        yield served
    finally:
        if served.process:
            served.stop()


@pytest.mark.parametrize("example", [example for example in EXAMPLES if ADDRESS in example])
def test_the_python_examples_over_http_run(example: str, server: Server, tmp_path: Path) -> None:
    here = example.replace(ADDRESS, server.address)
    done = subprocess.run([sys.executable, "-c", here], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert QUOTE in done.stdout


@pytest.mark.parametrize("command", re.findall(r"^(curl .*?)(?:\s+#.*)?$", README, re.MULTILINE))
def test_the_commands_over_http_run(command: str, server: Server, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("there is no curl")
    (tmp_path / "notes.txt").write_text("The ferry leaves at noon.")
    here = ["curl", "-sS", "--fail-with-body", *shlex.split(command.replace(ADDRESS, server.address))[1:]]
    done = subprocess.run(here, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (QUOTE if "ask" in command else '"status"') in done.stdout


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\((docs/[^)]+)\)", README))))
def test_linked_files_exist(path: str) -> None:
    assert (ROOT / path).is_file()


def test_named_commands_exist() -> None:
    for module in re.findall(r"(?:python -m )?(tests\.benchmarks\.\w+)", README):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), module

"""Dockerfile and compose.yaml, as far as they can be held to account without a container engine."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from qa.cli.app import COMMANDS
from qa.settings import PREFIX, Settings
from tests.server import LONGEST_START, ROOT, free_port, get

NOBODY = 10001
BIN = Path(sys.executable).parent


def instructions() -> list[tuple[str, str]]:
    """Each instruction of the Dockerfile with what follows it."""
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.lstrip().startswith("#")]
    whole = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in whole.splitlines() if line)]


def last(word: str) -> str:
    return [rest for found, rest in instructions() if found == word][-1]


def environment() -> dict[str, str]:
    """What the image sets."""
    return dict(pair.split("=", 1) for pair in shlex.split(last("ENV")))


def health_check() -> list[str]:
    command: list[str] = json.loads(last("HEALTHCHECK").partition(" CMD ")[2])
    return command


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return loaded


@pytest.fixture(scope="module")
def service(compose: dict[str, Any]) -> dict[str, Any]:
    [service] = compose["services"].values()
    assert isinstance(service, dict)
    return service


class TestDockerfile:
    def test_passes_the_linter(self) -> None:
        ended = subprocess.run([BIN / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False)

        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")

    def test_copies_what_there_is_and_what_is_not_ignored(self) -> None:
        ignored = (ROOT / ".dockerignore").read_text().split("\n")
        let_in = {line.removeprefix("!").rstrip("/") for line in ignored if line.startswith("!")}
        sources = [
            source.rstrip("/")
            for word, rest in instructions()
            if word == "COPY" and not rest.startswith("--from=")
            for source in rest.split()[:-1]
        ]

        assert "*" in ignored
        assert sources
        assert all((ROOT / source).exists() for source in sources)
        assert set(sources) == let_in  # nothing is sent to the build that it does not use, a file of keys least of all

    def test_copies_all_that_the_package_is_made_of(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())
        wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
        named = [*wheel["packages"], project["project"]["readme"], *project["project"]["license-files"]]

        copied = {source.rstrip("/") for word, rest in instructions() if word == "COPY" for source in rest.split()}
        assert {*named, "pyproject.toml"} <= copied

    def test_sets_what_there_is_to_set(self) -> None:
        names = [name for name in environment() if name.startswith(PREFIX)]

        assert names
        assert {name.removeprefix(PREFIX).lower() for name in names} <= set(Settings.model_fields)

    def test_runs_as_a_numbered_user_who_owns_the_volume(self) -> None:
        user, group = last("USER").split(":")
        made = last("RUN")

        assert user.isdigit()
        assert int(user) == NOBODY
        assert f"--uid {user} " in made
        assert f"--gid {group} " in made
        [volume] = json.loads(last("VOLUME"))
        assert volume == environment()["FOOTNOTE_DATA"]
        assert made.endswith(f"--owner=footnote --group=footnote --mode=0700 {volume}")

    def test_starts_a_command_that_there_is(self) -> None:
        program, command = json.loads(last("CMD"))

        assert command in COMMANDS
        ended = subprocess.run([BIN / program, command, "--help"], capture_output=True, text=True, check=False)
        assert ended.returncode == 0
        assert "Serve the page and the API" in ended.stdout

    def test_lets_in_the_port_that_is_listened_on(self) -> None:
        assert last("EXPOSE") == environment()["FOOTNOTE_PORT"] == str(Settings.model_fields["port"].default)


class TestCompose:
    def test_leaves_the_container_nothing_that_it_does_not_need(self, service: dict[str, Any]) -> None:
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert [mount.partition(":")[0] for mount in service["tmpfs"]] == ["/tmp"]
        assert not {"privileged", "cap_add", "devices", "network_mode", "pid", "user"} & service.keys()

    def test_keeps_the_data_in_a_volume(self, service: dict[str, Any], compose: dict[str, Any]) -> None:
        [mount] = service["volumes"]
        volume, _, target = mount.partition(":")

        assert volume in compose["volumes"]
        assert target == service["environment"]["FOOTNOTE_DATA"] == environment()["FOOTNOTE_DATA"]

    def test_publishes_the_port_to_this_machine_alone(self, service: dict[str, Any]) -> None:
        [published] = service["ports"]

        assert published == f"127.0.0.1:7860:{service['environment']['FOOTNOTE_PORT']}"

    def test_sets_what_there_is_to_set(self, service: dict[str, Any]) -> None:
        text = (ROOT / "compose.yaml").read_text()

        named = set(re.findall(rf"\b{PREFIX}(\w+)", text))
        assert {name.lower() for name in named} <= set(Settings.model_fields)
        assert "API_KEYS" in named
        assert service["environment"]["FOOTNOTE_API_KEYS"].startswith("${FOOTNOTE_API_KEYS:?")  # none, no start

    def test_reads_keys_from_a_file_that_goes_nowhere(self, service: dict[str, Any]) -> None:
        [file] = service["env_file"]

        assert file == {"path": ".env", "required": False}
        assert ".env" in (ROOT / ".gitignore").read_text().split("\n")
        assert not any(
            fnmatch(".env", line[1:]) for line in (ROOT / ".dockerignore").read_text().split() if "!" in line
        )

    def test_checks_the_health_at_a_route_that_there_is(self, service: dict[str, Any]) -> None:
        kind, *command = service["healthcheck"]["test"]

        assert kind == "CMD"
        assert "127.0.0.1:7860/readyz" in command[-1]
        assert command[:2] == health_check()[:2] == ["python", "-c"]
        assert "/healthz" in health_check()[-1]


SHUT = """
set -e
data=$1 scratch=$2; shift 2
mount --bind "$data" "$data"
mount --bind "$scratch" "$scratch"
mount -o remount,ro,bind / /
touch "$data/w" "$scratch/w"; rm "$data/w" "$scratch/w"
if touch "$data/../w" 2>/dev/null; then echo "the root can be written" >&2; exit 9; fi
exec setpriv --reuid=NOBODY --regid=NOBODY --clear-groups --no-new-privs --bounding-set=-all,+dac_read_search \\
  --inh-caps=-all,+dac_read_search --ambient-caps=-all,+dac_read_search "$@"
""".replace("NOBODY", str(NOBODY))
"""Only two folders can be written, by a user who has no home. Reading is not shut: Python may lie in root's home."""


@pytest.fixture
def shut_in(tmp_path: Path) -> Iterator[tuple[list[str], Path, int]]:
    """What a command begins with to run as in the container, the data folder that it may write, and a free port."""
    unshare = ["unshare", "--mount", "--propagation", "private"]
    if not all(map(shutil.which, ("unshare", "setpriv", "mount"))):
        pytest.skip("there are no unshare, setpriv and mount")
    if subprocess.run([*unshare, "mount", "-o", "remount,ro,bind", "/", "/"], capture_output=True).returncode:
        pytest.skip("nobody may make the root read-only here")
    data, scratch = tmp_path / "volume", tmp_path / "scratch"
    for folder in (data, scratch):
        folder.mkdir()
        os.chown(folder, NOBODY, NOBODY)
    for parent in (tmp_path, *tmp_path.parents[:3]):  # SQLite looks for its scratch folder with access(2)
        if parent.stat().st_uid == os.getuid() and parent != Path("/tmp"):
            parent.chmod(parent.stat().st_mode | 0o011)
    set_here = {**environment(), "FOOTNOTE_DATA": str(data), "FOOTNOTE_HOST": "127.0.0.1", "TMPDIR": str(scratch)}
    port = free_port()
    set_here |= {"PATH": f"{BIN}:{os.environ['PATH']}", "FOOTNOTE_PORT": str(port)}
    variables = [f"{name}={value}" for name, value in set_here.items()]
    yield [*unshare, "sh", "-c", SHUT, "sh", str(data), str(scratch), "env", "-i", *variables], data, port


def test_it_answers_with_nothing_to_write_but_its_volume(shut_in: tuple[list[str], Path, int]) -> None:
    prefix, data, port = shut_in
    server = subprocess.Popen([*prefix, *json.loads(last("CMD"))], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        deadline = time.monotonic() + LONGEST_START
        while get(f"http://127.0.0.1:{port}/readyz")[0] != 200:
            assert server.poll() is None, server.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.2)
        healthy = subprocess.run([*prefix, *health_check()], capture_output=True, text=True, check=False)
        asked = subprocess.run(
            [*prefix, "footnote", "ask", "Who organised the memo?"], capture_output=True, text=True, check=False
        )
    finally:
        server.send_signal(signal.SIGTERM)
        out, errors = server.communicate(timeout=30)

    assert (healthy.returncode, healthy.stderr) == (0, "")
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "junior diplomat" in asked.stdout
    assert b"Ready" in out
    assert errors == b""
    assert {file.stat().st_uid for file in data.rglob("*")} == {NOBODY}
    unhealthy = subprocess.run([*prefix, *health_check()], capture_output=True, check=False)
    assert unhealthy.returncode == 1

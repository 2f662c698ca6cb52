"""The real program as a process of its own, for tests and benchmarks."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST_START = 120  # seconds; about 10 on two free cores


@dataclass
class Server:
    """`app.py` as a process of its own."""

    data: Path
    port: int = 0
    settings: Mapping[str, str] = field(default_factory=dict)
    log: Path | None = None  # where it goes; a pipe that nobody reads holds 64 KB
    seconds_to_page: float = 0.0
    seconds_to_ready: float = 0.0
    first_page: str = ""
    readiness: list[int] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts it, again at the same address; returns when it is ready, having noted its answers until then."""
        began = time.monotonic()
        self.port = self.port or free_port()
        self.first_page, self.readiness = "", []
        self.process = start_app(self.data, self.port, self.settings, self.log)
        while not self.first_page:
            self._check_on_it(began)
            self.first_page = get(self.address + "/")[1]
            time.sleep(0.02)
        self.seconds_to_page = time.monotonic() - began
        while 200 not in self.readiness:
            self._check_on_it(began)
            self.readiness.append(get(self.address + "/readyz")[0])
            time.sleep(0.1)
        self.seconds_to_ready = time.monotonic() - began

    def _check_on_it(self, began: float) -> None:
        assert self.process is not None
        assert self.process.poll() is None, self._told()
        assert time.monotonic() - began < LONGEST_START

    def _told(self) -> str:
        assert self.process is not None
        return self.log.read_text() if self.log else self.process.stderr.read() if self.process.stderr else ""

    def stop(self) -> int:
        """Asks it to end; returns how it did."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def free_port() -> int:
    """A port that nobody has, below those that systems give out, which may be given to others before it is used."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def start_app(
    data: Path, port: int, settings: Mapping[str, str] | None = None, log: Path | None = None
) -> subprocess.Popen[str]:
    environment = {**os.environ, **(settings or {}), "FOOTNOTE_DATA": str(data), "FOOTNOTE_PORT": str(port)}
    with log.open("w") if log else nullcontext(subprocess.PIPE) as told:
        return subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
        )


def get(url: str) -> tuple[int, str]:
    """Status and body; status 0 if nothing answers."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""

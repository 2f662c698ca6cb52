"""One owner a data folder, until its process ends, however it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from index.errors import FolderInUse, StorageFailed
from index.library import Library
from index.ownership import NOTE, Ownership, server_of
from tests.standin import StandInEncoder

HOLDING = """
import sys, time
from pathlib import Path
from index.ownership import Ownership
held = Ownership(Path(sys.argv[1]), sys.argv[2] or None)
print("held", flush=True)
time.sleep(60)
"""


def hold(folder: Path, address: str = "") -> subprocess.Popen[str]:
    """Another process that owns the folder."""
    command = [sys.executable, "-c", HOLDING, str(folder), address]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_told_the_first_ones_number(data: Path) -> None:
    with hold(data) as process:
        with pytest.raises(FolderInUse, match=rf"^The data folder \S+ is in use by process {process.pid}: [^\n]+\.$"):
            Ownership(data)
        process.kill()


def test_a_second_process_is_told_the_address_of_the_page(data: Path) -> None:
    with hold(data, "http://127.0.0.1:7860") as process:
        with pytest.raises(FolderInUse, match=r"in use by the page at http://127\.0\.0\.1:7860: ") as refused:
            Library.open(data, StandInEncoder())
        process.kill()

    assert (refused.value.address, refused.value.pid) == ("http://127.0.0.1:7860", process.pid)


def test_the_server_that_holds_a_folder_is_known(data: Path) -> None:
    assert server_of(data) is None
    with hold(data, "http://127.0.0.1:7860") as process:
        assert server_of(data) == "http://127.0.0.1:7860"
        process.kill()

    assert (data / NOTE).exists()  # what a killed one leaves, and what must not send a command astray
    assert server_of(data) is None
    with hold(data) as process:
        assert server_of(data) is None  # a command has no address
        process.kill()


def test_a_library_opens_a_folder_that_was_taken_for_it_and_lets_go_of_it(data: Path) -> None:
    owner = Ownership(data, "http://127.0.0.1:7860")

    with Library.open(data, StandInEncoder(), owner=owner):
        assert server_of(data) == "http://127.0.0.1:7860"

    Ownership(data).release()


def test_killing_the_owner_frees_the_folder(data: Path) -> None:
    with hold(data) as process:
        process.kill()

    Ownership(data).release()


def test_a_second_library_of_the_same_process_is_refused_too(data: Path) -> None:
    with Library.open(data, StandInEncoder()), pytest.raises(FolderInUse, match=f"process {os.getpid()}"):
        Library.open(data, StandInEncoder())

    Library.open(data, StandInEncoder()).close()


def test_releasing_twice_is_harmless_and_takes_nothing_from_the_next_owner(data: Path) -> None:
    first = Ownership(data)
    first.release()
    second = Ownership(data, "http://here")
    first.release()

    assert json.loads((data / NOTE).read_text())["address"] == "http://here"
    with pytest.raises(FolderInUse):
        Ownership(data)
    second.release()


@pytest.mark.parametrize("note", ["", "{", "[]", '{"pid": 1}', "null"])
def test_a_note_that_cannot_be_read_costs_only_the_name(data: Path, note: str) -> None:
    held = Ownership(data)
    (data / NOTE).write_text(note)

    with pytest.raises(FolderInUse, match="in use by another process: "):
        Ownership(data)

    held.release()


def test_a_folder_that_cannot_be_made_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(
        StorageFailed, match=r"^Cannot use the data folder [^\n]*file/data \(Not a directory\): [^\n]+\.$"
    ):
        Library.open(tmp_path / "file" / "data", StandInEncoder())

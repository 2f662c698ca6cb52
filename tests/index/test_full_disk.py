"""A full disk: what cannot be written is refused in one line, and everything else goes on."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import StorageFull
from index.library import Library
from tests.index.small_library import BRIDGE, OWL, found, healed, long_document
from tests.standin import StandInEncoder


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = hasattr(os, "geteuid") and os.geteuid() == 0
    if mounted:
        command = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)]
        mounted = subprocess.run(command, check=False, capture_output=True).returncode == 0
    if not mounted:
        pytest.skip("mounting a small disk takes rights that this user does not have")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk_refuses_the_document_and_nothing_else(small_disk: Path) -> None:
    data = small_disk / "data"
    with Library.open(data, StandInEncoder()) as library:
        library.add(BRIDGE)
        filler = small_disk / "filler"
        filler.write_bytes(bytes(14 * 1024 * 1024))
        with pytest.raises(StorageFull, match=r"^Cannot use the data folder .* free some disk space and try again\.$"):
            for number in range(100):
                library.add(long_document(number, passages=300))
        added = {record.source for record in library.documents()}

        assert f"/long/{number}.txt" not in added
        assert len(added) == number + 1
        assert found(library, "bridge") == {"/bridge.txt"}
        assert found(library, f"n{number}p3") == set()
        filler.unlink()
        healed(library)
        library.remove(library.find("/long/0.txt").id)
        library.purge(everything=True)
        assert library.add(OWL).outcome == "added"
        assert found(library, "owl") == {"/owl.txt"}
    with Library.open(data, StandInEncoder()) as library:
        assert {record.source for record in library.documents()} == {"/owl.txt", *added} - {"/long/0.txt"}


def fill(disk: Path) -> Path:
    """Leaves no room at all; returns the file that takes it."""
    filler = disk / "filler"
    with pytest.raises(OSError, match="No space"), filler.open("wb") as file:
        while True:
            file.write(bytes(4096))
            file.flush()
    return filler


def test_a_full_disk_keeps_nobody_from_asking(small_disk: Path) -> None:
    with Library.open(small_disk / "data", StandInEncoder()) as library:
        library.add(BRIDGE)
        fill(small_disk)

        with pytest.raises(StorageFull):
            library.add(long_document(1, passages=300))

        assert found(library, "bridge") == {"/bridge.txt"}
        assert [record.source for record in library.documents()] == ["/bridge.txt"]


def test_a_start_on_a_full_disk_says_so_in_one_line_and_loses_nothing(small_disk: Path) -> None:
    data = small_disk / "data"
    with Library.open(data, StandInEncoder()) as library:
        library.add(BRIDGE)
    filler = fill(small_disk)

    with pytest.raises(StorageFull, match=r"^Cannot use the data folder [^\n]* free some disk space and try again\.$"):
        Library.open(data, StandInEncoder())

    filler.unlink()
    with Library.open(data, StandInEncoder()) as library:
        assert found(library, "bridge") == {"/bridge.txt"}

"""Memory of the server's process: how many arenas there are, and what the garbage collector looks at."""

from __future__ import annotations

import gc
import platform
import subprocess
import sys
from collections.abc import Iterator

import pytest

from qa.web.upkeep import ARENAS, settle

# Prints how many arenas glibc has when eight threads hold memory at the same time.
COUNTING = """
import ctypes, os, threading
if {sharing}:
    from qa.web.upkeep import share_arenas
    share_arenas()
everybody = threading.Barrier(8)
def hold():
    held = [bytes(5_000) for _ in range(100)]
    everybody.wait()
threads = [threading.Thread(target=hold) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
reading, writing = os.pipe()
stream = ctypes.c_void_p(libc.fdopen(writing, b"w"))
libc.malloc_info(0, stream)
libc.fclose(stream)
with open(reading, "rb") as told:
    print(told.read().count(b"<heap nr="))
"""

glibc_only = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no arenas")


def arenas(*, sharing: bool) -> int:
    ended = subprocess.run(
        [sys.executable, "-c", COUNTING.format(sharing=sharing)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONMALLOC": "malloc"},
    )
    return int(ended.stdout)


@glibc_only
def test_threads_share_two_arenas() -> None:
    assert arenas(sharing=False) > ARENAS
    assert arenas(sharing=True) == ARENAS


@pytest.fixture
def thawing() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("thawing")
def test_what_is_there_when_all_is_loaded_is_never_looked_at_again() -> None:
    there = [object()]

    settle()

    later = [object()]
    looked_at = {id(one) for one in gc.get_objects()}
    assert id(later) in looked_at
    assert id(there) not in looked_at

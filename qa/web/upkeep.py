"""What a process that stays up for weeks does about its memory, once. Imports only the standard library."""

from __future__ import annotations

import ctypes
import gc
import os
import sys

# glibc's `mallopt` in malloc.h.
M_ARENA_MAX = -8
ARENAS = 2


def share_arenas() -> None:
    """Has glibc's threads share two arenas; to be called before threads are started.

    By itself it makes up to eight for each core, and what is free in one is of no use in another: in mixed traffic
    150 to 210 MiB were held like that, and more by the minute, beside 270 to 280 in use; with two it is 30 to 55.
    Whoever has set MALLOC_ARENA_MAX knows better. Elsewhere than on glibc nothing happens.
    """
    if sys.platform == "linux" and "MALLOC_ARENA_MAX" not in os.environ:
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
        if mallopt is not None:
            mallopt(M_ARENA_MAX, ARENAS)


def settle() -> None:
    """Collects garbage once more, and leaves what is there then out of every later collection.

    What torch, Gradio and the models consist of is there to stay. Looking through it anew held up every thread, and
    with them the event loop, for 0.5 to 0.75 s each time.
    """
    gc.collect()
    gc.freeze()

"""What a process does about its memory: while it loads, and once a long-running one has loaded all it needs."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

SELDOM = (5_000, 10, 10)
"""Four times as seldom saves a page one per cent, and lets nine megabytes of what was thrown away pile up."""
_ARENA_MAX = -8
"""The number by which the C library knows how many heaps there may be (``M_ARENA_MAX`` of ``malloc.h``)."""
_MMAP_THRESHOLD = -3
"""The number of ``M_MMAP_THRESHOLD``: from how many bytes on a block is taken from the system for itself."""
_LARGE = 64 * 1024
_frozen: set[str] = set()


@contextmanager
def loading(what: str) -> Iterator[None]:
    """Keep the collector away while modules and tables are made, which all stay: its rounds took a fifth of a start.

    It leaves alone from then on what was made, the first time ``what`` is loaded in a process.
    """
    gc.disable()
    try:
        yield
    finally:
        if what not in _frozen:
            _frozen.add(what)
            gc.freeze()
        gc.enable()


def settle() -> None:
    """Leave what was loaded at the start out of the collector's rounds, and let it come round less often.

    Whole rounds over classes, tables and catalogues, which never go away, cost a request in ten more than all it did.
    What a start leaves behind in rings is two thousand small things: looking for them takes longer than all of them.
    """
    gc.freeze()
    gc.set_threshold(*SELDOM)


def share_one_heap() -> None:
    """Let the threads that begin from now on take memory from one heap: each had its own, with holes for itself alone.

    Only one of them runs Python at a time, so that they don't wait for each other.
    """
    _tell_c_library("mallopt", _ARENA_MAX, 1)


def keep_large_blocks_apart() -> None:
    """Let blocks the size of a page be taken from the system and given back one by one, outside the heap.

    Each page passes through several, and those that are kept would lie between the holes of those that are not. Left
    to itself the C library stops doing so with the first such block that is freed.
    """
    _tell_c_library("mallopt", _MMAP_THRESHOLD, _LARGE)


def give_back() -> None:
    """Give the holes in the heap back to the system, which takes half a millisecond.

    Statements that are planned and templates that are compiled leave two to three megabytes of them.
    """
    _tell_c_library("malloc_trim", 0)


def _tell_c_library(function: str, *numbers: int) -> None:
    """Call a function of GNU's C library.

    Elsewhere, or where a process may not make code (systemd's ``MemoryDenyWriteExecute``), all stays as it is.
    """
    if sys.platform != "linux":
        return
    with suppress(AttributeError, OSError, MemoryError):
        import ctypes

        getattr(ctypes.CDLL(None), function)(*numbers)

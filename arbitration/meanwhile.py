"""What others may do while a thread waits, or works outside Python: servers whose requests take turns heed it."""

from collections.abc import Callable
from threading import local


class _OfThread(local):
    """How a thread lets the next request begin, and learns that one finds no other; nothing where it answers none."""

    pass_on: Callable[[], None] | None = None
    give_way: Callable[[], bool] | None = None


of_thread = _OfThread()


def others_may_go_on() -> None:
    """Say that this thread is about to wait, or to compute for long without Python's lock."""
    if of_thread.pass_on is not None:
        of_thread.pass_on()


def must_give_way() -> bool:
    """Whether somebody has come for whom no thread is left, and this one is to end its waiting in vain.

    It counts as given back from then on: of several that wait only as many are told as are needed.
    """
    return of_thread.give_way is not None and of_thread.give_way()

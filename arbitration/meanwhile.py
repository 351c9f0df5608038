"""What others may do while a thread waits, or works outside Python: servers whose requests take turns heed it."""

from collections.abc import Callable
from threading import local


class _OfThread(local):
    """How a thread lets the next request begin; nothing where it answers none, or none waits for its turn."""

    pass_on: Callable[[], None] | None = None


of_thread = _OfThread()


def others_may_go_on() -> None:
    """Say that this thread is about to wait, or to compute for long without Python's lock."""
    if of_thread.pass_on is not None:
        of_thread.pass_on()

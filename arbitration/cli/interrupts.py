"""Ctrl-C, where it must not come in the middle of a transaction."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def put_off() -> Iterator[list[int]]:
    """Let Ctrl-C wait until the block is over; gives what is not empty once there was one. A second one is not put off.

    Within a driver of a database it can become another fault, or none at all: then it would seem not to be heeded.
    """
    came: list[int] = []

    def note(number: int, frame: object) -> None:
        if came:
            signal.default_int_handler(number, frame)  # type: ignore[arg-type]
        came.append(number)

    if threading.current_thread() is not threading.main_thread():
        yield came
        return
    before = signal.signal(signal.SIGINT, note)
    try:
        yield came
    finally:
        signal.signal(signal.SIGINT, before)

"""Reading the descriptions that came with imports, in small batches: read outside of any transaction, then kept."""

from collections.abc import Iterator
from datetime import datetime

from flask import Flask

from arbitration.db import reading, unit_of_work
from arbitration.services import readings


def read_waiting(app: Flask, now: datetime, most: int | None = None) -> Iterator[int]:
    """Read the descriptions that wait, up to ``most`` of them; gives after each batch how many it was.

    Any number of processes may do this at once: each reading is kept by the first that has it.
    """
    left = most
    while left is None or left > 0:
        size = readings.BATCH if left is None else min(left, readings.BATCH)
        with app.app_context():
            with reading() as session:
                unread = readings.waiting(session, size)
            if not unread:
                return
            done = readings.read(unread)
            with unit_of_work() as session:
                kept = readings.keep(session, done, now)
        left = None if left is None else left - len(unread)
        yield kept

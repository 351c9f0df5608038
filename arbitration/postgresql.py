"""PostgreSQL, as processes use it that answer many requests: nobody waits long for a lock, and its clock counts."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

log = logging.getLogger(__name__)
LOOK_EVERY = 60.0
"""Seconds after which a process looks at the database's clock again."""
A_LITTLE = timedelta(seconds=1)


def keep_to_its_clock(engine: Engine, keep_to: Callable[[datetime], timedelta]) -> None:
    """Have its clock told now and once a minute to ``keep_to``, which gives how far that is ahead of the machine's.

    Else what servers on machines whose clocks differ take in would be in time or late by chance, and the mails that one
    of them queues would wait as long as its clock is ahead. Nothing happens where the database is SQLite.
    """
    if engine.dialect.name == "sqlite":
        return
    event.listen(engine, "checkout", _Clock(keep_to).look)
    engine.connect().close()  # so that the first request is dated by it already
    engine.dispose()


class _Clock:
    def __init__(self, keep_to: Callable[[datetime], timedelta]) -> None:
        self._keep_to = keep_to
        self._next = monotonic()
        self._apart = timedelta(0)

    def look(self, connection: Any, *_: Any) -> None:
        if monotonic() < self._next:
            return
        (shown,) = connection.execute("SELECT clock_timestamp()").fetchone()
        connection.rollback()
        self._next = monotonic() + LOOK_EVERY
        apart = self._keep_to(shown)
        if abs(apart - self._apart) >= A_LITTLE:
            log.warning(
                "this machine's clock is %.1f seconds behind the database's, which counts", apart.total_seconds()
            )
        self._apart = apart


def never_wait_longer(connection: Any, milliseconds: int) -> None:
    """Let no statement of a connection wait longer for a lock."""
    connection.autocommit = True
    connection.execute(f"SET lock_timeout = {milliseconds}")
    connection.autocommit = False

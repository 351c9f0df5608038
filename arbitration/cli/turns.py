"""Requests that take turns, where more threads at once would only get in each other's way."""

from collections import deque
from collections.abc import Callable
from functools import partial
from threading import Lock
from time import monotonic
from typing import Any

from flask import Flask
from waitress.task import ThreadedTaskDispatcher

from arbitration.db import db
from arbitration.meanwhile import of_thread
from arbitration.sqlite import ArbitrationSQLite

LONG = 0.02
"""Seconds after which a request no longer keeps the others waiting: it is itself waiting for something."""


class Turns(ThreadedTaskDispatcher):  # type: ignore[misc] # waitress tells no types
    """Threads of a server of which one works at a time, unless its request takes long.

    Python runs one thread at a time, and SQLite answers within the process. Two threads that work at once hand over to
    each other at every statement, mostly from one processor to the other, which costs a page a quarter more. The next
    request begins when the one before is over, when that says that it waits (``pass_on``), or after ``LONG``. To let it
    begin at each commit, which waits a quarter of a millisecond for a quick disk, costs more than it gains.

    Whoever runs the server calls ``look_again`` as often as that says; ``wake`` is called where it has to be sooner.
    """

    def __init__(self) -> None:
        super().__init__()
        self.wake: Callable[[], None] = lambda: None
        self._turns = Lock()
        self._waiting: deque[Any] = deque()
        self._current: _Turn | None = None
        self._begun = 0.0

    def add_task(self, task: Any) -> None:
        """Have a request answered when it is its turn."""
        with self._turns:
            self._waiting.append(task)
            waiting = len(self._waiting)
        if self.look_again() and of_thread.pass_on is not None:
            self.wake()
        if waiting > len(self.threads):
            self.queue_logger.warning("Task queue depth is %d", waiting)

    def look_again(self) -> float | None:
        """Let the next one begin if it is nobody's turn, or the one whose turn it is takes long.

        Gives the seconds after which to look again; None where nobody waits.
        """
        with self._turns:
            turn = self._next()
            waits = bool(self._waiting)
        if turn is not None:
            super().add_task(turn)
        return LONG if waits else None

    def pass_on(self, turn: "_Turn") -> None:
        """Let the next one begin already: the one whose turn it is says ``others_may_go_on``."""
        with self._turns:
            if turn is not self._current:
                return
            self._current = None
            following = self._next()
        if following is not None:
            super().add_task(following)

    def end(self, turn: "_Turn") -> None:
        """A request was answered: its thread takes the next one itself, and none need be woken."""
        with self._turns:
            if turn is self._current:
                self._current = None
            following = self._next()
        if following is not None:
            with self.lock:
                self.queue.append(following)

    def shutdown(self, cancel_pending: bool = True, timeout: int = 5) -> bool:
        """End the threads, and what still waits for one."""
        with self._turns:
            waiting, self._waiting = self._waiting, deque()
        for task in waiting if cancel_pending else ():
            task.cancel()
        return bool(super().shutdown(cancel_pending, timeout))

    def _next(self) -> "_Turn | None":
        now = monotonic()
        if not self._waiting or (self._current is not None and now - self._begun < LONG):
            return None
        self._current, self._begun = _Turn(self._waiting.popleft(), self), now
        return self._current


class _Turn:
    """A request whose turn it is."""

    __slots__ = ("_task", "_turns")

    def __init__(self, task: Any, turns: Turns) -> None:
        self._task, self._turns = task, turns

    def service(self) -> None:
        of_thread.pass_on = partial(self._turns.pass_on, self)
        try:
            self._task.service()
        finally:
            of_thread.pass_on = None
            self._turns.end(self)

    def cancel(self) -> None:
        self._task.cancel()


def turns_of(app: Flask) -> Turns | None:
    """Turns for the threads of an application whose database is SQLite; None where another process answers them."""
    with app.app_context():
        dialect = db.engine.dialect
    if not isinstance(dialect, ArbitrationSQLite):
        return None
    return Turns()

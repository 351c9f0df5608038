"""Tasks that take turns, where several threads at once would only get in each other's way."""

from collections import deque
from collections.abc import Callable
from functools import partial
from threading import RLock
from time import monotonic
from typing import Generic, TypeVar

from flask import Flask

from arbitration.db import db
from arbitration.meanwhile import of_thread
from arbitration.sqlite import ArbitrationSQLite

LONG = 0.02
"""Seconds after which a request no longer keeps the others waiting: it is itself waiting for something."""
NO_THREAD = 0.1
"""Seconds after which a request whose turn it is finds no thread, if none has taken it: a free one does at once."""

T = TypeVar("T")


class Turn(Generic[T]):
    """A task whose turn it is."""

    __slots__ = ("_turns", "task")

    def __init__(self, task: T, turns: "Turns[T]") -> None:
        self.task, self._turns = task, turns

    def take(self, work: Callable[[], object]) -> None:
        """Do the work of the task; while it waits it may say so (``others_may_go_on``) and ask whether it may."""
        self._turns.taken(self)
        of_thread.pass_on, of_thread.give_way = partial(self._turns.pass_on, self), partial(self._turns.give_way, self)
        try:
            work()
        finally:
            of_thread.pass_on = of_thread.give_way = None


class Turns(Generic[T]):
    """Tasks of which one is worked on at a time, unless it takes long.

    Python runs one thread at a time, and SQLite answers within the process. Two threads that work at once hand over to
    each other at every statement, mostly from one processor to the other, which costs a page a quarter more. The next
    task begins when the one before is over, when that says that it waits (``pass_on``), or after ``LONG``. To let it
    begin at each commit, which waits a quarter of a millisecond for a quick disk, costs more than it gains.

    ``begin`` hands a turn to a thread that has nothing to do. Whoever works on one calls ``end`` and takes what
    follows. Somebody has to call ``look_again`` as often as that says.
    """

    def __init__(self, begin: Callable[[Turn[T]], object]) -> None:
        self._begin = begin
        self._lock = RLock()  # a signal that ends the server may come while its thread has it
        self._waiting: deque[T] = deque()
        self._current: Turn[T] | None = None
        self._begun = 0.0
        self._untaken: dict[Turn[T], float] = {}
        self._giving_way: set[Turn[T]] = set()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def add(self, task: T) -> float | None:
        """Have a task done when it is its turn; gives the seconds after which to look again, as ``look_again``."""
        with self._lock:
            self._waiting.append(task)
        return self.look_again()

    def look_again(self) -> float | None:
        """Let the next one begin if it is nobody's turn, or the one whose turn it is takes long.

        Gives the seconds after which to look again; None where nobody waits.
        """
        with self._lock:
            turn = self._next()
            waits = bool(self._waiting)
        if turn is not None:
            self._begin(turn)
        return LONG if waits else None

    def pass_on(self, turn: Turn[T]) -> None:
        """Let the next one begin already: the one whose turn it is says ``others_may_go_on``."""
        with self._lock:
            following = self._after(turn) if turn is self._current else None
        if following is not None:
            self._begin(following)

    def taken(self, turn: Turn[T]) -> None:
        """A thread begins with a task."""
        with self._lock:
            self._untaken.pop(turn, None)

    def give_way(self, turn: Turn[T]) -> bool:
        """Whether a task that only waits is to end, since one whose turn it is finds no thread (``must_give_way``)."""
        with self._lock:
            late = monotonic() - NO_THREAD
            short = sum(begun <= late for begun in self._untaken.values()) > len(self._giving_way)
            if short:
                self._giving_way.add(turn)
        return short

    def end(self, turn: Turn[T]) -> Turn[T] | None:
        """A task is done: gives the turn that follows, for the same thread to take."""
        with self._lock:
            self._giving_way.discard(turn)
            return self._after(turn)

    def clear(self) -> deque[T]:
        """Let nobody begin who still waits; gives who did."""
        with self._lock:
            waiting, self._waiting = self._waiting, deque()
        return waiting

    def _after(self, turn: Turn[T]) -> Turn[T] | None:
        if turn is self._current:
            self._current = None
        return self._next()

    def _next(self) -> Turn[T] | None:
        now = monotonic()
        if not self._waiting or (self._current is not None and now - self._begun < LONG):
            return None
        self._current, self._begun = Turn(self._waiting.popleft(), self), now
        self._untaken[self._current] = now
        return self._current


def takes_turns(app: Flask) -> bool:
    """Whether the requests of an application should: its database is SQLite, so no other process answers them."""
    with app.app_context():
        dialect = db.engine.dialect
    return isinstance(dialect, ArbitrationSQLite)

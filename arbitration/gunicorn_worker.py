"""A worker of gunicorn whose requests take turns where the database is SQLite."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from flask import Flask
from gunicorn.workers.gthread import ThreadWorker

from arbitration.turns import Turn, Turns, takes_turns

P = ParamSpec("P")
T = TypeVar("T")


class Asked:
    """What a thread is to do, and who wants to know what came of it."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.told: Future[Any] = Future()
        self._work = work

    def service(self) -> None:
        """Do it; what it raises goes to whoever wants to know."""
        try:
            came = self._work()
        except BaseException as error:
            self.told.set_exception(error)
        else:
            self.told.set_result(came)


class Pool(ThreadPoolExecutor):
    """Threads of which one works at a time (``Turns``). Whoever made it calls ``look_again`` as often as that says."""

    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        self._turns: Turns[Asked] = Turns(lambda turn: super(Pool, self).submit(self._take, turn))

    def submit(self, work: Callable[P, T], /, *given: P.args, **named: P.kwargs) -> Future[T]:
        """Have something done when it is its turn."""
        asked = Asked(lambda: work(*given, **named))
        self._turns.add(asked)
        return asked.told

    def look_again(self) -> float | None:
        """As ``Turns.look_again``."""
        return self._turns.look_again()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the threads once they are done with what they are at; what still waits is let go."""
        for asked in self._turns.clear():
            asked.told.cancel()
        super().shutdown(wait, cancel_futures=cancel_futures)

    def _take(self, turn: Turn[Asked] | None) -> None:
        while turn is not None:
            turn.take(turn.task.service)
            turn = self._turns.end(turn)


class Worker(ThreadWorker):  # type: ignore[misc] # gunicorn tells no types
    """gunicorn's worker with threads. On PostgreSQL it is no other: its threads work side by side."""

    def load_wsgi(self) -> None:
        """Load the application, and see which database it has."""
        super().load_wsgi()
        if isinstance(self.wsgi, Flask) and takes_turns(self.wsgi):
            self.tpool = Pool(self.cfg.threads)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait for what comes in, but no longer than somebody may be kept waiting by a request that takes long."""
        soon = self.tpool.look_again() if isinstance(self.tpool, Pool) else None
        super().wait_for_and_dispatch_events(min(timeout, soon or timeout))

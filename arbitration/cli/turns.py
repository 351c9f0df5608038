"""The threads of `serve` whose requests take turns."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from waitress.task import ThreadedTaskDispatcher

from arbitration.meanwhile import of_thread
from arbitration.turns import Turn, Turns, takes_turns


class Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc] # waitress tells no types
    """waitress's threads, of which one answers at a time (``Turns``).

    Whoever runs the server calls ``look_again`` as often as that says; ``wake`` is called where it has to be sooner.
    """

    def __init__(self) -> None:
        super().__init__()
        self.wake: Callable[[], None] = lambda: None
        self._turns: Turns[Any] = Turns(lambda turn: super(Dispatcher, self).add_task(_Request(turn, self)))

    def add_task(self, task: Any) -> None:
        """Have a request answered when it is its turn."""
        if self._turns.add(task) and of_thread.pass_on is not None:
            self.wake()
        if len(self._turns) > len(self.threads):
            self.queue_logger.warning("Task queue depth is %d", len(self._turns))

    def look_again(self) -> float | None:
        """As ``Turns.look_again``."""
        return self._turns.look_again()

    def end(self, turn: Turn[Any]) -> None:
        """A request was answered: its thread takes the next one itself, and none need be woken."""
        following = self._turns.end(turn)
        if following is not None:
            with self.lock:
                self.queue.append(_Request(following, self))

    def shutdown(self, cancel_pending: bool = True, timeout: int = 5) -> bool:
        """End the threads, and what still waits for one."""
        for task in self._turns.clear() if cancel_pending else ():
            task.cancel()
        return bool(super().shutdown(cancel_pending, timeout))


class _Request:
    """A request whose turn it is, as waitress's threads know one."""

    __slots__ = ("_dispatcher", "_turn")

    def __init__(self, turn: Turn[Any], dispatcher: Dispatcher) -> None:
        self._turn, self._dispatcher = turn, dispatcher

    def service(self) -> None:
        try:
            self._turn.take(self._turn.task.service)
        finally:
            self._dispatcher.end(self._turn)

    def cancel(self) -> None:
        self._turn.task.cancel()


def dispatcher_of(app: Flask) -> Dispatcher | None:
    """Threads that take turns for an application whose database is SQLite; None where waitress's own do better."""
    return Dispatcher() if takes_turns(app) else None

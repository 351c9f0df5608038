"""Serving on a socket until the process is told to stop; what is under way then is finished first."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from select import select
from time import monotonic
from types import FrameType

from flask import Flask
from waitress import create_server, wasyncore
from waitress.server import BaseWSGIServer
from waitress.task import ThreadedTaskDispatcher

from arbitration.cli import crowd, memory
from arbitration.cli.common import UnusableError
from arbitration.cli.ending import Ending
from arbitration.cli.turns import Dispatcher
from arbitration.config import is_loopback

ENDS = (signal.SIGTERM, signal.SIGINT)
LONGEST_FINISH = 20.0
LAST_CALL = 1.0
"""Seconds in which those whose connection is open may still ask, and be told that it is the last time."""
TIDY_EVERY = 5.0
"""Seconds after which the holes in the heap are given back."""
LARGEST_BODY = 144 * 1024 * 1024  # the application's own limits are lower, and their pages kinder


def listen(host: str, port: int) -> socket.socket:
    """A socket that is bound, but does not take connections yet. Port 0 takes any free one.

    Raises:
        UnusableError: the address is not one of this machine's, or the port is taken.
    """
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(where)
    except OSError as error:
        advice = "Another program uses it: choose another with --port." if error.errno == 98 else ""
        raise UnusableError(f"Can't listen on {host}, port {port}: {error.strerror}. {advice}".strip()) from None
    return bound


def address_of(bound: socket.socket) -> str:
    """The address under which a browser on this machine reaches a socket."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if bound.family is socket.AF_INET6 else f"http://{host}:{port}"


def reaches_this_machine_alone(bound: socket.socket) -> bool:
    """Whether only programs of this machine can connect to a socket."""
    return is_loopback(bound.getsockname()[0])


@contextmanager
def signals_blocked() -> Iterator[None]:
    """Threads started in here leave the signals to the main thread."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Serving:
    """A server on a socket. Make it where signals are blocked; ``run`` it in the main thread.

    ``turns``: what lets its threads take turns, where all that they do they do in this process.
    """

    def __init__(self, app: Flask, bound: socket.socket, threads: int, turns: Dispatcher | None = None) -> None:
        self._turns = turns
        dispatcher = turns or ThreadedTaskDispatcher()
        dispatcher.set_thread_count(threads)
        self._server: BaseWSGIServer = create_server(
            app,
            sockets=[bound],
            _dispatcher=dispatcher,  # not documented by waitress: test_turns tells if it goes away
            ident=None,
            connection_limit=crowd.MOST,
            max_request_body_size=LARGEST_BODY,
            clear_untrusted_proxy_headers=False,  # the application believes none, but has to see that there is a proxy
        )
        if turns is not None:
            turns.wake = self._server.pull_trigger
        self._crowd = crowd.Crowd(self._server)
        self._ending = Ending(self._server)
        self._told = 0

    def run(self, once_up: Callable[[], None]) -> None:
        """Serve until SIGTERM or SIGINT; then let nobody in, and finish what was begun within 20 seconds.

        Each answer is then the last on its connection, and connections that nothing is asked on are closed.
        """
        for number in ENDS:
            signal.signal(number, self._stop)
        memory.settle()
        once_up()
        tidied = monotonic()
        while not self._told:
            self._turn(1.0)
            if monotonic() - tidied > TIDY_EVERY:
                memory.give_back()
                tidied = monotonic()
        self._ending.begin()
        self._take_in_who_waits()
        wasyncore.dispatcher.close(self._server)  # the listening socket alone: its trigger still wakes the loop
        self._finish(monotonic())
        self._server.task_dispatcher.shutdown(timeout=1)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._told += 1
        with suppress(OSError):
            self._server.pull_trigger()

    def _take_in_who_waits(self) -> None:
        """Whoever connected before the end is answered: the system would turn them away with the listening socket."""
        until = monotonic() + LAST_CALL
        while monotonic() < until and self._server.readable() and select([self._server.socket], [], [], 0)[0]:
            self._turn(0)

    def _finish(self, begun: float) -> None:
        while self._server.active_channels and monotonic() - begun < LONGEST_FINISH and self._told < 2:
            self._turn(0.05)
            if monotonic() - begun >= LAST_CALL:
                self._ending.let_go()

    def _turn(self, seconds: float) -> None:
        soon = self._turns.look_again() if self._turns else None
        self._crowd.thin_out()
        wasyncore.loop(timeout=soon or seconds, use_poll=True, map=self._server._map, count=1)

"""A server process that is measured: what it answers, and what it has spent."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.client import Connection, get, load

SECRET = "for-benchmarks-only-0123456789abcdefghijklmnop"
COMMAND = "from arbitration.cli import main; main()"


@dataclass(slots=True)
class Measured:
    """Requests a second, and milliseconds on the processor for each."""

    rate: float
    cpu: float


class Worker:
    """A server process, with the one that it has forked to answer if it has, and what they have spent."""

    def __init__(self, process: "subprocess.Popen[str]", port: int, started: float) -> None:
        self.process, self.port, self.started = process, port, started

    def spent(self) -> float:
        """Milliseconds on the processor so far, all threads taken together."""
        total = 0
        for process in self._processes():
            for task in Path(f"/proc/{process}/task").iterdir():
                total += int((task / "schedstat").read_text("ascii").split()[0])
        return total / 1e6

    def memory(self, kind: str = "Rss") -> float:
        """Megabytes that the one takes which answers; as ``Pss``, with what processes share divided among them."""
        status = Path(f"/proc/{self._processes()[-1]}/smaps_rollup").read_text("ascii")
        return int(re.search(rf"^{kind}:\s+(\d+)", status, re.MULTILINE)[1]) / 1024  # type: ignore[index]

    def _processes(self) -> list[str]:
        own = str(self.process.pid)
        return [own, *Path(f"/proc/{own}/task/{own}/children").read_text("ascii").split()]

    def measure(self, requests: Callable[[], bytes], times: int, wanted: int) -> Measured:
        before = self.spent()
        seconds, statuses = load(self.port, requests, times)
        if set(statuses) != {wanted}:
            raise SystemExit(f"answered {dict(statuses)} instead of {wanted} to {requests()[:200]!r}")
        return Measured(times / seconds, (self.spent() - before) / times)


@contextmanager
def worker(environment: dict[str, str], *command: str) -> Iterator[Worker]:
    """Start a server, and end it."""
    start = perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.search(r":(\d+)", said)
        if found is None:
            raise SystemExit(f"the server did not start: {said}")
        yield Worker(process, int(found[1]), perf_counter() - start)
    finally:
        process.terminate()
        process.wait()


def environment(folder: Path, url: str) -> dict[str, str]:
    """The environment of a server, which keeps its compiled modules as an installed one does."""
    return os.environ | {
        "PYTHONDONTWRITEBYTECODE": "",
        "ARBITRATION_INSTANCE": str(folder),
        "ARBITRATION_SECRET_KEY": SECRET,
        "ARBITRATION_DATABASE_URL": url,
        "PYTHONUNBUFFERED": "1",
    }


@dataclass(frozen=True, slots=True)
class Server:
    """One kind of server: how it serves the application, and how it serves what that is measured against.

    Each with one worker of two threads, and the environment that it is given.
    """

    ours: Callable[[dict[str, str]], AbstractContextManager[Worker]]
    bare: Callable[[dict[str, str]], AbstractContextManager[Worker]]


@contextmanager
def gunicorn(environment: dict[str, str], *options: str) -> Iterator[Worker]:
    """Start gunicorn on a socket of ours, and end it. It has started when it has answered something."""
    start = perf_counter()
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port, number = bound.getsockname()[1], bound.fileno()
        command = [sys.executable, "-m", "gunicorn", "--bind", f"fd://{number}", "--workers", "1", "--threads", "2"]
        process = subprocess.Popen(
            [*command, *options], env=environment, pass_fds=[number], stderr=subprocess.DEVNULL, text=True
        )
    try:
        first = Connection(port)
        first.ask(get("/hello"))
        first.close()
        yield Worker(process, port, perf_counter() - start)
    finally:
        process.terminate()
        process.wait()


SERVERS = {
    "serve": Server(
        lambda env: worker(env, "-c", COMMAND, "serve", "--threads", "2", "--port", "0"),
        lambda env: worker(env, "-m", "benchmarks.bare"),
    ),
    "gunicorn": Server(
        lambda env: gunicorn(env, "-c", "python:arbitration.gunicorn_settings"),
        lambda env: gunicorn(env, "-k", "gthread", "--keep-alive", "75", "benchmarks.bare:application()"),
    ),
}
"""Our own server, and gunicorn as docs/installing.md has it; bare Flask has gunicorn's own worker with threads."""

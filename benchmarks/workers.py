"""A server process that is measured: what it answers, and what it has spent."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.client import load

SECRET = "for-benchmarks-only-0123456789abcdefghijklmnop"
COMMAND = "from arbitration.cli import main; main()"


@dataclass(slots=True)
class Measured:
    """Requests a second, and milliseconds on the processor for each."""

    rate: float
    cpu: float


class Worker:
    """A server process, and what it has spent."""

    def __init__(self, process: "subprocess.Popen[str]", port: int, started: float) -> None:
        self.process, self.port, self.started = process, port, started

    def spent(self) -> float:
        """Milliseconds on the processor so far, all its threads taken together."""
        total = 0
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            total += int((task / "schedstat").read_text("ascii").split()[0])
        return total / 1e6

    def memory(self) -> float:
        """Megabytes that it takes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]

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


@contextmanager
def served(folder: Path, url: str) -> Iterator[Worker]:
    """Our own server, with one worker of two threads."""
    with worker(environment(folder, url), "-c", COMMAND, "serve", "--threads", "2", "--port", "0") as ours:
        yield ours

"""The commands, as real processes and within this one."""

import logging
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager, nullcontext
from pathlib import Path
from typing import IO

from click.testing import CliRunner

from arbitration.cli import main
from arbitration.config import Settings

PROGRAM = Path(sys.executable).with_name("arbitration")
PATIENCE = 300


def environment(settings: Settings | None = None, **stated: str) -> dict[str, str]:
    """The environment of a process, with these settings; the next one finds the modules compiled."""
    said = stated
    if settings is not None:
        said = {
            "ARBITRATION_INSTANCE": str(settings.instance),
            "ARBITRATION_SECRET_KEY": settings.secret_key,
            "ARBITRATION_DATABASE_URL": settings.database_url,
            "ARBITRATION_BASE_URL": "http://127.0.0.1:8000",
        } | stated
    return {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "", **said}


def run(env: Mapping[str, str], *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; with no traceback, whatever it ends with."""
    command = [str(PROGRAM), *arguments]
    done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def call(env: Mapping[str, str], *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command within this process and give what ``run`` gives: for what a process of its own adds nothing to.

    It heeds Ctrl-C, also where the tests run in the background of a shell.
    """
    heeds = signal.signal(signal.SIGINT, signal.default_int_handler)
    mask, handlers, level = os.umask(0o077), list(logging.root.handlers), logging.root.level
    os.umask(mask)
    try:
        with chdir(folder) if folder else nullcontext():
            done = CliRunner().invoke(main, arguments, env=env)
    finally:
        signal.signal(signal.SIGINT, heeds)
        os.umask(mask)
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert "Traceback" not in done.stderr, done.stderr
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


class Running:
    """A command that runs until it is told to stop."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.said: list[str] = []

    def until(self, pattern: str) -> re.Match[str]:
        """Read what it prints until a line matches."""
        out: IO[str] | None = self.process.stdout
        assert out is not None
        for line in out:
            self.said.append(line)
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"ended with {self.process.wait()} before it said {pattern!r}: {''.join(self.said)}")

    def tell(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, and give what it ends with."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def _heed_interrupts() -> None:
    """What is started in the background of a shell inherits that it ignores SIGINT; here that is asked for."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def started(
    env: Mapping[str, str], *arguments: str, folder: Path | None = None, program: Sequence[str] = (str(PROGRAM),)
) -> Iterator[Running]:
    """Start a command; it is killed at the end if it still runs. Both its outputs come in one."""
    process = subprocess.Popen(
        [*program, *arguments],
        env=env,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=_heed_interrupts,
    )
    try:
        yield Running(process)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()

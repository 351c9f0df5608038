"""The systemd units that are delivered: read as systemd reads them, and started as it would, where it does not run."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from socket import socket

from tests.support import confined
from tests.support.processes import Running

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
INSTALLED, HERE = "/opt/arbitration/venv/bin/", f"{Path(sys.executable).parent}/"
OUT_OF_THE_WAY = 100


def said(unit: str, name: str) -> list[str]:
    """All values that a unit gives to a setting, in order."""
    lines = (UNITS / unit).read_text("utf-8").splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(f"{name}=")]


def program(unit: str) -> list[str]:
    """What a unit starts, where it is installed here."""
    (line,) = said(unit, "ExecStart")
    return line.replace(INSTALLED, HERE).split()


def calls_allowed(unit: str) -> set[str]:
    """The calls of the system that a unit's filters leave, by name."""
    allowed = set(_members("@default"))
    for line in said(unit, "SystemCallFilter"):
        named = {call for name in line.lstrip("~").split() for call in _members(name)}
        allowed = allowed - named if line.startswith("~") else allowed | named
    return allowed


@cache
def _members(name: str) -> frozenset[str]:
    if not name.startswith("@"):
        return frozenset([name])
    command = ["systemd-analyze", "syscall-filter", name]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[1:]
    inside = [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]
    return frozenset(call for member in inside for call in _members(member))


@contextmanager
def under(unit: str, env: Mapping[str, str], *sockets: socket, command: list[str] | None = None) -> Iterator[Running]:
    """What a unit starts, or another command, held to the unit's filter and with sockets that are open already."""
    assert said(unit, "SystemCallErrorNumber") == ["EPERM"]
    handed = [fcntl.fcntl(each, fcntl.F_DUPFD, OUT_OF_THE_WAY) for each in sockets]
    calls, numbers = ",".join(sorted(calls_allowed(unit))), ",".join(map(str, handed))
    process = subprocess.Popen(
        [sys.executable, confined.__file__, calls, numbers, *(command or program(unit))],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        pass_fds=handed,
    )
    for each in handed:
        os.close(each)
    try:
        yield Running(process)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()

"""The machine: Python, libraries, room on the disk."""

import platform
import shutil
import sqlite3
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from arbitration import __version__
from arbitration.cli.checks.finding import Finding, fail, ok, warn

LIBRARIES = ("flask", "sqlalchemy", "alembic", "apscheduler", "waitress", "babel")
OLDEST_SQLITE = (3, 35)
LITTLE, TOO_LITTLE = 1024**3, 100 * 1024**2


def python() -> Iterator[Finding]:
    """This version, that of Python, those of the libraries."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    yield ok("version", f"arbitration {__version__} on Python {platform.python_version()}; {libraries}")
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        yield fail("SQLite", f"{sqlite3.sqlite_version} is too old", "install a Python with SQLite 3.35 or later")


def disk(*folders: Path) -> Iterator[Finding]:
    """Room where the first of these folders is, or would be, and where others are that lie on disks of their own."""
    seen = set()
    for folder in folders:
        there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
        device = there.stat().st_dev
        if device not in seen:
            seen.add(device)
            yield _room(there)


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    told = f"{free / 1024**3:.1f} GiB free at {folder}"
    if free < TOO_LITTLE:
        return fail("disk", told, "make room: soon nothing can be written any more")
    if free < LITTLE:
        return warn("disk", told, "make room before it is full")
    return ok("disk", told)

"""A PostgreSQL server of the tests' own, on a socket in a folder of its own, so that no port is taken."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.memory import memory

MISSING = "PostgreSQL is not installed: install the package postgresql to run these tests on it"

# Nothing outlives a run, so nothing need be safe on a disk.
NEW = ("--no-sync", "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C")
QUICK = (
    "fsync=off",
    "full_page_writes=off",
    "max_connections=200",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=128MB",
    "autovacuum=off",
)


def programs() -> Path | None:
    """The folder with ``initdb`` and ``pg_ctl``, or None."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


@contextmanager
def server() -> Iterator[str]:
    """Starts a server and gives the address of its maintenance database; removes everything afterwards."""
    bin_dir = programs()
    assert bin_dir is not None
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=memory()))
    account = _account()
    if account:
        shutil.chown(folder, account.pw_uid, account.pw_gid)
    data = folder / "data"
    options = " ".join((f"-k {folder} -c listen_addresses=''", *(f"-c {setting}" for setting in QUICK)))
    try:
        _run(account, folder, bin_dir / "initdb", "-D", data, *NEW)
        _run(account, folder, bin_dir / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        yield f"postgresql+psycopg://tests@/postgres?host={folder}"
    finally:
        _run(account, folder, bin_dir / "pg_ctl", "-D", data, "-m", "immediate", "stop", check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root, so root's tests run it as its own account."""
    return pwd.getpwnam("postgres") if os.getuid() == 0 else None


def _run(account: pwd.struct_passwd | None, folder: Path, *command: object, check: bool = True) -> None:
    identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    subprocess.run(
        [str(part) for part in command],
        check=check,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE if check else subprocess.DEVNULL,
        **identity,
    )

"""Where the processes of one server count their requests: a folder of its own, and in it a file for each that runs.

Both are held by locks of the system's, which end with whoever holds them, however it ends. So nothing is left in memory
of servers that were killed or never began, and a worker that takes another's place counts on in its file.
"""

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from itertools import count
from pathlib import Path

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
BEGINNING = "arbitration-metrics-"
_place = (0, 0)
"""The process that has a place, and which."""


def make_folder(under: str | None) -> str:
    """A folder for this run, below ``under`` or among temporary files, held until the last process of it ends.

    Folders of this user's that nobody holds any more go.
    """
    while True:
        made = tempfile.mkdtemp(prefix=BEGINNING, dir=under)
        with suppress(FileNotFoundError):
            if _hold(made) is not None and os.path.isdir(made):
                break  # else another run took it for a dead one, and it goes
    for folder in Path(made).parent.glob(f"{BEGINNING}*"):
        with suppress(OSError):
            if folder.stat().st_uid == os.geteuid() and (lock := _hold(str(folder))) is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)
    return made


def place() -> int:
    """The number of this process's files: the lowest that no running process has.

    Raises:
        OSError: the folder is gone, or nothing can be made in it.
    """
    global _place
    if _place[0] != os.getpid():
        folder = Path(os.environ[FOLDER])
        free = (number for number in count() if _hold(f"{folder}/{number}.lock", os.O_CREAT) is not None)
        _place = os.getpid(), next(free)
    return _place[1]


def _hold(path: str, how: int = 0) -> int | None:
    """Lock a file or folder until this process and all it forked end. None if another has it, else the open file."""
    opened = os.open(path, os.O_RDONLY | how, 0o600)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(opened)
        return None
    return opened

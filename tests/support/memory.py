"""Where a run keeps its files: in memory, where there is enough of it, since nothing of it outlives the run."""

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH = 3 * 1024**3


def memory() -> Path | None:
    """A folder in memory; None where there is too little of it, or where no program may be started from it.

    Copying a database there takes a tenth of the time, and what a commit writes need not come to rest on a disk.
    """
    if not os.access(MEMORY, os.W_OK) or os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return None
    return MEMORY if shutil.disk_usage(MEMORY).free > ENOUGH else None

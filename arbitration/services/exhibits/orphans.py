"""Files that no exhibit tells of: an upload that was cut off between the file and the row leaves one."""

import fcntl
import os
import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.models import Exhibit

LEFT_ALONE = timedelta(days=1)


def remove_orphans(session: Session, folder: Path, now: datetime) -> int:
    """Remove folders of files that lie there for a day and that no row tells of; gives their number.

    One whose file is still coming in is left alone, however old the clock makes it. Begin no transaction before: a row
    that is written meanwhile has to be seen.
    """
    if not folder.is_dir():
        return 0
    limit = (now - LEFT_ALONE).timestamp()
    old = [place for place in folder.iterdir() if _is_older(place, limit) and not _is_coming_in(place)]
    known = set(session.scalars(select(Exhibit.stored_as).where(Exhibit.stored_as.in_([place.name for place in old]))))
    orphans = [place for place in old if place.name not in known]
    for place in orphans:
        shutil.rmtree(place, ignore_errors=True)
    return len(orphans)


def _is_older(place: Path, limit: float) -> bool:
    with suppress(FileNotFoundError):  # a file that was refused is gone before one looks
        return place.is_dir() and place.stat().st_mtime < limit
    return False


def _is_coming_in(place: Path) -> bool:
    """Whether the process that takes the file in still has its folder locked."""
    try:
        descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # the file system knows no locks
        return False
    finally:
        os.close(descriptor)
    return False

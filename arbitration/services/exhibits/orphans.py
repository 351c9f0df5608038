"""Files that no exhibit tells of: an upload that was cut off between the file and the row leaves one."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.models import Exhibit

LEFT_ALONE = timedelta(days=1)


def remove_orphans(session: Session, folder: Path, now: datetime) -> int:
    """Remove folders of files that lie there for a day and that no row tells of; gives their number."""
    if not folder.is_dir():
        return 0
    limit = (now - LEFT_ALONE).timestamp()
    old = [place for place in folder.iterdir() if place.is_dir() and place.stat().st_mtime < limit]
    known = set(session.scalars(select(Exhibit.stored_as).where(Exhibit.stored_as.in_([place.name for place in old]))))
    orphans = [place for place in old if place.name not in known]
    for place in orphans:
        shutil.rmtree(place, ignore_errors=True)
    return len(orphans)

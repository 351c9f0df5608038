"""How far the import of a file has come, so that one that was cut off goes on."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor
from arbitration.domain.permissions import may
from arbitration.domain.refusals import ForbiddenError
from arbitration.ids import new_id
from arbitration.models import Import
from arbitration.models.imports import NO_FILE
from arbitration.services.imports.results import RowResult


def begin(session: Session, actor: Actor, source: str, name: str, now: datetime, *, from_start: bool = False) -> Import:
    """The import of a file by its SHA-256: one that was cut off (``offset`` says where), else a new one.

    ``from_start`` gives up one that was cut off. ``NO_FILE`` as source is a stream, which can't go on.

    Raises:
        ForbiddenError: the actor may not import.
    """
    if not may(actor, "importPurchases"):
        raise ForbiddenError
    unfinished = (Import.source == source, Import.finished_at.is_(None))
    if from_start or source == NO_FILE:
        session.execute(update(Import).where(*unfinished).values(finished_at=now))
    run = session.scalar(select(Import).where(*unfinished).order_by(Import.started_at.desc()).limit(1))
    if run is None:
        run = Import(id=new_id(), source=source, name=name[:200], started_at=now, offset=0, line=0)
        run.created = run.unchanged = run.updated = run.refused = 0
        session.add(run)
        session.flush()
    return run


def advance(session: Session, run: Import, results: Iterable[RowResult], offset: int, line: int) -> Import:
    """Note in the act that takes rows in up to which byte and line they go; gives the import as it stands."""
    count = Counter(result.result for result in results)
    stands = session.get_one(Import, run.id, with_for_update=True, populate_existing=True)
    stands.offset, stands.line = offset, line
    stands.created += count["created"]
    stands.unchanged += count["unchanged"]
    stands.updated += count["updated"]
    stands.refused += count["refused"]
    session.flush()
    return stands


def finish(session: Session, run: Import, now: datetime) -> None:
    """Note that the file has come to its end."""
    session.execute(update(Import).where(Import.id == run.id).values(finished_at=now))

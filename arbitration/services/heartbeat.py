"""Which processes are alive. Each shows it by a row of its own; one that ends takes it away, one that dies can't."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from arbitration.models import Heartbeat
from arbitration.services.inserting import insert

SCHEDULER = "scheduler"
DEAD_AFTER = timedelta(seconds=45)
"""Schedulers show themselves every ten seconds, so that the death of one is known within a minute."""
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pulse:
    """A process: what it is, its name (host and number), since when it runs, when it was last seen, and if it lives."""

    name: str
    process: str
    started_at: datetime
    at: datetime
    alive: bool


def beat(session: Session, name: str, process: str, now: datetime, started_at: datetime | None = None) -> None:
    """Note that a process of a kind is alive; ``started_at`` counts the first time."""
    first = insert(session, Heartbeat).values(name=name, process=process, at=now, started_at=started_at or now)
    session.execute(first.on_conflict_do_update(index_elements=["name", "process"], set_={"at": now}))


def farewell(session: Session, name: str, process: str) -> None:
    """Note that a process ends as it should: nobody need look for it."""
    session.execute(delete(Heartbeat).where(Heartbeat.name == name, Heartbeat.process == process))


def pulses(session: Session, now: datetime, name: str = SCHEDULER) -> Sequence[Pulse]:
    """The processes of a kind that have not ended as they should, the last seen first."""
    rows = session.scalars(select(Heartbeat).where(Heartbeat.name == name).order_by(Heartbeat.at.desc()))
    return [Pulse(row.name, row.process, row.started_at, row.at, abs(now - row.at) <= DEAD_AFTER) for row in rows]


def any_alive(session: Session, now: datetime, name: str = SCHEDULER) -> bool:
    """Whether at least one process of a kind is alive."""
    query = select(Heartbeat.at).where(Heartbeat.name == name, Heartbeat.at >= now - DEAD_AFTER)
    return session.scalar(query.where(Heartbeat.at <= now + DEAD_AFTER).limit(1)) is not None


def forget(session: Session, now: datetime) -> int:
    """Let go of the rows of processes that died long ago; gives how many."""
    gone = session.execute(delete(Heartbeat).where(Heartbeat.at < now - FORGOTTEN_AFTER).returning(Heartbeat.process))
    return len(gone.all())

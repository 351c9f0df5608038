"""What a scheduler's clock showed when it was last believed, kept so that the next one has something to hold its own
against; and whether a clock is not believed just now (docs/decisions/0018-a-clock-that-leaps.md)."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from arbitration.models import DocketEntry
from arbitration.rules.instants import parse_instant, show_instant
from arbitration.services import installation

NAME = "clock"
A_LITTLE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Run:
    """How long a machine had run, and since which start of it; without a name of the start none is known."""

    boot: str
    lasted: timedelta


@dataclass(frozen=True, slots=True)
class Doubt:
    """Since when a clock is not believed, as it shows it, and by how long the machine has run."""

    since: datetime
    run: Run


@dataclass(frozen=True, slots=True)
class ClockRecord:
    """The moment that a clock showed when it was last believed, how long the machine had run then, and any doubt."""

    at: datetime
    run: Run
    doubt: Doubt | None = None


def read(session: Session) -> ClockRecord | None:
    """What is on record; None where no scheduler has run yet, or what stands there can't be read."""
    return written(installation.value(session, NAME))


def written(text: str | None) -> ClockRecord | None:
    """``read`` for the value as it is kept."""
    try:
        told = json.loads(text or "null")
        doubt = told["doubt"] and Doubt(parse_instant(told["doubt"]["since"]), _run(told["doubt"]))
        return ClockRecord(parse_instant(told["at"]), _run(told), doubt or None)
    except (ValueError, TypeError, KeyError):
        return None


def keep(session: Session, record: ClockRecord) -> None:
    """Keep it instead of the one before."""
    doubt = record.doubt and {"since": show_instant(record.doubt.since), **_told(record.doubt.run)}
    told = {"at": show_instant(record.at), **_told(record.run), "doubt": doubt}
    installation.keep(session, NAME, json.dumps(told))


def doubted_since(session: Session) -> datetime | None:
    """Since when, as it shows it, a scheduler's clock is not believed; None while it is."""
    return since(read(session))


def since(record: ClockRecord | None) -> datetime | None:
    """Since when the clock of a record is not believed."""
    return record.doubt.since if record is not None and record.doubt is not None else None


def is_behind(session: Session, now: datetime) -> bool:
    """Whether something is on record that happened later than now: the clock is wrong, or was."""
    return came_before(now, session.scalar(select(func.max(DocketEntry.at))))


def came_before(now: datetime, last: datetime | None) -> bool:
    """Whether the last thing on record happened later than now."""
    return last is not None and last > now + A_LITTLE


def _run(told: dict[str, object]) -> Run:
    return Run(str(told["boot"]), timedelta(seconds=float(str(told["run"]))))


def _told(run: Run) -> dict[str, object]:
    return {"boot": run.boot, "run": run.lasted.total_seconds()}

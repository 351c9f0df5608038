"""What a monitoring asks an installation: whether it does its work, and numbers of what waits, fails and is late.

Counts end at ``MOST``, so that no question costs more as the years go by.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from arbitration.domain import remedies
from arbitration.domain.stages import Stage
from arbitration.models import DeadlineRow, Dispute, Import, Intent, Remedy
from arbitration.services import clock_record, heartbeat, holding
from arbitration.services.operations.deadlines import RUNNING, is_stuck
from arbitration.services.operations.lists import bounded
from arbitration.services.operations.outbox import FAILED, IS_TROUBLED, WAITING

MOST = 100_000
IS_WAITING = Intent.state == WAITING


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number that goes up and down. ``label`` names what tells the samples apart; each is (value of it, number)."""

    name: str
    about: str
    samples: Sequence[tuple[str, float]]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether an installation does its work; ``faults`` are short words of what does not, for no stranger's use.

    ``doubted``: a scheduler does not believe its clock; ``behind``: something happened later than now.
    """

    faults: list[str] = field(default_factory=list)
    held: bool = False
    doubted: bool = False
    behind: bool = False


def readiness(session: Session, now: datetime) -> Readiness:
    """Whether a scheduler lives, whether all that leaves is held back, and whether the clock can be believed.

    A scheduler shows itself by writing a row every ten seconds: one that lives also proves that writing works.
    """
    faults = [] if heartbeat.any_alive(session, now) else ["scheduler"]
    held, doubted = holding.current(session) is not None, clock_record.doubted_since(session) is not None
    return Readiness(faults, held, doubted, clock_record.is_behind(session, now))


def gauges(session: Session, now: datetime) -> Iterator[Gauge]:
    """All numbers that stand in the database; ages are in seconds."""
    yield from _machinery(session, now)
    yield from _outbox(session, now)
    yield from _work(session, now)


def _machinery(session: Session, now: datetime) -> Iterator[Gauge]:
    pulses = heartbeat.pulses(session, now)
    yield _one("schedulers_alive", "Schedulers that showed themselves lately.", sum(each.alive for each in pulses))
    if pulses:
        age = (now - max(each.at for each in pulses)).total_seconds()
        yield _one("scheduler_heartbeat_age_seconds", "Since the scheduler seen last was seen.", age)
    yield _one("held", "1 while an operator or a restore holds back all that leaves.", bool(holding.current(session)))


def _outbox(session: Session, now: datetime) -> Iterator[Gauge]:
    kinds = {"waiting": IS_WAITING, "failing": IS_TROUBLED, "failed": Intent.state == FAILED}
    yield _many(session, "outbox", "Mails and refunds to send, by how they stand.", "state", Intent, kinds)
    oldest = session.scalar(select(func.min(Intent.due_at)).where(IS_WAITING))
    age = max((now - oldest).total_seconds(), 0) if oldest else 0
    yield _one("outbox_oldest_seconds", "Since the oldest of what waits to be sent fell due.", age)


def _work(session: Session, now: datetime) -> Iterator[Gauge]:
    fell_due = {
        "due": and_(RUNNING, DeadlineRow.next_at <= now),
        "overdue": is_stuck(now),
        "failing": and_(RUNNING, DeadlineRow.next_at <= now, DeadlineRow.failures > 0),
    }
    about = "Deadlines that fell due and are not carried out; overdue after a minute, failing where a try failed."
    yield _many(session, "deadlines", about, "state", DeadlineRow, fell_due)
    stages = {stage.value: Dispute.stage == stage for stage in Stage if stage is not Stage.CLOSED}
    yield _many(session, "disputes", "Open disputes, by stage.", "stage", Dispute, stages)
    owed = {state: and_(Remedy.kind.in_(("refund", "part_refund")), Remedy.state == state) for state in remedies.OPEN}
    yield _many(session, "refunds_pending", "Refunds that are not paid yet, by state.", "state", Remedy, owed)
    refused = and_(Remedy.state.in_(remedies.OPEN), Remedy.provider_state == remedies.REFUSED)
    told = "Refunds that the payment provider refused and an operator has to see to; they are pending too."
    yield _one("refunds_refused", told, session.scalar(bounded(_of(Remedy, refused), MOST)) or 0)
    rows = Import.created, Import.updated, Import.unchanged, Import.refused
    found = session.execute(select(*(func.coalesce(func.sum(each), 0) for each in rows))).one()
    named = [(each.key, float(number)) for each, number in zip(rows, found, strict=True)]
    yield Gauge("import_rows", "Rows that imports took in so far, by what became of them.", named, "result")


def _many(
    session: Session, name: str, about: str, label: str, model: type, kinds: dict[str, ColumnElement[bool]]
) -> Gauge:
    queries = (bounded(_of(model, condition), MOST).scalar_subquery() for condition in kinds.values())
    found = session.execute(select(*queries)).one()
    return Gauge(name, about, [(kind, float(number)) for kind, number in zip(kinds, found, strict=True)], label)


def _of(model: type, condition: ColumnElement[bool]) -> Select[tuple[object]]:
    return select(model).where(condition)


def _one(name: str, about: str, number: float) -> Gauge:
    return Gauge(name, about, [("", float(number))])

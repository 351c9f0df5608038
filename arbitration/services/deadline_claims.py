"""Carrying out what falls due: a row is claimed with a lease, then done in a transaction of its own.

The claim's fencing number tells it from every later one: whoever lost his lease finds that the row is no longer his and
does nothing. So each reminder and each consequence happens once, however many sweep at the same time and whichever of
them dies.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, literal_column, or_, select, update
from sqlalchemy.orm import Session, joinedload

from arbitration.domain import deadlines as rules
from arbitration.domain.deadlines import BUYER, SELLER, Deadline, Step
from arbitration.domain.docket import Entry
from arbitration.models import DeadlineRow, Dispute, Purchase, Seller
from arbitration.rules.instants import show_instant
from arbitration.services import deadlines, docket, leases, outbox
from arbitration.services.disputes.finding import Case

LEASE = timedelta(seconds=30)

Handler = Callable[[Session, Case, DeadlineRow, datetime], None]

REMINDED, RAN_OUT, CHANGED, WAITING, LOST = "reminded", "ran out", "changed", "waiting", "lost"


# Written out, not bound: only so do both databases see that the index of open rows serves.
_OPEN = DeadlineRow.state == literal_column(f"'{deadlines.OPEN}'")


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to carry out what is due at a deadline; ``fence`` tells this claim from every later one."""

    id: UUID
    fence: int


def any_due(session: Session, now: datetime, real_time: datetime) -> bool:
    """Whether there is anything to claim; asked before a lock is."""
    return session.scalar(select(DeadlineRow.id).where(_claimable(now, real_time)).limit(1)) is not None


def claim(session: Session, now: datetime, real_time: datetime, most: int) -> list[Claim]:
    """Claim what is due by ``now``, in the order of its instants, until the lease runs out.

    ``real_time`` is what the lease counts by: who dies while sweeping for a later day must not hold rows until then.
    """
    order = DeadlineRow.next_at, DeadlineRow.id
    due = select(DeadlineRow.id).where(_claimable(now, real_time)).order_by(*order).limit(most)
    ids = list(session.scalars(due.with_for_update(skip_locked=True)))
    if not ids:
        return []
    taken = session.execute(
        update(DeadlineRow)
        .where(DeadlineRow.id.in_(ids), _claimable(now, real_time))
        .values(lease_until=real_time + LEASE, fence=DeadlineRow.fence + 1)
        .returning(DeadlineRow.id, DeadlineRow.fence)
        .execution_options(synchronize_session=False)
    )
    fences = {row.id: row.fence for row in taken}
    return [Claim(id_, fences[id_]) for id_ in ids if id_ in fences]


def carry_out(session: Session, claim: Claim, now: datetime, handlers: Mapping[str, Handler]) -> str:
    """Do what is due at a claimed deadline, and give the claim back; tells what was done.

    A reminder is queued, or the consequence carried out as of ``now``: whoever owes something from then on has his
    whole time, also after a downtime. Where something of the same dispute was due earlier and is not done, it waits.
    Anything raised by a handler is for the caller to roll back.
    """
    case = _locked(session, claim)
    if case is None:
        return LOST
    row = session.scalar(_HELD, {"deadline": claim.id, "fence": claim.fence})
    if row is None:
        return LOST
    row.lease_until = None
    session.flush()
    if row.next_at > now:
        return CHANGED
    if _something_earlier(session, row):
        return WAITING
    deadline = deadlines.read(row)
    step, passed_over = rules.steps_due(deadline, row.passed, now)
    _record(session, row, step, passed_over, now)
    if now < row.due_at:
        _remind(session, case, row, step, now)
        row.next_at = rules.next_moment(deadline, row.passed)
        session.flush()
        return REMINDED
    deadlines.run_out(session, case.dispute, row, now)
    handlers[row.consequence](session, case, row, now)
    return RAN_OUT


def _locked(session: Session, claim: Claim) -> Case | None:
    """The dispute of a claimed row, its purchase locked first as by every act."""
    found = session.execute(_ABOUT, {"deadline": claim.id}).first()
    if found is None:
        return None
    purchase = session.scalars(_PURCHASE, {"purchase": found.purchase_id}).one()
    return Case(purchase, session.scalars(_DISPUTE, {"dispute": found.dispute_id}).one())


_ABOUT = select(DeadlineRow.purchase_id, DeadlineRow.dispute_id).where(DeadlineRow.id == bindparam("deadline"))
_PURCHASE = (
    select(Purchase)
    .where(Purchase.id == bindparam("purchase"))
    .options(
        joinedload(Purchase.listing),
        joinedload(Purchase.seller).joinedload(Seller.person),
        joinedload(Purchase.buyer),
        joinedload(Purchase.policy),
    )
    .with_for_update(of=Purchase, key_share=True)
)
_DISPUTE = (
    select(Dispute)
    .where(Dispute.id == bindparam("dispute"))
    .options(joinedload(Dispute.arbiter))
    .execution_options(populate_existing=True)
)


def _something_earlier(session: Session, row: DeadlineRow) -> bool:
    """Whether something else of the same dispute was due before this and is still to be done."""
    this = {"dispute": row.dispute_id, "next_at": row.next_at, "deadline": row.id}
    return session.scalar(_EARLIER, this) is not None


_EARLIER = (
    select(DeadlineRow.id)
    .where(
        DeadlineRow.dispute_id == bindparam("dispute"),
        DeadlineRow.state == deadlines.OPEN,
        or_(
            DeadlineRow.next_at < bindparam("next_at"),
            and_(DeadlineRow.next_at == bindparam("next_at"), DeadlineRow.id < bindparam("deadline")),
        ),
    )
    .limit(1)
)


def _record(
    session: Session, row: DeadlineRow, step: Step | None, passed_over: tuple[Step, ...], now: datetime
) -> None:
    """Note which reminders are past, in the row and in the docket: the one that is sent, and those passed over."""
    if step is None and not passed_over:
        return
    row.passed = [*row.passed, *(it.name for it in passed_over), *([step.name] if step else [])]
    facts = {
        "deadline": str(row.id),
        "kind_of_deadline": row.kind,
        "to": row.owed_by,
        "due_at": show_instant(row.due_at),
        "step": step.name if step else None,
        "passed_over": [it.name for it in passed_over],
    }
    docket.append(session, row.purchase_id, Entry("deadline.reminded", now, None, facts))


def _remind(session: Session, case: Case, row: DeadlineRow, step: Step | None, now: datetime) -> None:
    person_id = who_owes(case, row.owed_by)
    if step is None or person_id is None:
        return
    payload = {
        "deadline": str(row.id),
        "purchase": case.purchase.external_id,
        "step": step.name,
        "due_at": show_instant(row.due_at),
    }
    outbox.queue(session, "reminder", now, person_id=person_id, payload=payload)


def who_owes(case: Case, owed_by: str) -> UUID | None:
    """The person behind the side that owes an act; None where it is nobody in particular."""
    if owed_by == BUYER:
        return case.purchase.buyer_id
    if owed_by == SELLER:
        return case.purchase.seller.person_id
    return case.dispute.arbiter_id if owed_by == rules.ARBITER else None


def standing(row: DeadlineRow, now: datetime) -> Deadline | None:
    """The deadline as it stands, if it is still owed and not over by ``now``."""
    return deadlines.read(row) if row.state == deadlines.OPEN and now < row.due_at else None


def _claimable(now: datetime, real_time: datetime) -> ColumnElement[bool]:
    return and_(_OPEN, DeadlineRow.next_at <= now, leases.is_free(DeadlineRow.lease_until, real_time))


_HELD = (
    select(DeadlineRow)
    .where(
        DeadlineRow.id == bindparam("deadline"),
        DeadlineRow.fence == bindparam("fence"),
        DeadlineRow.state == deadlines.OPEN,
    )
    .with_for_update()
)

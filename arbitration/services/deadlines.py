"""Deadlines as rows: begun with the act that causes them, met by the act that is owed, dropped when nothing is owed.

What falls due is carried out by the sweep (``scheduler/deadlines.py``), which claims the rows.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from arbitration.domain import deadlines as rules
from arbitration.domain.deadline_forms import counting_kept, restored, steps_kept
from arbitration.domain.deadlines import Deadline
from arbitration.domain.working_time import WorkingHours
from arbitration.ids import new_id
from arbitration.models import DeadlineRow, Dispute, Purchase
from arbitration.services.policies import policy_of

OPEN, MET, RAN_OUT, DROPPED = "open", "met", "ran_out", "dropped"


def hours_of(purchase: Purchase) -> WorkingHours:
    """The working hours by which the seller of a purchase is reminded."""
    seller = purchase.seller
    return rules.working_hours(policy_of(purchase), seller.time_zone, seller.working_hours)


def start(session: Session, dispute: Dispute, deadline: Deadline, subject_id: UUID | None = None) -> DeadlineRow:
    """Begin a deadline of a dispute, whose purchase the act has locked."""
    row = DeadlineRow(
        id=new_id(),
        dispute_id=dispute.id,
        purchase_id=dispute.purchase_id,
        kind=deadline.kind.value,
        owed_by=deadline.owed_by,
        subject_id=subject_id,
        base_event=deadline.base_event,
        base_at=deadline.base_at,
        first_due_at=deadline.due_at,
        consequence=deadline.consequence,
        passed=[],
        explanation=counting_kept(deadline),
        state=OPEN,
    )
    write(row, deadline)
    session.add(row)
    session.flush()
    refresh(session, dispute)
    return row


def write(row: DeadlineRow, deadline: Deadline) -> None:
    """Put into the row what may change of a deadline: its end, its reminders, and when there is next work to do."""
    row.due_at = deadline.due_at
    row.steps = steps_kept(deadline)
    row.next_at = rules.next_moment(deadline, row.passed)


def read(row: DeadlineRow) -> Deadline:
    """The deadline of a row, as the domain knows it: with the hours by which it was counted when it began."""
    return restored(
        row.kind,
        row.owed_by,
        row.base_event,
        row.base_at,
        row.first_due_at,
        row.due_at,
        row.consequence,
        row.steps,
        row.explanation,
    )


def open_ones(
    session: Session, dispute_id: UUID, kinds: Collection[str] = (), subject_id: UUID | None = None
) -> list[DeadlineRow]:
    """The open deadlines of a dispute, the next due first; only of some kinds, or about one thing, if given."""
    query = select(DeadlineRow).where(DeadlineRow.dispute_id == dispute_id, DeadlineRow.state == OPEN)
    if kinds:
        query = query.where(DeadlineRow.kind.in_(kinds))
    if subject_id is not None:
        query = query.where(DeadlineRow.subject_id == subject_id)
    return list(session.scalars(query.order_by(DeadlineRow.due_at, DeadlineRow.id)))


def meet(
    session: Session, dispute: Dispute, now: datetime, *kinds: str, subject_id: UUID | None = None
) -> list[DeadlineRow]:
    """What was owed was done: settle the open deadlines of these kinds; gives them. A late act meets them too,
    as long as nobody has carried out the consequence."""
    return _settle(session, dispute, open_ones(session, dispute.id, kinds, subject_id), MET, now)


def drop(
    session: Session, dispute: Dispute, now: datetime, *kinds: str, subject_id: UUID | None = None
) -> list[DeadlineRow]:
    """Nothing is owed any more: settle the open deadlines of these kinds (of all, if none is named); gives them."""
    return _settle(session, dispute, open_ones(session, dispute.id, kinds, subject_id), DROPPED, now)


def run_out(session: Session, dispute: Dispute, row: DeadlineRow, now: datetime) -> None:
    """The time was over, and its consequence is being carried out."""
    _settle(session, dispute, [row], RAN_OUT, now)


def reopen(session: Session, dispute: Dispute, row: DeadlineRow) -> None:
    """What counted as met is owed again, as it was."""
    row.state, row.settled_at = OPEN, None
    session.flush()
    refresh(session, dispute)


_NEXT_DUE = select(func.min(DeadlineRow.due_at)).where(
    DeadlineRow.dispute_id == bindparam("dispute"), DeadlineRow.state == OPEN
)


def refresh(session: Session, dispute: Dispute) -> None:
    """Note at the dispute when the next of its open deadlines ends: lists are in that order."""
    dispute.next_due_at = session.scalar(_NEXT_DUE, {"dispute": dispute.id})
    session.flush()


def extend(
    session: Session, dispute: Dispute, row: DeadlineRow, purchase: Purchase, until: datetime, now: datetime
) -> Deadline:
    """Move a deadline at the wish of who owes it. Raises as ``domain.deadlines.extend`` does.

    Reminders whose moment is over are not sent any more: who asks for more time has thought of it.
    """
    deadline = read(row)
    moved = rules.extend(deadline, until, policy_of(purchase), deadline.extended_by, now)
    row.passed = [*row.passed, *(it.name for it in moved.steps if it.at <= now and it.name not in row.passed)]
    write(row, moved)
    session.flush()
    refresh(session, dispute)
    return moved


def _settle(
    session: Session, dispute: Dispute, rows: list[DeadlineRow], state: str, now: datetime
) -> list[DeadlineRow]:
    for row in rows:
        row.state, row.settled_at, row.lease_until = state, now, None
    if rows:
        session.flush()
        refresh(session, dispute)
    return rows

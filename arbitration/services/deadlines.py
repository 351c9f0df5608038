"""Deadlines as rows: begun with the act that causes them, met by the act that is owed, dropped when nothing is owed.

What falls due is carried out by the sweep (``scheduler/deadlines.py``), which claims the rows.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Protocol, cast
from uuid import UUID

from sqlalchemy import Table, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import ReturningUpdate

from arbitration.columns import word
from arbitration.domain import deadlines as rules
from arbitration.domain.deadline_forms import counting_kept, restored, steps_kept
from arbitration.domain.deadlines import Deadline
from arbitration.domain.working_time import WorkingHours
from arbitration.ids import new_id
from arbitration.models import DeadlineRow, Dispute, Purchase
from arbitration.services import held_back, rows
from arbitration.services.policies import policy_of

OPEN, MET, RAN_OUT, DROPPED = "open", "met", "ran_out", "dropped"
UNTROUBLED: Mapping[str, Any] = {"failures": 0, "trouble": None}


def hours_of(purchase: Purchase) -> WorkingHours:
    """The working hours by which the seller of a purchase is reminded."""
    seller = purchase.seller
    return rules.working_hours(policy_of(purchase), seller.time_zone, seller.working_hours)


def start(session: Session, dispute: Dispute, deadline: Deadline, subject_id: UUID | None = None) -> None:
    """Begin a deadline of a dispute, whose purchase the act has locked."""
    row: dict[str, Any] = {
        "id": new_id(),
        "dispute_id": dispute.id,
        "purchase_id": dispute.purchase_id,
        "buyer_id": dispute.buyer_id,
        "seller_id": dispute.seller_id,
        "kind": deadline.kind.value,
        "owed_by": deadline.owed_by,
        "subject_id": subject_id,
        "base_event": deadline.base_event,
        "base_at": deadline.base_at,
        "first_due_at": deadline.due_at,
        "consequence": deadline.consequence,
        "passed": [],
        "explanation": counting_kept(deadline),
        "state": OPEN,
    }
    rows.write(session, DeadlineRow, row | _moments(deadline, ()))
    _others_may_be_open(session, dispute)
    if dispute.next_due_at is None or deadline.due_at < dispute.next_due_at:
        rows.change(session, dispute, next_due_at=deadline.due_at)


def _moments(deadline: Deadline, passed: Collection[str]) -> dict[str, Any]:
    """What may change of a deadline in its row: its end, its reminders, and when there is next work to do."""
    next_at = rules.next_moment(deadline, passed)
    return {"due_at": deadline.due_at, "steps": steps_kept(deadline), "next_at": next_at}


class Kept(Protocol):
    """What is read of a deadline's row."""

    @property
    def kind(self) -> str: ...
    @property
    def owed_by(self) -> str: ...
    @property
    def base_event(self) -> str: ...
    @property
    def base_at(self) -> datetime: ...
    @property
    def first_due_at(self) -> datetime: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def consequence(self) -> str: ...
    @property
    def steps(self) -> list[Any]: ...
    @property
    def explanation(self) -> dict[str, Any] | None: ...


def read(row: Kept) -> Deadline:
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
    query = select(DeadlineRow).where(DeadlineRow.dispute_id == dispute_id, DeadlineRow.state == word(OPEN))
    if kinds:
        query = query.where(DeadlineRow.kind.in_(kinds))
    if subject_id is not None:
        query = query.where(DeadlineRow.subject_id == subject_id)
    return list(session.scalars(query.order_by(DeadlineRow.due_at, DeadlineRow.id)))


def meet(session: Session, dispute: Dispute, now: datetime, *kinds: str, subject_id: UUID | None = None) -> None:
    """What was owed was done: settle the open deadlines of these kinds. A late act meets them too,
    as long as nobody has carried out the consequence."""
    _settle(session, dispute, MET, now, kinds, subject_id)


def drop(session: Session, dispute: Dispute, now: datetime, *kinds: str, subject_id: UUID | None = None) -> None:
    """Nothing is owed any more: settle the open deadlines of these kinds (of all, if none is named)."""
    _settle(session, dispute, DROPPED, now, kinds, subject_id)


def run_out(session: Session, dispute: Dispute, row: DeadlineRow, now: datetime) -> None:
    """The time was over, and its consequence is being carried out."""
    rows.change(session, row, state=RAN_OUT, settled_at=now, lease_until=None, **UNTROUBLED)
    refresh(session, dispute)


def reopen(session: Session, dispute: Dispute, row: DeadlineRow) -> None:
    """What counted as met is owed again, as it was."""
    rows.change(session, row, state=OPEN, settled_at=None)
    _others_may_be_open(session, dispute)
    refresh(session, dispute)


_ROWS, _DISPUTES = cast(Table, DeadlineRow.__table__), cast(Table, Dispute.__table__)
_OWED = and_(_ROWS.c.dispute_id == bindparam("dispute"), _ROWS.c.state == word(OPEN))
_NEXT_DUE = (
    update(_DISPUTES)
    .where(_DISPUTES.c.id == bindparam("dispute"))
    .values(next_due_at=select(func.min(_ROWS.c.due_at)).where(_OWED).scalar_subquery())
    .returning(_DISPUTES.c.next_due_at)
)


def refresh(session: Session, dispute: Dispute) -> None:
    """Note at the dispute when the next of its open deadlines ends: lists are in that order."""
    owed = _known(session, dispute)
    if owed is not None:
        ends = min((row.due_at for row in owed if row.state == OPEN), default=None)
        rows.change(session, dispute, next_due_at=ends)
        return
    session.flush()
    set_committed_value(dispute, "next_due_at", session.connection().scalar(_NEXT_DUE, {"dispute": dispute.id}))


def _known(session: Session, dispute: Dispute) -> Sequence[DeadlineRow] | None:
    """The deadlines of a dispute that may be open, where writes are held back and they are known."""
    held = held_back.of(session)
    return held.owed(dispute.id) if held is not None else None


def _others_may_be_open(session: Session, dispute: Dispute) -> None:
    held = held_back.of(session)
    if held is not None:
        held.forget_owed(dispute.id)


def extend(
    session: Session, dispute: Dispute, row: DeadlineRow, purchase: Purchase, until: datetime, now: datetime
) -> Deadline:
    """Move a deadline at the wish of who owes it. Raises as ``domain.deadlines.extend`` does.

    Reminders whose moment is over are not sent any more: who asks for more time has thought of it.
    """
    deadline = read(row)
    moved = rules.extend(deadline, until, policy_of(purchase), deadline.extended_by, now)
    passed = [*row.passed, *(it.name for it in moved.steps if it.at <= now and it.name not in row.passed)]
    rows.change(session, row, passed=passed, **_moments(moved, passed))
    refresh(session, dispute)
    return moved


def _settle(
    session: Session, dispute: Dispute, state: str, now: datetime, kinds: Collection[str], subject_id: UUID | None
) -> None:
    owed = _known(session, dispute)
    if owed is not None:
        _settle_known(session, dispute, owed, state, now, kinds, subject_id)
        return
    session.flush()
    told = {"dispute": dispute.id, "to": state, "now": now} | ({"subject": subject_id} if subject_id else {})
    settled = session.connection().scalars(_settling(tuple(kinds), subject_id is not None), told).all()
    for id_ in settled:
        rows.forget(session, DeadlineRow, id_)
    if settled:
        refresh(session, dispute)


def _settle_known(
    session: Session,
    dispute: Dispute,
    owed: Sequence[DeadlineRow],
    state: str,
    now: datetime,
    kinds: Collection[str],
    subject_id: UUID | None,
) -> None:
    settled = [
        row
        for row in owed
        if row.state == OPEN
        and (not kinds or row.kind in kinds)
        and (subject_id is None or row.subject_id == subject_id)
    ]
    for row in settled:
        rows.change(session, row, state=state, settled_at=now, lease_until=None)
    if settled:
        refresh(session, dispute)


@cache
def _settling(kinds: tuple[str, ...], by_subject: bool) -> ReturningUpdate[tuple[UUID]]:
    change = update(_ROWS).where(_OWED)
    if kinds:
        change = change.where(or_(*(_ROWS.c.kind == word(kind) for kind in kinds)))
    if by_subject:
        change = change.where(_ROWS.c.subject_id == bindparam("subject"))
    return change.values(state=bindparam("to"), settled_at=bindparam("now"), lease_until=None).returning(_ROWS.c.id)

"""Remedies: ordering what was agreed or ruled, and reading what is owed and what was done."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select, tuple_
from sqlalchemy.orm import Session, joinedload

from arbitration.domain import remedies as rules
from arbitration.domain.actors import Actor
from arbitration.domain.permissions import may
from arbitration.domain.refusals import ForbiddenError
from arbitration.domain.stages import Stage
from arbitration.models import DeadlineRow, Purchase, Remedy, Seller
from arbitration.services import cursors, deadlines
from arbitration.services.disputes.finding import Case
from arbitration.services.disputes.moving import move
from arbitration.services.disputes.owed import change_amount, owe, refundable, remedy_owed
from arbitration.services.disputes.replacements import deliver_replacement, open_replacement, see_replacement
from arbitration.services.refunds.confirming import approve_refund, confirm_refund
from arbitration.services.refunds.terms import needs_approval

__all__ = [
    "OwedRefund",
    "approve_refund",
    "change_amount",
    "confirm_refund",
    "deliver_replacement",
    "open_replacement",
    "order",
    "owed",
    "refundable",
    "remedy_owed",
    "see_replacement",
]


def order(
    session: Session,
    case: Case,
    kind: str,
    amount: int | None,
    source: str,
    source_id: UUID | None,
    act: str,
    now: datetime,
) -> Remedy:
    """Have a remedy carried out: the dispute goes to enforcement by ``act``, and the remedy's time begins.

    ``kind`` is refund, part_refund or replacement; ``amount`` in minor units of the purchase's currency, from the offer
    or the ruling (None: the price); never more than what is left of the price. ``source`` is offer or ruling.

    Raises:
        ConflictError: the act does not fit the stage, or the whole price has been paid back already.
    """
    move(session, case.dispute, act, Stage.ENFORCEMENT, now)
    deadlines.drop(session, case.dispute, now)
    return owe(session, case, kind, amount, source, source_id, now)


@dataclass(frozen=True, slots=True)
class OwedRefund:
    """A refund that waits for an operator: for an approval, or to be paid and confirmed."""

    remedy: Remedy
    purchase: Purchase
    due_at: datetime | None
    overdue: bool
    needs_approval: bool
    approved: bool


def owed(
    session: Session, actor: Actor, now: datetime, *, cursor: str | None = None, limit: int = 50
) -> tuple[list[OwedRefund], str | None]:
    """The refunds that are owed, the longest owed first, and the cursor that goes on after them.

    Raises:
        ForbiddenError: the actor is no operator.
        InvalidError: the cursor is none of ours.
    """
    if not may(actor, "listRefunds"):
        raise ForbiddenError
    clock = and_(DeadlineRow.subject_id == Remedy.id, DeadlineRow.dispute_id == Remedy.dispute_id)
    query = (
        select(Remedy, Purchase, DeadlineRow.due_at)
        .join(Purchase, Purchase.id == Remedy.purchase_id)
        .outerjoin(DeadlineRow, clock)
        .where(Remedy.kind.in_(rules.REFUNDS), Remedy.state.in_(rules.OPEN))
        .options(joinedload(Purchase.listing), joinedload(Purchase.buyer))
        .options(joinedload(Purchase.seller).joinedload(Seller.person))
    )
    if cursor is not None:
        since, id_ = cursors.read(cursor, [datetime, UUID])
        query = query.where(tuple_(Remedy.owed_at, Remedy.id) > (since, id_))
    rows = session.execute(query.order_by(Remedy.owed_at, Remedy.id).limit(limit + 1)).all()
    listed = [
        OwedRefund(
            remedy,
            purchase,
            due_at,
            due_at is not None and due_at < now,
            needs_approval(remedy),
            remedy.approved_at is not None,
        )
        for remedy, purchase, due_at in rows[:limit]
    ]
    if len(rows) <= limit:
        return listed, None
    last = listed[-1].remedy
    return listed, cursors.write(last.owed_at, last.id)

"""The rows of remedies: finding what is owed, making it owed, and settling it by a conditional update."""

import hmac
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from arbitration.domain import deadlines as clocks
from arbitration.domain import remedies as rules
from arbitration.domain.docket import Entry
from arbitration.domain.refusals import ConflictError
from arbitration.domain.stages import Outcome
from arbitration.ids import new_id
from arbitration.models import Purchase, Remedy
from arbitration.services import deadlines, docket, operators, rows
from arbitration.services.disputes.finding import Case
from arbitration.services.policies import policy_of
from arbitration.services.refunds import books
from arbitration.services.refunds.terms import needs_approval, terms_of


def remedy_owed(session: Session, dispute_id: UUID) -> Remedy | None:
    """What is owed in a dispute now, on its way or not."""
    query = select(Remedy).where(Remedy.dispute_id == dispute_id, Remedy.state.in_(rules.OPEN))
    return session.scalar(query.execution_options(populate_existing=True))


def refundable(session: Session, purchase: Purchase) -> int:
    """What can still be paid back of the price of a purchase, in minor units."""
    return max(purchase.amount - books.paid_back(session, purchase.id), 0)


def owe(
    session: Session, case: Case, kind: str, amount: int | None, source: str, source_id: UUID | None, now: datetime
) -> Remedy:
    """Make a remedy owed and begin its time; an amount is never more than what is left of the price.

    What was ruled is owed even where nothing is left, so that an operator looks what became of the money. Operators are
    told of a refund that waits for one of them.

    Raises:
        ConflictError: it was agreed, and the whole price has been paid back already.
    """
    purchase = case.purchase
    if kind in rules.REFUNDS:
        left = refundable(session, purchase)
        if not left and purchase.amount and source == rules.BY_OFFER:
            raise ConflictError(rules.NOTHING_LEFT)
        amount = left if amount is None else min(amount, left)
    id_ = new_id()
    remedy = Remedy(
        id=id_,
        purchase_id=purchase.id,
        dispute_id=case.dispute.id,
        kind=kind,
        amount=amount if kind in rules.REFUNDS else None,
        currency=purchase.currency,
        source=source,
        source_id=source_id,
        owed_at=now,
        state=rules.OWED,
        gateway_key=_key(session, case, amount or 0) if kind in rules.REFUNDS else None,
    )
    rows.add(session, remedy)
    clock = clocks.remedy(policy_of(purchase), now, kind, deadlines.hours_of(purchase))
    deadlines.start(session, case.dispute, clock, subject_id=remedy.id)
    docket.append(session, purchase.id, Entry("remedy.owed", now, None, told_of(remedy)))
    by_hand = needs_approval(remedy) or terms_of(session).gateway == rules.MANUAL or not remedy.amount
    if kind in rules.REFUNDS and by_hand:
        operators.tell(session, purchase, "refund_owed", now, remedy=str(remedy.id))
    return remedy


def _key(session: Session, case: Case, amount: int) -> str:
    """The key of a refund at whoever pays it, made of what it is: which refund of which dispute, and how much.

    One that was paid after a backup was made has the same key again where people, after a restore, come to it again.
    """
    earlier = select(func.count(Remedy.id)).where(Remedy.dispute_id == case.dispute.id, Remedy.gateway_key.is_not(None))
    number = (session.scalar(earlier) or 0) + 1
    what = ["refund", case.purchase.external_id, case.dispute.number, number, amount, case.purchase.currency]
    made = hmac.digest(session.info["seal_key"].encode(), json.dumps(what).encode(), "sha256")
    return f"refund-{made[:16].hex()}"


def settle(session: Session, remedy: Remedy, state: str, now: datetime, **changes: Any) -> None:
    """Bring an owed remedy to its end, done or dropped.

    Raises:
        ConflictError: it is not owed any more: somebody else was first.
    """
    if state == rules.DONE:
        changes |= {"done_at": now}
    settled = session.execute(
        update(Remedy)
        .where(Remedy.id == remedy.id, Remedy.state.in_(rules.OPEN))
        .values(state=state, lease_until=None, **changes)
        .returning(Remedy.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if settled is None:
        raise ConflictError
    session.refresh(remedy)


def change_amount(session: Session, remedy: Remedy, amount: int, now: datetime) -> None:
    """Correct what an owed refund comes to; whoever approved the other amount has not approved this one.

    It is never more than what is left of the price.

    Raises:
        ConflictError: it is not owed any more, or is on its way.
    """
    amount = min(amount, refundable(session, session.get_one(Purchase, remedy.purchase_id)))
    changed = session.execute(
        update(Remedy)
        .where(Remedy.id == remedy.id, Remedy.state == rules.OWED, Remedy.kind.in_(rules.REFUNDS))
        .values(amount=amount, approved_by=None, approved_at=None, second_approved_by=None, second_approved_at=None)
        .returning(Remedy.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if changed is None:
        raise ConflictError
    session.refresh(remedy)
    facts = {"remedy": str(remedy.id), "amount": amount}
    docket.append(session, remedy.purchase_id, Entry("remedy.amount_corrected", now, None, facts))


def first_source(session: Session, remedy: Remedy) -> str:
    """Where a remedy comes from in the end, offer or ruling, also if it stands for one that was overdue."""
    while remedy.source == rules.BY_OVERDUE and remedy.source_id is not None:
        remedy = session.get_one(Remedy, remedy.source_id)
    return remedy.source


def outcome_by(session: Session, remedy: Remedy) -> Outcome:
    """How a dispute ends once this remedy is carried out."""
    return rules.outcome_of(remedy.kind, first_source(session, remedy))


def told_of(remedy: Remedy) -> dict[str, Any]:
    """What docket and events say of a remedy: ids, codes and minor units."""
    return {
        "remedy": str(remedy.id),
        "kind": remedy.kind,
        "amount": remedy.amount,
        "currency": remedy.currency,
        "source": remedy.source,
        "source_id": str(remedy.source_id) if remedy.source_id else None,
    }

"""Opening a dispute, and what the engine would say before it is opened."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from arbitration.domain import deadlines as clocks
from arbitration.domain import opening as rules
from arbitration.domain.actors import Actor
from arbitration.domain.docket import instant, text_commitment
from arbitration.domain.events import words_of
from arbitration.domain.facts import CHECKED_AT, Stated, instant_of
from arbitration.domain.opening import Before, Bought, Claim
from arbitration.domain.stages import Stage
from arbitration.ids import new_id
from arbitration.models import Dispute, Message, Purchase, RequestedRemedy
from arbitration.rules.instants import show_instant
from arbitration.services import deadlines, docket, facts, gathering, rows
from arbitration.services.disputes import claims
from arbitration.services.disputes.finding import Case
from arbitration.services.loading import find_purchase
from arbitration.services.policies import policy_of
from arbitration.services.refunds import books
from arbitration.services.thread import post_event


def open_dispute(session: Session, actor: Actor, external_id: str, claim: Claim, now: datetime) -> Case:
    """Open a dispute: it goes to negotiation, and the seller's time to answer begins.

    The statement stands in the correspondence and is a report; the engine's verdict is kept as it stood.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``.
        ConflictError: one is open already, or this one was decided.
        InvalidError: what the claim says is wrong, or its statement is missing.
    """
    purchase = find_purchase(session, actor, "openDispute", external_id, lock=True)
    claim, number = _checked(session, purchase, claim, now)
    words = words_of(claim.statement, "statement", needed=True)
    dispute = _row(purchase, claim, number, now)
    told = {
        "dispute": str(dispute.id),
        "number": dispute.number,
        "reason": claim.reason,
        "requested": claim.requested,
        "defect": text_commitment(dispute.id.bytes, claim.defect) if claim.defect else None,
        "checked_at": instant(claim.checked_at) if claim.checked_at else None,
    }
    about = {"dispute": str(dispute.id), "reason": claim.reason, "requested": claim.requested, "defect": claim.defect}
    if claim.since:
        told["since"] = about["since"] = instant(claim.since)
    if claim.tried:
        told["tried"], about["tried"] = text_commitment(dispute.id.bytes, claim.tried), claim.tried
    written: dict[str, Any] = {"text": words, "about": about, "facts": told, "reports_problem": True, "dispute": None}
    with docket.together(session, purchase.id):
        message = post_event(session, purchase, actor, "opening", now, **written)
        if claim.checked_at:
            kept = show_instant(claim.checked_at)
            facts.keep(session, purchase, actor, CHECKED_AT, kept, now, position=message.position)
        answer = clocks.seller_answer(policy_of(purchase), now, deadlines.hours_of(purchase))
        dispute.verdict = claims.snapshot(claims.judge(session, purchase, dispute, now, now))
        dispute.next_due_at = answer.due_at
        rows.add(session, dispute)
        wish = {"dispute_id": dispute.id, "number": 1, "requested": claim.requested, "at": now}
        rows.write(session, RequestedRemedy, wish)
        deadlines.start(session, dispute, answer)
        books.hold(session, dispute, now)
    return Case(purchase, dispute)


def since_of(session: Session, dispute: Dispute) -> datetime | None:
    """Since when something is wrong, as the buyer told when opening; None where that was left open."""
    opening = gathering.text_at(session, dispute.purchase_id, dispute.position)
    if opening is None:
        query = select(Message.about).where(Message.purchase_id == dispute.purchase_id)
        opening = session.execute(query.where(Message.position == dispute.position)).one_or_none()
    return instant_of((opening.about or {}).get("since")) if opening is not None else None


def preview(session: Session, actor: Actor, external_id: str, claim: Claim, now: datetime) -> claims.Judged:
    """What the engine would say if this claim were opened now. Changes nothing.

    Raises: as ``open_dispute``, but for the statement.
    """
    purchase = find_purchase(session, actor, "openDispute", external_id)
    claim, number = _checked(session, purchase, claim, now)
    extra = (Stated(CHECKED_AT, show_instant(claim.checked_at), now),) if claim.checked_at else ()
    return claims.judge(session, purchase, _row(purchase, claim, number, now), now, now, extra=extra)


_DISPUTES, _PURCHASES = cast(Table, Dispute.__table__), cast(Table, Purchase.__table__)
_BEFORE = (
    select(_DISPUTES.c.reason, _DISPUTES.c.outcome, books.PAID_BACK.scalar_subquery().label("paid_back"))
    .select_from(_PURCHASES.outerjoin(_DISPUTES, _DISPUTES.c.purchase_id == _PURCHASES.c.id))
    .where(_PURCHASES.c.id == bindparam("purchase"))
)
"""What the earlier disputes of a purchase were about (a row without, where there was none), and what was paid back."""


def _checked(session: Session, purchase: Purchase, claim: Claim, now: datetime) -> tuple[Claim, int]:
    """The claim as it is kept, and the number of its dispute."""
    bought = Bought(purchase.payment_started_at, purchase.paid_at, purchase.delivered_at)
    before = session.connection().execute(_BEFORE, {"purchase": purchase.id}).all()
    earlier = [Before(row.reason, row.outcome) for row in before if row.reason is not None]
    paid_back = (before[0].paid_back or 0) >= purchase.amount > 0
    rules.require_openable(claim, bought, earlier, paid_back, now)
    return rules.checked(claim, bought, policy_of(purchase), now), len(earlier) + 1


def _row(purchase: Purchase, claim: Claim, number: int, now: datetime) -> Dispute:
    return Dispute(
        id=new_id(),
        purchase_id=purchase.id,
        buyer_id=purchase.buyer_id,
        seller_id=purchase.seller_id,
        number=number,
        stage=Stage.NEGOTIATION.value,
        stage_since=now,
        reason=claim.reason,
        requested=claim.requested,
        defect=claim.defect,
        opened_at=now,
        position=purchase.last_position + 1,
    )

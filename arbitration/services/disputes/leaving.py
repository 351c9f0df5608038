"""Arbiters who leave, or are kept out: their cases go back to the others, and the parties are told."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from arbitration.domain.arbiters import ABSENCE
from arbitration.domain.stages import BEFORE_ARBITER
from arbitration.models import Dispute, Purchase, Seller
from arbitration.services.disputes.assigning import LEFT, release
from arbitration.services.disputes.objections_to_arbiters import pending
from arbitration.services.thread import SYSTEM, post_event


def give_back_cases(session: Session, person_id: UUID, now: datetime) -> int:
    """Give back all cases on which a person was still to rule; gives how many. Locks their purchases, in order.

    To be called before anything is written to the installation's chain, which is locked after the purchases.
    """
    held = select(Dispute.purchase_id).where(Dispute.arbiter_id == person_id, Dispute.stage.in_(BEFORE_ARBITER))
    purchases = select(Purchase).where(Purchase.id.in_(held)).order_by(Purchase.id)
    purchases = purchases.options(joinedload(Purchase.seller).joinedload(Seller.person))
    locked = session.scalars(purchases.with_for_update(of=Purchase, key_share=True)).all()
    return sum(_give_back(session, purchase, person_id, now) for purchase in locked)


def give_back_case(session: Session, dispute_id: UUID, person_id: UUID, now: datetime) -> bool:
    """Give back one case on which a person was still to rule; False if they do not have it. Locks its purchase."""
    of = select(Dispute.purchase_id).where(Dispute.id == dispute_id).scalar_subquery()
    purchase = select(Purchase).where(Purchase.id == of)
    purchase = purchase.options(joinedload(Purchase.seller).joinedload(Seller.person))
    locked = session.scalar(purchase.with_for_update(of=Purchase, key_share=True))
    return locked is not None and _give_back(session, locked, person_id, now)


def _give_back(session: Session, purchase: Purchase, person_id: UUID, now: datetime) -> bool:
    query = select(Dispute).where(Dispute.purchase_id == purchase.id, Dispute.arbiter_id == person_id)
    query = query.where(Dispute.stage.in_(BEFORE_ARBITER)).execution_options(populate_existing=True)
    dispute = session.scalar(query)
    if dispute is None:
        return False
    objection = pending(session, dispute.id)
    told = {"ground": ABSENCE, "to": None} | ({"objection": str(objection.id)} if objection else {})
    message = post_event(session, purchase, SYSTEM, "handover", now, about=told, facts=told)
    if objection:
        objection.decided_at, objection.decided_position = now, message.position
    release(session, dispute, LEFT, now, ground=ABSENCE)
    return True

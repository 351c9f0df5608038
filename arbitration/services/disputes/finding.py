"""Finding a dispute. Look-ups start from the actor, so foreign and missing are one and the same."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from arbitration.domain.actors import Actor, CaseParties
from arbitration.domain.permissions import may
from arbitration.domain.refusals import ForbiddenError, NotFoundError
from arbitration.domain.stages import ACTS, Stage, require_stage
from arbitration.models import Dispute, Purchase
from arbitration.services.loading import find_purchase, parties_of, visible_disputes, visible_purchases


@dataclass(frozen=True, slots=True)
class Case:
    """A dispute with its purchase, both locked where the act changes something."""

    purchase: Purchase
    dispute: Dispute

    @property
    def parties(self) -> CaseParties:
        """Who stands how to it, for the permissions."""
        dispute, parties = self.dispute, parties_of(self.purchase)
        return CaseParties(parties, dispute.called_at is not None, dispute.arbiter_id, dispute.stage == Stage.CLOSED)


def find_dispute(session: Session, actor: Actor, action: str, dispute_id: UUID, *, lock: bool = True) -> Case:
    """The dispute, for an actor who may do ``action`` to it at its stage; its purchase locked until the act is over.

    ``lock=False`` is for those who only look.

    Raises:
        NotFoundError: there is none, or the actor has no part in it.
        ForbiddenError: the actor has a part in it, but may not do that.
        ConflictError: not at this stage.
    """
    where = visible_purchases(actor).join(Dispute, Dispute.purchase_id == Purchase.id)
    where = where.where(Dispute.id == dispute_id, *visible_disputes(actor))
    external_id = session.scalar(where.with_only_columns(Purchase.external_id))
    if external_id is None:
        raise NotFoundError
    purchase = find_purchase(session, actor, "findDispute", external_id, lock=lock)
    query = select(Dispute).where(Dispute.id == dispute_id, Dispute.purchase_id == purchase.id)
    found = session.scalar(query.options(joinedload(Dispute.arbiter)).execution_options(populate_existing=lock))
    if found is None:
        raise NotFoundError
    case = Case(purchase, found)
    if not may(actor, action, case.parties):
        raise ForbiddenError
    if action in ACTS:
        require_stage(action, found.stage)
    return case


def open_dispute_of(session: Session, purchase_id: UUID) -> Dispute | None:
    """The dispute of a purchase that is not closed, if there is one."""
    return session.scalar(select(Dispute).where(Dispute.purchase_id == purchase_id, Dispute.stage != "closed"))


def last_dispute_of(session: Session, purchase_id: UUID) -> Dispute | None:
    """The newest dispute of a purchase, open or closed."""
    query = select(Dispute).where(Dispute.purchase_id == purchase_id)
    return session.scalar(query.order_by(Dispute.number.desc()).limit(1))


def since(dispute: Dispute) -> datetime:
    """From when on the talks run: the opening, or the reopening."""
    return dispute.reopened_at or dispute.opened_at

"""Finding a dispute. Look-ups start from the actor, so foreign and missing are one and the same."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload

from arbitration.columns import word
from arbitration.domain.actors import Actor, CaseParties, Role
from arbitration.domain.permissions import may
from arbitration.domain.refusals import ForbiddenError, NotFoundError
from arbitration.domain.stages import ACTS, Stage, require_stage
from arbitration.models import Dispute, Purchase, Seller
from arbitration.services import gathering
from arbitration.services.loading import anybody, find_purchase, parties_of, visible_disputes, visible_purchases


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
    named, known = {"dispute": dispute_id, "who": actor.person_id}, actor.person_id is not None
    if not lock:
        seen = session.scalar(_seen(actor.role, known), named)
        if seen is None:
            raise NotFoundError
        return _allowed(actor, action, Case(seen.purchase, seen))
    external_id = session.scalar(_purchase_of(actor.role, known), named)
    if external_id is None:
        raise NotFoundError
    purchase = find_purchase(session, actor, "findDispute", external_id, lock=True)
    found = session.scalar(_LOCKED, {"dispute": dispute_id, "purchase": purchase.id})
    if found is None:
        raise NotFoundError
    return _allowed(actor, action, Case(purchase, found))


def _allowed(actor: Actor, action: str, case: Case) -> Case:
    if not may(actor, "findDispute", case.parties) or not may(actor, action, case.parties):
        raise ForbiddenError
    if action in ACTS:
        require_stage(action, case.dispute.stage)
    return case


@cache
def _purchase_of(role: Role, known: bool) -> Select[str]:
    return _one(role, known).with_only_columns(Purchase.external_id)


@cache
def _seen(role: Role, known: bool) -> Select[Dispute]:
    """The dispute with its purchase, people and agreement in one query."""
    whole = joinedload(Dispute.purchase)
    return (
        _one(role, known)
        .with_only_columns(Dispute, maintain_column_froms=True)
        .options(
            joinedload(Dispute.arbiter),
            whole.joinedload(Purchase.listing),
            whole.joinedload(Purchase.buyer),
            whole.joinedload(Purchase.policy),
            whole.joinedload(Purchase.seller).joinedload(Seller.person),
        )
    )


def _one(role: Role, known: bool) -> Select[Purchase]:
    actor = anybody(role, known=known)
    query = visible_purchases(actor).join(Dispute, Dispute.purchase_id == Purchase.id)
    return query.where(Dispute.id == bindparam("dispute"), *visible_disputes(actor))


_OF_PURCHASE = select(Dispute).where(Dispute.purchase_id == bindparam("purchase"))
_RUNNING = select(Dispute.id).where(Dispute.purchase_id == bindparam("purchase"), Dispute.stage != word("closed"))
_LAST = _OF_PURCHASE.order_by(Dispute.number.desc()).limit(1)
_LOCKED = _OF_PURCHASE.where(Dispute.id == bindparam("dispute")).options(joinedload(Dispute.arbiter))
_LOCKED = _LOCKED.execution_options(populate_existing=True)


def open_dispute_of(session: Session, purchase_id: UUID) -> Dispute | None:
    """The dispute of a purchase that is not closed, if there is one."""
    session.flush()
    found = session.connection().scalar(_RUNNING, {"purchase": purchase_id})
    return session.get(Dispute, found) if found is not None else None


def last_dispute_of(session: Session, purchase_id: UUID) -> Dispute | None:
    """The newest dispute of a purchase, open or closed."""
    found = gathering.of_purchase(session, Dispute, purchase_id, lambda it: it.number)
    if found is not None:
        return found[-1] if found else None
    return session.scalar(_LAST, {"purchase": purchase_id})


def since(dispute: Dispute) -> datetime:
    """From when on the talks run: the opening, or the reopening."""
    return dispute.reopened_at or dispute.opened_at

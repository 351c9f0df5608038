"""Finding what an act is about. Look-ups start from the actor, so foreign and missing are one and the same."""

from datetime import datetime
from functools import cache
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, case, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager, joinedload

from arbitration.columns import word
from arbitration.domain.actors import Actor, AuthoredMessage, CaseParties, PurchaseParties, Role
from arbitration.domain.permissions import may
from arbitration.domain.refusals import ForbiddenError, NotFoundError
from arbitration.domain.stages import Stage
from arbitration.models import Dispute, Message, PolicyVersion, Purchase, Remedy, Seller
from arbitration.services import gathering

WHO = bindparam("who", type_=Uuid())
"""The place for a person's id in a statement that is made once and serves everybody."""


def anybody(role: Role, *, known: bool = True) -> Actor:
    """Somebody in a role, for statements that are made once: their id is to be given as ``who``."""
    return Actor(cast(UUID, WHO) if known else None, role)


def visible_purchases(actor: Actor) -> Select[Purchase]:
    """The purchases that the actor may know of: one's own as buyer or seller; all, for an operator.

    An arbiter knows of those to which an arbiter was called, unless they are a party of them; a gateway of those of
    which something is or was to be paid back.
    """
    query = select(Purchase).join(Purchase.seller)
    if actor.role is Role.OPERATOR:
        return query
    if actor.role is Role.ARBITER and actor.person_id is not None:
        called = (
            select(Dispute.id)
            .where(Dispute.purchase_id == Purchase.id, Dispute.called_at.is_not(None))
            .correlate(Purchase)
        )
        stranger = and_(Purchase.buyer_id != actor.person_id, Seller.person_id != actor.person_id)
        return query.where(called.exists(), stranger)
    if actor.role is Role.GATEWAY:
        paid = select(Remedy.id).where(Remedy.purchase_id == Purchase.id, Remedy.amount.is_not(None))
        return query.where(paid.exists())
    if actor.role is not Role.PARTY or actor.person_id is None:
        return query.where(false())
    return query.where(or_(Purchase.buyer_id == actor.person_id, Seller.person_id == actor.person_id))


def visible_disputes(actor: Actor) -> list[ColumnElement[bool]]:
    """Which disputes of these purchases the actor may know of: an arbiter of none to which no arbiter was called."""
    return [Dispute.called_at.is_not(None)] if actor.role is Role.ARBITER else []


def require_visible(session: Session, actor: Actor, external_id: str | None, dispute_id: UUID | None) -> None:
    """Raises NotFoundError where the actor knows of no such purchase, or of no such dispute; None is not looked for."""
    query = visible_purchases(actor).with_only_columns(Purchase.id)
    if external_id is not None:
        query = query.where(Purchase.external_id == external_id)
    if dispute_id is not None:
        query = query.join(Dispute, Dispute.purchase_id == Purchase.id)
        query = query.where(Dispute.id == dispute_id, *visible_disputes(actor))
    if session.scalar(query) is None:
        raise NotFoundError


def parties_of(purchase: Purchase) -> PurchaseParties:
    """The two sides of a purchase, for the permissions."""
    return PurchaseParties(buyer_id=purchase.buyer_id, seller_id=purchase.seller.person_id)


def case_parties(session: Session, actor: Actor, purchase: Purchase) -> PurchaseParties | CaseParties:
    """How an actor can stand to a purchase: an arbiter by the newest dispute to which one was called, if any."""
    parties = parties_of(purchase)
    if actor.role is not Role.ARBITER:
        return parties
    gathered = gathering.of_purchase(session, Dispute, purchase.id, lambda it: it.number)
    if gathered is not None:
        found = next((each for each in reversed(gathered) if each.called_at is not None), None)
    else:
        query = select(Dispute).where(Dispute.purchase_id == purchase.id, Dispute.called_at.is_not(None))
        found = session.scalar(query.order_by(Dispute.number.desc()).limit(1))
    if found is None:
        return CaseParties(parties)
    talking = found.reopened_at if found.stage == Stage.NEGOTIATION else None
    return CaseParties(parties, True, found.arbiter_id, found.stage == Stage.CLOSED, found.closed_at or talking)


def seen_until(session: Session, actor: Actor, purchase: Purchase) -> datetime | None:
    """Until when an actor sees the correspondence of a purchase; None where there is no end (see ``CaseParties``)."""
    return case_parties(session, actor, purchase).seen_until


def came_by_then(at: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
    """``seen_until`` for rows that are joined to their purchase: whether what came ``at`` is an arbiter's to see."""
    talking = case((Dispute.stage == word(Stage.NEGOTIATION), Dispute.reopened_at))
    query = select(func.coalesce(Dispute.closed_at, talking))
    query = query.where(Dispute.purchase_id == Purchase.id, Dispute.called_at.is_not(None))
    until = query.order_by(Dispute.number.desc()).limit(1).correlate(Purchase).scalar_subquery()
    return or_(until.is_(None), at <= until)


def find_purchase(session: Session, actor: Actor, action: str, external_id: str, *, lock: bool = False) -> Purchase:
    """The purchase, for an actor who may do ``action`` to it; locked until the act is over if asked.

    The lock (FOR NO KEY UPDATE) keeps other acts on the purchase waiting, but no row that merely refers to it, such as
    a read mark: whoever holds one of those and the one who holds the purchase would wait for each other.

    Raises:
        NotFoundError: there is none, or the actor has no part in it.
        ForbiddenError: the actor has a part in it, but may not do that.
    """
    if "\0" in external_id:
        raise NotFoundError
    query = _one_purchase(actor.role, actor.person_id is not None, lock)
    purchase = session.scalar(query, {"external_id": external_id, "who": actor.person_id})
    if purchase is None:
        raise NotFoundError
    if not may(actor, action, case_parties(session, actor, purchase)):
        raise ForbiddenError
    return purchase


@cache
def _one_purchase(role: Role, known: bool, lock: bool) -> Select[Purchase]:
    query = visible_purchases(anybody(role, known=known)).where(Purchase.external_id == bindparam("external_id"))
    if lock:  # acts need no more than this; what few of them need besides is read where they ask for it
        query = query.options(contains_eager(Purchase.seller))
        return query.with_for_update(of=Purchase, key_share=True).execution_options(populate_existing=True)
    return query.options(
        joinedload(Purchase.listing),
        joinedload(Purchase.seller).joinedload(Seller.person),
        joinedload(Purchase.buyer),
        joinedload(Purchase.policy).defer(PolicyVersion.text),
    )


def find_message(
    session: Session, actor: Actor, action: str, external_id: str, position: int, *, lock: bool = True
) -> tuple[Purchase, Message]:
    """A message of a purchase, with its purchase locked, for an actor who may do ``action`` to the message.

    ``lock=False`` is for those who only look.

    Raises:
        NotFoundError: purchase or message is missing, or the actor has no part in the purchase.
        ForbiddenError: the actor can read it, but may not do that.
    """
    purchase = find_purchase(session, actor, "listMessages", external_id, lock=lock)
    message = session.scalar(select(Message).where(Message.purchase_id == purchase.id, Message.position == position))
    parties = case_parties(session, actor, purchase)
    if message is None or (parties.seen_until is not None and message.posted_at > parties.seen_until):
        raise NotFoundError
    if not may(actor, action, AuthoredMessage(parties, message.author_id)):
        raise ForbiddenError
    return purchase, message

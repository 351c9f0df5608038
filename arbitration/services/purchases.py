"""One's purchases, as lists and one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, func, literal, or_, select, true, tuple_
from sqlalchemy.orm import Session, aliased, contains_eager

from arbitration.columns import UtcDateTime
from arbitration.domain.actors import Actor, Role
from arbitration.domain.permissions import may
from arbitration.domain.refusals import FieldFault, ForbiddenError, InvalidError
from arbitration.domain.searching import words
from arbitration.models import Listing, Message, MessageVersion, Person, Purchase, ReadMark, Seller
from arbitration.rules.marking import N_
from arbitration.services import cursors
from arbitration.services.loading import anybody, find_purchase
from arbitration.services.sides import BUYER, SELLER, SIDES, Side, counts_as_unread, shops_of, sides

__all__ = [
    "BUYER",
    "SELLER",
    "SIDES",
    "LastMessage",
    "Page",
    "Side",
    "Summary",
    "get_purchase",
    "list_purchases",
    "shops_of",
    "side_of",
    "sides",
]

PAGE = 50
LARGEST_PAGE = 200
OPENING = 400
"""So much of the last message is read for a list: a line is shown of it."""


@dataclass(frozen=True, slots=True)
class LastMessage:
    """The newest message of a correspondence, or what an act left there (``kind``).

    ``text`` is its beginning, None once it was deleted or hidden; what the clock did has no author.
    """

    author_id: UUID | None
    author_role: str
    kind: str
    posted_at: datetime
    text: str | None


@dataclass(frozen=True, slots=True)
class Summary:
    """A purchase in a list. ``side`` is the actor's own, None for an operator, who has no messages to read."""

    purchase: Purchase
    side: str | None
    unread: int
    last: LastMessage | None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list, and the cursor that goes on after it."""

    items: Sequence[Summary]
    next: str | None


def get_purchase(session: Session, actor: Actor, external_id: str) -> Purchase:
    """One purchase with its listing, people and policy.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``.
    """
    return find_purchase(session, actor, "getPurchase", external_id)


def list_purchases(
    session: Session,
    actor: Actor,
    *,
    side: str | None = None,
    text: str = "",
    cursor: str | None = None,
    limit: int = PAGE,
    shops: Sequence[UUID] | None = None,
) -> Page:
    """One's purchases, those first in which somebody wrote or paid last; ``side`` and ``text`` narrow them.

    An operator sees all of them, without their correspondence. One query, however many there are; ``shops`` are those
    that the actor answers for, if that is known already.

    Raises:
        ForbiddenError: the actor has no purchases by what they are.
        InvalidError: ``side`` or ``cursor`` is none of ours.
    """
    if not may(actor, "listPurchases"):
        raise ForbiddenError
    if side is not None and side not in SIDES:
        raise InvalidError(faults=[FieldFault("side", N_("Ask for buyer or seller, or leave it out for both."))])
    limit = max(1, min(limit, LARGEST_PAGE))
    if shops is None and actor.person_id is not None and side != BUYER:
        shops = shops_of(session, actor.person_id)
    query = _summaries(actor.role, actor.person_id is not None).where(
        _belongs(actor, side, shops or ()), *_found(actor, text)
    )
    if cursor:
        moment, id_ = cursors.read(cursor, [datetime, UUID])
        place = tuple_(literal(moment, UtcDateTime()), literal(id_, Uuid()))
        query = query.where(tuple_(Purchase.active_at, Purchase.id) < place)
    query = query.order_by(Purchase.active_at.desc(), Purchase.id.desc()).limit(limit + 1)
    rows = session.execute(query, {"who": actor.person_id}).all()
    items = [_summary(actor, *row) for row in rows[:limit]]
    last = items[-1].purchase if len(rows) > limit else None
    return Page(items, cursors.write(last.active_at, last.id) if last else None)


def side_of(actor: Actor, purchase: Purchase) -> str | None:
    """The side on which the actor stands in a purchase: whoever bought from himself stands as the buyer."""
    if actor.role is not Role.PARTY or actor.person_id is None:
        return None
    if actor.person_id == purchase.buyer_id:
        return BUYER
    return SELLER if actor.person_id == purchase.seller.person_id else None


def _belongs(actor: Actor, side: str | None, shops: Sequence[UUID]) -> ColumnElement[bool]:
    if actor.role is Role.OPERATOR:
        return true()
    assert actor.person_id is not None
    bought = Purchase.buyer_id == actor.person_id
    # One shop is named as one, not as one of several: only then does the list go along the shop's index.
    sold = Purchase.seller_id == shops[0] if len(shops) == 1 else Purchase.seller_id.in_(shops)
    of = {BUYER: bought, SELLER: and_(sold, Purchase.buyer_id != actor.person_id)}
    return of[side] if side else or_(bought, sold)


@cache
def _summaries(
    role: Role,
    known: bool,
) -> Select[
    Purchase, int, UUID | None, str | None, str | None, datetime | None, datetime | None, datetime | None, str | None
]:
    me = anybody(role, known=known).person_id if role is Role.PARTY else None
    last, wording = aliased(Message), aliased(MessageVersion)
    unread = (
        select(func.count(Message.id)).where(Message.purchase_id == Purchase.id, *counts_as_unread(me))
        if me is not None
        else select(literal(0))
    )
    seen = and_(literal(me is not None), last.purchase_id == Purchase.id, last.position == Purchase.last_position)
    return (
        select(
            Purchase,
            unread.scalar_subquery(),
            last.author_id,
            last.author_role,
            last.kind,
            last.posted_at,
            last.deleted_at,
            last.hidden_at,
            func.substr(wording.text, 1, OPENING),
        )
        .join(Purchase.listing)
        .join(Purchase.seller)
        .join(Purchase.buyer)
        .outerjoin(ReadMark, and_(ReadMark.purchase_id == Purchase.id, ReadMark.person_id == me))
        .outerjoin(last, seen)
        .outerjoin(wording, and_(wording.message_id == last.id, wording.number == last.versions))
        .options(
            contains_eager(Purchase.listing),
            contains_eager(Purchase.buyer),
            contains_eager(Purchase.seller),
        )
    )


def _found(actor: Actor, text: str) -> list[ColumnElement[bool]]:
    """What each word searched for has to be part of. What is said in messages is for parties to search."""
    conditions = []
    for word in words(text):
        places = [
            Listing.search_text.contains(word, autoescape=True),
            *_names(actor, word),
            func.lower(Purchase.external_id).contains(word, autoescape=True),
        ]
        if actor.role is Role.PARTY:
            said = (
                select(Message.id)
                .join(
                    MessageVersion,
                    and_(MessageVersion.message_id == Message.id, MessageVersion.number == Message.versions),
                )
                .where(Message.purchase_id == Purchase.id, Message.deleted_at.is_(None), Message.hidden_at.is_(None))
                .where(MessageVersion.search_text.contains(word, autoescape=True))
            )
            places.append(said.exists())
        conditions.append(or_(*places))
    return conditions


def _names(actor: Actor, word: str) -> list[ColumnElement[bool]]:
    """The word in the name of the other side; for an operator, in either."""
    shop, buyer = (
        Seller.search_text.contains(word, autoescape=True),
        Person.search_text.contains(word, autoescape=True),
    )
    if actor.role is Role.OPERATOR:
        return [shop, buyer]
    mine = Purchase.buyer_id == actor.person_id
    return [and_(mine, shop), and_(~mine, buyer)]


def _summary(
    actor: Actor,
    purchase: Purchase,
    unread: int,
    author_id: UUID | None,
    author_role: str | None,
    kind: str | None,
    posted_at: datetime | None,
    deleted_at: datetime | None,
    hidden_at: datetime | None,
    text: str | None,
) -> Summary:
    last = None
    if posted_at is not None:
        shown = None if deleted_at or hidden_at else text
        last = LastMessage(author_id, author_role or "", kind or "", posted_at, shown)
    return Summary(purchase, side_of(actor, purchase), unread, last)

"""How the two sides of a person's trade stand: the numbers that every page of theirs shows (``frame.frame_of``)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Self, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    String,
    Table,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from arbitration.columns import word
from arbitration.domain.actors import Actor, Role
from arbitration.domain.sides import BUYER, SELLER
from arbitration.models import DeadlineRow, Message, Purchase, ReadMark, Seller
from arbitration.services.loading import WHO

Whose = tuple[str, ...]
"""A role of staff, or the sides of a party: the buyer's, and one of ``SHOPS``."""
MOST = 1_000
"""So many of a side's purchases with something unread, and so many of its deadlines, are counted at most."""


@dataclass(frozen=True, slots=True)
class Side:
    """How one side of a person's trade stands: whether there is any, how many messages are unread, and in how many
    disputes the person owes something."""

    any: bool = False
    unread: int = 0
    waiting: int = 0

    @classmethod
    def of(cls, any_: Any, unread: Any, waiting: Any) -> Self:
        """A side from what was found in its ``columns_of``."""
        return cls(bool(any_), int(unread or 0), int(waiting))


def shops_of(session: Session, person_id: UUID) -> list[UUID]:
    """The shops for which a person answers."""
    return list(session.execute(_SHOPS, {"person": person_id}).scalars())


def shops_in_one(person_id: ColumnElement[UUID]) -> ScalarSelect[str]:
    """The shops for which a person answers as one column of another query, for ``shops_from``."""
    comma: Any = literal_column("','")  # as a parameter it would be put into the statement each time anew
    ids = func.aggregate_strings(sql_cast(_seller.id, String(36)), comma)
    return select(ids).where(_seller.person_id == person_id).scalar_subquery()


def shops_from(ids: str | None) -> list[UUID]:
    """The shops in what ``shops_in_one`` gave."""
    return [UUID(id_) for id_ in ids.split(",")] if ids else []


def given_shops(shops: Sequence[UUID]) -> dict[str, Any]:
    """Shops as they are given to a statement, by their name in ``SHOPS``."""
    return {"shop": shops[0]} if len(shops) == 1 else {"shops": shops}


def whose_of(session: Session, actor: Actor, shops: Sequence[UUID] | None = None) -> tuple[Whose, dict[str, Any]]:
    """Whose things an actor's lists and numbers are about, and what is to be given to a statement that looks for them.

    ``shops`` are those that the actor answers for, if that is known already.
    """
    given: dict[str, Any] = {"who": actor.person_id}
    if actor.role is not Role.PARTY or actor.person_id is None:
        return (actor.role.value,), given
    shops = shops_of(session, actor.person_id) if shops is None else shops
    sold = given_shops(shops) if shops else {}
    return (BUYER, *sold), given | sold


def after_message(purchase: Purchase, role: str) -> dict[str, int]:
    """What is unread of a purchase once somebody in a role wrote: nothing for their own side, one more for others."""
    itself = purchase.buyer_id == purchase.seller.person_id
    return {
        "buyer_unread": 0 if role == BUYER else purchase.buyer_unread + 1,
        "seller_unread": 0 if role == SELLER or itself else purchase.seller_unread + 1,
    }


def recount(session: Session, purchase_id: UUID) -> None:
    """Count anew what buyer and seller of a purchase have not read: after they were shown some, or some went.

    What counts is somebody else's message, or the clock's, after the read mark; not deleted, not hidden. Who bought
    from himself reads as the buyer.
    """
    session.flush()
    row = session.connection().execute(_RECOUNT, {"purchase": purchase_id}).one_or_none()
    known = session.identity_map.get(identity_key(Purchase, purchase_id))
    if row is not None and known is not None:
        for name, number in zip(row._fields, row, strict=True):
            set_committed_value(known, name, number)


_purchase, _message, _mark, _deadline, _seller = (
    cast(Table, model.__table__).c for model in (Purchase, Message, ReadMark, DeadlineRow, Seller)
)
_SHOPS = select(_seller.id).where(_seller.person_id == bindparam("person"))
SHOPS: Mapping[str, Callable[[ColumnElement[UUID]], ColumnElement[bool]]] = {
    "shop": lambda seller_id: seller_id == bindparam("shop", type_=_seller.id.type),
    "shops": lambda seller_id: seller_id.in_(bindparam("shops", expanding=True)),
}
"""Whether something was sold by the actor's shops. One is named as one: only then do lists go along its index."""


@cache
def columns_of(side: str) -> tuple[ColumnElement[Any], ...]:
    """What ``Side.of`` reads: columns of a query that is given the person as ``who``, and what is sold as in ``SHOPS``.

    ``side`` is the buyer's, or a name in ``SHOPS``. Conditions of partial indexes are written out, so that these serve.
    """
    bought, owed_to_buyer = _purchase.buyer_id == WHO, _deadline.buyer_id == WHO
    if side == BUYER:
        return _of_side(BUYER, bought, bought, owed_to_buyer)
    sold, owing = SHOPS[side](_purchase.seller_id), SHOPS[side](_deadline.seller_id)
    return _of_side(SELLER, and_(sold, ~bought), sold, and_(owing, ~owed_to_buyer))


def _of_side(
    side: str, mine: ColumnElement[bool], read: ColumnElement[bool], owing: ColumnElement[bool]
) -> tuple[ColumnElement[Any], ...]:
    """``read`` are the purchases whose number of this side counts: what one bought from oneself has none as sold."""
    unread = _purchase[f"{side}_unread"]
    with_news = select(unread).where(read, unread > literal_column("0")).order_by(unread.desc()).limit(MOST)
    owed = select(_deadline.dispute_id).where(owing, _deadline.state == word("open"), _deadline.owed_by == side)
    owed_in = owed.limit(MOST).subquery().c.dispute_id
    return (
        select(_purchase.id).where(mine).exists(),
        select(func.sum(with_news.subquery().c[0])).scalar_subquery(),
        select(func.count(owed_in.distinct())).scalar_subquery(),
    )


def _unread_by(person: ColumnElement[UUID] | ScalarSelect[UUID]) -> ScalarSelect[int]:
    seen = select(_mark.position).where(_mark.purchase_id == _purchase.id, _mark.person_id == person)
    return (
        select(func.count())
        .where(
            _message.purchase_id == _purchase.id,
            _message.position > func.coalesce(seen.correlate(Purchase.__table__).scalar_subquery(), 0),
            or_(_message.author_id.is_(None), _message.author_id != person),
            _message.deleted_at.is_(None),
            _message.hidden_at.is_(None),
        )
        .correlate(Purchase.__table__)
        .scalar_subquery()
    )


_KEEPER = select(_seller.person_id).where(_seller.id == _purchase.seller_id).correlate(Purchase.__table__)
_BY_SELLER = case((_purchase.buyer_id == _KEEPER.scalar_subquery(), 0), else_=_unread_by(_KEEPER.scalar_subquery()))
_RECOUNT = (
    update(cast(Table, Purchase.__table__))
    .where(_purchase.id == bindparam("purchase"))
    .values(buyer_unread=_unread_by(_purchase.buyer_id), seller_unread=_BY_SELLER)
    .returning(_purchase.buyer_unread, _purchase.seller_unread)
)

"""How the two sides of a person's trade stand: the numbers that every page of theirs shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    String,
    Table,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from arbitration.models import DeadlineRow, Message, Purchase, ReadMark, Seller

BUYER, SELLER = "buyer", "seller"
SIDES = (BUYER, SELLER)
MOST = 1_000
"""News are looked for in so many of a side's purchases, those in which something happened last."""
_purchase, _message, _mark, _deadline, _seller = (
    cast(Table, model.__table__).c for model in (Purchase, Message, ReadMark, DeadlineRow, Seller)
)
_PERSON: ColumnElement[UUID] = bindparam("person", type_=_purchase.buyer_id.type)


@dataclass(frozen=True, slots=True)
class Side:
    """How one side of a person's trade stands: whether there is any, how many messages are unread, and in how many
    disputes the person owes something."""

    any: bool = False
    unread: int = 0
    waiting: int = 0


def shops_of(session: Session, person_id: UUID) -> list[UUID]:
    """The shops for which a person answers."""
    return list(session.execute(_SHOPS, {"person": person_id}).scalars())


def shops_in_one(person_id: ColumnElement[UUID]) -> ScalarSelect[str]:
    """The shops for which a person answers as one column of another query, for ``shops_from``."""
    ids = func.aggregate_strings(sql_cast(_seller.id, String(36)), ",")
    return select(ids).where(_seller.person_id == person_id).scalar_subquery()


def shops_from(ids: str | None) -> list[UUID]:
    """The shops in what ``shops_in_one`` gave."""
    return [UUID(id_) for id_ in ids.split(",")] if ids else []


def sides(session: Session, person_id: UUID, shops: Sequence[UUID] | None = None) -> dict[str, Side]:
    """How a person's two sides stand; ``shops`` are those that he answers for, if that is known already."""
    shops = shops_of(session, person_id) if shops is None else shops
    stands = {side: Side() for side in SIDES}
    session.flush()
    for side in SIDES if shops else (BUYER,):
        given = {"person": person_id} | ({"shops": shops} if side == SELLER else {})
        count, unread, waiting = session.execute(_STANDS[side], given).one()
        stands[side] = Side(count > 0, int(unread or 0), int(waiting or 0))
    return stands


def counts_as_unread(person_id: ColumnElement[UUID]) -> tuple[ColumnElement[bool], ...]:
    """Somebody else's message, or the clock's, after the person's read mark; not deleted, not hidden."""
    return (
        _message.position > func.coalesce(_mark.position, 0),
        or_(_message.author_id.is_(None), _message.author_id != person_id),
        _message.deleted_at.is_(None),
        _message.hidden_at.is_(None),
    )


def _stands(side: str) -> Select[int, Any, Any]:
    """Goes once through the side's newest purchases; what is asked of each is asked within, so that no plan begins
    with all messages or all deadlines."""
    person, purchase, mark = _PERSON, Purchase.__table__, ReadMark.__table__
    mine = _purchase.buyer_id == person
    if side == SELLER:
        mine = and_(_purchase.seller_id.in_(bindparam("shops", expanding=True)), _purchase.buyer_id != person)
    unread = select(func.count()).where(_message.purchase_id == _purchase.id, *counts_as_unread(person))
    unread = unread.select_from(Message.__table__).correlate(purchase, mark)
    running = _deadline.state == literal_column("'open'")  # written out, so that the index of open rows serves
    owes = select(func.count(_deadline.dispute_id.distinct())).correlate(purchase)
    owes = owes.where(_deadline.purchase_id == _purchase.id, running, _deadline.owed_by == side)
    new = _purchase.last_position > func.coalesce(_mark.position, 0)
    own_mark = and_(_mark.purchase_id == _purchase.id, _mark.person_id == person)
    newest = (
        select(case((new, unread.scalar_subquery()), else_=0).label("unread"), owes.scalar_subquery().label("waiting"))
        .select_from(purchase.outerjoin(mark, own_mark))
        .where(mine)
        .order_by(_purchase.active_at.desc(), _purchase.id.desc())
        .limit(MOST)
        .subquery()
    )
    return select(func.count(), func.sum(newest.c.unread), func.sum(newest.c.waiting))


_SHOPS = select(_seller.id).where(_seller.person_id == bindparam("person"))
_STANDS = {side: _stands(side) for side in SIDES}

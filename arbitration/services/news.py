"""What others, or the clock, did lately in the disputes of a party: plain rows, by statements that are made once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, func, or_, select, union_all
from sqlalchemy.orm import Session

from arbitration.columns import word
from arbitration.domain.actors import Actor, Role
from arbitration.domain.messages import MESSAGE
from arbitration.domain.sides import BUYER
from arbitration.models import Listing, Message, Person, Purchase, ReadMark, Seller
from arbitration.services.loading import WHO
from arbitration.services.sides import SHOPS, Whose, whose_of

NEWS_FOR = timedelta(days=30)
MOST = 30
IN_PURCHASES = 1_000
"""News are looked for in so many purchases of each side, those in which something happened last."""


class News(NamedTuple):
    """What somebody else did, at a place of a purchase's correspondence.

    ``kind`` and ``author_role`` are those of its message. ``by_clock``: nobody did it. ``bought`` says that the reader
    is the buyer there, ``new`` that they have not been shown it.
    """

    kind: str
    author_role: str
    position: int
    posted_at: datetime
    by_clock: bool
    external_id: str
    title: str
    buyer_name: str | None
    seller_name: str
    bought: bool
    new: bool


def list_news(session: Session, actor: Actor, now: datetime) -> Sequence[News]:
    """What there is, the newest first; as the mails told it. One query, and one that finds the actor's shops."""
    if actor.role is not Role.PARTY or actor.person_id is None:
        return []
    session.flush()
    whose, given = whose_of(session, actor)
    given["since"] = now - NEWS_FOR
    return [News._make(row) for row in session.connection().execute(_news(whose), given)]


_message, _purchase, _listing, _buyer, _seller, _mark = (
    cast(Table, model.__table__) for model in (Message, Purchase, Listing, Person, Seller, ReadMark)
)
_BOUGHT = _purchase.c.buyer_id == WHO
_SINCE: ColumnElement[datetime] = bindparam("since", type_=_message.c.posted_at.type)


@cache
def _news(whose: Whose) -> Select[Any]:
    """The newest messages are found first; then only what is told of those is read."""
    found = (
        select(*(_message.c[name] for name in ("id", "purchase_id", *News._fields[:4])))
        .add_columns(_message.c.author_id.is_(None).label("by_clock"))
        .where(_message.c.purchase_id.in_(_lately(whose)))
        .where(_message.c.kind != word(MESSAGE), _message.c.posted_at > _SINCE)
        .where(or_(_message.c.author_id.is_(None), _message.c.author_id != WHO))
        .order_by(_message.c.posted_at.desc(), _message.c.id.desc())
        .limit(MOST)
        .subquery()
    )
    joined = (
        found.join(_purchase, _purchase.c.id == found.c.purchase_id)
        .join(_listing, _listing.c.id == _purchase.c.listing_id)
        .join(_buyer, _buyer.c.id == _purchase.c.buyer_id)
        .join(_seller, _seller.c.id == _purchase.c.seller_id)
        .outerjoin(_mark, and_(_mark.c.purchase_id == _purchase.c.id, _mark.c.person_id == WHO))
    )
    told = (_purchase.c.external_id, _listing.c.title, _buyer.c.name, _seller.c.name, _BOUGHT)
    is_new = func.coalesce(_mark.c.position, 0) < found.c.position
    query = select(*(found.c[name] for name in News._fields[:5]), *told, is_new).select_from(joined)
    return query.order_by(found.c.posted_at.desc(), found.c.id.desc())


def _lately(whose: Whose) -> Any:
    """The purchases of each side in which something happened lately, each along an index."""
    newest = (
        select(_purchase.c.id)
        .where(_BOUGHT if side == BUYER else and_(SHOPS[side](_purchase.c.seller_id), ~_BOUGHT))
        .where(_purchase.c.active_at > _SINCE)
        .order_by(_purchase.c.active_at.desc())
        .limit(IN_PURCHASES)
        for side in whose
    )
    return union_all(*(select(each.subquery()) for each in newest))

"""Lists of purchases: plain rows of just what is told of each, by statements that are made once."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor, Role
from arbitration.domain.permissions import may
from arbitration.domain.refusals import FieldFault, ForbiddenError, InvalidError
from arbitration.domain.searching import words
from arbitration.domain.sides import BUYER, SELLER, SIDES
from arbitration.models import Listing, Message, MessageVersion, Person, Purchase, Seller
from arbitration.rules.marking import N_
from arbitration.services import cursors
from arbitration.services.loading import WHO
from arbitration.services.sides import SHOPS, Whose, given_shops, shops_of

PAGE = 50
LARGEST_PAGE = 200
OPENING = 400
"""So much of the last message is read for a list: a line is shown of it."""


class LastMessage(NamedTuple):
    """The newest message of a correspondence, or what an act left there (``kind``).

    ``text`` is its beginning, None once it was deleted or hidden; ``mine`` says that the reader wrote it, ``by_clock``
    that nobody did.
    """

    kind: str
    author_role: str
    mine: bool
    by_clock: bool
    posted_at: datetime
    text: str | None


class Summary(NamedTuple):
    """A purchase in a list. ``side`` is the actor's own, None for an operator, who has no messages to read.

    ``amount`` is in minor units of ``currency``; lists are in the order of ``active_at``.
    """

    id: UUID
    external_id: str
    title: str
    buyer_name: str | None
    seller_name: str
    amount: int
    currency: str
    paid_at: datetime
    delivered_at: datetime | None
    last_message_at: datetime | None
    active_at: datetime
    side: str | None
    unread: int
    last: LastMessage | None


class Page(NamedTuple):
    """A part of a list, and the cursor that goes on after it."""

    items: Sequence[Summary]
    next: str | None


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
    given: dict[str, Any] = {"who": actor.person_id, "number": limit + 1}
    if cursor:
        given["after"], given["after_id"] = cursors.read(cursor, [datetime, UUID])
    own = () if actor.role is Role.OPERATOR else _own(side, shops or (), given)
    session.flush()
    rows = session.connection().execute(_list(own, bool(cursor), tuple(words(text))), given).all()
    items = [_summary(row) for row in rows[:limit]]
    last = items[-1] if len(rows) > limit else None
    return Page(items, cursors.write(last.active_at, last.id) if last else None)


def _summary(row: Sequence[Any]) -> Summary:
    *told, kind, role, mine, by_clock, posted_at, text = row
    last = LastMessage(kind, role, mine, by_clock, posted_at, text) if kind else None
    return Summary._make((*told, last))


_purchase, _listing, _seller, _buyer, _message, _version = (
    cast(Table, model.__table__) for model in (Purchase, Listing, Seller, Person, Message, MessageVersion)
)
_ORDER = (_purchase.c.active_at.desc(), _purchase.c.id.desc())
_BOUGHT = _purchase.c.buyer_id == WHO
_OWN = {BUYER: _BOUGHT, **{name: and_(sold(_purchase.c.seller_id), ~_BOUGHT) for name, sold in SHOPS.items()}}


def _own(side: str | None, shops: Sequence[UUID], given: dict[str, Any]) -> Whose:
    """On which sides to look, none: all; adds the shops to what is given. Who has no shop has sold nothing."""
    wanted = [each for each in SIDES if side in (None, each)]
    if SELLER not in wanted or (not shops and BUYER in wanted):
        return (BUYER,)
    sold = given_shops(shops)
    given |= sold
    return (*wanted[:-1], *sold)


def _list(own: Whose, goes_on: bool, searched: tuple[str, ...]) -> Select[Any]:
    """The statement of a list; those that look for nothing are made once."""
    return _compose(own, goes_on, searched) if searched else _ready(own, goes_on)


@cache
def _ready(own: Whose, goes_on: bool) -> Select[Any]:
    return _compose(own, goes_on, ())


def _compose(own: Whose, goes_on: bool, searched: tuple[str, ...]) -> Select[Any]:
    found = [] if not goes_on else [tuple_(_purchase.c.active_at, _purchase.c.id) < _PLACE]
    found += [_has(word, own) for word in searched]
    query = _read(bool(own)).order_by(*_ORDER).limit(bindparam("number"))
    arms = [_OWN[each] for each in own] or [true()]
    if len(arms) == 1:
        return query.where(arms[0], *found)
    # Each side goes along its own index: "one or the other" would sort all that there is of both.
    newest = [
        select(_purchase.c.id).select_from(_TRADE).where(arm, *found).order_by(*_ORDER).limit(bindparam("number"))
        for arm in arms
    ]
    return query.where(_purchase.c.id.in_(union_all(*(select(each.subquery()) for each in newest))))


_PLACE = tuple_(bindparam("after", type_=_purchase.c.active_at.type), bindparam("after_id", type_=_purchase.c.id.type))
_TRADE = (
    _purchase.join(_listing, _listing.c.id == _purchase.c.listing_id)
    .join(_seller, _seller.c.id == _purchase.c.seller_id)
    .join(_buyer, _buyer.c.id == _purchase.c.buyer_id)
)


@cache
def _read(by_party: bool) -> Select[Any]:
    """What is told of each; of the correspondence only to a party."""
    told = [
        _purchase.c.id,
        _purchase.c.external_id,
        _listing.c.title,
        _buyer.c.name,
        _seller.c.name,
        *(_purchase.c[name] for name in Summary._fields[5:11]),
    ]
    if not by_party:
        return select(*told, null(), literal(0), *[null()] * len(LastMessage._fields)).select_from(_TRADE)
    last, wording = _message.alias(), _version.alias()
    shown = and_(last.c.deleted_at.is_(None), last.c.hidden_at.is_(None))
    joined = _TRADE.outerjoin(
        last, and_(last.c.purchase_id == _purchase.c.id, last.c.position == _purchase.c.last_position)
    ).outerjoin(wording, and_(wording.c.message_id == last.c.id, wording.c.number == last.c.versions, shown))
    return select(
        *told,
        case((_BOUGHT, BUYER), else_=SELLER),
        case((_BOUGHT, _purchase.c.buyer_unread), else_=_purchase.c.seller_unread),
        last.c.kind,
        last.c.author_role,
        func.coalesce(last.c.author_id == WHO, false()),
        last.c.author_id.is_(None),
        last.c.posted_at,
        func.substr(wording.c.text, 1, OPENING),
    ).select_from(joined)


def _has(word: str, own: Whose) -> ColumnElement[bool]:
    """What a word searched for has to be part of. What is said in messages is for parties to search."""
    places = [
        _contains(_listing.c.search_text, word),
        *_names(word, own),
        _contains(func.lower(_purchase.c.external_id), word),
    ]
    if own:
        said = (
            select(_message.c.id)
            .join(_version, and_(_version.c.message_id == _message.c.id, _version.c.number == _message.c.versions))
            .where(_message.c.purchase_id == _purchase.c.id)
            .where(_message.c.deleted_at.is_(None), _message.c.hidden_at.is_(None))
            .where(_contains(_version.c.search_text, word))
        )
        places.append(said.correlate(_purchase).exists())
    return or_(*places)


def _names(word: str, own: Whose) -> list[ColumnElement[bool]]:
    """The word in the name of the other side; for an operator, in either."""
    shop, buyer = _contains(_seller.c.search_text, word), _contains(_buyer.c.search_text, word)
    return [and_(_BOUGHT, shop), and_(~_BOUGHT, buyer)] if own else [shop, buyer]


def _contains(text: ColumnElement[str], word: str) -> ColumnElement[bool]:
    return text.contains(word, autoescape=True)

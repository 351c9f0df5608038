"""A stamp of a purchase: as long as it stays the same, a party's page of it tells the same.

Whatever is done about a purchase is entered in its docket, so the head of that changes with it. Beside it stand the few
things that pages show and no docket has: what the other side has read, who has seen exhibits, how the listing was read,
what the sides are called, when the shop works.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import ScalarSelect, Select, String, Table, and_, bindparam, case, func, or_, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor, Role
from arbitration.domain.sign_in import hash_of
from arbitration.models import (
    DocketHead,
    Exhibit,
    ExhibitView,
    KeptText,
    ListingReading,
    Person,
    Purchase,
    ReadingObjection,
    ReadMark,
    Seller,
)
from arbitration.services.loading import WHO


class Stamp(NamedTuple):
    """What tells a purchase's state, to one of its sides. ``unread`` are that side's unread messages.

    ``kept``: a text of the browser that asks waits to be sent.
    """

    unread: int
    kept: bool
    state: Sequence[Any]


def stamp_of(session: Session, actor: Actor, external_id: str, browser: str) -> Stamp | None:
    """The stamp of one of a party's purchases, in one query; None where there is none to be told.

    ``browser`` is the token of the browser's kept texts.
    """
    if actor.role is not Role.PARTY or actor.person_id is None or "\0" in external_id:
        return None
    given = {"who": actor.person_id, "name": external_id, "browser": hash_of(browser)}
    row = session.connection().execute(_STAMP, given).one_or_none()
    return Stamp(row[0], bool(row[1]), tuple(row[2:])) if row is not None else None


def _stamp() -> Select[Any]:
    purchase, seller, head, listing_reading, view, exhibit = (
        cast(Table, model.__table__).c for model in (Purchase, Seller, DocketHead, ListingReading, ExhibitView, Exhibit)
    )
    objection, mark, text = (cast(Table, model.__table__).c for model in (ReadingObjection, ReadMark, KeptText))
    buyer = cast(Table, Person.__table__).alias()
    keeper = cast(Table, Person.__table__).alias()
    trade = (
        cast(Table, Purchase.__table__)
        .join(Seller.__table__, seller.id == purchase.seller_id)
        .join(DocketHead.__table__, head.chain_id == purchase.id)
        .join(buyer, buyer.c.id == purchase.buyer_id)
        .join(keeper, keeper.c.id == seller.person_id)
        .outerjoin(ListingReading.__table__, listing_reading.listing_id == purchase.listing_id)
    )

    def of_these(found: Any, *conditions: Any) -> ScalarSelect[Any]:
        return select(found).where(*conditions).correlate(Purchase.__table__).scalar_subquery()

    waits = and_(text.token_hash == bindparam("browser"), text.external_id == purchase.external_id)
    seen = and_(exhibit.purchase_id == purchase.id, view.exhibit_id == exhibit.id)
    asked: list[Any] = [
        case((purchase.buyer_id == WHO, purchase.buyer_unread), else_=purchase.seller_unread),
        of_these(func.max(text.kept_at), waits),
        purchase.id,
        head.hash,
        seller.person_id,
        seller.name,
        seller.time_zone,
        sql_cast(seller.working_hours, String),
        buyer.c.name,
        keeper.c.name,
        listing_reading.read_at,
        listing_reading.reader,
        of_these(func.sum(mark.position), mark.purchase_id == purchase.id),
        of_these(func.max(mark.read_at), mark.purchase_id == purchase.id),
        of_these(func.count(), seen),
        of_these(func.max(objection.decided_at), objection.listing_id == purchase.listing_id),
    ]
    mine = or_(purchase.buyer_id == WHO, seller.person_id == WHO)
    return select(*asked).select_from(trade).where(purchase.external_id == bindparam("name"), mine)


_STAMP = _stamp()

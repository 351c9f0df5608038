"""A stamp of a purchase: as long as it stays the same, a party's page of it tells the same.

Whatever is done about a purchase is entered in its docket, so the head of that changes with it. Beside it stand the few
things that pages show and no docket has: what the other side has read, who has seen exhibits, how the listing was read,
what the sides are called, when the shop works.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, Select, String, and_, bindparam, case, cast, func, select
from sqlalchemy.orm import Session, aliased

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
from arbitration.services.loading import WHO, anybody, visible_purchases


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
    buyer, keeper = aliased(Person), aliased(Person)

    def of_these(found: Any, *conditions: Any) -> ScalarSelect[Any]:
        return select(found).where(*conditions).correlate(Purchase).scalar_subquery()

    waits = and_(KeptText.token_hash == bindparam("browser"), KeptText.external_id == Purchase.external_id)
    seen = and_(Exhibit.purchase_id == Purchase.id, ExhibitView.exhibit_id == Exhibit.id)
    asked: list[Any] = [
        case((Purchase.buyer_id == WHO, Purchase.buyer_unread), else_=Purchase.seller_unread),
        of_these(func.max(KeptText.kept_at), waits),
        Purchase.id,
        DocketHead.hash,
        Seller.person_id,
        Seller.name,
        Seller.time_zone,
        cast(Seller.working_hours, String),
        buyer.name,
        keeper.name,
        ListingReading.read_at,
        ListingReading.reader,
        of_these(func.sum(ReadMark.position), ReadMark.purchase_id == Purchase.id),
        of_these(func.max(ReadMark.read_at), ReadMark.purchase_id == Purchase.id),
        of_these(func.count(), seen),
        of_these(func.max(ReadingObjection.decided_at), ReadingObjection.listing_id == Purchase.listing_id),
    ]
    own = visible_purchases(anybody(Role.PARTY)).where(Purchase.external_id == bindparam("name"))
    return (
        own.join(DocketHead, DocketHead.chain_id == Purchase.id)
        .join(buyer, buyer.id == Purchase.buyer_id)
        .join(keeper, keeper.id == Seller.person_id)
        .outerjoin(ListingReading, ListingReading.listing_id == Purchase.listing_id)
        .with_only_columns(*asked)
    )


_STAMP = _stamp()

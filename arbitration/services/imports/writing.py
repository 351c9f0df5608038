"""Writing what a batch decided: a few bulk statements, and the entries of the docket."""

from collections.abc import Collection, Iterable
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert, update
from sqlalchemy.orm import Session

from arbitration.db import Model
from arbitration.domain.docket import digest_of
from arbitration.domain.purchases import LISTING_FIELDS
from arbitration.domain.searching import searchable
from arbitration.models import Listing, ListingReading, Person, Purchase, Seller
from arbitration.services import docket
from arbitration.services.imports.known import (
    PERSON_COLUMNS,
    PURCHASE_COLUMNS,
    KnownPerson,
    KnownPurchase,
    KnownSeller,
)
from arbitration.services.imports.taking import SELLER_NEWS, Taking


def write(session: Session, taking: Taking, import_id: UUID | None) -> None:
    """Write all that a batch changed; an entry for the whole shows if any of it is taken away later."""
    _insert(session, Person, [_person(taking, row) for row in taking.people.values() if row.fresh])
    _insert(session, Seller, [_seller(row) for row in taking.sellers.values() if row.fresh])
    _insert(session, Listing, [_listing(*item) for item in taking.listings.items()])
    _insert(session, ListingReading, [{"listing_id": listing_id} for listing_id in taking.listings])
    _insert(session, Purchase, [_purchase(taking, row) for row in taking.purchases.values() if row.fresh])
    _update(session, Person, taking.people.values(), PERSON_COLUMNS[3:])
    _update(session, Seller, taking.sellers.values(), SELLER_NEWS)
    _update(session, Purchase, taking.purchases.values(), ("delivered_at", "people_digest"))
    heads = docket.begin_many(session, taking.beginnings)
    docket.append_many(session, taking.deliveries)
    entries = list(taking.news)
    if taking.created or taking.updated:
        facts = {
            "import": str(import_id) if import_id else None,
            "batch": str(taking.batch_id),
            "created": taking.created,
            "updated": taking.updated,
            "heads": digest_of(heads),
        }
        entries.append(taking.entry("purchases.imported", **facts))
    if entries:
        docket.append_to_installation(session, *entries)


def _insert(session: Session, model: type[Model], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(cast(Table, model.__table__)), rows)


def _update(session: Session, model: type[Model], rows: Iterable[Any], names: Collection[str]) -> None:
    changed = [{"id": row.id, **{name: getattr(row, name) for name in names}} for row in rows if not row.fresh]
    if model is not Purchase:
        changed = [row | {"search_text": searchable(row["name"])} for row in changed]
    if changed:
        session.execute(update(model), changed)


def _person(taking: Taking, row: KnownPerson) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in PERSON_COLUMNS}
    return values | {"created_at": taking.now, "search_text": searchable(row.name)}


def _seller(row: KnownSeller) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in ("id", "external_id", *SELLER_NEWS)}
    return values | {"person_id": row.person.id, "search_text": searchable(row.name)}


def _listing(listing_id: UUID, said: Any) -> dict[str, Any]:
    values = {name: getattr(said, name) for name in (*LISTING_FIELDS, "digest")}
    return values | {"id": listing_id, "search_text": searchable(said.title, said.description)}


def _purchase(taking: Taking, row: KnownPurchase) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in PURCHASE_COLUMNS if name not in ("seller_id", "buyer_id")}
    return values | {
        "seller_id": row.seller.id,
        "buyer_id": row.buyer.id,
        "imported_at": taking.now,
        "batch_id": taking.batch_id,
        "active_at": row.paid_at,
    }

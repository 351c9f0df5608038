"""Writing what a batch decided: a few bulk statements, and the entries of the docket."""

import json
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from arbitration.db import Model
from arbitration.domain.docket import digest_of
from arbitration.domain.searching import searchable
from arbitration.models import Listing, ListingReading, Person, Purchase, Seller
from arbitration.rules.instants import parse_instant
from arbitration.services import docket
from arbitration.services.bulk import Forms, insert_rows
from arbitration.services.imports.asking import PERSON_COLUMNS, PURCHASE_STATED
from arbitration.services.imports.beginnings import KIND
from arbitration.services.imports.taking import SELLER_NEWS, Taking

Row = tuple[Any, ...]
PERSON = ("created_at", "search_text", *PERSON_COLUMNS)
SELLER = ("id", "external_id", "person_id", "search_text", *SELLER_NEWS)
LISTING = ("id", "digest", "external_id", "title", "description", "language", "kind", "terms", "search_text")
PURCHASE = (
    *PURCHASE_STATED,
    "imported_at",
    "batch_id",
    "said_digest",
    "last_position",
    "active_at",
)


def write(session: Session, taking: Taking, import_id: UUID | None) -> None:
    """Write all that a batch changed; an entry for the whole shows if any of it is taken away later."""
    form = taking.known.forms
    insert_rows(session, Person, PERSON, _people(form, taking))
    insert_rows(session, Seller, SELLER, _sellers(taking))
    insert_rows(session, Listing, LISTING, _listings(taking))
    insert_rows(session, ListingReading, ("listing_id",), ((each,) for each in taking.listings))
    insert_rows(session, Purchase, PURCHASE, _purchases(form, taking))
    _update(session, Person, (row for row in taking.people.values() if not row.fresh), PERSON_COLUMNS[3:])
    _update(session, Seller, (row for row in taking.sellers.values() if not row.fresh), SELLER_NEWS)
    known = (row for row in taking.purchases.values() if not row.fresh)
    _update(session, Purchase, known, ("delivered_at", "said_digest"))
    taking.settle()
    heads = docket.begin_many(session, KIND, taking.at, taking.beginnings)
    docket.append_many(session, [(UUID(purchase_id), entry) for purchase_id, entry in taking.deliveries])
    entries = list(taking.news)
    if taking.created or taking.updated:
        facts = {
            "import": str(import_id) if import_id else None,
            "batch": taking.batch_id,
            "created": taking.created,
            "updated": taking.updated,
            "heads": digest_of(heads),
        }
        entries.append(taking.entry("purchases.imported", **facts))
    if entries:
        docket.append_to_installation(session, *entries)


def _people(form: Forms, taking: Taking) -> Iterable[Row]:
    now = form.instant(taking.at)
    for row in taking.people.values():
        if row.fresh:
            yield (
                now,
                searchable(row.name),
                row.kept_id,
                row.email,
                row.written_as,
                row.name,
                row.language,
                row.time_zone,
                row.stated_language,
                row.stated_time_zone,
            )


def _sellers(taking: Taking) -> Iterable[Row]:
    for row in taking.sellers.values():
        if row.fresh:
            hours = json.dumps(row.working_hours)
            found_by = searchable(row.name)
            yield (
                row.kept_id,
                row.external_id,
                row.person.kept_id,
                found_by,
                row.name,
                row.language,
                row.time_zone,
                hours,
            )


def _listings(taking: Taking) -> Iterable[Row]:
    for listing_id, said in taking.listings.items():
        yield (
            listing_id,
            said.digest,
            said.external_id,
            said.title,
            said.description,
            said.language,
            said.kind,
            "null" if said.terms is None else json.dumps(said.terms),
            said.search_text or searchable(said.title, said.description),
        )


def _purchases(form: Forms, taking: Taking) -> Iterable[Row]:
    now, batch, instant = form.instant(taking.at), form.id(taking.batch_id), form.instant
    changed = {row.external_id: row for row in taking.purchases.values() if row.fresh}
    for _, kept_id, listing_id, policy_id, said, seller, buyer in taking.begun.values():
        external_id, _, sold, bought, amount, currency, quantity, started, paid_at, delivered, digest = said
        if external_id in changed:
            delivered, digest = changed[external_id].delivered_at, changed[external_id].said_digest
        paid = instant(paid_at)
        yield (
            kept_id,
            external_id,
            listing_id,
            seller.kept_id,
            buyer.kept_id,
            policy_id,
            bought.address,
            sold.address,
            amount,
            currency,
            quantity,
            instant(started),
            paid,
            delivered and instant(delivered),
            now,
            batch,
            digest,
            0,
            paid,
        )


def _update(session: Session, model: type[Model], rows: Iterable[Any], names: Collection[str]) -> None:
    changed = [{"id": UUID(row.id), **{name: getattr(row, name) for name in names}} for row in rows]
    for values in changed:
        if model is not Purchase:
            values["search_text"] = searchable(values["name"])
        elif values["delivered_at"]:
            values["delivered_at"] = parse_instant(values["delivered_at"])
    if changed:
        session.execute(update(model), changed)

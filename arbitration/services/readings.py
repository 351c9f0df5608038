"""Reading the terms out of listings: each distinct text once, after the import that brought it."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, and_, bindparam, func, select, update
from sqlalchemy.orm import Session

from arbitration.domain.docket import Entry, canonical, digest_of
from arbitration.domain.readings import FAILED, READ, WAITING, Found, ListingTerms, in_force, kept_form, reading_of
from arbitration.ids import new_id
from arbitration.models import Listing, ListingReading, ReadingObjection
from arbitration.rules.listings import read_terms
from arbitration.services import docket, gathering

log = logging.getLogger(__name__)
READER = 6
"""The version of the reader. A listing keeps the reading it got; the number tells which reader made it."""
BATCH = 100


@dataclass(frozen=True, slots=True)
class Unread:
    """A description that waits to be read, and what the same words gave before (None: they are new)."""

    listing_id: UUID
    listing_digest: str
    text: str
    text_digest: str
    known: "Made | None"


@dataclass(frozen=True, slots=True)
class Made:
    """What a version of the reader made of a text; None where it failed."""

    reader: int
    reading: dict[str, Any] | None


def waiting(session: Session, limit: int = BATCH) -> list[Unread]:
    """Up to ``limit`` descriptions that nobody has read yet."""
    rows = session.execute(
        select(Listing.id, Listing.digest, Listing.description)
        .join(ListingReading, ListingReading.listing_id == Listing.id)
        .where(ListingReading.batch_id.is_(None))
        .order_by(ListingReading.listing_id)
        .limit(limit)
    ).all()
    digests = {row.id: hashlib.sha256(row.description.encode()).hexdigest() for row in rows}
    known = _known(session, set(digests.values())) if rows else {}
    return [Unread(row.id, row.digest, row.description, digests[row.id], known.get(digests[row.id])) for row in rows]


def count_waiting(session: Session) -> int:
    """How many descriptions nobody has read yet."""
    query = select(func.count()).select_from(ListingReading).where(ListingReading.batch_id.is_(None))
    return session.scalar(query) or 0


def read(unread: Sequence[Unread]) -> list[tuple[Unread, Made]]:
    """Read the descriptions, the same words once. Needs no database, so that nobody has to wait for it."""
    made: dict[str, Made] = {}
    for each in unread:
        if each.text_digest not in made:
            made[each.text_digest] = each.known or _read(each)
    return [(each, made[each.text_digest]) for each in unread]


def keep(session: Session, done: Sequence[tuple[Unread, Made]], now: datetime) -> int:
    """Keep what was read, as far as nobody else has done so since; gives how many listings that were."""
    batch_id, hashes = new_id(), []
    for unread, made in done:
        took = session.execute(
            update(ListingReading)
            .where(ListingReading.listing_id == unread.listing_id, ListingReading.batch_id.is_(None))
            .values(
                batch_id=batch_id,
                text_digest=unread.text_digest,
                reader=made.reader,
                reading=made.reading,
                read_at=now,
            )
            .returning(ListingReading.listing_id)
            .execution_options(synchronize_session=False)
        )
        if took.scalar() is not None:
            hashes.append(hash_of(unread.listing_digest, made.reader, made.reading))
    if hashes:
        facts = {"batch": str(batch_id), "listings": len(hashes), "readings": digest_of(hashes)}
        docket.append_to_installation(session, Entry("listings.read", now, None, facts))
    return len(hashes)


def hash_of(listing_digest: str | None, reader: int | None, reading: dict[str, Any] | None) -> str:
    """What the docket's entry on a batch rests on: SHA-256 over a listing's digest and what was read in it."""
    said = {"listing": listing_digest, "reader": reader, "reading": reading}
    return hashlib.sha256(canonical(said).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Held:
    """What is on record of how a listing reads: what the marketplace states, what the reader found, and what was
    decided about it, oldest first: ``decided_at`` and ``correction`` of each decision."""

    stated: Mapping[str, Any] | None
    found: Found
    decided: tuple[Any, ...]


_LISTINGS = cast(Table, Listing.__table__)
_MADE, _DECIDED = cast(Table, ListingReading.__table__), cast(Table, ReadingObjection.__table__)
_HELD = (
    select(_LISTINGS.c.terms, _MADE.c.batch_id, _MADE.c.reading, _DECIDED.c.decided_at, _DECIDED.c.correction)
    .select_from(_LISTINGS)
    .outerjoin(_MADE, _MADE.c.listing_id == _LISTINGS.c.id)
    .outerjoin(_DECIDED, and_(_DECIDED.c.listing_id == _LISTINGS.c.id, _DECIDED.c.decided_at.is_not(None)))
    .where(_LISTINGS.c.id == bindparam("listing"))
    .order_by(_DECIDED.c.decided_at)
)


def held(session: Session, listing_id: UUID) -> Held:
    """What is on record of how a listing reads, in one query."""
    found: gathering.Gathered | None = session.info.get(gathering.KEY)
    if found is not None and found.purchase.listing_id == listing_id:
        made = found.rows[ListingReading]
        corrections = [(it.decided_at, it.id, it) for it in found.rows[ReadingObjection] if it.decided_at is not None]
        stated = found.purchase.listing.terms
        return Held(stated, _found(made[0] if made else None), tuple(it for _, _, it in sorted(corrections)))
    session.flush()
    rows = session.connection().execute(_HELD, {"listing": listing_id}).all()
    return Held(rows[0].terms, _found(rows[0]), tuple(row for row in rows if row.decided_at is not None))


def terms_in_force(session: Session, listing_id: UUID, at: datetime) -> ListingTerms:
    """The terms of a listing as they held at a moment: stated, read, or corrected by then."""
    return terms_at(held(session, listing_id), at)


def terms_at(held: Held, at: datetime) -> ListingTerms:
    """``terms_in_force`` from what is on record."""
    corrections: dict[str, Any] = {}
    for objection in held.decided:
        if objection.decided_at is not None and objection.decided_at <= at:
            corrections |= objection.correction or {}
    return in_force(held.stated, held.found, corrections)


def _found(row: Any) -> Found:
    if row is None or row.batch_id is None:
        return Found(WAITING)
    return Found(READ, reading_of(row.reading)) if row.reading is not None else Found(FAILED)


def _known(session: Session, digests: set[str]) -> dict[str, Made]:
    query = select(ListingReading.text_digest, ListingReading.reader, ListingReading.reading)
    rows = session.execute(query.where(ListingReading.text_digest.in_(digests), ListingReading.batch_id.is_not(None)))
    return {row.text_digest: Made(row.reader, row.reading) for row in rows if row.reading is not None}


def _read(unread: Unread) -> Made:
    try:
        return Made(READER, kept_form(read_terms(unread.text)))
    except Exception as error:
        # One text over which the reader stumbles must not keep the others waiting.
        log.exception("listing %s could not be read (%s)", unread.listing_id, type(error).__name__)
        return Made(READER, None)

"""The listings of a database that is being filled."""

from datetime import datetime
from uuid import UUID

from arbitration.domain.docket import Entry, digest_of
from arbitration.domain.purchases import listing_digest
from arbitration.domain.readings import kept_form
from arbitration.domain.searching import searchable
from arbitration.ids import new_id
from arbitration.models import Listing, ListingReading
from arbitration.rules.listings import read_terms
from arbitration.services.readings import READER, hash_of
from benchmarks.filling_rows import Rows

LISTINGS = 200
DESCRIPTION = (
    "A key for Playgate, worldwide, number {number}.\nDelivered at once after payment, by mail.\n"
    "Warranty: 30 days from delivery. Please record a video of the activation."
)


def add_listings(rows: Rows, now: datetime) -> tuple[list[tuple[UUID, str]], Entry]:
    """Listings, each with its reading; gives their ids and digests, and the entry that tells of the readings."""
    added: list[tuple[UUID, str]] = []
    hashes: list[str] = []
    batch, reading = new_id(), kept_form(read_terms(DESCRIPTION))
    for number in range(LISTINGS):
        words = DESCRIPTION.format(number=number)
        title = f"Snow Harbour {number}, key for Playgate"
        said = {
            "external_id": str(number),
            "title": title,
            "description": words,
            "language": "en",
            "kind": "key",
            "terms": None,
        }
        id_, digest = new_id(), listing_digest(said)
        found = kept_form(read_terms(words)) if number < 20 else reading
        rows.add(Listing, id=id_, digest=digest, search_text=searchable(title, words), **said)
        rows.add(
            ListingReading,
            listing_id=id_,
            batch_id=batch,
            text_digest=digest,
            reader=READER,
            reading=found,
            read_at=now,
        )
        added.append((id_, digest))
        hashes.append(hash_of(digest, READER, found))
    facts = {"batch": str(batch), "listings": len(hashes), "readings": digest_of(hashes)}
    return added, Entry("listings.read", now, None, facts)

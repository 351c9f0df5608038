"""The listings of a database that is being filled."""

import secrets
from datetime import datetime
from uuid import UUID

from arbitration.domain.readings import kept_form
from arbitration.domain.searching import searchable
from arbitration.ids import new_id
from arbitration.models import Listing, ListingReading
from arbitration.rules.listings import read_terms
from benchmarks.filling_rows import Rows

LISTINGS = 200
DESCRIPTION = (
    "A key for Playgate, worldwide, number {number}.\nDelivered at once after payment, by mail.\n"
    "Warranty: 30 days from delivery. Please record a video of the activation."
)


def add_listings(rows: Rows, now: datetime) -> list[tuple[UUID, str]]:
    """Listings, each with its reading; gives their ids and digests."""
    added: list[tuple[UUID, str]] = []
    batch, reading = new_id(), kept_form(read_terms(DESCRIPTION))
    for number in range(LISTINGS):
        id_, digest = new_id(), secrets.token_hex(32)
        words = DESCRIPTION.format(number=number)
        title = f"Snow Harbour {number}, key for Playgate"
        rows.add(
            Listing,
            id=id_,
            digest=digest,
            external_id=str(number),
            title=title,
            description=words,
            language="en",
            kind="key",
            terms=None,
            search_text=searchable(title, words),
        )
        rows.add(
            ListingReading,
            listing_id=id_,
            batch_id=batch,
            text_digest=digest,
            reader=4,
            reading=kept_form(read_terms(words)) if number < 20 else reading,
            read_at=now,
        )
        added.append((id_, digest))
    return added

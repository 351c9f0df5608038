"""Checking what was read in the listings against the entries on the batches in which they were read."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain.docket import Link, digest_of
from arbitration.models import Listing, ListingReading
from arbitration.services.readings import hash_of
from arbitration.services.verification import findings
from arbitration.services.verification.findings import Finding
from arbitration.services.verification.streams import paged


class ToldReadings:
    """What the entries of the installation's chain tell of batches of readings."""

    def __init__(self) -> None:
        self.told: dict[str, tuple[int, dict[str, Any]]] = {}

    def learn(self, link: Link, body: dict[str, Any]) -> None:
        """Take in an entry."""
        if link.kind == "listings.read":
            self.told[str(body["facts"].get("batch"))] = link.sequence, body["facts"]

    def check(self, session: Session) -> Iterator[Finding]:
        """Which batches are not as they were read."""
        seen = set()
        query = (
            select(
                ListingReading.batch_id,
                ListingReading.listing_id,
                ListingReading.reader,
                ListingReading.reading,
                Listing.digest,
            )
            .outerjoin(Listing, Listing.id == ListingReading.listing_id)
            .where(ListingReading.batch_id.is_not(None))
        )
        rows = paged(session, query, (ListingReading.batch_id, ListingReading.listing_id), 200)
        for batch_id, group in groupby(rows, key=lambda row: row.batch_id):
            seen.add(str(batch_id))
            hashes = [hash_of(row.digest, row.reader, row.reading) for row in group]
            sequence, facts = self.told.get(str(batch_id), (None, {}))
            if sequence is None:
                yield Finding(findings.INSTALLATION, None, findings.UNKNOWN_READINGS)
            elif (facts.get("listings"), facts.get("readings")) != (len(hashes), digest_of(hashes)):
                yield Finding(findings.INSTALLATION, sequence, findings.OTHER_READINGS)
        for name, (sequence, _) in self.told.items():
            if name not in seen:
                yield Finding(findings.INSTALLATION, sequence, findings.OTHER_READINGS)

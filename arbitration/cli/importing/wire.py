"""Batches as bytes, for the way from one process to another: what many rows share is sent once."""

import marshal
import pickle
from collections.abc import Iterable
from typing import Any

from arbitration.cli.importing.batches import Batch
from arbitration.domain.purchases import BuyerSaid, ListingSaid, PurchaseSaid, SellerSaid
from arbitration.domain.searching import searchable
from arbitration.schemas.plain_purchases import ListingAgain
from arbitration.services.imports import RowResult

WITHOUT_REFERENCES = 2


class Sender:
    """Writes batches. What listings are searched by is worked out here, the first time that one is sent."""

    MOST = 20_000

    def __init__(self) -> None:
        self.sent: set[str] = set()

    def pack(self, batch: Batch) -> bytes:
        """A batch as bytes."""
        listings: dict[str, tuple[int, tuple[Any, ...]]] = {}
        sellers: dict[str, tuple[int, tuple[Any, ...]]] = {}
        rows = [
            pickle.dumps(row) if isinstance(row, RowResult) else self._row(row, listings, sellers) for row in batch.rows
        ]
        shared = [said for _, said in listings.values()], [said for _, said in sellers.values()]
        return marshal.dumps((batch.lines, rows, *shared, batch.offset, batch.end_line), WITHOUT_REFERENCES)

    def _row(self, row: PurchaseSaid, listings: dict[str, Any], sellers: dict[str, Any]) -> tuple[Any, ...]:
        external_id, listing, seller, buyer, *rest = row
        known = listings.get(listing.digest)
        if known is None:
            known = listings[listing.digest] = len(listings), self._listing(listing)
        sold = sellers.get(seller.digest)
        if sold is None:
            sold = sellers[seller.digest] = len(sellers), tuple(seller)
        return (external_id, known[0], sold[0], *buyer, *rest)

    def _listing(self, listing: ListingSaid | ListingAgain) -> tuple[Any, ...]:
        if isinstance(listing, ListingAgain):
            return listing.digest, listing.source
        return (*listing[:-1], self._search_text(listing))

    def _search_text(self, listing: ListingSaid) -> str | None:
        if listing.digest in self.sent:
            return None
        if len(self.sent) >= self.MOST:
            self.sent.clear()
        self.sent.add(listing.digest)
        return searchable(listing.title, listing.description)


def unpack(packed: bytes) -> Batch:
    """The batch that was packed."""
    lines, rows, listings, sellers, offset, end_line = marshal.loads(packed)
    listings = [ListingSaid(*said) if len(said) > 2 else ListingAgain(*said) for said in listings]
    sellers = [SellerSaid(*said) for said in sellers]
    return Batch(lines, list(_rows(rows, listings, sellers)), offset, end_line)


def _rows(rows: Iterable[Any], listings: list[Any], sellers: list[SellerSaid]) -> Iterable[PurchaseSaid | RowResult]:
    for row in rows:
        if type(row) is bytes:
            yield pickle.loads(row)
        else:
            external_id, listing, seller, email, name, language, address, *rest = row
            buyer = BuyerSaid(email, name, language, address)
            yield PurchaseSaid(external_id, listings[listing], sellers[seller], buyer, *rest)

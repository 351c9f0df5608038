"""Batches as bytes, for the way from one process to another: what many rows share is sent once."""

import marshal
import os
import pickle
import tempfile
from collections.abc import Iterable
from functools import partial
from typing import Any

from arbitration.cli.importing.batches import Batch
from arbitration.domain.purchases import BuyerSaid, ListingSaid, PurchaseSaid, SellerSaid
from arbitration.domain.searching import searchable
from arbitration.schemas.plain_purchases import ListingAgain
from arbitration.services.imports import RowResult

WITHOUT_REFERENCES = 2
LENGTH = 24  # bits of a place that say how long the listing is; the others say where it begins


class Sender:
    """Writes batches. What listings are searched by is worked out here.

    A listing is sent with the first row that names it, and lies at the other end from then on: later rows say where.
    Shops have numbers. After very many of either, both ends begin anew.
    """

    MOST_LISTINGS, MOST_BYTES, MOST_SELLERS = 30_000, 64 * 1024 * 1024, 3_000

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self.numbers: dict[str, int] = {}
        self.size = 0
        self._listings: list[bytes] = []
        self._sellers: list[tuple[Any, ...]] = []

    def pack(self, batch: Batch) -> bytes:
        """A batch as bytes."""
        anew = self._has_enough()
        self._listings, self._sellers = [], []
        start = self.size
        rows = [pickle.dumps(row) if isinstance(row, RowResult) else self._row(row) for row in batch.rows]
        news = start, b"".join(self._listings), self._sellers
        return marshal.dumps((anew, news, batch.lines, rows, batch.offset, batch.end_line), WITHOUT_REFERENCES)

    def _has_enough(self) -> bool:
        if (
            len(self.places) < self.MOST_LISTINGS
            and self.size < self.MOST_BYTES
            and len(self.numbers) < self.MOST_SELLERS
        ):
            return not self.size
        self.places.clear()
        self.numbers.clear()
        self.size = 0
        return True

    def _row(self, row: PurchaseSaid) -> tuple[Any, ...]:
        external_id, listing, seller, buyer, *rest = row
        place, number = self.places.get(listing.digest), self.numbers.get(seller.digest)
        if place is None:
            place = self._listing(listing)
        if number is None:
            number = self.numbers[seller.digest] = len(self.numbers)
            self._sellers.append(tuple(seller))
        return (external_id, listing.digest, place, number, *buyer, *rest)

    def _listing(self, listing: ListingSaid | ListingAgain) -> int:
        text = marshal.dumps(_told(listing), WITHOUT_REFERENCES)
        place = self.places[listing.digest] = self.size << LENGTH | len(text)
        self._listings.append(text)
        self.size += len(text)
        return place


def _told(listing: ListingSaid | ListingAgain) -> Any:
    if isinstance(listing, ListingAgain):
        listing = listing.told()
    return (*listing[:-1], searchable(listing.title, listing.description))


class Receiver:
    """Reads batches. The listings lie in a file without a name, since hardly any row asks for one a second time."""

    def __init__(self) -> None:
        self.listings = Shelf()
        self.sellers: list[SellerSaid] = []
        self._hours: dict[str, Any] = {}

    def unpack(self, packed: bytes) -> Batch:
        """The batch that was packed."""
        anew, (start, listings, sellers), lines, rows, offset, end_line = marshal.loads(packed)
        if anew:
            self.listings, self.sellers, self._hours = Shelf(), [], {}
        self.sellers += [self._seller(*said) for said in sellers]
        if listings:
            self.listings.add(listings)
        return Batch(lines, list(self._rows(rows, start, memoryview(listings))), offset, end_line)

    def _seller(self, *said: Any) -> SellerSaid:
        """A shop. Most keep the hours of others: those are kept once."""
        external_id, name, email, language, time_zone, hours, address, digest = said
        hours = self._hours.setdefault(repr(hours), hours)
        return SellerSaid(external_id, name, email, language, time_zone, hours, address, digest)

    def _rows(self, rows: Iterable[Any], start: int, news: memoryview) -> Iterable[PurchaseSaid | RowResult]:
        known: dict[int, Any] = {}
        sellers = self.sellers
        for row in rows:
            if type(row) is bytes:
                yield pickle.loads(row)
                continue
            external_id, digest, place, number, email, name, language, address, *rest = row
            listing: Any = known.get(place)
            if listing is None:
                listing = known[place] = self._listing(digest, place, start, news)
            buyer = BuyerSaid(email, name, language, address)
            yield PurchaseSaid(external_id, listing, sellers[number], buyer, *rest)

    def _listing(self, digest: str, place: int, start: int, news: memoryview) -> ListingSaid | ListingAgain:
        begin, length = place >> LENGTH, place & (1 << LENGTH) - 1
        if begin >= start:
            return ListingSaid(*marshal.loads(news[begin - start : begin - start + length]))
        return ListingAgain(digest, partial(self.listings.find, begin, length))


class Shelf:
    """Listings as they were sent, one behind the other."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - it lies open as long as the shelf

    def add(self, listings: bytes) -> None:
        """Put some at the end."""
        rest = memoryview(listings)
        while rest:
            rest = rest[self._file.write(rest) :]

    def find(self, begin: int, length: int) -> ListingSaid:
        """The one that lies there."""
        return ListingSaid(*marshal.loads(os.pread(self._file.fileno(), length, begin)))

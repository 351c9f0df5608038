"""Reads a row of a table cell by cell, where it is plainly in order: what many rows share is read once."""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from operator import itemgetter
from typing import Any

from arbitration.domain.purchases import BuyerSaid, ListingSaid, PurchaseSaid
from arbitration.schemas.plain_purchases import (
    DIGEST,
    DOUBTS,
    DoubtError,
    ListingAgain,
    ListingsRead,
    Memory,
    buyer_of,
    instant_of,
    listing_of,
    price_of,
    purchase_of,
    seller_of,
)

PARTS = {
    "listing": ("external_id", "title", "description", "language", "kind", "terms"),
    "seller": ("external_id", "name", "email", "language", "time_zone", "working_hours"),
    "buyer": ("email", "name", "language"),
    "price": ("amount", "currency"),
}
ALONE = ("external_id", "quantity", "payment_started_at", "paid_at", "delivered_at")
Whole = Callable[[list[str]], dict[str, Any]]
"""What reads a row whole, as a value like that of a line of JSON; raises DoubtError if it has faults."""
Json = Callable[[str, str], tuple[Any, Any]]
"""What reads a cell of a column that holds JSON, and its faults."""


class Cells:
    """Reads the rows of a table with these columns."""

    def __init__(self, columns: Sequence[str], whole: Whole, json: Json) -> None:
        self.whole, self.json = whole, json
        self._parts = {
            part: self._those([f"{part}.{name}" for name in names], columns) for part, names in PARTS.items()
        }
        self._alone = self._those(ALONE, columns)
        self._width = len(columns)
        self.listings = ListingsRead()
        self.sellers, self.prices = Memory(), Memory()

    @staticmethod
    def _those(names: Sequence[str], columns: Sequence[str]) -> Callable[[list[str]], tuple[str, ...]]:
        """What gives the cells of some columns; of one that is not there, the empty cell behind the last."""
        return itemgetter(*(columns.index(name) if name in columns else len(columns) for name in names))

    def read(self, cells: list[str]) -> PurchaseSaid | None:
        """A row that is plainly in order, as ``schemas.plain_purchases`` would read it; None where there is doubt."""
        if len(cells) != self._width:
            return None
        try:
            return self._purchase([*cells, ""])
        except DOUBTS:
            return None

    def _purchase(self, cells: list[str]) -> PurchaseSaid:
        name, quantity, started, paid, delivered = self._alone(cells)
        seller, price = self._parts["seller"](cells), self._parts["price"](cells)
        sold, pays = self.sellers.get(seller), self.prices.get(price)
        return purchase_of(
            name,
            self._listing(cells),
            sold or self.sellers.keep(seller, seller_of(self.whole(cells[:-1])["seller"]), 2 * sum(map(len, seller))),
            self._buyer(cells),
            pays or self.prices.keep(price, price_of(self.whole(cells[:-1])["price"]), 200),
            _count(quantity),
            instant_of(started),
            instant_of(paid),
            instant_of(delivered) if delivered else None,
        )

    def _listing(self, cells: list[str]) -> ListingSaid | ListingAgain:
        told = self._parts["listing"](cells)
        key = blake2b("\0".join(told).encode(), digest_size=DIGEST).digest()
        digest = self.listings.again(key)
        if digest is None:
            return self.listings.keep(key, listing_of(self.whole(cells[:-1])["listing"]))
        external_id, title, description, language, kind, terms = told
        said = {
            "external_id": external_id,
            "title": title,
            "description": description,
            "language": language,
            "kind": kind,
        }
        return ListingAgain(digest, {**said, "terms": self.json("listing.terms", terms)[0]} if terms else said)

    def _buyer(self, cells: list[str]) -> BuyerSaid:
        email, name, language = self._parts["buyer"](cells)
        said = {"email": email}
        if name:
            said["name"] = name
        if language:
            said["language"] = language
        return buyer_of(said)


def _count(cell: str) -> int:
    if cell in ("", "1"):
        return 1
    if not (cell.isascii() and cell.isdecimal() and len(cell) < 8 and 1 <= int(cell) <= 1_000_000):
        raise DoubtError
    return int(cell)

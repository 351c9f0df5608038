"""Reads a row piece by piece, as programs write them: what many rows share is read once, known by its own bytes.

A line of JSON is cut where the line before was, between the keys. Each piece must be JSON by itself; then the line is
the object of just those keys, whatever stands in the pieces. Where there is any doubt, the row is read whole.
"""

import re
from collections.abc import Callable
from hashlib import blake2b
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from arbitration.cli.importing.plainjson import read_plain_json
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

NEEDED = ("external_id", "listing", "seller", "buyer", "price", "payment_started_at", "paid_at")
LEFT_OUT = {"quantity": b"1", "delivered_at": b"null"}
PLACES = (*NEEDED, *LEFT_OUT)
SPACE = b" \t\r\n"
_NAME = re.compile(rb'"([A-Za-z0-9][A-Za-z0-9._~:-]{0,63})"').fullmatch
_COUNT = re.compile(rb"[1-9][0-9]{0,6}").fullmatch
_INSTANT = re.compile(rb'"[0-9T:.Z+-]{20,32}"').fullmatch


class Layout(NamedTuple):
    """What stands before, between and behind the values of a line, and which of the pieces are which values."""

    opening: bytes
    between: list[tuple[bytes, int]]
    left_out: list[bytes]
    in_order: Callable[[list[bytes]], tuple[bytes, ...]]

    @classmethod
    def of(cls, names: list[str], comma: bytes, colon: bytes) -> "Layout":
        """The layout of lines with these keys."""
        opening, *between = (b'"' + name.encode() + b'"' + colon for name in names)
        between = [comma + each for each in between]
        absent = [name for name in LEFT_OUT if name not in names]
        places = [*names, *absent]
        return cls(
            b"{" + opening,
            [(each, len(each)) for each in between],
            [LEFT_OUT[name] for name in absent],
            itemgetter(*map(places.index, PLACES)),
        )

    def cut(self, raw: bytes) -> tuple[bytes, ...] | None:
        """A line's values in the order of ``PLACES``; None if it has another layout."""
        start = len(self.opening)
        if raw[:start] != self.opening or raw[-1:] != b"}":
            return None
        pieces = []
        for words, length in self.between:
            end = raw.find(words, start)
            if end < 0:
                return None
            pieces.append(raw[start:end])
            start = end + length
        pieces.append(raw[start:-1])
        return self.in_order(pieces + self.left_out)


class Pieces:
    """Reads lines of JSON."""

    MOST = 8

    def __init__(self) -> None:
        self.layouts: list[Layout] = []
        self.listings = ListingsRead()
        self.sellers, self.prices = Memory(), Memory()

    def read(self, raw: bytes) -> PurchaseSaid | None:
        """A row that is plainly in order, as ``schemas.plain_purchases`` would read it."""
        for layout in self.layouts:
            values = layout.cut(raw)
            if values is not None:
                try:
                    return self._purchase(*values)
                except DOUBTS:
                    return None
        return None

    def learn(self, raw: bytes, row: Any) -> None:
        """Learn how a line that was read whole is laid out."""
        if not isinstance(row, dict) or not set(NEEDED) <= row.keys() <= set(PLACES):
            return
        for comma, colon in ((b", ", b": "), (b",", b":")):
            layout = Layout.of(list(row), comma, colon)
            if layout.cut(raw) and not any(known[:2] == layout[:2] for known in self.layouts):
                self.layouts = [layout, *self.layouts][: self.MOST]
                return

    def _purchase(
        self,
        name: bytes,
        listing: bytes,
        seller: bytes,
        buyer: bytes,
        price: bytes,
        started: bytes,
        paid: bytes,
        quantity: bytes,
        delivered: bytes,
    ) -> PurchaseSaid:
        if not _NAME(name):
            raise DoubtError
        sold, pays = self.sellers.get(seller), self.prices.get(price)
        return purchase_of(
            name[1:-1].decode(),
            self._listing(listing),
            sold or self.sellers.keep(seller, seller_of(_value(seller)), 2 * len(seller) + 300),
            _buyer(buyer),
            pays or self.prices.keep(price, price_of(_value(price)), 200),
            _count(quantity),
            _moment(started),
            _moment(paid),
            None if delivered == b"null" else _moment(delivered),
        )

    def _listing(self, piece: bytes) -> ListingSaid | ListingAgain:
        key = blake2b(piece, digest_size=DIGEST).digest()
        digest = self.listings.again(key)
        if digest is not None:
            return ListingAgain(digest, piece)
        return self.listings.keep(key, listing_of(_value(piece)))


def _value(piece: bytes) -> Any:
    value = read_plain_json(piece)
    if value is None:
        raise DoubtError
    return value


def _buyer(piece: bytes) -> BuyerSaid:
    said = orjson.loads(piece)
    if b"\\" in piece:
        said = _value(piece)
    elif piece.count(b'"') != 2 * (len(said) + sum(type(each) is str for each in said.values())):
        raise DoubtError  # a key stands twice
    return buyer_of(said)


def _count(piece: bytes) -> int:
    if piece == b"1":
        return 1
    if not _COUNT(piece) or int(piece) > 1_000_000:
        raise DoubtError
    return int(piece)


def _moment(piece: bytes) -> str:
    if not _INSTANT(piece):
        raise DoubtError
    return instant_of(piece[1:-1].decode())

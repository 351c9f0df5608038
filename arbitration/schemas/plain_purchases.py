"""Reads what is plainly a purchase in order, by hand: many times faster than the schema, and to the same value.

Only what is certain is taken. Whatever raises the least doubt is left to ``PurchaseSchema``, which alone refuses rows
and says why. Tests with made-up rows, good and bad, hold both to the same values.
"""

import re
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any

import orjson
from marshmallow import ValidationError

from arbitration.domain.addresses import is_plausible
from arbitration.domain.docket import instant
from arbitration.domain.messages import is_said
from arbitration.domain.purchases import BuyerSaid, ListingSaid, PurchaseSaid, SellerSaid, said_digest
from arbitration.i18n.currencies import is_currency, parse_amount
from arbitration.i18n.languages import LANGUAGES
from arbitration.i18n.zones import is_zone
from arbitration.rules.instants import parse_instant
from arbitration.schemas.common import EARLIEST, LATEST
from arbitration.schemas.purchases import LISTING_KINDS, ListingSchema, SellerSchema

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~:-]{0,63}").fullmatch
_SPOILS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]").search
_LABEL = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)"
_ADDRESS = re.compile(rf"(?=.{{1,64}}@)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@{_LABEL}(?:\.{_LABEL})*").fullmatch
_LANGUAGES, _KINDS = frozenset(LANGUAGES), frozenset(LISTING_KINDS)
_TERMS = ListingSchema().fields["terms"]
_HOURS = SellerSchema().fields["working_hours"]
LONGEST_ADDRESS = 254
DIGEST = 32  # bytes: as hard to meet as SHA-256, in half the time where the processor has no instructions for that


class DoubtError(Exception):
    """Perhaps it is in order, perhaps not: the schema is to say."""


DOUBTS = (DoubtError, KeyError, TypeError, ValueError, AttributeError, RecursionError, ValidationError)


class Memory:
    """What the rows of an export say again and again, with what it was read as; begun anew when it gets too large."""

    MOST = 10_000
    ROOM = 1_000_000

    def __init__(self) -> None:
        self.known: dict[Hashable, Any] = {}
        self.size = 0
        self.get = self.known.get

    def keep(self, key: Hashable, value: Any, size: int) -> Any:
        """Keep a value of about so many characters; gives it back."""
        self.size += size
        if self.size > self.ROOM or len(self.known) >= self.MOST:
            self.known.clear()
            self.size = size
        self.known[key] = value
        return value


_sellers, _prices, _parts = Memory(), Memory(), Memory()


def read_plain(row: Any) -> PurchaseSaid | None:
    """The value of a row that is plainly in order, as ``read_purchase`` gives it; None where there is any doubt."""
    try:
        return _purchase(row)
    except DOUBTS:
        return None


def _purchase(row: Any) -> PurchaseSaid:
    told, quantity, delivered = 7, 1, None
    if "quantity" in row:
        told, quantity = told + 1, row["quantity"]
    if "delivered_at" in row:
        told, moment = told + 1, row["delivered_at"]
        delivered = None if moment is None else instant_of(moment)
    if len(row) != told or type(quantity) is not int or not 1 <= quantity <= 1_000_000:
        raise DoubtError
    return purchase_of(
        row["external_id"],
        listing_of(row["listing"]),
        seller_of(row["seller"]),
        buyer_of(row["buyer"]),
        price_of(row["price"]),
        quantity,
        instant_of(row["payment_started_at"]),
        instant_of(row["paid_at"]),
        delivered,
    )


def purchase_of(
    external_id: Any,
    listing: "ListingSaid | ListingAgain",
    seller: SellerSaid,
    buyer: BuyerSaid,
    price: tuple[int, str],
    quantity: int,
    started: str,
    paid: str,
    delivered: str | None,
) -> PurchaseSaid:
    """A purchase of parts that are in order. Raises DoubtError if they don't fit each other."""
    if not _REFERENCE(external_id) or not started <= paid <= (delivered or paid) or buyer.address == seller.address:
        raise DoubtError
    said = said_digest(seller, buyer, listing.digest, *price, quantity, started, paid, delivered)
    return PurchaseSaid(
        external_id,
        listing,  # type: ignore[arg-type]
        seller,
        buyer,
        *price,
        quantity,
        started,
        paid,
        delivered,
        said,
    )


class ListingAgain:
    """A listing in words that were read before, and found in order: only its digest is known until more is asked for.

    ``source`` is the listing as JSON or as a value, or what finds it.
    """

    __slots__ = ("_said", "digest", "source")

    def __init__(self, digest: str, source: bytes | dict[str, Any] | Callable[[], ListingSaid]) -> None:
        self.digest, self.source = digest, source
        self._said: ListingSaid | None = None

    def told(self) -> ListingSaid:
        """The listing itself."""
        if self._said is None:
            source = self.source
            if callable(source):
                self._said = source()
            else:
                self._said = listing_of(orjson.loads(source) if isinstance(source, bytes) else source)
        return self._said

    def __getattr__(self, name: str) -> Any:
        return getattr(self.told(), name)

    def __eq__(self, other: object) -> bool:
        return self.told() == (other.told() if isinstance(other, ListingAgain) else other)

    def __hash__(self) -> int:
        return hash(self.digest)


class ListingsRead:
    """The listings that were read, by the BLAKE2b of what they were read from; begun anew when there are too many."""

    MOST = 30_000

    def __init__(self) -> None:
        self.digests: dict[bytes, str] = {}
        self.again = self.digests.get

    def keep(self, key: bytes, listing: ListingSaid) -> ListingSaid:
        """Keep the digest of a listing; gives the listing back."""
        if len(self.digests) >= self.MOST:
            self.digests.clear()
        self.digests[key] = listing.digest
        return listing


def listing_of(said: Any) -> ListingSaid:
    """A listing that is plainly in order. This and those below raise DoubtError, or what ``DOUBTS`` names, if not."""
    external_id, title, description, terms = said["external_id"], said["title"], said["description"], said.get("terms")
    language, kind = said["language"], said["kind"]
    if (
        len(said) != 5 + ("terms" in said)
        or not _REFERENCE(external_id)
        or language not in _LANGUAGES
        or kind not in _KINDS
        or type(description) is not str
        or len(description) > 50_000
        or "\0" in description
    ):
        raise DoubtError
    _line(title, 500)
    if "\r" in description:
        description = description.replace("\r\n", "\n")
    loaded = None if terms is None else _part(_TERMS, terms) or None
    # Half a surrogate pair in the description is a ValueError here, since its digest can't be taken.
    return ListingSaid.of(external_id, title, description, language, kind, loaded)


def seller_of(said: Any) -> SellerSaid:
    """A shop, the same value for the same words."""
    hours = said.get("working_hours")
    key = (
        said["external_id"],
        said["name"],
        said["email"],
        said["language"],
        said["time_zone"],
        None if hours is None else repr(hours),
    )
    if len(said) != 5 + ("working_hours" in said):
        raise DoubtError
    known: SellerSaid | None = _sellers.get(key)
    return known or _new_seller(key, hours)


def _new_seller(key: tuple[Any, ...], hours: Any) -> SellerSaid:
    external_id, name, email, language, zone, _ = key
    if not _REFERENCE(external_id) or language not in _LANGUAGES or type(zone) is not str or not is_zone(zone):
        raise DoubtError
    _line(name, 200)
    loaded = None if hours is None else _part(_HOURS, hours)
    seller = SellerSaid.of(external_id, name, _address(email), language, zone, loaded)
    return _sellers.keep(key, seller, 300)  # type: ignore[no-any-return]


def _part(field: Any, value: Any) -> Any:
    """Terms or hours, as the schema's own field reads them."""
    key = field.name, repr(value)
    found = _parts.get(key)
    return found or _parts.keep(key, field.deserialize(value), 2 * len(key[1]))


def buyer_of(said: Any) -> BuyerSaid:
    """A buyer."""
    email, name, language = said["email"], said.get("name"), said.get("language")
    if len(said) != 1 + ("name" in said) + ("language" in said):
        raise DoubtError
    if language is not None and language not in _LANGUAGES:
        raise DoubtError
    if name is not None:
        _line(name, 200)
    return BuyerSaid.of(_address(email), name, language)


def _line(text: Any, longest: int) -> None:
    if type(text) is not str or len(text) > longest or not text.strip():
        raise DoubtError
    if not text.isprintable() and _SPOILS(text):
        raise DoubtError
    if not text.isascii() and not is_said(text):
        raise DoubtError


def _address(written: Any) -> str:
    if _ADDRESS(written) and len(written) <= LONGEST_ADDRESS:
        return written  # type: ignore[no-any-return]
    if len(written) > 1_000 or not is_plausible(written):
        raise DoubtError
    return written.strip()  # type: ignore[no-any-return]


def price_of(said: Any) -> tuple[int, str]:
    """An amount in minor units, and its currency."""
    key = said["amount"], said["currency"]
    if len(said) != 2:
        raise DoubtError
    known: tuple[int, str] | None = _prices.get(key)
    return known or _new_price(*key)


def _new_price(amount: Any, currency: Any) -> tuple[int, str]:
    if type(amount) is not str or type(currency) is not str or not is_currency(currency):
        raise DoubtError
    return _prices.keep((amount, currency), (parse_amount(amount, currency), currency), 100)  # type: ignore[no-any-return]


def instant_of(text: Any) -> str:
    """An instant, as the docket writes it."""
    if text[4::3] == "--T::Z" and len(text) == 20:
        datetime.fromisoformat(text)
        if not "2000" <= text[:4] <= "2099":
            raise DoubtError
        return f"{text[:19]}.000000Z"
    moment = parse_instant(text)
    if not EARLIEST <= moment < LATEST:
        raise DoubtError
    return instant(moment)

"""What a marketplace says of a purchase, and what it may change by saying it again.

The first import fixes the purchase: its listing, its price, its times, its parties. Later ones may log the delivery
once and tell of the people's names, languages, zones and hours (docs/importing.md, "Importing again").
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from arbitration.domain.addresses import canonical
from arbitration.domain.docket import canonical as canonical_json
from arbitration.domain.refusals import FieldFault
from arbitration.rules.marking import N_

LISTING_FIELDS = ("external_id", "title", "description", "language", "kind", "terms")


class ListingSaid(NamedTuple):
    """A listing as the marketplace tells of it; ``terms`` is None where nothing is on record.

    ``digest`` is the SHA-256 over all of it, the same for the same words; ``search_text`` what it is searched by (None:
    not worked out yet).
    """

    external_id: str
    title: str
    description: str
    language: str
    kind: str
    terms: Mapping[str, Any] | None
    digest: str
    search_text: str | None = None

    @classmethod
    def of(
        cls, external_id: str, title: str, description: str, language: str, kind: str, terms: Mapping[str, Any] | None
    ) -> "ListingSaid":
        """From what is told."""
        digest = _listing_digest(external_id, title, description, language, kind, terms)
        return cls(external_id, title, description, language, kind, terms, digest)


class SellerSaid(NamedTuple):
    """A shop as the marketplace tells of it; ``working_hours`` is None where they are not set.

    ``address`` is the e-mail address in its canonical form, ``digest`` the SHA-256 over all that is told.
    """

    external_id: str
    name: str
    email: str
    language: str
    time_zone: str
    working_hours: Sequence[Mapping[str, Any]] | None
    address: str
    digest: str

    @classmethod
    def of(
        cls,
        external_id: str,
        name: str,
        email: str,
        language: str,
        time_zone: str,
        working_hours: Sequence[Mapping[str, Any]] | None,
    ) -> "SellerSaid":
        """From what is told."""
        parts = external_id, name, email, language, time_zone, working_hours
        return cls(*parts, canonical(email), _digest(parts))


class BuyerSaid(NamedTuple):
    """A buyer as the marketplace tells of them; what it does not know is None. ``address`` as above."""

    email: str
    name: str | None
    language: str | None
    address: str

    @classmethod
    def of(cls, email: str, name: str | None, language: str | None) -> "BuyerSaid":
        """From what is told."""
        return cls(email, name, language, canonical(email))


class PurchaseSaid(NamedTuple):
    """A row of an import that can be taken. ``amount`` in minor units, instants as the docket writes them.

    ``said_digest`` is what ``said_digest`` makes of all but the id: the same again is no news.
    """

    external_id: str
    listing: ListingSaid
    seller: SellerSaid
    buyer: BuyerSaid
    amount: int
    currency: str
    quantity: int
    payment_started_at: str
    paid_at: str
    delivered_at: str | None
    said_digest: str


PEOPLE = 32
"""How many digits of a ``said_digest`` stand for the people."""


def said_digest(
    seller: SellerSaid,
    buyer: BuyerSaid,
    listing: str,
    amount: int,
    currency: str,
    quantity: int,
    payment_started_at: str,
    paid_at: str,
    delivered_at: str | None,
) -> str:
    """What a row says, in 64 digits: half of the SHA-256 over its people, half of that over all else.

    ``listing`` is the listing's digest.
    """
    of_buyer = f"[{encode_basestring(buyer.email)},{_text_or_null(buyer.name)},{_text_or_null(buyer.language)}]"
    of_people = _sha256(f'["{seller.digest}","{_sha256(of_buyer)}"]')
    rest = rest_digest(listing, amount, currency, quantity, payment_started_at, paid_at, delivered_at)
    return of_people[:PEOPLE] + rest


def rest_digest(
    listing: str,
    amount: int,
    currency: str,
    quantity: int,
    payment_started_at: str,
    paid_at: str,
    delivered_at: str | None,
) -> str:
    """The latter half of ``said_digest``."""
    return _sha256(f"{listing}\n{amount}\n{currency}\n{quantity}\n{payment_started_at}\n{paid_at}\n{delivered_at}")[
        PEOPLE:
    ]


def same_people(one: str, other: str) -> bool:
    """Whether two rows with these digests say the same of their people."""
    return one[:PEOPLE] == other[:PEOPLE]


@dataclass(slots=True)
class Kept:
    """A purchase as it is kept, as far as a row may speak against it.

    The addresses are in canonical form; None is said of somebody who was forgotten, whatever a row says of them.
    """

    seller_external_id: str
    buyer_addresses: Collection[str] | None
    seller_addresses: Collection[str] | None
    amount: int
    currency: str
    quantity: int
    payment_started_at: str
    paid_at: str
    delivered_at: str | None


FIXED = {
    "price.amount": "amount",
    "price.currency": "currency",
    "quantity": "quantity",
    "payment_started_at": "payment_started_at",
    "paid_at": "paid_at",
}


def faults_against(kept: Kept, said: PurchaseSaid) -> list[FieldFault]:
    """Why a row can't be taken for a purchase that is kept already; empty if it can."""
    faults = []
    if said.seller.external_id != kept.seller_external_id:
        faults.append(FieldFault("seller.external_id", OTHER_SELLER))
    faults += address_faults("buyer.email", said.buyer.address, kept.buyer_addresses)
    faults += address_faults("seller.email", said.seller.address, kept.seller_addresses)
    faults += [
        FieldFault(path, FIXED_SENTENCE, {"field": path})
        for path, name in FIXED.items()
        if getattr(said, name) != getattr(kept, name)
    ]
    if kept.delivered_at is not None and said.delivered_at != kept.delivered_at:
        faults.append(FieldFault("delivered_at", DELIVERED_ONCE, {"delivered_at": kept.delivered_at}))
    return faults


def address_faults(path: str, address: str, known: Collection[str] | None) -> list[FieldFault]:
    """A fault if the address is none of those under which the person is known, all in canonical form."""
    if known is None or address in known:
        return []
    return [FieldFault(path, MOVED_ADDRESS)]


def ignored_paths(kept: Any, said: ListingSaid) -> list[str]:
    """Which parts of the listing a row tells otherwise than they stood at the first import (``kept`` has them all)."""
    return [f"listing.{name}" for name in LISTING_FIELDS if getattr(kept, name) != getattr(said, name)]


def listing_digest(listing: Mapping[str, Any]) -> str:
    """SHA-256 over the ``LISTING_FIELDS`` of a listing."""
    return _listing_digest(*(listing[name] for name in LISTING_FIELDS))


def _listing_digest(
    external_id: str, title: str, description: str, language: str, kind: str, terms: Mapping[str, Any] | None
) -> str:
    text, stated = encode_basestring, "null" if terms is None else _stated(repr(terms), terms)
    return _sha256(
        f'{{"description":{text(description)},"external_id":{text(external_id)},"kind":{text(kind)},'
        f'"language":{text(language)},"terms":{stated},"title":{text(title)}}}'
    )


_STATED: dict[str, str] = {}
"""Terms in their canonical form, by how they are written: few say anything that others don't."""


def _stated(written: str, terms: Mapping[str, Any]) -> str:
    known = _STATED.get(written)
    if known is None:
        known = canonical_json(terms)
        if len(_STATED) >= 1_000:
            _STATED.clear()
        if len(written) <= 1_000:
            _STATED[written] = known
    return known


def _digest(value: object) -> str:
    return _sha256(canonical_json(value))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _text_or_null(text: str | None) -> str:
    return "null" if text is None else encode_basestring(text)


FIXED_SENTENCE = N_("%(field)s can't change: the first import fixed it. Send the row as it was.")
OTHER_SELLER = N_("This purchase was made from another seller. Send the row with the seller of its first import.")
DELIVERED_ONCE = N_(
    "A delivery can be logged once, and for this purchase one is logged at %(delivered_at)s. "
    "Send the row with that instant."
)
MOVED_ADDRESS = N_(
    "This is another address than the one we know. If the person has moved to it, run `arbitration user move OLD NEW` "
    "first, then import the row again."
)
SHOP_WITHOUT_PERSON = N_(
    "Whoever answered for this seller was forgotten, at their own request. Send new purchases with another "
    "seller.external_id."
)
OWN_CUSTOMER = N_("Buyer and seller have the same address. Nobody can be both sides of a purchase.")

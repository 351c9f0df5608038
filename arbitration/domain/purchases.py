"""What a marketplace says of a purchase, and what it may change by saying it again.

The first import fixes the purchase: its listing, its price, its times, its parties. Later ones may log the delivery
once and tell of the people's names, languages, zones and hours (contract ``marketplace``, "Importing again").
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from arbitration.domain.addresses import canonical
from arbitration.domain.docket import canonical as canonical_json
from arbitration.domain.docket import instant
from arbitration.domain.refusals import FieldFault
from arbitration.rules.marking import N_

LISTING_FIELDS = ("external_id", "title", "description", "language", "kind", "terms")


@dataclass(frozen=True, slots=True)
class ListingSaid:
    """A listing as the marketplace tells of it; ``terms`` is None where nothing is on record."""

    external_id: str
    title: str
    description: str
    language: str
    kind: str
    terms: Mapping[str, Any] | None = None
    digest: str = field(init=False, repr=False)
    """SHA-256 over all of it, the same for the same words."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", listing_digest({name: getattr(self, name) for name in LISTING_FIELDS}))


@dataclass(frozen=True, slots=True)
class SellerSaid:
    """A shop as the marketplace tells of it; ``working_hours`` is None where they are not set."""

    external_id: str
    name: str
    email: str
    language: str
    time_zone: str
    working_hours: Sequence[Mapping[str, Any]] | None = None
    digest: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        parts = self.external_id, self.name, self.email, self.language, self.time_zone, self.working_hours
        object.__setattr__(self, "digest", _digest(parts))


@dataclass(frozen=True, slots=True)
class BuyerSaid:
    """A buyer as the marketplace tells of them; what it does not know is None."""

    email: str
    name: str | None = None
    language: str | None = None
    digest: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", _digest((self.email, self.name, self.language)))


@dataclass(frozen=True, slots=True)
class PurchaseSaid:
    """A row of an import that can be taken. ``amount`` in minor units, instants in UTC."""

    external_id: str
    listing: ListingSaid
    seller: SellerSaid
    buyer: BuyerSaid
    amount: int
    currency: str
    quantity: int
    payment_started_at: datetime
    paid_at: datetime
    delivered_at: datetime | None

    def people_digest(self) -> str:
        """SHA-256 over what the row says of its people: the same again is no news of them."""
        return _digest((self.seller.digest, self.buyer.digest))


@dataclass(slots=True)
class Kept:
    """A purchase as it is kept, as far as a row may speak against it. The addresses are in canonical form."""

    seller_external_id: str
    buyer_addresses: Collection[str]
    seller_addresses: Collection[str]
    amount: int
    currency: str
    quantity: int
    payment_started_at: datetime
    paid_at: datetime
    delivered_at: datetime | None


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
    faults += address_faults("buyer.email", said.buyer.email, kept.buyer_addresses)
    faults += address_faults("seller.email", said.seller.email, kept.seller_addresses)
    faults += [
        FieldFault(path, FIXED_SENTENCE, {"field": path})
        for path, name in FIXED.items()
        if getattr(said, name) != getattr(kept, name)
    ]
    if kept.delivered_at is not None and said.delivered_at != kept.delivered_at:
        faults.append(FieldFault("delivered_at", DELIVERED_ONCE, {"delivered_at": instant(kept.delivered_at)}))
    return faults


def address_faults(path: str, written: str, known: Collection[str]) -> list[FieldFault]:
    """A fault if the address is none of those under which the person is known."""
    if canonical(written) in known:
        return []
    return [FieldFault(path, MOVED_ADDRESS)]


def ignored_paths(kept: Mapping[str, Any], said: ListingSaid) -> list[str]:
    """Which parts of the listing a row tells otherwise than they stood at the first import."""
    return [f"listing.{name}" for name in LISTING_FIELDS if kept[name] != getattr(said, name)]


def listing_digest(listing: Mapping[str, Any]) -> str:
    """SHA-256 over the ``LISTING_FIELDS`` of a listing."""
    return _digest({name: listing[name] for name in LISTING_FIELDS})


def _digest(value: object) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


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
OWN_CUSTOMER = N_("Buyer and seller have the same address. Nobody can be both sides of a purchase.")

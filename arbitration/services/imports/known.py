"""What is known already of the purchases, shops and people that a batch names: read with a handful of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from arbitration.domain.addresses import canonical
from arbitration.domain.purchases import LISTING_FIELDS, Kept, PurchaseSaid
from arbitration.models import FormerAddress, Listing, Person, Purchase, Seller


@dataclass(slots=True)
class KnownPerson:
    """A person, as far as an import is concerned; ``fresh`` if not yet in the database."""

    id: UUID
    email: str
    written_as: str
    name: str | None = None
    language: str | None = None
    time_zone: str | None = None
    stated_language: str | None = None
    stated_time_zone: str | None = None
    former: set[str] = field(default_factory=set)
    fresh: bool = False

    def addresses(self) -> set[str]:
        """Those that they have and have had."""
        return {self.email, *self.former}


@dataclass(slots=True)
class KnownSeller:
    """A shop and whoever answers for it."""

    id: UUID
    external_id: str
    person: KnownPerson
    name: str
    language: str
    time_zone: str
    working_hours: Sequence[Any] | None
    fresh: bool = False


@dataclass(slots=True)
class KnownPurchase:
    """A purchase, without its correspondence."""

    id: UUID
    external_id: str
    listing_id: UUID
    listing_digest: str
    seller: KnownSeller
    buyer: KnownPerson
    policy_id: UUID
    buyer_address: str
    seller_address: str
    amount: int
    currency: str
    quantity: int
    payment_started_at: datetime
    paid_at: datetime
    delivered_at: datetime | None
    people_digest: str
    fresh: bool = False

    def kept(self) -> Kept:
        """What a row may speak against."""
        return Kept(
            seller_external_id=self.seller.external_id,
            buyer_addresses={self.buyer_address, *self.buyer.addresses()},
            seller_addresses={self.seller_address, *self.seller.person.addresses()},
            amount=self.amount,
            currency=self.currency,
            quantity=self.quantity,
            payment_started_at=self.payment_started_at,
            paid_at=self.paid_at,
            delivered_at=self.delivered_at,
        )


class Known:
    """All that the rows of a batch name, by the names they use."""

    def __init__(self, session: Session, rows: Sequence[PurchaseSaid]) -> None:
        self.session = session
        self.people: dict[UUID, KnownPerson] = {}
        self.by_address: dict[str, KnownPerson] = {}
        found = self._find_purchases(rows)
        shops = self._find_sellers(rows, {row.seller_id for row in found})
        self._find_people(rows, {row.buyer_id for row in found} | {row.person_id for row in shops})
        by_id = {row.id: self._seller(row) for row in shops}
        self.sellers = {seller.external_id: seller for seller in by_id.values()}
        self.purchases = {row.external_id: self._purchase(row, by_id[row.seller_id]) for row in found}
        self.listings = self._find_listings({row.listing.digest for row in rows})
        self.kept_listings = self._find_kept_listings(rows)

    def person(self, written: str) -> KnownPerson | None:
        """Whoever has the address, or else had it before."""
        return self.by_address.get(canonical(written))

    def add_person(self, person: KnownPerson) -> None:
        """Know them from here on."""
        self.people[person.id] = self.by_address[person.email] = person

    def _find_purchases(self, rows: Sequence[PurchaseSaid]) -> Sequence[Any]:
        columns = [getattr(Purchase, name) for name in PURCHASE_COLUMNS]
        query = select(*columns, Listing.digest.label("listing_digest")).join(Listing)
        return self.session.execute(query.where(Purchase.external_id.in_({row.external_id for row in rows}))).all()

    def _find_sellers(self, rows: Sequence[PurchaseSaid], ids: set[UUID]) -> Sequence[Any]:
        query = select(
            Seller.id,
            Seller.external_id,
            Seller.person_id,
            Seller.name,
            Seller.language,
            Seller.time_zone,
            Seller.working_hours,
        )
        named = Seller.external_id.in_({row.seller.external_id for row in rows})
        return self.session.execute(query.where(or_(named, Seller.id.in_(ids)))).all()

    def _find_people(self, rows: Sequence[PurchaseSaid], ids: set[UUID]) -> None:
        addresses = {canonical(side.email) for row in rows for side in (row.seller, row.buyer)}
        query = select(FormerAddress.person_id).where(FormerAddress.email.in_(addresses))
        ids = ids | set(self.session.scalars(query))
        columns = [getattr(Person, name) for name in PERSON_COLUMNS]
        people = self.session.execute(select(*columns).where(or_(Person.email.in_(addresses), Person.id.in_(ids))))
        self.people = {row.id: KnownPerson(**row._mapping) for row in people}
        for person_id, email in self._former_addresses(self.people):
            self.people[person_id].former.add(email)
            self.by_address[email] = self.people[person_id]
        self.by_address |= {person.email: person for person in self.people.values()}

    def _former_addresses(self, ids: Iterable[UUID]) -> Sequence[Any]:
        query = select(FormerAddress.person_id, FormerAddress.email).where(FormerAddress.person_id.in_(ids))
        return self.session.execute(query.order_by(FormerAddress.left_at)).all()

    def _find_listings(self, digests: set[str]) -> dict[str, UUID]:
        rows = self.session.execute(select(Listing.digest, Listing.id).where(Listing.digest.in_(digests)))
        return {row.digest: row.id for row in rows}

    def _find_kept_listings(self, rows: Sequence[PurchaseSaid]) -> dict[str, Mapping[str, Any]]:
        """The listings that purchases keep and rows tell otherwise, by digest."""
        known = ((self.purchases.get(row.external_id), row.listing.digest) for row in rows)
        other = {kept.listing_digest for kept, digest in known if kept and kept.listing_digest != digest}
        columns = [getattr(Listing, name) for name in ("digest", *LISTING_FIELDS)]
        found = self.session.execute(select(*columns).where(Listing.digest.in_(other))).all() if other else []
        return {row.digest: dict(row._mapping) for row in found}

    def _seller(self, row: Any) -> KnownSeller:
        values = dict(row._mapping)
        return KnownSeller(person=self.people[values.pop("person_id")], **values)

    def _purchase(self, row: Any, seller: KnownSeller) -> KnownPurchase:
        values = dict(row._mapping)
        del values["seller_id"]
        return KnownPurchase(seller=seller, buyer=self.people[values.pop("buyer_id")], **values)


PERSON_COLUMNS = (
    "id",
    "email",
    "written_as",
    "name",
    "language",
    "time_zone",
    "stated_language",
    "stated_time_zone",
)
PURCHASE_COLUMNS = (
    "id",
    "external_id",
    "listing_id",
    "seller_id",
    "buyer_id",
    "policy_id",
    "buyer_address",
    "seller_address",
    "amount",
    "currency",
    "quantity",
    "payment_started_at",
    "paid_at",
    "delivered_at",
    "people_digest",
)

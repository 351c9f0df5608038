"""What is known already of the purchases, shops and people that a batch names: read with a handful of queries."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, String, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from arbitration.domain.purchases import LISTING_FIELDS, PEOPLE, Kept, PurchaseSaid, rest_digest
from arbitration.models import FormerAddress, Listing, Person, Purchase, Seller
from arbitration.services.bulk import Forms, among, among_ids, forms


@dataclass(slots=True)
class KnownPerson:
    """A person, as far as an import is concerned; ``fresh`` if not yet in the database.

    ``kept_id`` is the id as columns hold it, here and below.
    """

    id: str
    kept_id: str
    email: str
    written_as: str
    name: str | None = None
    language: str | None = None
    time_zone: str | None = None
    stated_language: str | None = None
    stated_time_zone: str | None = None
    former: tuple[str, ...] = ()
    fresh: bool = False

    def addresses(self) -> set[str]:
        """Those that they have and have had."""
        return {self.email, *self.former}


@dataclass(slots=True)
class KnownSeller:
    """A shop and whoever answers for it. ``heard`` is the digest of what was last told of the shop in this batch."""

    id: str
    kept_id: str
    external_id: str
    person: KnownPerson
    name: str
    language: str
    time_zone: str
    working_hours: Sequence[Any] | None
    fresh: bool = False
    heard: str | None = None


@dataclass(slots=True)
class KnownPurchase:
    """A purchase, without its correspondence. ``place`` is that among those that this batch began, if it is new."""

    id: str
    kept_id: str
    external_id: str
    listing_id: str
    listing_digest: str
    seller: KnownSeller
    buyer: KnownPerson
    policy_id: str
    buyer_address: str
    seller_address: str
    amount: int
    currency: str
    quantity: int
    payment_started_at: str
    paid_at: str
    delivered_at: str | None
    said_digest: str
    place: int | None = None

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
    """All that the rows of a batch name, by the names they use.

    Where nobody else can write until the act is over, batches of one act share it, and acts as long as nobody writes
    between them (``writers``): ``look_up`` asks the database only for what no batch before has named. ``unchanged``
    are the purchases of which the only row of the batch says what is on record, and what it said of its people last
    time: nothing more need be known of them.
    """

    MOST_PEOPLE, MOST_LISTINGS = 8_000, 12_000

    def __init__(self, session: Session, writers: object = None) -> None:
        self.session, self.writers = session, writers
        self.forms: Forms = forms(session)
        self.by_address: dict[str, KnownPerson] = {}
        self.sellers: dict[str, KnownSeller] = {}
        self.listings: dict[str, str] = {}
        self._people: dict[str, KnownPerson] = {}
        self._shops: dict[str, KnownSeller] = {}

    def go_on(self, session: Session) -> "Known":
        """Serve the next act. People who have no shop, or listings, are forgotten where there are too many of them."""
        self.session = session
        if len(self._people) > self.MOST_PEOPLE:
            self._people = {shop.person.kept_id: shop.person for shop in self._shops.values()}
            self.by_address = {address: person for person in self._people.values() for address in person.addresses()}
        if len(self.listings) > self.MOST_LISTINGS:
            self.listings.clear()
        return self

    def look_up(self, rows: Sequence[PurchaseSaid]) -> None:
        """Know what the rows of a batch name."""
        self.unchanged: set[str] = set()
        found: dict[str, Any] = {}
        if digests := self._find_digests(rows):
            rows = self._pass_over(rows, digests)
            found = {row.external_id: row for row in self._find_purchases(digests.keys() - self.unchanged)}
            rows = self._pass_over(rows, {name: self._said_by(row) for name, row in found.items()})
            found = {name: row for name, row in found.items() if name not in self.unchanged}
        shops = self._find_sellers(rows, {row.seller_id for row in found.values()}) if rows else []
        self._find_people(rows, {row.buyer_id for row in found.values()} | {row.person_id for row in shops})
        for row in shops:
            self.add_seller(self._seller(row))
        self.purchases = {name: self._purchase(row) for name, row in found.items()}
        self._find_listings({row.listing.digest for row in rows} - self.listings.keys())
        self.kept_listings = self._find_kept_listings(rows)

    def add_person(self, person: KnownPerson) -> None:
        """Know them from here on."""
        self.by_address[person.email] = self._people[person.kept_id] = person

    def add_seller(self, seller: KnownSeller) -> None:
        """Know the shop from here on."""
        self.sellers[seller.external_id] = self._shops[seller.kept_id] = seller

    def _find_digests(self, rows: Sequence[PurchaseSaid]) -> dict[str, str]:
        """What was said last of the purchases that are there already."""
        named = among(self.session, Purchase.external_id, [row.external_id for row in rows])
        query = select(Purchase.external_id, Purchase.said_digest).where(named)
        return dict(self.session.execute(query).all())

    def _pass_over(self, rows: Sequence[PurchaseSaid], digests: Mapping[str, str]) -> Sequence[PurchaseSaid]:
        """Note which rows say what was said last, each the only one of its purchase; gives the others."""
        said = {row.external_id: row.said_digest for row in rows}
        same = said.items() & digests.items()
        if len(said) == len(rows):
            self.unchanged.update(name for name, _ in same)
        else:
            count = Counter(row.external_id for row in rows)
            self.unchanged.update(name for name, _ in same if count[name] == 1)
        return [row for row in rows if row.external_id not in self.unchanged] if same else rows

    def _find_purchases(self, names: Collection[str]) -> Sequence[Any]:
        if not names:
            return ()
        columns = [self._column(Purchase, name) for name in PURCHASE_COLUMNS]
        query = select(*columns, Listing.digest.label("listing_digest")).join(Listing)
        return self.session.execute(query.where(among(self.session, Purchase.external_id, names))).all()

    def _said_by(self, kept: Any) -> str:
        """What a row must say that says what is on record. Older versions noted nothing of it but the people."""
        told = self.forms.told_instant
        times = told(kept.payment_started_at), told(kept.paid_at), kept.delivered_at and told(kept.delivered_at)
        rest = rest_digest(kept.listing_digest, kept.amount, kept.currency, kept.quantity, *times)
        return f"{kept.said_digest[:PEOPLE]}{rest}"

    def _find_sellers(self, rows: Sequence[PurchaseSaid], ids: Collection[str]) -> Sequence[Any]:
        names = {row.seller.external_id for row in rows} - self.sellers.keys()
        ids = set(ids) - self._shops.keys()
        if not names and not ids:
            return []
        return self._named_or_of(Seller, SELLER_COLUMNS, among(self.session, Seller.external_id, names), ids)

    def _find_people(self, rows: Sequence[PurchaseSaid], kept_ids: Collection[str]) -> None:
        """Know whoever the rows or those ids (as the columns hold them) name."""
        addresses = {side.address for row in rows for side in (row.seller, row.buyer)} - self.by_address.keys()
        ids = set(kept_ids) - self._people.keys()
        if not addresses and not ids:
            return
        moved = self._somebody_moved()
        if moved:
            ids |= set(self._who_had(addresses)) - self._people.keys()
        found = self._named_or_of(Person, PERSON_COLUMNS, among(self.session, Person.email, addresses), ids)
        told_id = self.forms.told_id
        people = {row[0]: KnownPerson(told_id(row[0]), *row) for row in found}
        for person_id, email in self._former_addresses([person.id for person in people.values()]) if moved else ():
            people[person_id].former += (email,)
            self.by_address[email] = people[person_id]
        self.by_address |= {person.email: person for person in people.values()}
        self._people |= people

    def _named_or_of(
        self, model: Any, names: Sequence[str], named: ColumnElement[bool], ids: Collection[str]
    ) -> Sequence[Any]:
        """The rows that are named, and those of ids (as the columns hold them) which are not among them."""
        query = select(*(self._column(model, name) for name in names))
        found = self.session.execute(query.where(named)).all()
        others = [self.forms.told_id(each) for each in set(ids) - {row[0] for row in found}]
        if not others:
            return found
        return [*found, *self.session.execute(query.where(among_ids(self.session, model.id, others)))]

    def _somebody_moved(self) -> bool:
        return self.session.scalar(select(FormerAddress.person_id).limit(1)) is not None

    def _who_had(self, addresses: Collection[str]) -> Sequence[str]:
        query = select(self._column(FormerAddress, "person_id")).distinct()
        return self.session.scalars(query.where(among(self.session, FormerAddress.email, addresses))).all()

    def _former_addresses(self, ids: Collection[str]) -> Sequence[Any]:
        query = select(self._column(FormerAddress, "person_id"), FormerAddress.email)
        query = query.where(among_ids(self.session, FormerAddress.person_id, ids))
        return self.session.execute(query.order_by(FormerAddress.left_at)).all() if ids else []

    def _find_listings(self, digests: Collection[str]) -> None:
        """Know the ids of listings, as columns hold them, by digest."""
        if digests:
            query = select(Listing.digest, self._column(Listing, "id"))
            found = self.session.execute(query.where(among(self.session, Listing.digest, digests)))
            self.listings |= dict(found.all())

    def _find_kept_listings(self, rows: Sequence[PurchaseSaid]) -> dict[str, Any]:
        """The listings that purchases keep and rows tell otherwise, by digest."""
        if not self.purchases:
            return {}
        known = ((self.purchases.get(row.external_id), row.listing.digest) for row in rows)
        other = {kept.listing_digest for kept, digest in known if kept and kept.listing_digest != digest}
        columns = [getattr(Listing, name) for name in ("digest", *LISTING_FIELDS)]
        query = select(*columns).where(among(self.session, Listing.digest, other))
        return {row.digest: row for row in self.session.execute(query)} if other else {}

    def _column(self, model: Any, name: str) -> Any:
        column = getattr(model, name)
        if name == "id" or (name.endswith("_id") and name != "external_id"):
            return self.forms.id_column(column).label(name)
        if name == "working_hours":
            return sql_cast(column, String).label(name)
        return self.forms.instant_column(column).label(name) if name.endswith("_at") else column

    def _seller(self, row: Any) -> KnownSeller:
        hours = row.working_hours and _hours(row.working_hours)
        person = self._people[row.person_id]
        told = row.name, row.language, row.time_zone, hours
        return KnownSeller(self.forms.told_id(row.id), row.id, row.external_id, person, *told)

    def _purchase(self, row: Any) -> KnownPurchase:
        values = dict(row._mapping) | {"id": self.forms.told_id(row.id), "kept_id": row.id}
        for name in ("payment_started_at", "paid_at", "delivered_at"):
            values[name] = values[name] and self.forms.told_instant(values[name])
        seller, buyer = self._shops[values.pop("seller_id")], self._people[values.pop("buyer_id")]
        return KnownPurchase(seller=seller, buyer=buyer, **values)


@lru_cache(maxsize=2_000)
def _hours(kept: str) -> Any:
    """Working hours as a column holds them; read once, since most shops keep the hours of others."""
    return json.loads(kept)


SELLER_COLUMNS = ("id", "external_id", "person_id", "name", "language", "time_zone", "working_hours")
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
PURCHASE_STATED = (
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
)
PURCHASE_COLUMNS = (*PURCHASE_STATED, "said_digest")

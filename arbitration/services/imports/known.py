"""What is known already of the purchases, shops and people that a batch names: read with a handful of queries."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from arbitration.domain.forgetting import is_forgotten
from arbitration.domain.purchases import PEOPLE, Kept, PurchaseSaid, rest_digest
from arbitration.services.bulk import Forms
from arbitration.services.imports.asking import Asking
from arbitration.services.imports.policies import PolicyTold


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

    @property
    def forgotten(self) -> bool:
        """Whether they asked to be: nothing that a row says of them is taken in."""
        return is_forgotten(self.id, self.email)


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
    """A purchase, without its correspondence; ``fresh`` if this batch began it."""

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
    fresh: bool = False

    def kept(self) -> Kept:
        """What a row may speak against."""
        return Kept(
            seller_external_id=self.seller.external_id,
            buyer_addresses=_known_by(self.buyer, self.buyer_address),
            seller_addresses=_known_by(self.seller.person, self.seller_address),
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

    MOST_PEOPLE, MOST_LISTINGS = 2_000, 4_000

    def __init__(self, session: Session, writers: object = None) -> None:
        self.asking, self.writers = Asking(session), writers
        self.forms: Forms = self.asking.form
        self.by_address: dict[str, KnownPerson] = {}
        self.sellers: dict[str, KnownSeller] = {}
        self.listings: dict[str, str] = {}
        self.policies: Sequence[PolicyTold] = ()
        self._people: dict[str, KnownPerson] = {}
        self._shops: dict[str, KnownSeller] = {}

    def go_on(self, session: Session) -> "Known":
        """Serve the next act."""
        self.asking = Asking(session)
        return self

    def look_up(self, rows: Sequence[PurchaseSaid]) -> None:
        """Know what the rows of a batch name."""
        self.asking.session.flush()
        self._forget()
        self.unchanged: set[str] = set()
        found: dict[str, Any] = {}
        names = [row.external_id for row in rows]
        if digests := dict(self.asking.rows("digests", names)):
            rows = self._pass_over(rows, digests)
            changed = self.asking.rows("purchases", digests.keys() - self.unchanged)
            found = {row.external_id: row for row in changed}
            rows = self._pass_over(rows, {name: self._said_by(row) for name, row in found.items()})
            found = {name: row for name, row in found.items() if name not in self.unchanged}
        shops = self._find_sellers(rows, {row.seller_id for row in found.values()}) if rows else []
        self._find_people(rows, {row.buyer_id for row in found.values()} | {row.person_id for row in shops})
        for row in shops:
            self.add_seller(self._seller(row))
        self.purchases = {name: self._purchase(row) for name, row in found.items()}
        unknown = {row.listing.digest for row in rows} - self.listings.keys()
        self.listings |= dict(self.asking.rows("listings", unknown))
        self.kept_listings = self._find_kept_listings(rows)

    def add_person(self, person: KnownPerson) -> None:
        """Know them from here on."""
        self.by_address[person.email] = self._people[person.kept_id] = person

    def add_seller(self, seller: KnownSeller) -> None:
        """Know the shop from here on."""
        self.sellers[seller.external_id] = self._shops[seller.kept_id] = seller

    def _forget(self) -> None:
        """Where they are too many, forget people who have no shop, and the older half of the listings.

        All that batches before decided about them is in the database by now.
        """
        if len(self._people) > self.MOST_PEOPLE + len(self._shops):
            self._people = {shop.person.kept_id: shop.person for shop in self._shops.values()}
            self.by_address = {address: person for person in self._people.values() for address in person.addresses()}
        if len(self.listings) > self.MOST_LISTINGS:
            self.listings = dict(islice(self.listings.items(), len(self.listings) // 2, None))

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

    def _said_by(self, kept: Any) -> str:
        """What a row must say that says what is on record. Older versions noted nothing of it but the people."""
        told = self.forms.told_instant
        times = told(kept.payment_started_at), told(kept.paid_at), kept.delivered_at and told(kept.delivered_at)
        rest = rest_digest(kept.listing_digest, kept.amount, kept.currency, kept.quantity, *times)
        return f"{kept.said_digest[:PEOPLE]}{rest}"

    def _find_sellers(self, rows: Sequence[PurchaseSaid], ids: Collection[str]) -> Sequence[Any]:
        names = {row.seller.external_id for row in rows} - self.sellers.keys()
        return self.asking.either("sellers", names, set(ids) - self._shops.keys())

    def _find_people(self, rows: Sequence[PurchaseSaid], kept_ids: Collection[str]) -> None:
        """Know whoever the rows or those ids (as the columns hold them) name."""
        addresses = {row.buyer.address for row in rows} | {row.seller.address for row in rows}
        addresses -= self.by_address.keys()
        ids = set(kept_ids) - self._people.keys()
        if not addresses and not ids:
            return
        moved = self.asking.somebody_moved()
        if moved:
            ids |= {row[0] for row in self.asking.rows("who had", addresses)} - self._people.keys()
        told_id = self.forms.told_id
        people = {row[0]: KnownPerson(told_id(row[0]), *row) for row in self.asking.either("people", addresses, ids)}
        for person_id, email in self.asking.rows("former addresses", people) if moved else ():
            people[person_id].former += (email,)
            self.by_address[email] = people[person_id]
        self.by_address |= {person.email: person for person in people.values()}
        self._people |= people

    def _find_kept_listings(self, rows: Sequence[PurchaseSaid]) -> dict[str, Any]:
        """The listings that purchases keep and rows tell otherwise, by digest."""
        if not self.purchases:
            return {}
        known = ((self.purchases.get(row.external_id), row.listing.digest) for row in rows)
        other = {kept.listing_digest for kept, digest in known if kept and kept.listing_digest != digest}
        return {row.digest: row for row in self.asking.rows("kept listings", other)}

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


def _known_by(person: KnownPerson, address: str) -> set[str] | None:
    """The addresses that rows may name; None for somebody who was forgotten."""
    return None if person.forgotten else {address, *person.addresses()}


@lru_cache(maxsize=2_000)
def _hours(kept: str) -> Any:
    """Working hours as a column holds them; read once, since most shops keep the hours of others."""
    return json.loads(kept)

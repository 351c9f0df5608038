"""Deciding about each row of a batch, in order; what is to be written is collected here and written at the end."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from arbitration.domain.actors import Actor
from arbitration.domain.addresses import canonical
from arbitration.domain.docket import Entry, instant
from arbitration.domain.purchases import (
    LISTING_FIELDS,
    OWN_CUSTOMER,
    BuyerSaid,
    ListingSaid,
    PurchaseSaid,
    SellerSaid,
    address_faults,
    faults_against,
    ignored_paths,
)
from arbitration.domain.refusals import FieldFault
from arbitration.ids import new_id
from arbitration.models import PolicyVersion
from arbitration.services.imports.known import Known, KnownPerson, KnownPurchase, KnownSeller
from arbitration.services.policies import latest_at

SELLER_NEWS = ("name", "language", "time_zone", "working_hours")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a row."""

    result: str
    ignored: list[str] = field(default_factory=list)
    faults: list[FieldFault] = field(default_factory=list)


class Taking:
    """A batch being taken in. After the last row it holds all that changed."""

    def __init__(self, known: Known, installed: Sequence[PolicyVersion], actor: Actor, now: datetime) -> None:
        self.known = known
        self.installed = list(installed)
        self.actor = actor
        self.now = now
        self.batch_id = new_id()
        self.people: dict[UUID, KnownPerson] = {}
        self.sellers: dict[UUID, KnownSeller] = {}
        self.purchases: dict[UUID, KnownPurchase] = {}
        self.listings: dict[UUID, ListingSaid] = {}
        self.beginnings: list[tuple[UUID, Entry]] = []
        self.deliveries: list[tuple[UUID, Entry]] = []
        self.news: list[Entry] = []
        self.created = self.updated = 0

    def take(self, said: PurchaseSaid) -> Taken:
        """Decide about a row, which sees what the rows before it did."""
        purchase = self.known.purchases.get(said.external_id)
        taken = self._create(said) if purchase is None else self._repeat(purchase, said)
        self.created += taken.result == "created"
        self.updated += taken.result == "updated"
        return taken

    def entry(self, kind: str, **facts: object) -> Entry:
        """An entry for the docket of something that this batch did."""
        return Entry(kind, self.now, self.actor.person_id, facts)

    def _create(self, said: PurchaseSaid) -> Taken:
        seller = self.known.sellers.get(said.seller.external_id)
        answers = seller.person if seller else self.known.person(said.seller.email)
        pays = self.known.person(said.buyer.email)
        if seller and (faults := address_faults("seller.email", said.seller.email, seller.person.addresses())):
            return Taken("refused", faults=faults)
        if pays is not None and pays is answers:
            return Taken("refused", faults=[FieldFault("buyer.email", OWN_CUSTOMER)])
        seller = seller or self._add_seller(said.seller, answers or self._add_person(said.seller.email))
        buyer = pays or self._add_person(said.buyer.email)
        self._hear_of_seller(seller, said.seller)
        self._hear_of_buyer(buyer, said.buyer)
        self._add_purchase(said, seller, buyer)
        return Taken("created")

    def _repeat(self, purchase: KnownPurchase, said: PurchaseSaid) -> Taken:
        if faults := faults_against(purchase.kept(), said):
            return Taken("refused", faults=faults)
        changed = self._hear_of_people(purchase, said)
        if said.delivered_at is not None and purchase.delivered_at is None:
            purchase.delivered_at = said.delivered_at
            self.purchases[purchase.id] = purchase
            entry = self.entry("purchase.delivered", delivered_at=instant(said.delivered_at), batch=str(self.batch_id))
            self.deliveries.append((purchase.id, entry))
            changed = True
        return Taken("updated" if changed else "unchanged", self._ignored(purchase, said.listing))

    def _ignored(self, purchase: KnownPurchase, said: ListingSaid) -> list[str]:
        if said.digest == purchase.listing_digest:
            return []
        return ignored_paths(self.known.kept_listings[purchase.listing_digest], said)

    def _hear_of_people(self, purchase: KnownPurchase, said: PurchaseSaid) -> bool:
        """Take in what a row says of its people, unless it is what it said last time."""
        digest = said.people_digest()
        if digest == purchase.people_digest:
            return False
        purchase.people_digest = digest
        self.purchases[purchase.id] = purchase
        of_seller = self._hear_of_seller(purchase.seller, said.seller)
        return self._hear_of_buyer(purchase.buyer, said.buyer) or of_seller

    def _hear_of_seller(self, seller: KnownSeller, said: SellerSaid) -> bool:
        fields = [name for name in SELLER_NEWS if getattr(seller, name) != getattr(said, name)]
        for name in fields:
            setattr(seller, name, getattr(said, name))
        if fields:
            self.sellers[seller.id] = seller
            self._tell("seller.updated", seller, fields)
        restated = self._restate(seller.person, language=said.language, time_zone=said.time_zone)
        return bool(fields) or restated

    def _hear_of_buyer(self, buyer: KnownPerson, said: BuyerSaid) -> bool:
        renamed = said.name is not None and said.name != buyer.name
        if renamed:
            buyer.name = said.name
            self.people[buyer.id] = buyer
            self._tell("person.updated", buyer, ["name"])
        return self._restate(buyer, language=said.language) or renamed

    def _restate(self, person: KnownPerson, **said: str | None) -> bool:
        """What the marketplace states of a person holds as long as the person has not chosen otherwise."""
        fields = [name for name, value in said.items() if value not in (None, getattr(person, f"stated_{name}"))]
        for name in fields:
            if getattr(person, name) in (None, getattr(person, f"stated_{name}")):
                setattr(person, name, said[name])
            setattr(person, f"stated_{name}", said[name])
        if fields:
            self.people[person.id] = person
            self._tell("person.updated", person, fields)
        return bool(fields)

    def _tell(self, kind: str, whom: KnownSeller | KnownPerson, fields: list[str]) -> None:
        if not whom.fresh:
            name = kind.partition(".")[0]
            self.news.append(self.entry(kind, **{name: str(whom.id)}, fields=fields, batch=str(self.batch_id)))

    def _add_person(self, written: str) -> KnownPerson:
        person = KnownPerson(new_id(), canonical(written), written, fresh=True)
        self.people[person.id] = person
        self.known.add_person(person)
        return person

    def _add_seller(self, said: SellerSaid, person: KnownPerson) -> KnownSeller:
        seller = KnownSeller(
            new_id(),
            said.external_id,
            person,
            said.name,
            said.language,
            said.time_zone,
            said.working_hours,
            fresh=True,
        )
        self.sellers[seller.id] = self.known.sellers[seller.external_id] = seller
        return seller

    def _keep_listing(self, said: ListingSaid) -> UUID:
        listing_id = self.known.listings.get(said.digest)
        if listing_id is None:
            listing_id = self.known.listings[said.digest] = new_id()
            self.listings[listing_id] = said
        self.known.kept_listings[said.digest] = {name: getattr(said, name) for name in LISTING_FIELDS}
        return listing_id

    def _add_purchase(self, said: PurchaseSaid, seller: KnownSeller, buyer: KnownPerson) -> None:
        policy = latest_at(self.installed, said.payment_started_at)
        purchase = KnownPurchase(
            id=new_id(),
            external_id=said.external_id,
            listing_id=self._keep_listing(said.listing),
            listing_digest=said.listing.digest,
            seller=seller,
            buyer=buyer,
            policy_id=policy.id,
            buyer_address=canonical(said.buyer.email),
            seller_address=canonical(said.seller.email),
            amount=said.amount,
            currency=said.currency,
            quantity=said.quantity,
            payment_started_at=said.payment_started_at,
            paid_at=said.paid_at,
            delivered_at=said.delivered_at,
            people_digest=said.people_digest(),
            fresh=True,
        )
        self.purchases[purchase.id] = self.known.purchases[purchase.external_id] = purchase
        self.beginnings.append((purchase.id, self._beginning(purchase, policy)))

    def _beginning(self, purchase: KnownPurchase, policy: PolicyVersion) -> Entry:
        return self.entry(
            "purchase.imported",
            external_id=purchase.external_id,
            batch=str(self.batch_id),
            buyer=str(purchase.buyer.id),
            seller=str(purchase.seller.id),
            seller_person=str(purchase.seller.person.id),
            listing=purchase.listing_digest,
            amount=purchase.amount,
            currency=purchase.currency,
            quantity=purchase.quantity,
            payment_started_at=instant(purchase.payment_started_at),
            paid_at=instant(purchase.paid_at),
            delivered_at=instant(purchase.delivered_at) if purchase.delivered_at else None,
            policy={"id": policy.name, "version": policy.version, "sha256": policy.sha256},
        )

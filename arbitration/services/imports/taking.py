"""Deciding about each row of a batch, in order; what is to be written is collected here and written at the end."""

from datetime import datetime
from typing import NamedTuple

from arbitration.domain.actors import Actor
from arbitration.domain.docket import Entry, instant
from arbitration.domain.purchases import (
    OWN_CUSTOMER,
    PEOPLE,
    SHOP_WITHOUT_PERSON,
    BuyerSaid,
    ListingSaid,
    PurchaseSaid,
    SellerSaid,
    address_faults,
    faults_against,
    ignored_paths,
    rest_digest,
    same_people,
)
from arbitration.domain.refusals import FieldFault
from arbitration.ids import new_id_text
from arbitration.services.imports.beginnings import Beginnings
from arbitration.services.imports.known import Known, KnownPerson, KnownPurchase, KnownSeller
from arbitration.services.imports.policies import in_force
from arbitration.services.imports.results import RowResult

SELLER_NEWS = ("name", "language", "time_zone", "working_hours")


class Begun(NamedTuple):
    """A purchase that a batch begins. ``kept_id`` and those below it are ids as columns hold them."""

    id: str
    kept_id: str
    listing_id: str
    policy_id: str
    said: PurchaseSaid
    seller: KnownSeller
    buyer: KnownPerson


class Taking:
    """A batch being taken in. After the last row it holds all that changed."""

    def __init__(self, known: Known, actor: Actor, now: datetime) -> None:
        self.known, self.actor, self.now, self.at = known, actor, now, instant(now)
        self.batch_id = new_id_text()
        self.first_entries = Beginnings(self.at, str(actor.person_id) if actor.person_id else None, self.batch_id)
        self.people: dict[str, KnownPerson] = {}
        self.sellers: dict[str, KnownSeller] = {}
        self.begun: dict[str, Begun] = {}
        self.purchases: dict[str, KnownPurchase] = {}
        self.listings: dict[str, ListingSaid] = {}
        self.beginnings: list[tuple[str, str, str]] = []
        self.deliveries: list[tuple[str, Entry]] = []
        self.news: list[Entry] = []
        self.created = self.updated = 0

    def take(self, said: PurchaseSaid) -> RowResult:
        """Decide about a row, which sees what the rows before it did."""
        name = said.external_id
        if name in self.known.unchanged:
            return RowResult(name, "unchanged")
        purchase = self.known.purchases.get(name)
        if purchase is None and name in self.begun:
            purchase = self.known.purchases[name] = _known(self.begun[name])
        taken = self._create(said) if purchase is None else self._repeat(purchase, said)
        self.updated += taken.result == "updated"
        return taken

    def settle(self) -> None:
        """Note that whom this batch added is in the database now: the act's next batch may tell of them."""
        for person in self.people.values():
            person.fresh = False
        for seller in self.sellers.values():
            seller.fresh = False

    def entry(self, kind: str, **facts: object) -> Entry:
        """An entry for the docket of something that this batch did."""
        return Entry(kind, self.now, self.actor.person_id, facts)

    def _create(self, said: PurchaseSaid) -> RowResult:
        known, sold, bought = self.known, said.seller, said.buyer
        seller, pays = known.sellers.get(sold.external_id), known.by_address.get(bought.address)
        answers = seller.person if seller else known.by_address.get(sold.address)
        if seller and seller.person.forgotten:
            faults = [FieldFault("seller.external_id", SHOP_WITHOUT_PERSON)]
            return RowResult(said.external_id, "refused", errors=faults)
        if (
            seller
            and sold.address != seller.person.email
            and (faults := address_faults("seller.email", sold.address, seller.person.addresses()))
        ):
            return RowResult(said.external_id, "refused", errors=faults)
        if pays is not None and pays is answers:
            return RowResult(said.external_id, "refused", errors=[FieldFault("buyer.email", OWN_CUSTOMER)])
        seller = seller or self._add_seller(sold, answers or self._add_person(sold.email, sold.address))
        buyer = pays or self._add_person(bought.email, bought.address)
        self._hear_of_seller(seller, sold)
        if bought.name != buyer.name or bought.language != buyer.stated_language:
            self._hear_of_buyer(buyer, bought)
        self._begin(said, seller, buyer)
        self.created += 1
        return RowResult(said.external_id, "created")

    def _repeat(self, purchase: KnownPurchase, said: PurchaseSaid) -> RowResult:
        if faults := faults_against(purchase.kept(), said):
            return RowResult(said.external_id, "refused", errors=faults)
        heard = same_people(said.said_digest, purchase.said_digest)
        changed = not heard and self._hear_of_people(purchase, said)
        if said.delivered_at is not None and purchase.delivered_at is None:
            purchase.delivered_at = said.delivered_at
            entry = self.entry("purchase.delivered", delivered_at=said.delivered_at, batch=self.batch_id)
            self.deliveries.append((purchase.id, entry))
            changed = True
        if changed or not heard:
            self._note(purchase, said)
        return RowResult(said.external_id, "updated" if changed else "unchanged", self._ignored(purchase, said.listing))

    def _ignored(self, purchase: KnownPurchase, said: ListingSaid) -> list[str]:
        if said.digest == purchase.listing_digest:
            return []
        return ignored_paths(self.known.kept_listings[purchase.listing_digest], said)

    def _hear_of_people(self, purchase: KnownPurchase, said: PurchaseSaid) -> bool:
        """Take in what a row says of its people, which is not what it said last time."""
        of_seller = self._hear_of_seller(purchase.seller, said.seller)
        return self._hear_of_buyer(purchase.buyer, said.buyer) or of_seller

    def _note(self, purchase: KnownPurchase, said: PurchaseSaid) -> None:
        """Note what was said last: of the people by this row, of all else by what is on record."""
        kept = (purchase.listing_digest, purchase.amount, purchase.currency, purchase.quantity)
        times = (purchase.payment_started_at, purchase.paid_at, purchase.delivered_at)
        forgotten = purchase.buyer.forgotten or purchase.seller.person.forgotten
        of_people = "0" * PEOPLE if forgotten else said.said_digest[:PEOPLE]
        purchase.said_digest = of_people + rest_digest(*kept, *times)
        self.purchases[purchase.id] = purchase

    def _hear_of_seller(self, seller: KnownSeller, said: SellerSaid) -> bool:
        changed = seller.heard != said.digest and self._renew_seller(seller, said)
        seller.heard, person = said.digest, seller.person
        if said.language == person.stated_language and said.time_zone == person.stated_time_zone:
            return changed
        return self._restate(person, said.language, said.time_zone) or changed

    def _renew_seller(self, seller: KnownSeller, said: SellerSaid) -> bool:
        fields = [name for name in SELLER_NEWS if getattr(seller, name) != getattr(said, name)]
        for name in fields:
            setattr(seller, name, getattr(said, name))
        if fields:
            self.sellers[seller.id] = seller
            self._tell("seller.updated", seller, fields)
        return bool(fields)

    def _hear_of_buyer(self, buyer: KnownPerson, said: BuyerSaid) -> bool:
        if buyer.forgotten:
            return False
        renamed = said.name is not None and said.name != buyer.name
        if renamed:
            buyer.name = said.name
            self.people[buyer.id] = buyer
            self._tell("person.updated", buyer, ["name"])
        return self._restate(buyer, said.language) or renamed

    def _restate(self, person: KnownPerson, language: str | None, time_zone: str | None = None) -> bool:
        """What the marketplace states of a person holds as long as the person has not chosen otherwise."""
        fields: list[str] = []
        if person.forgotten:
            return False
        if language not in (None, person.stated_language):
            if person.language in (None, person.stated_language):
                person.language = language
            person.stated_language = language
            fields.append("language")
        if time_zone not in (None, person.stated_time_zone):
            if person.time_zone in (None, person.stated_time_zone):
                person.time_zone = time_zone
            person.stated_time_zone = time_zone
            fields.append("time_zone")
        if fields:
            self.people[person.id] = person
            self._tell("person.updated", person, fields)
        return bool(fields)

    def _tell(self, kind: str, whom: KnownSeller | KnownPerson, fields: list[str]) -> None:
        if not whom.fresh:
            name = kind.partition(".")[0]
            self.news.append(self.entry(kind, **{name: whom.id}, fields=fields, batch=self.batch_id))

    def _new_id(self) -> tuple[str, str]:
        """A new id, as it is told and as columns hold it."""
        told = new_id_text()
        return told, self.known.forms.id(told)

    def _add_person(self, written: str, address: str) -> KnownPerson:
        person = KnownPerson(*self._new_id(), address, written, fresh=True)
        self.people[person.id] = person
        self.known.add_person(person)
        return person

    def _add_seller(self, said: SellerSaid, person: KnownPerson) -> KnownSeller:
        seller = KnownSeller(
            *self._new_id(),
            said.external_id,
            person,
            said.name,
            said.language,
            said.time_zone,
            said.working_hours,
            fresh=True,
        )
        self.sellers[seller.id] = seller
        self.known.add_seller(seller)
        return seller

    def _keep_listing(self, said: ListingSaid) -> str:
        listing_id = self.known.listings.get(said.digest)
        if listing_id is None:
            listing_id = self.known.listings[said.digest] = self.known.forms.id(new_id_text())
            self.listings[listing_id] = said
        self.known.kept_listings[said.digest] = said
        return listing_id

    def _begin(self, said: PurchaseSaid, seller: KnownSeller, buyer: KnownPerson) -> None:
        policy = in_force(self.known.policies, said.payment_started_at)
        told, kept = self._new_id()
        listing_id = self._keep_listing(said.listing)
        self.begun[said.external_id] = Begun(told, kept, listing_id, policy.kept_id, said, seller, buyer)
        self.beginnings.append((kept, told, self.first_entries.body(told, said, seller, buyer, policy)))


def _known(new: Begun) -> KnownPurchase:
    """A purchase that this batch began, as one that is known: a later row of the batch tells of it again."""
    said = new.said
    return KnownPurchase(
        id=new.id,
        kept_id=new.kept_id,
        external_id=said.external_id,
        listing_id=new.listing_id,
        listing_digest=said.listing.digest,
        seller=new.seller,
        buyer=new.buyer,
        policy_id=new.policy_id,
        buyer_address=said.buyer.address,
        seller_address=said.seller.address,
        amount=said.amount,
        currency=said.currency,
        quantity=said.quantity,
        payment_started_at=said.payment_started_at,
        paid_at=said.paid_at,
        delivered_at=said.delivered_at,
        said_digest=said.said_digest,
        fresh=True,
    )

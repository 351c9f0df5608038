"""Filling an empty installation with purchases, messages and disputes, by bulk inserts; chains of the docket hold.

Who looks at the pages that are measured has the same things at every size: 16 buyers with 40 purchases each, one of
them with 50 messages and one of those with a dispute; a shop with a twentieth of all purchases; two arbiters with four
cases each.
"""

import json
import random
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import Connection, select, text

from arbitration.db import db, unit_of_work
from arbitration.domain import docket
from arbitration.domain.docket import Entry
from arbitration.ids import new_id
from arbitration.models import LedgerAccount, PolicyVersion, Purchase, ReadMark
from arbitration.services import policies
from arbitration.services.docket import append_to_installation
from benchmarks.filling_disputes import WORDS, Threads
from benchmarks.filling_listings import LISTINGS, add_listings
from benchmarks.filling_people import VIEWERS, People
from benchmarks.filling_rows import Chain, Rows

THEIR_PURCHASES = 40
LONG = 50
CHUNK = 5_000


@dataclass(slots=True)
class Seen:
    """What the measurements ask for."""

    purchases: int
    buyers: list[str] = field(default_factory=list)
    """The secrets of the buyers' sessions; the lists below have a part for each."""
    long: list[str] = field(default_factory=list)
    disputed: list[str] = field(default_factory=list)
    openable: list[list[str]] = field(default_factory=list)
    seller: str = ""
    arbiters: list[str] = field(default_factory=list)

    def kept(self) -> str:
        return json.dumps(asdict(self))


def usual_kind(number: int) -> str:
    """Of a hundred disputes 80 are closed, 17 in negotiation, 2 wait for an arbiter, and 1 has one."""
    lot = number // 10 % 100
    return "closed" if lot < 80 else "negotiation" if lot < 97 else "arbitration" if lot < 99 else "taken"


class Filler:
    """Fills the database of an application with ``count`` purchases; ``now`` is the present.

    A tenth of them has a dispute; ``kind_of`` says which kind, by the number of the purchase.
    """

    def __init__(self, app: Flask, count: int, now: datetime, kind_of: Callable[[int], str] = usual_kind) -> None:
        self.app, self.count, self.now, self.kind_of = app, count, now, kind_of

    def fill(self) -> Seen:
        with self.app.app_context():
            with unit_of_work() as session:
                policies.install_builtin(session, self.now - timedelta(days=800))
            with db.engine.connect() as connection:
                if connection.dialect.name == "sqlite":
                    connection.connection.cursor().execute("PRAGMA synchronous=OFF")
                key = self.app.config["SECRET_KEY"]
                seen = _Purchases(connection, key, self.count, self.now, self.kind_of).fill()
                connection.execute(text("ANALYZE"))
                connection.commit()
                if connection.dialect.name == "sqlite":
                    connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            db.engine.dispose()
        return seen


@dataclass(slots=True)
class _Sale:
    """A purchase before it is a row: who bought what of which shop (its id, and its person's) and when."""

    id: UUID
    name: str
    number: int
    buyer: UUID
    shop: tuple[UUID, UUID]
    listing: tuple[UUID, str]
    paid_at: datetime

    @property
    def delivered_at(self) -> datetime:
        return self.paid_at + timedelta(minutes=1)


class _Purchases:
    """Adds everything, the purchases of the viewers last."""

    def __init__(
        self, connection: Connection, key: str, count: int, now: datetime, kind_of: Callable[[int], str]
    ) -> None:
        self.key, self.count, self.now, self.kind_of = key, count, now, kind_of
        self.chance = random.Random(count)
        self.policy_row = connection.execute(select(PolicyVersion)).one()
        with db.session() as session:
            policy = policies.policy_of(session.scalars(select(PolicyVersion)).one())
        self.rows = Rows(connection)
        self.rows.add(LedgerAccount, code="bare", kind="cash", currency="USD")
        self.people = People(self.rows, count, now, self.chance)
        self.listings, read = add_listings(self.rows, now)
        self.news = [read]
        self.threads = Threads(self.rows, self.people, policy, now, self.chance)
        self.batch = new_id()
        self.begun: list[tuple[UUID, str]] = []
        people = self.people
        self.seen = Seen(count, people.sessions, seller=people.seller_session, arbiters=people.arbiter_sessions)

    def fill(self) -> Seen:
        own = VIEWERS * THEIR_PURCHASES
        left = max(self.count - VIEWERS * LONG * 2, 0)
        buyers, sellers = self.people.buyers, self.people.sellers
        for number in range(self.count):
            viewer = number - (self.count - own)
            if viewer >= 0:
                self._viewed(number, *divmod(viewer, THEIR_PURCHASES))
            else:
                shop = sellers[0] if number % 20 == 0 else self.chance.choice(sellers)
                paid_at = self.now - timedelta(days=360) + timedelta(days=355) * (number / self.count)
                dispute = self.kind_of(number) if number % 10 == 5 else None
                sale = self._sale(number, buyers[number % len(buyers)], shop, paid_at)
                self._add(sale, min(left, 1), dispute)
                left -= 1 if left else 0
            if number % CHUNK == CHUNK - 1:
                self._flush()
        self._flush()
        return self.seen

    def _flush(self) -> None:
        """Write what waits, as a part of an import of its own."""
        self.rows.flush()
        heads = docket.digest_of(hash_ for _, hash_ in sorted(self.begun))
        facts = {"import": None, "batch": str(self.batch), "created": len(self.begun), "updated": 0, "heads": heads}
        self.news += [Entry("purchases.imported", self.now, None, facts)] if self.begun else []
        with unit_of_work() as session:
            append_to_installation(session, *self.news)
        self.news, self.begun, self.batch = [], [], new_id()

    def _viewed(self, number: int, viewer: int, nth: int) -> None:
        shop = self.chance.choice(self.people.sellers)
        sale = self._sale(number, self.people.viewers[viewer], shop, self.now - timedelta(days=4, minutes=nth))
        self._add(sale, LONG if nth < 2 else 0, "negotiation" if nth == 1 else None)
        if nth == 0:
            self.seen.long.append(sale.name)
            self.seen.openable.append([])
        elif nth == 1:
            self.seen.disputed.append(sale.name)
        else:
            self.seen.openable[viewer].append(sale.name)

    def _sale(self, number: int, buyer: UUID, shop: tuple[UUID, UUID], paid_at: datetime) -> _Sale:
        return _Sale(new_id(), f"P{number:015d}", number, buyer, shop, self.listings[number % LISTINGS], paid_at)

    def _add(self, sale: _Sale, messages: int, dispute: str | None) -> None:
        chain = Chain(self.key, sale.id)
        chain.append(Entry("purchase.imported", sale.paid_at, None, self._facts(sale)))
        last = self._talk(chain, sale, messages)
        if dispute:
            messages += 1
            last = self.threads.opens_at(last, dispute)
            self.threads.open(chain, sale.id, messages, sale.buyer, sale.shop[0], last, dispute)
        unread = 1 if messages == 1 and sale.number % 50 == 0 else 0
        if messages:
            for person in (sale.buyer,) if unread else (sale.buyer, sale.shop[1]):
                self.rows.add(ReadMark, purchase_id=sale.id, person_id=person, position=messages, read_at=last)
        self._add_row(sale, messages, last, unread)
        self.rows.add_chain(chain)
        self.begun.append((sale.id, chain.entries[0]["hash"]))

    def _facts(self, sale: _Sale) -> dict[str, Any]:
        policy = self.policy_row
        return {
            "external_id": sale.name,
            "batch": str(self.batch),
            "buyer": str(sale.buyer),
            "seller": str(sale.shop[0]),
            "seller_person": str(sale.shop[1]),
            "listing": sale.listing[1],
            "amount": 1250,
            "currency": "USD",
            "quantity": 1,
            "payment_started_at": docket.instant(sale.paid_at),
            "paid_at": docket.instant(sale.paid_at),
            "delivered_at": docket.instant(sale.delivered_at),
            "policy": {"id": policy.name, "version": policy.version, "sha256": policy.sha256},
        }

    def _talk(self, chain: Chain, sale: _Sale, messages: int) -> datetime:
        """Buyer and seller write in turn; gives the time of the last message, or of the payment."""
        last = sale.paid_at
        for position in range(1, messages + 1):
            last = sale.paid_at + timedelta(hours=position) / 2
            author, side = (sale.buyer, "buyer") if position % 2 else (sale.shop[1], "seller")
            self.threads.post(chain, sale.id, position, "message", author, side, last, WORDS[position % len(WORDS)])
        return last

    def _add_row(self, sale: _Sale, messages: int, last: datetime, unread: int) -> None:
        email = f"b{sale.number}@example.com"
        self.rows.add(
            Purchase,
            id=sale.id,
            external_id=sale.name,
            listing_id=sale.listing[0],
            seller_id=sale.shop[0],
            buyer_id=sale.buyer,
            policy_id=self.policy_row.id,
            buyer_address=email,
            seller_address=email,
            amount=1250,
            currency="USD",
            quantity=1,
            payment_started_at=sale.paid_at,
            paid_at=sale.paid_at,
            delivered_at=sale.delivered_at,
            imported_at=sale.paid_at,
            batch_id=self.batch,
            said_digest=sale.listing[1],
            last_position=messages,
            last_message_at=last if messages else None,
            active_at=last,
            seller_unread=unread,
        )

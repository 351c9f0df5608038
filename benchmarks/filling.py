"""Filling an empty installation with purchases, messages and disputes, by bulk inserts; dockets are valid.

Who looks at the pages that are measured has the same things at every size: 16 buyers with 40 purchases each, one of
them with 50 messages and one of those with a dispute; a shop with a twentieth of all purchases; two arbiters with four
cases each.
"""

import json
import random
import secrets
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from flask import Flask
from sqlalchemy import Table, insert, select, text

from arbitration.db import db, unit_of_work
from arbitration.domain import deadlines as rules
from arbitration.domain import docket
from arbitration.domain.deadline_forms import counting_kept, steps_kept
from arbitration.domain.docket import Entry
from arbitration.domain.readings import kept_form
from arbitration.domain.searching import searchable
from arbitration.domain.sign_in import hash_of, new_secret
from arbitration.domain.working_time import WorkingHours
from arbitration.ids import new_id
from arbitration.models import (
    BrowserSession,
    DeadlineRow,
    Dispute,
    DocketEntry,
    DocketHead,
    LedgerAccount,
    Listing,
    ListingReading,
    Message,
    MessageVersion,
    Person,
    PolicyVersion,
    Purchase,
    ReadMark,
    RequestedRemedy,
    Seller,
    StaffAccount,
)
from arbitration.rules.listings import read_terms
from arbitration.services import policies

VIEWERS = 16
THEIR_PURCHASES = 40
LONG = 50
LISTINGS = 200
ARBITERS = 2
THEIR_CASES = 4
OTHERS_CASES = 25
CHUNK = 5_000
DESCRIPTION = (
    "A key for Playgate, worldwide, number {number}.\nDelivered at once after payment, by mail.\n"
    "Warranty: 30 days from delivery. Please record a video of the activation."
)
WORDS = (
    "Hello, the key that I was sent does not work: Playgate says that it was **used before**.",
    "Thank you for writing. Could you send a picture of what it says?",
    "Here is what it says:\n\n- the key was activated\n- on another account\n\nWhat shall I do?",
    "I have asked our supplier and will answer within a day.",
    "Any news? It has been two days now, see `HRBR-1234`.",
)


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


class Filler:
    """Fills the database of an application; ``now`` is the present."""

    def __init__(self, app: Flask, count: int, now: datetime) -> None:
        self.app, self.count, self.now = app, count, now
        self.chance = random.Random(count)
        self.rows: dict[type, list[dict[str, Any]]] = defaultdict(list)
        self.seen = Seen(count)
        self.key: str = app.config["SECRET_KEY"]

    def fill(self) -> Seen:
        with self.app.app_context():
            with unit_of_work() as session:
                policies.install_builtin(session, self.now - timedelta(days=800))
            with db.engine.connect() as connection:
                self.connection = connection
                if connection.dialect.name == "sqlite":
                    connection.connection.cursor().execute("PRAGMA synchronous=OFF")
                self.policy_row = connection.execute(select(PolicyVersion)).first()
                with db.session() as session:
                    self.policy = policies.policy_of(session.scalars(select(PolicyVersion)).one())
                self._people()
                self._listings()
                self._purchases()
                self._flush()
                connection.execute(text("ANALYZE"))
                connection.commit()
                if connection.dialect.name == "sqlite":
                    connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            db.engine.dispose()
        return self.seen

    def _add(self, model: type, **values: Any) -> None:
        self.rows[model].append(values)

    def _flush(self) -> None:
        for model in ORDER:
            if rows := self.rows.pop(model, []):
                self.connection.execute(insert(cast(Table, model.__table__)), rows)
        assert not self.rows, list(self.rows)
        self.connection.commit()

    def _person(self, name: str, email: str) -> UUID:
        id_ = new_id()
        self._add(
            Person,
            id=id_,
            email=email,
            written_as=email,
            name=name,
            language="en",
            time_zone="Europe/London",
            created_at=self.now,
            search_text=searchable(name),
        )
        return id_

    def _session(self, person: UUID, role: str = "party") -> str:
        secret = new_secret()
        self._add(
            BrowserSession,
            id=new_id(),
            secret_hash=hash_of(secret),
            person_id=person,
            role=role,
            second_factor_at=None if role == "party" else self.now,
            browser="benchmark",
            created_at=self.now,
            seen_at=self.now,
            expires_at=self.now + timedelta(hours=12),
        )
        return secret

    def _people(self) -> None:
        self._add(LedgerAccount, code="bare", kind="cash", currency="USD")
        self.viewers = [self._person(f"Viewer {n}", f"viewer{n}@example.com") for n in range(VIEWERS)]
        self.seen.buyers = [self._session(person) for person in self.viewers]
        self.buyers = [self._person(f"Buyer {n}", f"buyer{n}@example.com") for n in range(max(self.count // 4, 50))]
        self.sellers = [self._shop(n) for n in range(max(self.count // 500, 10))]
        self.seen.seller = self._session(self.sellers[0][1])
        arbiters = [self._arbiter(n) for n in range(ARBITERS)]
        self.seen.arbiters = [self._session(person, "arbiter") for person in arbiters]
        self.cases = iter(arbiters * THEIR_CASES)
        self.other_arbiters = [self._arbiter(ARBITERS + n) for n in range(self.count // 1_000 // OTHERS_CASES + 1)]

    def _arbiter(self, number: int) -> UUID:
        person = self._person(f"Arbiter {number}", f"arbiter{number}@example.com")
        self._add(StaffAccount, person_id=person, role="arbiter", second_factor_at=self.now, created_at=self.now)
        return person

    def _shop(self, number: int) -> tuple[UUID, UUID]:
        person, id_ = self._person(f"Keeper {number}", f"shop{number}@example.net"), new_id()
        self._add(
            Seller,
            id=id_,
            external_id=str(number),
            person_id=person,
            name=f"Harbour Keys {number}",
            language="en",
            time_zone="Europe/London",
            search_text=searchable(f"Harbour Keys {number}"),
        )
        return id_, person

    def _listings(self) -> None:
        self.listings: list[tuple[UUID, str]] = []
        batch, reading = new_id(), kept_form(read_terms(DESCRIPTION))
        for number in range(LISTINGS):
            id_, digest = new_id(), secrets.token_hex(32)
            words = DESCRIPTION.format(number=number)
            title = f"Snow Harbour {number}, key for Playgate"
            self._add(
                Listing,
                id=id_,
                digest=digest,
                external_id=str(number),
                title=title,
                description=words,
                language="en",
                kind="key",
                terms=None,
                search_text=searchable(title, words),
            )
            self._add(
                ListingReading,
                listing_id=id_,
                batch_id=batch,
                text_digest=digest,
                reader=4,
                reading=kept_form(read_terms(words)) if number < 20 else reading,
                read_at=self.now,
            )
            self.listings.append((id_, digest))

    def _purchases(self) -> None:
        own = VIEWERS * THEIR_PURCHASES
        left = self.count - VIEWERS * LONG * 2
        self.batch = new_id()
        for number in range(self.count):
            viewer = number - (self.count - own)
            if viewer >= 0:
                self._viewed(number, *divmod(viewer, THEIR_PURCHASES))
            else:
                buyer = self.buyers[number % len(self.buyers)]
                shop = self.sellers[0] if number % 20 == 0 else self.chance.choice(self.sellers)
                paid_at = self.now - timedelta(days=360) + timedelta(days=355) * (number / self.count)
                disputed = number % 10 == 5
                self._purchase(number, buyer, shop, paid_at, min(left, 1), self._kind(number) if disputed else None)
                left -= 1 if left else 0
            if number % CHUNK == CHUNK - 1:
                self._flush()

    def _viewed(self, number: int, viewer: int, nth: int) -> None:
        shop = self.chance.choice(self.sellers)
        paid_at = self.now - timedelta(days=4, minutes=nth)
        kind = "negotiation" if nth == 1 else None
        name = self._purchase(number, self.viewers[viewer], shop, paid_at, LONG if nth < 2 else 0, kind)
        if nth == 0:
            self.seen.long.append(name)
            self.seen.openable.append([])
        elif nth == 1:
            self.seen.disputed.append(name)
        else:
            self.seen.openable[viewer].append(name)

    def _kind(self, number: int) -> str:
        """Of a hundred disputes 80 are closed, 17 in negotiation, 2 wait for an arbiter, and 1 has one."""
        lot = number // 10 % 100
        return "closed" if lot < 80 else "negotiation" if lot < 97 else "arbitration" if lot < 99 else "taken"

    def _purchase(
        self,
        number: int,
        buyer: UUID,
        shop: tuple[UUID, UUID],
        paid_at: datetime,
        messages: int,
        dispute: str | None,
    ) -> str:
        id_, name = new_id(), f"P{number:015d}"
        listing, digest = self.listings[number % LISTINGS]
        email = f"b{number}@example.com"
        delivered_at = paid_at + timedelta(minutes=1)
        chain = Chain(self.key, id_)
        policy = self.policy_row
        chain.append(
            Entry(
                "purchase.imported",
                paid_at,
                None,
                {
                    "external_id": name,
                    "batch": str(self.batch),
                    "buyer": str(buyer),
                    "seller": str(shop[0]),
                    "seller_person": str(shop[1]),
                    "listing": digest,
                    "amount": 1250,
                    "currency": "USD",
                    "quantity": 1,
                    "payment_started_at": docket.instant(paid_at),
                    "paid_at": docket.instant(paid_at),
                    "delivered_at": docket.instant(delivered_at),
                    "policy": {"id": policy.name, "version": policy.version, "sha256": policy.sha256},
                },
            )
        )
        last = paid_at
        for position in range(1, messages + 1):
            last = paid_at + timedelta(hours=position) / 2
            side = "buyer" if position % 2 else "seller"
            author = buyer if position % 2 else shop[1]
            self._message(chain, id_, position, "message", author, side, last, WORDS[position % len(WORDS)])
        if dispute:
            messages += 1
            last = max(last, self.now - timedelta(days=2)) if dispute != "closed" else last
            self._dispute(chain, id_, messages, buyer, shop[0], last, dispute)
        unread = 1 if messages == 1 and number % 50 == 0 else 0
        if messages:
            for person in (buyer,) if unread else (buyer, shop[1]):
                self._add(ReadMark, purchase_id=id_, person_id=person, position=messages, read_at=last)
        self._add(
            Purchase,
            id=id_,
            external_id=name,
            listing_id=listing,
            seller_id=shop[0],
            buyer_id=buyer,
            policy_id=policy.id,
            buyer_address=email,
            seller_address=email,
            amount=1250,
            currency="USD",
            quantity=1,
            payment_started_at=paid_at,
            paid_at=paid_at,
            delivered_at=delivered_at,
            imported_at=paid_at,
            batch_id=self.batch,
            said_digest=digest,
            last_position=messages,
            last_message_at=last if messages else None,
            active_at=last,
            seller_unread=unread,
        )
        self.rows[DocketEntry] += chain.entries
        self.rows[DocketHead].append(chain.head())
        return name

    def _message(
        self,
        chain: "Chain",
        purchase: UUID,
        position: int,
        kind: str,
        author: UUID,
        role: str,
        at: datetime,
        words: str,
        about: dict[str, Any] | None = None,
        facts: dict[str, Any] | None = None,
    ) -> None:
        id_, salt = new_id(), secrets.token_bytes(16)
        self._add(
            Message,
            id=id_,
            purchase_id=purchase,
            position=position,
            kind=kind,
            about=about,
            author_id=author,
            author_role=role,
            posted_at=at,
            reports_problem=kind == "opening",
            asks=False,
            versions=1,
        )
        self._add(
            MessageVersion,
            message_id=id_,
            number=1,
            text=words,
            salt=salt,
            written_at=at,
            search_text=words.casefold(),
        )
        told = {"position": position, "text": docket.text_commitment(salt, words), "reports_problem": kind == "opening"}
        told |= facts or {}
        chain.append(Entry("message.posted" if kind == "message" else "dispute.opened", at, author, told))

    def _dispute(
        self, chain: "Chain", purchase: UUID, position: int, buyer: UUID, shop: UUID, at: datetime, kind: str
    ) -> None:
        id_ = new_id()
        about = {"dispute": str(id_), "reason": "invalid", "requested": "refund", "defect": None}
        told = {"dispute": str(id_), "number": 1, "reason": "invalid", "requested": "refund", "role": "buyer"}
        self._message(chain, purchase, position, "opening", buyer, "buyer", at, WORDS[0], about, told)
        hours = WorkingHours.of("Europe/London", None, *self._day())
        deadline = rules.seller_answer(self.policy, at, hours)
        stage = "arbitration" if kind == "taken" else kind
        due_at = max(deadline.due_at, self.now + timedelta(minutes=self.chance.randrange(60, 4000)))
        arbiter = self._taker() if kind == "taken" else None
        called = at + timedelta(days=1) if stage == "arbitration" else None
        self._add(
            Dispute,
            id=id_,
            purchase_id=purchase,
            buyer_id=buyer,
            seller_id=shop,
            number=1,
            stage=stage,
            stage_since=called or at,
            outcome="settled" if kind == "closed" else None,
            reason="invalid",
            requested="refund",
            opened_at=at,
            position=position,
            verdict=None,
            seller_silent=False,
            called_at=called,
            arbiter_id=arbiter,
            taken_at=called if arbiter else None,
            closed_at=at if kind == "closed" else None,
            times_reopened=0,
            next_due_at=None if kind == "closed" else due_at,
        )
        self._add(RequestedRemedy, dispute_id=id_, number=1, requested="refund", at=at)
        owing = {"negotiation": ("seller_answer", "seller"), "closed": ("seller_answer", "seller")}
        what, owed_by = owing.get(stage, ("ruling", "arbiter"))
        self._add(
            DeadlineRow,
            id=new_id(),
            dispute_id=id_,
            purchase_id=purchase,
            buyer_id=buyer,
            seller_id=shop,
            kind=what,
            owed_by=owed_by,
            base_event="opened",
            base_at=at,
            first_due_at=due_at,
            due_at=due_at,
            consequence=deadline.consequence if what == "seller_answer" else "ruling_overdue",
            steps=steps_kept(deadline),
            passed=[step.name for step in deadline.steps],
            explanation=counting_kept(deadline),
            next_at=due_at,
            state="met" if kind == "closed" else "open",
            fence=0,
        )

    def _taker(self) -> UUID:
        """Who took the next case: those whose pages are measured have four each at every size, others some twenty."""
        return next(self.cases, None) or self.chance.choice(self.other_arbiters)

    def _day(self) -> tuple[Any, Any]:
        day = self.policy.clocks["working_day"]
        return day["from"], day["to"]


class Chain:
    """The docket of a purchase as it grows."""

    def __init__(self, key: str, id_: UUID) -> None:
        self.key, self.id, self.hash = key, id_, docket.GENESIS
        self.entries: list[dict[str, Any]] = []

    def append(self, entry: Entry) -> None:
        link = docket.join(self.id, len(self.entries), self.hash, entry)
        self.hash = link.hash
        self.entries.append({name: getattr(link, name) for name in LINK})

    def head(self) -> dict[str, Any]:
        length = len(self.entries)
        sealed = docket.seal(self.key, self.id, length, self.hash)
        return {"chain_id": self.id, "length": length, "hash": self.hash, "seal": sealed}


LINK = ("chain_id", "sequence", "at", "kind", "body", "hash")
ORDER = (
    LedgerAccount,
    Person,
    Seller,
    StaffAccount,
    BrowserSession,
    Listing,
    ListingReading,
    Purchase,
    Message,
    MessageVersion,
    ReadMark,
    Dispute,
    RequestedRemedy,
    DeadlineRow,
    DocketEntry,
    DocketHead,
)

"""A dispute before the arbiters, told by the hours since its opening."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.config import Settings
from arbitration.domain.actors import Actor, Role
from arbitration.domain.opening import Claim
from arbitration.domain.rulings import RulingForm
from arbitration.ids import new_id
from arbitration.mail.compose import Letter
from arbitration.models import Dispute, Exhibit, Intent, Message, Person, Purchase
from arbitration.scheduler.letters import letter_for
from arbitration.services import deadlines
from arbitration.services.disputes import arbiters, requests, rulings
from arbitration.services.disputes.consequences import HANDLERS
from arbitration.services.disputes.finding import Case
from arbitration.services.disputes.opening import open_dispute
from arbitration.services.disputes.talks import escalate
from arbitration.services.staff.accounts import demo_staff
from arbitration.services.thread import post_event
from tests.moments import NOW
from tests.support.shop import Shop

Work = Callable[[], AbstractContextManager[Session]]
OPENED = NOW
REASONS = "The key was refused by the platform, as the screenshot shows, and the seller says nothing else."
REFUND = RulingForm("refund", reasons=REASONS)


def at(hours: float) -> datetime:
    """A moment so many hours after the opening."""
    return OPENED + timedelta(hours=hours)


@dataclass
class Hearing:
    """A purchase with a dispute on it; its acts go through the services, each in a transaction of its own."""

    work: Work
    shop: Shop
    purchase: str
    buyer: Actor
    seller: Actor
    dispute_id: UUID
    staff: dict[str, Actor] = field(default_factory=dict)

    @classmethod
    def opened(cls, work: Work, shop: Shop, reason: str = "invalid", **changes: Any) -> "Hearing":
        purchase = shop.purchase(**changes)
        with work() as session:
            row = session.scalars(select(Purchase).where(Purchase.external_id == purchase)).one()
            buyer, seller = Actor(row.buyer_id), Actor(row.seller.person_id)
            case = open_dispute(session, buyer, purchase, Claim(reason, "refund", "It is refused."), OPENED)
            dispute_id = case.dispute.id
        return cls(work, shop, purchase, buyer, seller, dispute_id)

    def called(self) -> "Hearing":
        """The arbiter was called as soon as that could be."""
        self.do(escalate, self.buyer, "", at(24))
        return self

    def arbiter(self, name: str = "helen", domain: str = "arbiters.example.org") -> Actor:
        return self._staff(f"{name}@{domain}", Role.ARBITER)

    @property
    def operator(self) -> Actor:
        return self._staff("olga@market.example.org", Role.OPERATOR)

    def _staff(self, email: str, role: Role) -> Actor:
        if email not in self.staff:
            with self.work() as session:
                person = demo_staff(session, email, email.partition("@")[0].title(), "en", role, OPENED)
                self.staff[email] = Actor(person.id, role)
        return self.staff[email]

    def do(self, act: Callable[..., Any], actor: Actor, *said: Any, **more: Any) -> Any:
        """An act on the dispute, such as ``do(take, arbiter, moment)``."""
        with self.work() as session:
            return act(session, actor, self.dispute_id, *said, **more)

    def taken(self, hours: float = 25, name: str = "helen") -> Actor:
        arbiter = self.arbiter(name)
        self.do(arbiters.take, arbiter, at(hours))
        return arbiter

    def ruled(self, hours: float = 26, form: RulingForm = REFUND, name: str = "helen") -> Actor:
        arbiter = self.taken(hours - 1, name)
        self.do(rulings.issue, arbiter, form, at(hours))
        return arbiter

    def exhibit(self, side: str, kind: str, hours: float, *, seen: bool = True) -> int:
        """An exhibit as the filing leaves it, without a file; gives its number."""
        with self.work() as session:
            purchase = self.purchase_row(session)
            number = len(session.scalars(select(Exhibit).where(Exhibit.purchase_id == purchase.id)).all()) + 1
            actor, moment, id_ = getattr(self, side), at(hours), new_id()
            row = Exhibit(
                id=id_, purchase_id=purchase.id, number=number, position=purchase.last_position + 1, kind=kind,
                filed_by=actor.person_id, filed_role=side, filed_at=moment, name="a.png", salt=b"0" * 16,
                media_type="image/png", bytes=1, sha256="0" * 64, stored_as=id_.hex, preview="none", parts=[],
                opened_at=moment if seen else None,
            )  # fmt: skip
            session.add(row)
            session.flush()
            post_event(session, purchase, actor, "exhibit", moment, facts={"exhibit": number})
            requests.answered_by(session, purchase, id_, kind, side, moment)
        return number

    def run_out(self, kind: str) -> None:
        """What the sweep does with the deadline of a kind when its moment has come."""
        with self.work() as session:
            (row,) = deadlines.open_ones(session, self.dispute_id, [kind])
            case = Case(self.purchase_row(session), session.get_one(Dispute, self.dispute_id))
            deadlines.run_out(session, case.dispute, row, row.due_at)
            HANDLERS[row.consequence](session, case, row, row.due_at)

    def dispute(self) -> Dispute:
        with self.work() as session:
            return session.get_one(Dispute, self.dispute_id)

    def due(self, kind: str) -> list[datetime]:
        """When the open deadlines of a kind end."""
        with self.work() as session:
            return [row.due_at for row in deadlines.open_ones(session, self.dispute_id, [kind])]

    def said(self, kind: str) -> list[Message]:
        """The event messages of a kind."""
        with self.work() as session:
            query = select(Message).where(Message.purchase_id == self.purchase_row(session).id, Message.kind == kind)
            return list(session.scalars(query.order_by(Message.position)))

    def letters(self, kind: str, settings: Settings) -> list[Letter]:
        """What the intents of a kind would say."""
        with self.work() as session:
            intents = session.scalars(select(Intent).where(Intent.kind == kind).order_by(Intent.created_at))
            return [letter_for(session, settings, intent, at(1000)) for intent in intents]

    def address_of(self, actor: Actor) -> str:
        with self.work() as session:
            return session.get_one(Person, actor.person_id).email

    def purchase_row(self, session: Session) -> Purchase:
        return session.scalars(select(Purchase).where(Purchase.external_id == self.purchase)).one()

"""Whom to sign in as: for each language the buyer, the seller and the arbiter who have most to show; an operator."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from arbitration.domain.actors import Actor, Role
from arbitration.domain.stages import BEFORE_ARBITER
from arbitration.i18n import LANGUAGES
from arbitration.models import Person, Purchase, Seller, StaffAccount
from arbitration.services import sign_in, staff
from arbitration.services.disputes import queue, remedies


@dataclass(frozen=True, slots=True)
class Door:
    """A sign-in link of the demo: whose, and what there is to see. ``language`` is the one they read.

    ``count`` is how many purchases there are, cases that wait for an arbiter, or refunds that wait for an operator;
    ``title`` what the link opens on.
    """

    language: str
    role: str
    name: str
    count: int
    title: str | None
    token: str


@dataclass(slots=True)
class _Candidate:
    person_id: UUID
    name: str
    purchases: list[Purchase] = field(default_factory=list)

    @property
    def talks(self) -> list[Purchase]:
        return sorted((p for p in self.purchases if p.last_position), key=lambda p: p.paid_at)

    @property
    def rank(self) -> tuple[int, bool, int, str]:
        return len(self.talks), "@" not in self.name, len(self.purchases), self.name


def doors(session: Session, now: datetime) -> Iterator[Door]:
    """Makes a link for a buyer, a seller and an arbiter of each language, and for an operator.

    Each works for 24 hours, any number of times; an arbiter's opens on the case that is due next.
    """
    candidates = _candidates(session)
    for language in LANGUAGES:
        for role in ("buyer", "seller"):
            best = max(candidates[language, role].values(), key=lambda candidate: candidate.rank, default=None)
            if best is None:
                continue
            talk = best.talks[-1] if best.talks else None
            lands_on = f"/purchases/{talk.external_id}" if talk else "/purchases"
            token = sign_in.demo_link(session, best.person_id, now, lands_on)
            yield Door(language, role, best.name, len(best.purchases), talk.listing.title if talk else None, token)
        yield from _arbiter(session, language, now)
    yield from _operator(session, now)


def _arbiter(session: Session, language: str, now: datetime) -> Iterator[Door]:
    """The arbiter of a language with most cases of their own, then with most that could be taken."""
    waiting = {
        person: queue.waiting(session, Actor(person.id, Role.ARBITER), now, limit=queue.LARGEST_PAGE).items
        for person in staff.arbiters(session)
        if (person.language or "en") == language
    }
    if not waiting:
        return
    person = max(waiting, key=lambda each: (sum(case.own for case in waiting[each]), len(waiting[each]), each.email))
    cases = waiting[person]
    todo = sorted(cases, key=lambda case: (not (case.own and case.stage in BEFORE_ARBITER), not case.own))
    case = todo[0] if todo else None
    token = sign_in.demo_link(session, person.id, now, f"/cases/{case.id}" if case else "/cases", role=Role.ARBITER)
    title = case.title if case else None
    yield Door(language, Role.ARBITER.value, person.name or person.email, len(cases), title, token)


def _operator(session: Session, now: datetime) -> Iterator[Door]:
    """The operator of the demo."""
    at_work = StaffAccount.removed_at.is_(None) & (StaffAccount.role == Role.OPERATOR.value)
    query = select(Person).join(StaffAccount, StaffAccount.person_id == Person.id).where(at_work)
    person = session.scalar(query.order_by(Person.email).limit(1))
    if person is None:
        return
    refunds, _ = remedies.owed(session, Actor(person.id, Role.OPERATOR), now)
    token = sign_in.demo_link(session, person.id, now, "/operations", role=Role.OPERATOR)
    yield Door(person.language or "en", Role.OPERATOR.value, person.name or person.email, len(refunds), None, token)


def _candidates(session: Session) -> dict[tuple[str, str], dict[UUID, _Candidate]]:
    found: dict[tuple[str, str], dict[UUID, _Candidate]] = defaultdict(dict)
    query = select(Purchase).options(
        joinedload(Purchase.buyer),
        joinedload(Purchase.listing),
        joinedload(Purchase.seller).joinedload(Seller.person),
    )
    for purchase in session.scalars(query.order_by(Purchase.paid_at)):
        buyer, seller = purchase.buyer, purchase.seller
        for language, role, person, name in (
            (buyer.language or "en", "buyer", buyer, buyer.name or buyer.email),
            (seller.language, "seller", seller.person, seller.name),
        ):
            candidate = found[language, role].setdefault(person.id, _Candidate(person.id, name))
            candidate.purchases.append(purchase)
    return found

"""Whom to sign in as: for each language the buyer and the seller who have most to show."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from arbitration.i18n import LANGUAGES
from arbitration.models import Purchase, Seller
from arbitration.services import sign_in


@dataclass(frozen=True, slots=True)
class Door:
    """A sign-in link of the demo: whose, and what there is to see. ``language`` is the one they read."""

    language: str
    role: str
    name: str
    purchases: int
    correspondence: str | None
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
    """Makes a link for a buyer and a seller of each language; each works for 24 hours, any number of times."""
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

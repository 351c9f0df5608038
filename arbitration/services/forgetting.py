"""Forgetting somebody at their own request: who they are goes, and what happened stays, under no name.

The docket names people by id alone, so that its chains stay whole. The personal rows beside it are changed and deleted
here, in one act that can't be undone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, literal, or_, select, update
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor, Role
from arbitration.domain.docket import Entry
from arbitration.domain.forgetting import is_forgotten, neutral_address
from arbitration.domain.permissions import may
from arbitration.domain.purchases import PEOPLE
from arbitration.domain.refusals import ConflictError, ForbiddenError
from arbitration.domain.stages import Stage
from arbitration.models import (
    BrowserSession,
    Dispute,
    FormerAddress,
    Intent,
    Message,
    Person,
    Purchase,
    Seller,
    SignInLink,
    StaffAccount,
    Token,
)
from arbitration.rules.marking import N_
from arbitration.services import docket
from arbitration.services.people import find_person, hold_addresses
from arbitration.services.sign_in import end_access

OPEN_DISPUTES = N_("%(address)s is party to disputes that are not closed. Wait for their end, or see to it, first.")
WORKS_HERE = N_("%(address)s works here, or has. What they decided stays under their name.")


@dataclass(frozen=True, slots=True)
class Remains:
    """What stays of somebody: how many purchases and messages, and the names of their shops."""

    bought: int
    sold: int
    messages: int
    shops: list[str]


def obstacle(session: Session, actor: Actor, person: Person) -> ConflictError | None:
    """Why a person can't be forgotten now: they work here or have, or have open disputes; None where they can be."""
    _require(actor)
    at_work = or_(
        exists().where(StaffAccount.person_id == person.id),
        exists().where(Token.person_id == person.id, Token.role.in_([Role.ARBITER.value, Role.OPERATOR.value])),
    )
    if session.scalar(select(at_work)):
        return ConflictError(WORKS_HERE, address=person.email)
    shops = select(Seller.id).where(Seller.person_id == person.id)
    party = or_(Dispute.buyer_id == person.id, Dispute.seller_id.in_(shops))
    if session.scalar(select(Dispute.id).where(party, Dispute.stage != Stage.CLOSED.value).limit(1)) is not None:
        return ConflictError(OPEN_DISPUTES, address=person.email)
    return None


def look(session: Session, actor: Actor, address: str) -> tuple[Person, Remains]:
    """Who would be forgotten, and what would stay of them. Changes nothing.

    Raises:
        NotFoundError: nobody is known by the address.
        ConflictError: they have open disputes, or work here or have.
    """
    _require(actor)
    person = find_person(session, address)
    if not is_forgotten(person.id, person.email):
        _refuse(session, actor, person)
    shops = list(session.scalars(select(Seller.name).where(Seller.person_id == person.id).order_by(Seller.name)))
    bought = _count(session, select(Purchase.id).where(Purchase.buyer_id == person.id))
    sold = _count(session, select(Purchase.id).where(_sold_by(person)))
    return person, Remains(
        bought, sold, _count(session, select(Message.id).where(Message.author_id == person.id)), shops
    )


def forget(session: Session, actor: Actor, address: str, now: datetime) -> bool:
    """Forget the person who is known by an address, for good; False if they were forgotten before.

    Gone are name, addresses (former ones and those that purchases came with, too), language, zone and calendar, the
    browsers they were signed in on, links, and requests for links; API tokens are revoked. What they wrote and filed
    stays, and so does the name of a shop. Nothing signs them in again.

    Raises:
        NotFoundError: nobody is known by the address.
        ConflictError: they have open disputes, or work here or have.
    """
    _require(actor)
    hold_addresses(session)
    person = find_person(session, address, lock=True)
    if is_forgotten(person.id, person.email):
        return False
    neutral = neutral_address(person.id)
    _forget_addresses(session, person, neutral)
    _refuse(session, actor, person)  # their purchases are locked by now: nobody opens a dispute meanwhile
    _end_ways_in(session, person, now)
    person.email = person.written_as = neutral
    person.name = person.language = person.time_zone = person.stated_language = person.stated_time_zone = None
    person.calendar = person.digits = None
    person.search_text, person.suspended_at = "", person.suspended_at or now
    entry = Entry("person.forgotten", now, actor.person_id, {"person": str(person.id)})
    docket.append_to_installation(session, entry)
    return True


def _forget_addresses(session: Session, person: Person, neutral: str) -> None:
    """Take the addresses away, and the digest of what a row said of its people: who knows one could try it out."""
    former = session.scalars(select(FormerAddress.email).where(FormerAddress.person_id == person.id))
    theirs = {person.email, *former}
    session.execute(delete(Intent).where(Intent.address.in_(theirs)))
    session.execute(delete(FormerAddress).where(FormerAddress.person_id == person.id))
    unsaid = literal("0" * PEOPLE).concat(func.substr(Purchase.said_digest, PEOPLE + 1))
    changes = {"synchronize_session": False}
    for side, column in ((Purchase.buyer_id == person.id, "buyer_address"), (_sold_by(person), "seller_address")):
        anonymous = update(Purchase).where(side).values({column: neutral, "said_digest": unsaid})
        session.execute(anonymous.execution_options(**changes))


def _end_ways_in(session: Session, person: Person, now: datetime) -> None:
    end_access(session, person.id, now)
    session.execute(delete(BrowserSession).where(BrowserSession.person_id == person.id))
    session.execute(delete(SignInLink).where(SignInLink.person_id == person.id))
    live = update(Token).where(Token.person_id == person.id, Token.revoked_at.is_(None)).values(revoked_at=now)
    for token_id in session.scalars(live.returning(Token.id)).all():
        docket.append_to_installation(session, Entry("token.revoked", now, None, {"token": str(token_id)}))


def _refuse(session: Session, actor: Actor, person: Person) -> None:
    refusal = obstacle(session, actor, person)
    if refusal is not None:
        raise refusal


def _sold_by(person: Person) -> ColumnElement[bool]:
    return Purchase.seller_id.in_(select(Seller.id).where(Seller.person_id == person.id))


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _require(actor: Actor) -> None:
    if not may(actor, "managePeople"):
        raise ForbiddenError

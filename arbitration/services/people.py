"""People: finding them by their address, their settings, and what the operator does about them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor, OwnAffairs
from arbitration.domain.docket import Entry
from arbitration.domain.forgetting import is_forgotten
from arbitration.domain.permissions import may
from arbitration.domain.refusals import ConflictError, ForbiddenError, NotFoundError
from arbitration.domain.sign_in import canonical_address
from arbitration.ids import new_id
from arbitration.models import BrowserSession, FormerAddress, Person, Purchase, Seller
from arbitration.rules.marking import N_
from arbitration.services import docket
from arbitration.services.disputes.leaving import give_back_cases
from arbitration.services.sign_in import end_access

ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7226031)")


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a person reads: a language, an IANA zone, a calendar and digits, all of them known to this installation."""

    language: str
    time_zone: str
    calendar: str
    digits: str


def find_person(session: Session, address: str, *, lock: bool = False) -> Person:
    """The person who is known by an address now.

    Raises:
        NotFoundError: nobody is.
        InvalidError: it is no address.
    """
    query = select(Person).where(Person.email == canonical_address(address))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    person = session.scalar(query)
    if person is None:
        raise NotFoundError(N_("Nobody is known by the address %(address)s."), address=address.strip())
    return person


def hold_addresses(session: Session) -> None:
    """Let nobody else add a person or move an address until the act is over. SQLite has one writer anyhow."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(ONE_AT_A_TIME)


def find_or_add(session: Session, address: str, now: datetime) -> Person:
    """The person who is known by an address; a new one if nobody is.

    Raises:
        InvalidError: it is no address.
        ConflictError: it is what was put in the place of the address of somebody who was forgotten.
    """
    email = canonical_address(address)
    known = select(Person).where(Person.email == email)
    person = session.scalar(known)
    if person is None:
        hold_addresses(session)
        person = session.scalar(known)
    if person is None:
        person = Person(id=new_id(), email=email, written_as=address.strip(), created_at=now)
        session.add(person)
        session.flush()
    _refuse_forgotten(person)
    return person


def prefer(session: Session, actor: Actor, person_id: UUID, wanted: Preferences) -> None:
    """Set how a person reads.

    Raises:
        ForbiddenError: they are another person's settings.
    """
    person = _own(session, actor, person_id)
    person.language, person.time_zone = wanted.language, wanted.time_zone
    person.calendar, person.digits = wanted.calendar, wanted.digits


def prefer_language(session: Session, actor: Actor, person_id: UUID, language: str) -> None:
    """Set a person's language alone; the rest stays.

    Raises:
        ForbiddenError: they are another person's settings.
    """
    _own(session, actor, person_id).language = language


def _own(session: Session, actor: Actor, person_id: UUID) -> Person:
    if not may(actor, "changeSettings", OwnAffairs(person_id)):
        raise ForbiddenError
    return session.get_one(Person, person_id, with_for_update=True)


def list_people(session: Session, actor: Actor, text: str = "", after: str = "", limit: int = 200) -> list[Person]:
    """People by address, from the one after ``after``; only those with ``text`` in address or name, if given."""
    _require(actor, "managePeople")
    query = select(Person).where(Person.email > after).order_by(Person.email).limit(limit)
    if text:
        query = query.where(
            Person.email.icontains(text, autoescape=True) | Person.name.icontains(text, autoescape=True)
        )
    return list(session.scalars(query))


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody has to do with the installation: purchases bought and sold, and addresses left behind."""

    bought: int
    sold: int
    former: list[FormerAddress]


def part_of(session: Session, actor: Actor, person: Person) -> Part:
    """How many purchases a person bought and sold, and which addresses were theirs before."""
    _require(actor, "managePeople")
    bought = select(func.count()).select_from(Purchase).where(Purchase.buyer_id == person.id)
    sold = select(func.count()).select_from(Purchase).join(Purchase.seller).where(Seller.person_id == person.id)
    former = select(FormerAddress).where(FormerAddress.person_id == person.id).order_by(FormerAddress.left_at)
    return Part(session.scalar(bought) or 0, session.scalar(sold) or 0, list(session.scalars(former)))


def move(session: Session, actor: Actor, old: str, new: str, now: datetime) -> Person:
    """Give a person another address. All they are party to goes along; sessions and links of the old one end.

    Raises:
        NotFoundError: nobody has the old address.
        ConflictError: the new one is another person's, or the same as the old one, or they were forgotten.
        InvalidError: one of them is no address.
    """
    _require(actor, "moveAddress")
    email = canonical_address(new)
    hold_addresses(session)
    person = find_person(session, old, lock=True)
    _refuse_forgotten(person)
    holder = session.scalar(select(Person).where(Person.email == email))
    if holder is person:
        raise ConflictError(N_("%(address)s is the address of this person already."), address=email)
    if holder is not None:
        msgid = N_("%(address)s is another person's address. Two people's purchases can't be joined into one.")
        raise ConflictError(msgid, address=email)
    _leave_address(session, person, email, now)
    person.email, person.written_as = email, new.strip()
    end_access(session, person.id, now)
    _record(session, "person.moved", person, actor, now)
    return person


def _leave_address(session: Session, person: Person, new: str, now: datetime) -> None:
    back = (FormerAddress.person_id == person.id) & FormerAddress.email.in_((person.email, new))
    session.execute(delete(FormerAddress).where(back))
    session.add(FormerAddress(person_id=person.id, email=person.email, left_at=now))


def suspend(session: Session, actor: Actor, address: str, now: datetime) -> Person:
    """Keep a person out: no sign-in, no session, no token works until they are restored.

    Raises:
        NotFoundError: nobody has the address.
        ConflictError: they are suspended already, or it is oneself.
    """
    _require(actor, "managePeople")
    person = find_person(session, address, lock=True)
    if person.suspended_at is not None:
        raise ConflictError(N_("%(address)s is suspended already."), address=person.email)
    _refuse_oneself(actor, person)
    give_back_cases(session, person.id, now)
    person.suspended_at = now
    end_access(session, person.id, now)
    _record(session, "person.suspended", person, actor, now)
    return person


def restore(session: Session, actor: Actor, address: str, now: datetime) -> Person:
    """Let a suspended person in again. What was ended stays so: they sign in anew.

    Raises:
        NotFoundError: nobody has the address.
        ConflictError: they are not suspended, or were forgotten.
    """
    _require(actor, "managePeople")
    person = find_person(session, address, lock=True)
    _refuse_forgotten(person)
    if person.suspended_at is None:
        raise ConflictError(N_("%(address)s is not suspended."), address=person.email)
    person.suspended_at = None
    _record(session, "person.restored", person, actor, now)
    return person


def sign_out(session: Session, actor: Actor, address: str, now: datetime) -> int:
    """End all sessions and links of a person; gives how many sessions there were.

    Raises:
        NotFoundError: nobody has the address.
    """
    _require(actor, "managePeople")
    person = find_person(session, address, lock=True)
    ended = end_access(session, person.id, now)
    _record(session, "person.signed_out_everywhere", person, actor, now)
    return ended


def end_session(session: Session, actor: Actor, person_id: UUID, session_id: UUID, now: datetime) -> None:
    """Sign a person out on one browser.

    Raises:
        NotFoundError: there is no such session of this person, or it has ended.
    """
    _require(actor, "managePeople")
    found = session.get(BrowserSession, session_id, with_for_update=True)
    if found is None or found.person_id != person_id or found.ended_at is not None:
        raise NotFoundError
    found.ended_at = now
    session.flush()
    facts = {"person": str(person_id), "session": str(session_id)}
    docket.append_to_installation(session, Entry("person.session_ended", now, actor.person_id, facts))


def _refuse_oneself(actor: Actor, person: Person) -> None:
    if person.id == actor.person_id:
        raise ConflictError(ONESELF)


def _refuse_forgotten(person: Person) -> None:
    if is_forgotten(person.id, person.email):
        raise ConflictError(FORGOTTEN)


def _require(actor: Actor, action: str) -> None:
    if not may(actor, action):
        raise ForbiddenError


def _record(session: Session, kind: str, person: Person, actor: Actor, now: datetime) -> None:
    docket.append_to_installation(session, Entry(kind, now, actor.person_id, {"person": str(person.id)}))


FORGOTTEN = N_("This person asked to be forgotten, and was. That can't be undone.")
ONESELF = N_("That is your own account: another operator has to do it.")

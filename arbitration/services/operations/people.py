"""The people of an installation as operators see them: who they are, what they do here, where they are signed in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, cast, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from arbitration.columns import UtcDateTime
from arbitration.domain.actors import Actor, Role
from arbitration.domain.refusals import NotFoundError
from arbitration.domain.searching import words
from arbitration.domain.sign_in import is_open
from arbitration.models import (
    ArbiterTie,
    BrowserSession,
    FormerAddress,
    Person,
    Purchase,
    Seller,
    StaffAccount,
    Token,
)
from arbitration.services.operations.lists import PAGE, Count, Order, Page, Query, bounded, count, page, require, walk

BY_ADDRESS = Order((Person.email,))
STAFF, ARBITERS, OPERATORS, SUSPENDED = "staff", "arbiter", "operator", "suspended"
SHOWS = ("", STAFF, ARBITERS, OPERATORS, SUSPENDED)
MOST_SESSIONS = 50
LAST = "\uffff"
TIE, FORMER, SHOP = "tie", "former", "shop"


@dataclass(frozen=True, slots=True)
class Listed:
    """A person, and the account of those who work here."""

    person: Person
    account: StaffAccount | None


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of one person, save what they wrote."""

    person: Person
    account: StaffAccount | None
    sessions: Sequence[BrowserSession]
    tokens: Sequence[Token]
    ties: Sequence["Attached"]
    former: Sequence["Attached"]
    shops: Sequence["Attached"]
    bought: Count
    sold: Count


@dataclass(frozen=True, slots=True)
class Attached:
    """What belongs to a person: a tie (to whom, why, since and until when), an address they left, a shop and its id."""

    kind: str
    name: str
    more: str
    since: datetime | None
    until: datetime | None


def list_people(
    session: Session, actor: Actor, text: str = "", shows: str = "", *, cursor: str | None = None, limit: int = PAGE
) -> Page[Listed]:
    """People by address; ``shows`` leaves those who work here, arbiters, operators, or the suspended.

    A text with an @ is the beginning of an address, another one words of the name, or the beginning of an address.

    Raises:
        ForbiddenError: the actor is no operator.
        InvalidError: the cursor is none of ours.
    """
    require(actor, "managePeople")
    rows, following = page(session, _query(session, text, shows), BY_ADDRESS, cursor, limit)
    return Page([Listed(*row) for row in rows], following)


def count_people(session: Session, actor: Actor, text: str = "", shows: str = "") -> Count:
    """How many there are of them, up to a bound."""
    require(actor, "managePeople")
    return count(session, _query(session, text, shows))


def walk_people(session: Session, actor: Actor, text: str = "", shows: str = "") -> Iterator[Listed]:
    """All of them, for an export."""
    require(actor, "managePeople")
    return (Listed(*row) for row in walk(session, _query(session, text, shows), BY_ADDRESS))


def find(session: Session, actor: Actor, person_id: UUID) -> Person:
    """A person by id.

    Raises:
        ForbiddenError: the actor is no operator.
        NotFoundError: there is none.
    """
    require(actor, "managePeople")
    person = session.get(Person, person_id)
    if person is None:
        raise NotFoundError
    return person


def known(session: Session, actor: Actor, person_id: UUID, now: datetime) -> Known:
    """All that is known of a person, in five queries.

    Raises:
        ForbiddenError: the actor is no operator.
        NotFoundError: there is none.
    """
    require(actor, "managePeople")
    row = session.execute(_query(session).where(Person.id == person_id)).first()
    if row is None:
        raise NotFoundError
    shops = select(Seller.id).where(Seller.person_id == person_id)
    bought = bounded(select(Purchase).where(Purchase.buyer_id == person_id)).scalar_subquery()
    sold = bounded(select(Purchase).where(Purchase.seller_id.in_(shops))).scalar_subquery()
    counted = session.execute(select(bought, sold)).one()
    tokens = select(Token).where(Token.person_id == person_id).order_by(Token.created_at.desc()).limit(MOST_SESSIONS)
    attached = _attached(session, person_id)
    return Known(
        row[0],
        row[1],
        sessions=open_sessions(session, person_id, now),
        tokens=session.scalars(tokens).all(),
        ties=[each for each in attached if each.kind == TIE],
        former=[each for each in attached if each.kind == FORMER],
        shops=[each for each in attached if each.kind == SHOP],
        bought=Count.of(counted[0]),
        sold=Count.of(counted[1]),
    )


def _attached(session: Session, person_id: UUID) -> list[Attached]:
    never = cast(null(), UtcDateTime())
    of = (
        select(literal(TIE), ArbiterTie.tied_to, ArbiterTie.reason, ArbiterTie.declared_at, ArbiterTie.ended_at).where(
            ArbiterTie.person_id == person_id
        ),
        select(literal(FORMER), FormerAddress.email, literal(""), never, FormerAddress.left_at).where(
            FormerAddress.person_id == person_id
        ),
        select(literal(SHOP), Seller.name, Seller.external_id, never, never).where(Seller.person_id == person_id),
    )
    found = union_all(*of).subquery()
    rows = session.execute(select(found).order_by(*list(found.c)[3:], list(found.c)[1]))
    return [Attached(*row) for row in rows]


def open_sessions(session: Session, person_id: UUID, now: datetime) -> list[BrowserSession]:
    """Where a person is signed in, in whatever role, the last used first."""
    query: Query = select(BrowserSession).where(
        BrowserSession.person_id == person_id, BrowserSession.ended_at.is_(None), BrowserSession.expires_at >= now
    )
    found = session.scalars(query.order_by(BrowserSession.seen_at.desc(), BrowserSession.id).limit(MOST_SESSIONS))
    return [each for each in found if is_open(each.expires_at, each.seen_at, now, Role(each.role))]


def names_of(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What people are called: their name, else their address."""
    if not ids:
        return {}
    rows = session.execute(select(Person.id, Person.name, Person.email).where(Person.id.in_(set(ids))))
    return {id_: name or email for id_, name, email in rows}


def _query(session: Session, text: str = "", shows: str = "") -> Query:
    works = and_(StaffAccount.person_id == Person.id, StaffAccount.removed_at.is_(None))
    query: Query = select(Person, StaffAccount)
    if shows in (STAFF, ARBITERS, OPERATORS):
        roles = {ARBITERS: [Role.ARBITER.value], OPERATORS: [Role.OPERATOR.value]}
        role = StaffAccount.role.in_(roles.get(shows, [Role.ARBITER.value, Role.OPERATOR.value]))
        query = query.join(StaffAccount, works).where(role)
    else:
        query = query.outerjoin(StaffAccount, works)
    if shows == SUSPENDED:
        query = query.where(Person.suspended_at.is_not(None))
    return _searched(session, query, text.strip())


def _searched(session: Session, query: Query, text: str) -> Query:
    start = text.casefold().replace("\0", "")
    if not start:
        return query
    begins = Person.email.startswith(start, autoescape=True)
    if "@" in text:
        in_order = session.get_bind().dialect.name == "sqlite"  # by code points, so that the index leads there
        return query.where(Person.email >= start, Person.email < start + LAST) if in_order else query.where(begins)
    named = [Person.search_text.contains(word, autoescape=True) for word in words(text)]
    return query.where(or_(and_(*named), begins) if named else begins)

"""Arbiters as operators see them: what each has before them, how many cases are late, what was ruled, who is away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from arbitration.domain.actors import Actor, Role
from arbitration.domain.deadlines import Kind
from arbitration.domain.docket import Entry
from arbitration.domain.refusals import ConflictError, NotFoundError
from arbitration.domain.stages import BEFORE_ARBITER
from arbitration.models import (
    ArbiterAbsence,
    Assignment,
    DeadlineRow,
    Dispute,
    Person,
    Purchase,
    Ruling,
    Seller,
    StaffAccount,
)
from arbitration.rules.marking import N_
from arbitration.services import docket
from arbitration.services.disputes.leaving import give_back_case
from arbitration.services.operations.lists import (
    LARGEST_PAGE,
    PAGE,
    Count,
    Page,
    Query,
    count,
    page,
    require,
    walk_pages,
)
from arbitration.services.operations.people import BY_ADDRESS
from arbitration.services.staff import absences

LATELY = timedelta(days=30)
MOST_CASES = 200


@dataclass(frozen=True, slots=True)
class Load:
    """An arbiter: cases before them, how many of these are late, rulings of the last 30 days, absences to come."""

    person: Person
    account: StaffAccount
    cases: int
    late: int
    ruled: int
    absences: Sequence[ArbiterAbsence]

    def away(self, now: datetime) -> ArbiterAbsence | None:
        """The absence that is going on."""
        return next((each for each in self.absences if each.begins_at <= now), None)


@dataclass(frozen=True, slots=True)
class Held:
    """A case that an arbiter has, and when the ruling is due."""

    dispute: Dispute
    due_at: datetime | None


def list_loads(
    session: Session, actor: Actor, now: datetime, text: str = "", *, cursor: str | None = None, limit: int = PAGE
) -> Page[Load]:
    """Arbiters by address, with their load.

    Raises:
        ForbiddenError: the actor is no operator.
        InvalidError: the cursor is none of ours.
    """
    require(actor, "manageStaff")
    rows, following = page(session, _query(text, now), BY_ADDRESS, cursor, limit)
    return Page(_loads(session, rows, now), following)


def count_arbiters(session: Session, actor: Actor, now: datetime, text: str = "") -> Count:
    """How many there are, up to a bound."""
    require(actor, "manageStaff")
    return count(session, _query(text, now))


def walk_loads(session: Session, actor: Actor, now: datetime, text: str = "") -> Iterator[Load]:
    """All of them, for an export."""
    require(actor, "manageStaff")
    return walk_pages(session, lambda cursor: list_loads(session, actor, now, text, cursor=cursor, limit=LARGEST_PAGE))


def load_of(session: Session, actor: Actor, person_id: UUID, now: datetime) -> Load:
    """One arbiter.

    Raises:
        ForbiddenError: the actor is no operator.
        NotFoundError: the person is no arbiter.
    """
    require(actor, "manageStaff")
    rows = session.execute(_query("", now).where(Person.id == person_id)).all()
    if not rows:
        raise NotFoundError
    return _loads(session, rows, now)[0]


def cases_of(session: Session, actor: Actor, person_id: UUID) -> list[Held]:
    """The cases on which an arbiter is still to rule, those that are due first; with their purchases."""
    require(actor, "manageStaff")
    clock = and_(
        DeadlineRow.dispute_id == Dispute.id,
        DeadlineRow.kind == Kind.RULING,
        DeadlineRow.subject_id == Assignment.id,
    )
    query = (
        select(Dispute, DeadlineRow.due_at)
        .join(Assignment, and_(Assignment.dispute_id == Dispute.id, Assignment.left_at.is_(None)))
        .outerjoin(DeadlineRow, clock)
        .join(Dispute.purchase)
        .where(Dispute.arbiter_id == person_id, Dispute.stage.in_(BEFORE_ARBITER))
        .options(
            contains_eager(Dispute.purchase).options(
                joinedload(Purchase.listing),
                joinedload(Purchase.buyer),
                joinedload(Purchase.seller).joinedload(Seller.person),
            )
        )
    )
    rows = session.execute(query.order_by(DeadlineRow.due_at, Dispute.id).limit(MOST_CASES)).unique()
    return [Held(dispute, due_at) for dispute, due_at in rows]


def give_back(session: Session, actor: Actor, person_id: UUID, dispute_id: UUID, now: datetime) -> None:
    """Give a case that an arbiter has back to the others; both sides are told that somebody else will decide.

    Raises:
        ForbiddenError: the actor is no operator.
        NotFoundError: there is no such case.
        ConflictError: this arbiter has it no longer.
    """
    require(actor, "manageStaff")
    if session.get(Dispute, dispute_id) is None:
        raise NotFoundError
    if not give_back_case(session, dispute_id, person_id, now):
        raise ConflictError(N_("This arbiter does not have the case any more."))
    facts = {"person": str(person_id), "dispute": str(dispute_id)}
    docket.append_to_installation(session, Entry("arbiter.case_given_back", now, actor.person_id, facts))


def _query(text: str, now: datetime) -> Query:
    works = and_(StaffAccount.person_id == Person.id, StaffAccount.removed_at.is_(None))
    query: Query = select(Person, StaffAccount, _cases(), _late(now), _ruled(now)).join(StaffAccount, works)
    query = query.where(StaffAccount.role == Role.ARBITER.value)
    if (typed := text.strip()) and "\0" not in typed:
        named = Person.name.icontains(typed, autoescape=True)
        query = query.where(or_(Person.email.icontains(typed, autoescape=True), named))
    return query


def _loads(session: Session, rows: Sequence[Any], now: datetime) -> list[Load]:
    away = absences.of_many(session, [row[0].id for row in rows], now)
    return [
        Load(person, account, cases, late, ruled, away.get(person.id, ()))
        for person, account, cases, late, ruled in rows
    ]


def _cases() -> ColumnElement[int]:
    mine = Dispute.arbiter_id == Person.id, Dispute.stage.in_(BEFORE_ARBITER)
    return select(func.count(Dispute.id)).where(*mine).correlate(Person).scalar_subquery()


def _late(now: datetime) -> ColumnElement[int]:
    clock = and_(DeadlineRow.dispute_id == Assignment.dispute_id, DeadlineRow.subject_id == Assignment.id)
    query = (
        select(func.count(DeadlineRow.id))
        .select_from(Assignment)
        .join(DeadlineRow, clock)
        .join(Dispute, and_(Dispute.id == Assignment.dispute_id, Dispute.stage.in_(BEFORE_ARBITER)))
        .where(Assignment.arbiter_id == Person.id, Assignment.left_at.is_(None))
        .where(DeadlineRow.kind == Kind.RULING, DeadlineRow.due_at < now)
    )
    return query.correlate(Person).scalar_subquery()


def _ruled(now: datetime) -> ColumnElement[int]:
    lately = Ruling.arbiter_id == Person.id, Ruling.issued_at > now - LATELY
    return select(func.count(Ruling.id)).where(*lately).correlate(Person).scalar_subquery()

"""The outbox as operators see it: what waits, what fails and why; trying again, and holding everything back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor
from arbitration.domain.docket import Entry
from arbitration.domain.refusals import ConflictError, NotFoundError
from arbitration.models import Intent, Person
from arbitration.rules.marking import N_
from arbitration.services import docket
from arbitration.services.operations.lists import PAGE, Count, Order, Page, Query, bounded, page, require, walk

WAITING, TROUBLED, FAILED, SENT, SKIPPED = "waiting", "troubled", "failed", "sent", "skipped"
SHOWS = (WAITING, TROUBLED, FAILED, SENT, SKIPPED)
DUE = Order((Intent.due_at, Intent.id))
LATEST = Order((Intent.due_at, Intent.id), newest_first=True)
AT_ONCE = 1000
IS_TROUBLED: ColumnElement[bool] = and_(Intent.state == WAITING, Intent.error.is_not(None))
"""Whether a mail failed before and waits for its next try."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail, and to whom it goes: a person, or an address under which perhaps nobody is known."""

    intent: Intent
    name: str | None
    email: str | None


def list_intents(
    session: Session, actor: Actor, shows: str, text: str = "", *, cursor: str | None = None, limit: int = PAGE
) -> Page[Listed]:
    """Mails of a kind of ``SHOWS``: those that wait by when they are due, the others the latest first.

    ``text`` is the beginning of the receiver's address.

    Raises:
        ForbiddenError: the actor is no operator.
        InvalidError: the cursor is none of ours.
    """
    require(actor, "manageOutbox")
    rows, following = page(session, _query(shows, text), _order(shows), cursor, limit)
    return Page([Listed(*row) for row in rows], following)


def walk_intents(session: Session, actor: Actor, shows: str, text: str = "") -> Iterator[Listed]:
    """All of them, for an export."""
    require(actor, "manageOutbox")
    return (Listed(*row) for row in walk(session, _query(shows, text), _order(shows)))


def count_each(session: Session, actor: Actor, text: str = "") -> dict[str, Count]:
    """How many there are of each kind, up to a bound, in one query."""
    require(actor, "manageOutbox")
    found = session.execute(select(*(bounded(_query(each, text)).scalar_subquery() for each in SHOWS))).one()
    return {each: Count.of(number) for each, number in zip(SHOWS, found, strict=True)}


def retry(session: Session, actor: Actor, intent_id: UUID, now: datetime) -> Intent:
    """Have a mail tried now: one that waits for its next try, or one that was given up, which gets all its tries again.

    Raises:
        ForbiddenError: the actor is no operator.
        NotFoundError: there is none with this id.
        ConflictError: it was sent or was of no use any more, or is being sent at this moment.
    """
    require(actor, "manageOutbox")
    intent = session.get(Intent, intent_id, with_for_update=True, populate_existing=True)
    if intent is None:
        raise NotFoundError
    if intent.state not in (WAITING, FAILED):
        raise ConflictError(N_("This mail needs no other try: it was sent, or is of no use any more."))
    if intent.lease_until is not None and intent.lease_until > now:
        raise ConflictError(N_("This mail is being sent at this moment."))
    intent.state, intent.due_at, intent.settled_at, intent.lease_until = WAITING, now, None, None
    intent.attempts = 0
    session.flush()
    docket.append_to_installation(session, Entry("outbox.retried", now, actor.person_id, {"intents": [str(intent.id)]}))
    return intent


def retry_troubled(session: Session, actor: Actor, now: datetime) -> int:
    """Have all waiting mails that failed before tried now; gives how many.

    The docket has an entry for each ``AT_ONCE`` of them.

    Raises:
        ForbiddenError: the actor is no operator.
    """
    require(actor, "manageOutbox")
    number = 0
    while ids := _put_forward(session, now):
        facts = {"intents": [str(id_) for id_ in sorted(ids)]}
        docket.append_to_installation(session, Entry("outbox.retried", now, actor.person_id, facts))
        number += len(ids)
    return number


def _put_forward(session: Session, now: datetime) -> Sequence[UUID]:
    """Make some that failed before due now; gives which, and none once all of them are."""
    free = or_(Intent.lease_until.is_(None), Intent.lease_until <= now)
    later = select(Intent.id).where(_shown(TROUBLED), free, Intent.due_at > now).order_by(Intent.due_at).limit(AT_ONCE)
    ids = session.scalars(later.with_for_update()).all()
    if ids:
        session.execute(update(Intent).where(Intent.id.in_(ids)).values(due_at=now))
    return ids


def _order(shows: str) -> Order:
    return DUE if shows in (WAITING, TROUBLED) else LATEST


def _shown(shows: str) -> ColumnElement[bool]:
    return IS_TROUBLED if shows == TROUBLED else Intent.state == shows


def _query(shows: str, text: str) -> Query:
    query: Query = select(Intent, Person.name, Person.email).outerjoin(Person, Person.id == Intent.person_id)
    query = query.where(_shown(shows))
    if (typed := text.strip().casefold()) and "\0" not in typed:
        begins = Person.email.startswith(typed, autoescape=True)
        query = query.where(or_(begins, Intent.address.istartswith(typed, autoescape=True)))
    return query

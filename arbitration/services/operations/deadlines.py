"""Deadlines as operators see them: what the sweep has not done, what is owed though its time is over, what comes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, literal_column, or_, select
from sqlalchemy.orm import Session, joinedload

from arbitration.domain import remedies
from arbitration.domain.actors import Actor
from arbitration.domain.searching import words
from arbitration.domain.stages import BEFORE_ARBITER
from arbitration.models import Assignment, DeadlineRow, Dispute, Purchase, Remedy, Seller
from arbitration.services.deadline_lists import LATE
from arbitration.services.disputes.searching import has_word
from arbitration.services.operations.lists import PAGE, Count, Order, Page, Query, bounded, page, require, walk

OVERDUE, STUCK, SOON, OPEN = "overdue", "stuck", "soon", "open"
SHOWS = (OVERDUE, STUCK, SOON, OPEN)
A_DAY = timedelta(days=1)
BY_END = Order((DeadlineRow.due_at, DeadlineRow.id))
BY_NEXT = Order((DeadlineRow.next_at, DeadlineRow.id))
RUNNING: ColumnElement[bool] = DeadlineRow.state == literal_column("'open'")
STILL_OWED: ColumnElement[bool] = and_(
    DeadlineRow.state == literal_column("'ran_out'"), literal_column("deadlines.kind IN ('ruling', 'refund')")
)
"""Written out, so that the database sees that the indexes of just these rows will do."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A deadline with the purchase it belongs to."""

    row: DeadlineRow
    purchase: Purchase


def list_deadlines(
    session: Session,
    actor: Actor,
    shows: str,
    owed_by: str,
    now: datetime,
    text: str = "",
    *,
    cursor: str | None = None,
    limit: int = PAGE,
) -> Page[Listed]:
    """Deadlines of a kind of ``SHOWS``, those that end first before the others; of all, or of one who owes.

    ``overdue`` are rulings and refunds that are still owed though their time is over; ``stuck`` is what fell due and
    was not carried out, since no scheduler runs or something hinders it; ``soon`` what ends within a day. ``text`` is
    words of the title, of the names of shop and buyer, or of the marketplace's number.

    Raises:
        ForbiddenError: the actor is no operator.
        InvalidError: the cursor is none of ours.
    """
    require(actor, "seeInstallation")
    rows, following = page(session, _query(shows, owed_by, now, text), _order(shows), cursor, limit)
    return Page([Listed(row, purchase) for row, purchase in rows], following)


def walk_deadlines(
    session: Session, actor: Actor, shows: str, owed_by: str, now: datetime, text: str = ""
) -> Iterator[Listed]:
    """All of them, for an export."""
    require(actor, "seeInstallation")
    return (Listed(*row) for row in walk(session, _query(shows, owed_by, now, text), _order(shows)))


def count_each(session: Session, actor: Actor, owed_by: str, now: datetime) -> dict[str, Count]:
    """How many there are of each kind, up to a bound, in one query."""
    require(actor, "seeInstallation")
    queries = (bounded(_filtered(select(DeadlineRow), each, owed_by, now)).scalar_subquery() for each in SHOWS)
    return {each: Count.of(number) for each, number in zip(SHOWS, session.execute(select(*queries)).one(), strict=True)}


def is_stuck(now: datetime) -> ColumnElement[bool]:
    """Whether a deadline fell due and was not carried out, as a condition within a query."""
    return and_(RUNNING, DeadlineRow.next_at <= now - LATE)


def _order(shows: str) -> Order:
    return BY_END if shows == OVERDUE else BY_NEXT


def _query(shows: str, owed_by: str, now: datetime, text: str) -> Query:
    query: Query = select(DeadlineRow, Purchase).join(Purchase, Purchase.id == DeadlineRow.purchase_id)
    query = query.options(
        joinedload(Purchase.listing),
        joinedload(Purchase.buyer),
        joinedload(Purchase.seller).joinedload(Seller.person),
    )
    query = query.where(*(has_word(word, DeadlineRow.purchase_id) for word in words(text)))
    return _filtered(query, shows, owed_by, now)


def _filtered(query: Query, shows: str, owed_by: str, now: datetime) -> Query:
    if owed_by:
        query = query.where(DeadlineRow.owed_by == owed_by)
    if shows == OVERDUE:
        return query.where(STILL_OWED, or_(_has_case(), _has_refund()))
    if shows == STUCK:
        return query.where(is_stuck(now))
    query = query.where(RUNNING)
    if shows == SOON:
        ends = DeadlineRow.due_at > now, DeadlineRow.due_at <= now + A_DAY
        return query.where(DeadlineRow.next_at <= now + A_DAY, *ends)
    return query


def _has_case() -> Any:
    """Whether an arbiter still has the case in which the ruling is owed."""
    mine = and_(Assignment.id == DeadlineRow.subject_id, Assignment.left_at.is_(None))
    still = and_(Dispute.id == Assignment.dispute_id, Dispute.stage.in_(BEFORE_ARBITER))
    return select(Assignment.id).join(Dispute, still).where(mine).correlate(DeadlineRow).exists()


def _has_refund() -> Any:
    mine = and_(Remedy.id == DeadlineRow.subject_id, Remedy.state.in_(remedies.OPEN))
    return select(Remedy.id).where(mine).correlate(DeadlineRow).exists()

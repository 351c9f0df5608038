"""Refunds as operators see them: those to approve, those to confirm, those on their way, and the late ones."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from arbitration.domain import remedies as rules
from arbitration.domain.actors import Actor
from arbitration.domain.searching import words
from arbitration.models import DeadlineRow, Purchase, Remedy, Seller
from arbitration.services.disputes.remedies import OwedRefund
from arbitration.services.disputes.searching import has_word
from arbitration.services.operations.lists import PAGE, Count, Order, Page, Query, bounded, page, require, walk
from arbitration.services.refunds.terms import needs_approval, terms_of

TO_APPROVE, TO_CONFIRM, SENT, LATE, DONE = "to_approve", "to_confirm", "sent", "late", "done"
SHOWS = ("", TO_APPROVE, TO_CONFIRM, SENT, LATE, DONE)
LONGEST_OWED = Order((Remedy.owed_at, Remedy.id))
NEWEST = Order((Remedy.owed_at, Remedy.id), newest_first=True)


def list_refunds(
    session: Session,
    actor: Actor,
    shows: str,
    now: datetime,
    text: str = "",
    *,
    cursor: str | None = None,
    limit: int = PAGE,
) -> Page[OwedRefund]:
    """Refunds that are owed, the longest owed first; or those that were paid, the newest first.

    ``text`` is words of the title, of the names of shop and buyer, or of the marketplace's number.

    Raises:
        ForbiddenError: the actor is no operator.
        InvalidError: the cursor is none of ours.
    """
    require(actor, "listRefunds")
    rows, following = page(session, _query(session, shows, now, text), _order(shows), cursor, limit)
    return Page([_owed(now, *row) for row in rows], following)


def walk_refunds(session: Session, actor: Actor, shows: str, now: datetime, text: str = "") -> Iterator[OwedRefund]:
    """All of them, for an export."""
    require(actor, "listRefunds")
    return (_owed(now, *row) for row in walk(session, _query(session, shows, now, text), _order(shows)))


def count_each(session: Session, actor: Actor, now: datetime) -> dict[str, Count]:
    """How many there are of each kind, up to a bound, in one query; of those that were paid none are counted."""
    require(actor, "listRefunds")
    shows = [each for each in SHOWS if each != DONE]
    queries = (bounded(_filtered(session, select(Remedy), each, now)).scalar_subquery() for each in shows)
    return {each: Count.of(number) for each, number in zip(shows, session.execute(select(*queries)).one(), strict=True)}


def _order(shows: str) -> Order:
    return NEWEST if shows == DONE else LONGEST_OWED


def _query(session: Session, shows: str, now: datetime, text: str) -> Query:
    query = (
        select(Remedy, Purchase, _due_at())
        .join(Purchase, Purchase.id == Remedy.purchase_id)
        .options(joinedload(Purchase.listing), joinedload(Purchase.buyer))
        .options(joinedload(Purchase.seller).joinedload(Seller.person))
    )
    query = query.where(*(has_word(word, Remedy.purchase_id) for word in words(text)))
    return _filtered(session, query, shows, now)


def _due_at() -> Any:
    mine = and_(DeadlineRow.dispute_id == Remedy.dispute_id, DeadlineRow.subject_id == Remedy.id)
    return select(func.max(DeadlineRow.due_at)).where(mine).correlate(Remedy).scalar_subquery()


def _filtered(session: Session, query: Query, shows: str, now: datetime) -> Query:
    query = query.where(Remedy.kind.in_(rules.REFUNDS))
    if shows == DONE:
        return query.where(Remedy.state == rules.DONE)
    if shows == SENT:
        return query.where(Remedy.state == rules.SENT)
    query = query.where(Remedy.state.in_(rules.OPEN))
    if shows == LATE:
        return query.where(_due_at() < now)
    if shows == TO_APPROVE:
        last = Remedy.second_approved_by if terms_of(session).asks_provider else Remedy.approved_by
        return query.where(_above(session), last.is_(None))
    if shows == TO_CONFIRM and terms_of(session).asks_provider:
        return query.where(Remedy.state == rules.OWED, Remedy.provider_state == rules.REFUSED)
    if shows == TO_CONFIRM:
        return query.where(or_(~_above(session), Remedy.approved_by.is_not(None)))
    return query


def _above(session: Session) -> ColumnElement[bool]:
    """Whether two people are needed, as ``needs_approval`` has it."""
    limits = terms_of(session).approval_above
    if not limits:
        return false()
    others = Remedy.currency.not_in(list(limits))
    return or_(others, *(and_(Remedy.currency == code, Remedy.amount > limit) for code, limit in limits.items()))


def _owed(now: datetime, remedy: Remedy, purchase: Purchase, due_at: datetime | None) -> OwedRefund:
    late = due_at is not None and due_at < now and remedy.state in rules.OPEN
    return OwedRefund(remedy, purchase, due_at, late, needs_approval(remedy), remedy.approved_at is not None)

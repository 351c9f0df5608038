"""Holding the books, the remedies and the disputes against each other: what does not fit, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from arbitration.domain import ledger
from arbitration.domain import remedies as rules
from arbitration.domain.stages import Stage
from arbitration.i18n.currencies import amount_text
from arbitration.models import DeadlineRow, Dispute, LedgerAccount, LedgerEntry, LedgerLine, Purchase, Remedy
from arbitration.services import deadlines
from arbitration.services.refunds.terms import are_with_former, by_hand, is_refused, is_with_former

STUCK_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that does not fit: where, what, and what to do about it."""

    where: str
    what: str
    mend: str


def reconcile(session: Session, now: datetime, real_time: datetime) -> Iterator[Difference]:
    """All that does not fit, as of ``now``; nothing is changed. ``real_time`` is what leases count by.

    Sees the database as it is at one moment, provided the session's transaction has not begun.
    """
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    for look in (_unbalanced, _refunds_without_booking, _bookings_without_refund, _holds, _too_much, _lost):
        yield from look(session)
    yield from _stuck(session, now, real_time)


def _unbalanced(session: Session) -> Iterator[Difference]:
    query = (
        select(LedgerEntry.key, Purchase.external_id, LedgerAccount.currency, func.sum(LedgerLine.amount))
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.code == LedgerLine.account)
        .join(Purchase, Purchase.id == LedgerEntry.purchase_id)
        .group_by(LedgerEntry.id, LedgerEntry.key, Purchase.external_id, LedgerAccount.currency)
        .having(func.sum(LedgerLine.amount) != 0)
        .order_by(LedgerEntry.id)
    )
    for key, external_id, currency, total in session.execute(query):
        what = f"the entry {key} of the books does not sum to zero, but to {_money(int(total), currency)}"
        yield Difference(_of(external_id), what, WRITTEN_PAST)


def _refunds_without_booking(session: Session) -> Iterator[Difference]:
    booked = _booked()
    query = (
        select(Purchase.external_id, Remedy.amount, Remedy.currency, booked.c.bookings, booked.c.amount)
        .join(Purchase, Purchase.id == Remedy.purchase_id)
        .outerjoin(booked, booked.c.remedy_id == Remedy.id)
        .where(Remedy.kind.in_(rules.REFUNDS), Remedy.state == rules.DONE)
        .where(or_(booked.c.bookings.is_(None), booked.c.bookings != 1, booked.c.amount != Remedy.amount))
        .order_by(Remedy.id)
    )
    for external_id, amount, currency, bookings, paid in session.execute(query):
        refund = f"the refund of {_money(amount, currency)}"
        if bookings is None:
            mend = "find out whether it was paid; it was marked as paid past this software: restore a backup"
            yield Difference(_of(external_id), f"{refund} is done, but nothing is booked for it", mend)
        elif bookings > 1:
            mend = "find out whether it was paid more than once, and get back what was paid too much"
            yield Difference(_of(external_id), f"{refund} is booked {bookings} times", mend)
        else:
            what = f"{refund} is booked as {_money(int(paid), currency)}"
            yield Difference(_of(external_id), what, WRITTEN_PAST)


def _bookings_without_refund(session: Session) -> Iterator[Difference]:
    fits = and_(Remedy.id == LedgerEntry.remedy_id, Remedy.kind.in_(rules.REFUNDS), Remedy.state == rules.DONE)
    query = (
        select(LedgerEntry.key, Purchase.external_id)
        .join(Purchase, Purchase.id == LedgerEntry.purchase_id)
        .outerjoin(Remedy, fits)
        .where(LedgerEntry.kind == ledger.REFUND, Remedy.id.is_(None))
        .order_by(LedgerEntry.id)
    )
    for key, external_id in session.execute(query):
        what = f"the books say that {key} was paid, but no refund says so"
        mend = "don't pay it again; find out who changed the refund, and restore a backup"
        yield Difference(_of(external_id), what, mend)


def _holds(session: Session) -> Iterator[Difference]:
    held, paid = _held(), _paid_back()
    left = func.coalesce(paid.c.amount, 0)
    rest = case((left < Purchase.amount, Purchase.amount - left), else_=0)
    wanted = case((Dispute.stage == Stage.CLOSED.value, 0), else_=rest)
    query = (
        select(Purchase.external_id, Purchase.currency, Dispute.stage, func.coalesce(held.c.amount, 0), wanted)
        .select_from(Dispute)
        .join(Purchase, Purchase.id == Dispute.purchase_id)
        .outerjoin(held, held.c.dispute_id == Dispute.id)
        .outerjoin(paid, paid.c.purchase_id == Purchase.id)
        .where(func.coalesce(held.c.amount, 0) != wanted)
        .order_by(Dispute.id)
    )
    for external_id, currency, stage, amount, should in session.execute(query):
        how = "closed" if stage == Stage.CLOSED else "open"
        fair, found = _money(int(should), currency), _money(int(amount), currency)
        what = f"its dispute is {how}, so {fair} should be held, but {found} is"
        yield Difference(_of(external_id), what, WRITTEN_PAST)


def _too_much(session: Session) -> Iterator[Difference]:
    paid = _paid_back()
    query = select(Purchase.external_id, Purchase.amount, Purchase.currency, paid.c.amount)
    query = query.join(paid, paid.c.purchase_id == Purchase.id).where(paid.c.amount > Purchase.amount)
    for external_id, price, currency, amount in session.execute(query.order_by(Purchase.id)):
        what = f"{_money(int(amount), currency)} was paid back of a price of {_money(price, currency)}"
        yield Difference(_of(external_id), what, "find out what was really paid, and get back what was paid too much")


def _lost(session: Session) -> Iterator[Difference]:
    """Disputes that wait for a remedy that is not there, and remedies that wait for a dispute that is over."""
    owed = and_(Remedy.dispute_id == Dispute.id, Remedy.state.in_(rules.OPEN))
    query = select(Purchase.external_id).select_from(Dispute).join(Purchase, Purchase.id == Dispute.purchase_id)
    query = query.outerjoin(Remedy, owed).where(Dispute.stage == Stage.ENFORCEMENT.value, Remedy.id.is_(None))
    for external_id in session.scalars(query.order_by(Dispute.id)):
        yield Difference(_of(external_id), "its outcome is to be carried out, but nothing is owed", WRITTEN_PAST)
    query = select(Purchase.external_id).select_from(Remedy).join(Purchase, Purchase.id == Remedy.purchase_id)
    query = query.join(Dispute, owed).where(Dispute.stage != Stage.ENFORCEMENT.value)
    for external_id in session.scalars(query.order_by(Remedy.id)):
        yield Difference(_of(external_id), "a remedy is owed in a dispute that is not being carried out", WRITTEN_PAST)


def _stuck(session: Session, now: datetime, real_time: datetime) -> Iterator[Difference]:
    query = (
        select(Purchase.external_id, Remedy, DeadlineRow.due_at, DeadlineRow.state)
        .join(Purchase, Purchase.id == Remedy.purchase_id)
        .outerjoin(DeadlineRow, DeadlineRow.subject_id == Remedy.id)
        .where(Remedy.state.in_(rules.OPEN), or_(_is_overdue(now), _is_left_lying(real_time), are_with_former(session)))
        .order_by(Remedy.owed_at, Remedy.id)
    )
    for external_id, remedy, due_at, clock in session.execute(query):
        refund = f"the refund of {_money(remedy.amount, remedy.currency)}"
        if is_with_former(remedy):
            since = f"{remedy.sent_at:%Y-%m-%d %H:%M} UTC" if remedy.sent_at else "an unknown moment"
            whom = f" ({remedy.provider})" if remedy.provider else ""
            what = f"{refund} ({remedy.gateway_key}) is with a payment provider that is set no more{whom}"
            what += f", since {since}"
            mend = LOOK_THERE
        elif due_at is not None and due_at < now:
            since = f"{due_at:%Y-%m-%d %H:%M} UTC"
            if is_refused(remedy):
                what, mend = f"{refund} ({remedy.gateway_key}) was refused, and is overdue since {since}", HEAR_FIRST
            elif remedy.kind in rules.REFUNDS:
                paying = PAY if remedy.amount else NOTHING
                what, mend = f"{refund} is overdue since {since}", paying if by_hand(remedy) else WAIT
            else:
                what = f"the replacement is overdue since {since}"
                mend = NO_MONEY if clock == deadlines.RAN_OUT else SWEEP
        else:
            what, mend = f"{refund} has been {remedy.state} for too long", SWEEP
        yield Difference(_of(external_id), what, mend)


def _is_overdue(now: datetime) -> ColumnElement[bool]:
    return DeadlineRow.due_at < now


def _is_left_lying(real_time: datetime) -> ColumnElement[bool]:
    expected = func.coalesce(Remedy.lease_until, Remedy.ask_again_at)
    return and_(Remedy.state == rules.SENT, expected < real_time - STUCK_AFTER)


def _booked() -> Any:
    """How often, and how much, was booked for a remedy: what left the cash."""
    account = aliased(LedgerAccount)
    out = func.sum(case((account.kind == ledger.CASH, -LedgerLine.amount), else_=0))
    query = (
        select(
            LedgerEntry.remedy_id,
            func.count(LedgerEntry.id.distinct()).label("bookings"),
            func.coalesce(out, 0).label("amount"),
        )
        .outerjoin(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .outerjoin(account, account.code == LedgerLine.account)
        .where(LedgerEntry.kind == ledger.REFUND)
        .group_by(LedgerEntry.remedy_id)
    )
    return query.subquery()


def _held() -> Any:
    query = (
        select(LedgerEntry.dispute_id, (-func.sum(LedgerLine.amount)).label("amount"))
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.code == LedgerLine.account)
        .where(LedgerAccount.kind == ledger.HELD)
        .group_by(LedgerEntry.dispute_id)
    )
    return query.subquery()


def _paid_back() -> Any:
    query = select(Remedy.purchase_id, func.sum(Remedy.amount).label("amount"))
    return query.where(Remedy.state == rules.DONE, Remedy.amount.is_not(None)).group_by(Remedy.purchase_id).subquery()


def _of(external_id: str) -> str:
    return f"purchase {external_id}"


def _money(amount: int | None, currency: str) -> str:
    return f"{amount_text(amount or 0, currency)} {currency}"


WRITTEN_PAST = "this was written past this software: run `arbitration verify`, and restore a backup"
PAY = "pay it and confirm it, as an operator"
NOTHING = (
    "nothing is left of the price: find out what became of what was paid back before, then confirm it, as an operator"
)
WAIT = "don't pay it by hand: find out from the payment provider why it has not"
HEAR_FIRST = (
    "do what another line says of it, once the provider was asked what became of it (without --books-only and "
    "--leave-out); don't pay it by hand before: it may be paid there all the same"
)
NO_MONEY = (
    "find out what the buyer still needs: the whole price has been paid back before, so it did not become a refund"
)
SWEEP = "see that `arbitration scheduler` runs"
LOOK_THERE = (
    "look up there what became of it: if it was paid, confirm it; if not, have it cancelled there, then pay it by hand "
    "and confirm it; or set that provider again; if it is the same one at another address, say so by "
    "`arbitration gateway --same-as`"
)

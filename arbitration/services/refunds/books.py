"""Keeping the books: a sale, the hold on its takings while a dispute runs, the release, and the refund.

Each happens once, by its key, in the transaction of the act that causes it, and is told in the purchase's chain. The
purchase is locked by the caller.
"""

from datetime import datetime
from functools import cache
from typing import cast
from uuid import UUID

import sqlalchemy
from sqlalchemy import Executable, Table, bindparam, func, select
from sqlalchemy.orm import Session

from arbitration.domain import ledger
from arbitration.domain.docket import Entry
from arbitration.domain.remedies import DONE
from arbitration.ids import new_id
from arbitration.models import Dispute, LedgerAccount, LedgerEntry, LedgerLine, Purchase, Remedy
from arbitration.services import docket
from arbitration.services.inserting import dialect_of, insert_for


def hold(session: Session, dispute: Dispute, now: datetime) -> None:
    """Hold of the seller's takings what a dispute is about: the price, less what was paid back before."""
    purchase = session.get_one(Purchase, dispute.purchase_id)
    amount = max(purchase.amount - paid_back(session, purchase.id), 0) - held(session, dispute.id)
    if amount <= 0:
        return
    sale_key = f"sale:{purchase.id}"
    if session.scalar(select(LedgerEntry.id).where(LedgerEntry.key == sale_key)) is None:
        _book(session, purchase, ledger.SALE, sale_key, purchase.amount, now)
    key = f"hold:{dispute.id}:{dispute.times_reopened}"
    _book(session, purchase, ledger.HOLD, key, amount, now, dispute_id=dispute.id)


def release(session: Session, dispute: Dispute, now: datetime) -> None:
    """Let go what is still held for a dispute that has ended."""
    amount = held(session, dispute.id)
    if amount > 0:
        purchase = session.get_one(Purchase, dispute.purchase_id)
        key = f"release:{dispute.id}:{dispute.times_reopened}"
        _book(session, purchase, ledger.RELEASE, key, amount, now, dispute_id=dispute.id)


def pay_back(session: Session, remedy: Remedy, now: datetime) -> LedgerEntry:
    """Book a refund from what is held. A second booking of the same refund fails by its key."""
    assert remedy.dispute_id is not None
    dispute = session.get_one(Dispute, remedy.dispute_id)
    purchase = session.get_one(Purchase, remedy.purchase_id)
    if held(session, dispute.id) < (remedy.amount or 0):
        hold(session, dispute, now)
    key = f"refund:{remedy.id}"
    return _book(
        session, purchase, ledger.REFUND, key, remedy.amount or 0, now, dispute_id=dispute.id, remedy_id=remedy.id
    )


_HELD = (
    select(func.sum(LedgerLine.amount))
    .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
    .join(LedgerAccount, LedgerAccount.code == LedgerLine.account)
    .where(LedgerEntry.dispute_id == bindparam("dispute"), LedgerAccount.kind == ledger.HELD)
)


def held(session: Session, dispute_id: UUID) -> int:
    """What is held for a dispute, in minor units."""
    return -int(session.scalar(_HELD, {"dispute": dispute_id}) or 0)


_PAID_BACK = select(func.sum(Remedy.amount)).where(Remedy.purchase_id == bindparam("purchase"), Remedy.state == DONE)


def paid_back(session: Session, purchase_id: UUID) -> int:
    """What of the price of a purchase was paid back already, in minor units."""
    return int(session.scalar(_PAID_BACK, {"purchase": purchase_id}) or 0)


_LINE = sqlalchemy.insert(cast(Table, LedgerLine.__table__))


def _book(
    session: Session,
    purchase: Purchase,
    kind: str,
    key: str,
    amount: int,
    now: datetime,
    *,
    dispute_id: UUID | None = None,
    remedy_id: UUID | None = None,
) -> LedgerEntry:
    seller = purchase.seller_id
    entry = LedgerEntry(
        id=new_id(), key=key, kind=kind, at=now, purchase_id=purchase.id, dispute_id=dispute_id, remedy_id=remedy_id
    )
    session.add(entry)
    session.flush()
    lines = []
    for number, (account, change) in enumerate(ledger.lines_of(kind, amount), 1):
        code = ledger.code_of(purchase.currency, account, str(seller))
        lines.append((code, change))
        _ensure(session, code, account, purchase.currency, None if account == ledger.CASH else seller)
        session.execute(_LINE, {"entry_id": entry.id, "number": number, "account": code, "amount": change})
    docket.append(session, purchase.id, Entry("ledger.booked", now, None, told_of(entry, lines)))
    return entry


def told_of(entry: LedgerEntry, lines: list[tuple[str, int]]) -> dict[str, object]:
    """What the docket says of an entry of the books."""
    return {
        "entry": str(entry.id),
        "booking": entry.kind,
        "key": entry.key,
        "dispute": str(entry.dispute_id) if entry.dispute_id else None,
        "remedy": str(entry.remedy_id) if entry.remedy_id else None,
        "lines": [[code, change] for code, change in lines],
    }


def _ensure(session: Session, code: str, kind: str, currency: str, seller_id: UUID | None) -> None:
    values = {"code": code, "kind": kind, "currency": currency, "seller_id": seller_id}
    session.execute(_account(dialect_of(session)), values)


@cache
def _account(dialect: str) -> Executable:
    row = insert_for(dialect, LedgerAccount).values(
        {name: bindparam(name) for name in ("code", "kind", "currency", "seller_id")}
    )
    return row.on_conflict_do_nothing(index_elements=[LedgerAccount.code])
